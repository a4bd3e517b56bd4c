import { isFleetglassError } from '../errors/fleetglass-error.js';
import type { Clock } from '../lib/clock.js';
import type { TemplateDraft } from '../planner/template.js';
import { exportTemplates, importTemplates } from '../planner/template-json.js';
import type { TemplateChange, TemplateLibrary, TemplateLibraryOptions } from '../planner/template-library.js';
import type { ContractApi } from './contract-api.js';
import { createSeededRandom } from './seeded-random.js';
import type { SimulatedClock } from './simulated-clock.js';
import { createSimulatedClock } from './simulated-clock.js';

/** What the library under test is made by. */
export interface TemplateLibraryContractOptions {
  readonly name: string;
  /** A new, empty library that hands these options on. */
  readonly create: (options: TemplateLibraryOptions & { readonly clock: Clock }) => Promise<TemplateLibrary>;
  /** Another library over what this one stored. Without it a library is taken to live in memory only. */
  readonly reopen?: (library: TemplateLibrary) => Promise<TemplateLibrary>;
  /** Lets go of what {@link TemplateLibraryContractOptions.create} opened. */
  readonly dispose?: (library: TemplateLibrary) => Promise<void>;
}

const agent = (name: string, more: Partial<TemplateDraft> = {}): TemplateDraft =>
  ({
    kind: 'agent',
    name,
    category: 'Backend',
    content: { name: 'Ada', role: 'BUILDER', tools: ['edit'] },
    ...more,
  }) as TemplateDraft;

const workflow = (name: string, after: readonly string[] = []): TemplateDraft => ({
  kind: 'workflow',
  name,
  category: 'Flows',
  description: 'Two steps',
  content: {
    name: 'w',
    type: 'custom',
    complexity: 'simple',
    steps: [
      { id: 'a', role: 'BUILDER', after },
      { id: 'b', role: 'TESTER', after: ['a'] },
    ],
  },
});

const refusal = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'not refused',
    (error: unknown) => (isFleetglassError(error) ? error.code : `no FleetglassError: ${String(error)}`),
  );

/** The cases that every {@link TemplateLibrary} passes; the runner comes as an argument. */
export function templateLibraryContract(api: ContractApi, options: TemplateLibraryContractOptions): void {
  const { describe, it, expect } = api;
  const scenario = (
    title: string,
    run: (library: TemplateLibrary, clock: SimulatedClock) => Promise<void>,
    more: TemplateLibraryOptions = {},
  ): void => {
    it(title, async () => {
      const clock = createSimulatedClock();
      const library = await options.create({ ...more, clock, random: createSeededRandom(7) });
      try {
        await run(library, clock);
      } finally {
        await options.dispose?.(library);
      }
    });
  };

  describe(`${options.name} as a template library`, () => {
    scenario('gives back what was put in', async (library, clock) => {
      const created = await library.create(agent('Fast'));
      expect(created).toEqual({
        ...agent('Fast'),
        id: created.id,
        version: 1,
        createdAt: clock.now(),
      });
      expect(await library.get(created.id)).toEqual(created);
      expect(await library.get(created.id, 1)).toEqual(created);
      expect(await library.get(created.id, 2)).toBe(undefined);
      expect(await library.versions(created.id)).toEqual([created]);
    });

    scenario('lists by kind, category and text', async (library) => {
      const [fast, flow] = await library.createAll([
        agent('Fast'),
        workflow('Flow'),
        agent('Slow', { category: 'Web' }),
      ]);
      const names = async (query?: Parameters<TemplateLibrary['list']>[0]): Promise<string[]> =>
        (await library.list(query)).map(({ name }) => name);
      expect(await names()).toEqual(['Fast', 'Flow', 'Slow']);
      expect(await names({ kind: 'agent' })).toEqual(['Fast', 'Slow']);
      expect(await names({ category: 'Web' })).toEqual(['Slow']);
      expect(await names({ text: 'TWO' })).toEqual(['Flow']);
      expect(await names({ kind: 'workflow', category: 'Web' })).toEqual([]);
      expect(fast?.id === flow?.id).toBe(false);
    });

    scenario('keeps old versions when it changes one', async (library, clock) => {
      const created = await library.create(agent('Fast'));
      await clock.advance(10);
      const updated = await library.update(created.id, { name: 'Faster' }, 1);
      expect(updated).toEqual({ ...created, name: 'Faster', version: 2, createdAt: created.createdAt + 10 });
      expect(await library.get(created.id)).toEqual(updated);
      expect(await library.get(created.id, 1)).toEqual(created);
      expect(await library.versions(created.id)).toEqual([created, updated]);
      expect(await library.list()).toEqual([updated]);
    });

    scenario('refuses a change that was made to an older version', async (library) => {
      const { id } = await library.create(agent('Fast'));
      await library.update(id, { name: 'B' }, 1);
      expect(await refusal(library.update(id, { name: 'C' }, 1))).toBe('VERSION_CONFLICT');
      expect((await library.get(id))?.name).toBe('B');
    });

    scenario('loses no change of many at once', async (library) => {
      const { id } = await library.create(agent('Fast'));
      const names = Array.from({ length: 10 }, (_, index) => `N${index}`);
      await Promise.all(names.map((name) => library.update(id, { name })));
      const versions = await library.versions(id);
      expect(versions.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
      expect(versions.map(({ name }) => name).sort()).toEqual(['Fast', ...names].sort());
      const guarded = await Promise.all(names.map((name) => refusal(library.update(id, { name }, 11))));
      expect(guarded.filter((code) => code === 'not refused')).toHaveLength(1);
    });

    scenario('forks a version into a template of its own', async (library) => {
      const { id } = await library.create(agent('Fast'));
      await library.update(id, { name: 'Faster' });
      const fork = await library.fork(id, { name: 'Mine', content: { name: 'Bob', role: 'TESTER' } }, 1);
      expect([fork.name, fork.version, fork.category]).toEqual(['Mine', 1, 'Backend']);
      expect(fork.forkOf).toEqual({ id, version: 1 });
      await library.delete(id);
      expect((await library.update(fork.id, { category: 'Web' })).forkOf).toEqual({ id, version: 1 });
      expect(await refusal(library.fork(id))).toBe('NOT_FOUND');
      expect(await refusal(library.fork(fork.id, {}, 9))).toBe('NOT_FOUND');
    });

    scenario('deletes a template with its versions', async (library) => {
      const { id } = await library.create(agent('Fast'));
      const other = await library.create(agent('Other'));
      await library.update(id, { name: 'B' });
      expect(await library.delete(id)).toBe(true);
      expect(await library.delete(id)).toBe(false);
      expect([await library.get(id), await library.get(id, 1)]).toEqual([undefined, undefined]);
      expect(await library.versions(id)).toEqual([]);
      expect(await library.list()).toEqual([other]);
      expect(await refusal(library.update(id, { name: 'C' }))).toBe('NOT_FOUND');
    });

    scenario(
      'forgets the oldest of very many versions',
      async (library) => {
        const { id } = await library.create(agent('0'));
        for (let index = 1; index <= 5; index += 1) await library.update(id, { name: String(index) });
        expect((await library.versions(id)).map(({ name, version }) => [name, version])).toEqual([
          ['3', 4],
          ['4', 5],
          ['5', 6],
        ]);
        expect(await library.get(id, 1)).toBe(undefined);
      },
      { maxVersions: 3 },
    );

    scenario('refuses what is no template, and changes nothing', async (library) => {
      const { id } = await library.create(agent('Fast'));
      const polluted = JSON.parse('{"name":"x","__proto__":{"polluted":true}}') as TemplateChange;
      const drafts = [
        null,
        {},
        { ...agent('x'), extra: 1 },
        { ...agent('x'), kind: 'role' },
        { ...agent('x'), content: { name: '../x', role: 'BUILDER' } },
        { ...agent('x'), content: workflow('x').content },
        { ...agent('x'), id: 'mine' },
        { ...agent('x'), ...polluted },
        { ...agent('x'), description: undefined },
      ] as unknown as TemplateDraft[];
      for (const draft of drafts) expect(await refusal(library.create(draft))).toBe('BAD_INPUT');
      expect(await refusal(library.create(workflow('x', ['b'])))).toBe('GRAPH_INVALID');
      expect(await refusal(library.createAll([agent('ok'), workflow('x', ['nobody'])]))).toBe(
        'GRAPH_INVALID',
      );
      const changes = [
        polluted,
        { id: 'x' },
        { version: 9 },
        { content: workflow('x').content },
        workflow('x'),
      ];
      for (const change of changes as TemplateChange[]) {
        expect(await refusal(library.update(id, change))).toBe('BAD_INPUT');
        expect(await refusal(library.fork(id, change))).toBe('BAD_INPUT');
      }
      expect((await library.list()).map(({ name, version }) => [name, version])).toEqual([['Fast', 1]]);
      expect('polluted' in {}).toBe(false);
    });

    scenario('knows no foreign id', async (library) => {
      const { id } = await library.create(agent('Fast'));
      for (const foreign of ['', '/', `${id}/1`, id.slice(0, -1), '%', '*', '__proto__', '../x', '\0']) {
        expect(await library.get(foreign)).toBe(undefined);
        expect(await library.delete(foreign)).toBe(false);
      }
      expect(await library.list()).toHaveLength(1);
    });

    scenario('keeps its own copy of what it was given, and gives nothing away', async (library) => {
      const draft = structuredClone(agent('Fast'));
      const created = await library.create(draft);
      const kept = structuredClone(created);
      (draft.content as { role: string }).role = 'CHANGED';
      for (const given of [created, await library.get(created.id), ...(await library.versions(created.id))]) {
        try {
          (given?.content as { role: string }).role = 'CHANGED';
        } catch {
          // Frozen is fine too.
        }
      }
      expect(await library.get(created.id)).toEqual(kept);
    });

    scenario('takes back what it exported', async (library) => {
      const created = await library.createAll([agent('Fast'), workflow('Flow')]);
      const text = exportTemplates(created);
      const imported = await importTemplates(library, text);
      expect(exportTemplates(imported)).toBe(text);
      expect(await library.list()).toEqual([...created, ...imported]);
    });

    const { reopen } = options;
    if (reopen) {
      scenario('still has everything when it is opened again', async (library) => {
        const { id } = await library.create(workflow('Flow'));
        await library.update(id, { name: 'Flow 2' });
        const deleted = await library.create(agent('Gone'));
        await library.delete(deleted.id);
        const versions = await library.versions(id);
        const opened = await reopen(library);
        expect(await opened.versions(id)).toEqual(versions);
        expect(await opened.list()).toHaveLength(1);
        expect((await opened.update(id, { name: 'Flow 3' }, 2)).version).toBe(3);
      });
    }
  });
}
