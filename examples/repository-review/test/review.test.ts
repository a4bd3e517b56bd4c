import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, ModelProvider } from '@fleetglass/core';
import { createMemoryStore, createOrchestrator, emptyState, reduce, systemClock } from '@fleetglass/core';
import type { FleetEvent } from '@fleetglass/core/protocol';
import { createPrices } from '@fleetglass/sources/prices';
import { describe, expect, it } from 'vitest';
import { createInlineSemanticChecker } from '../src/checks/inline-semantic-checker.js';
import { createReviewGraph } from '../src/review/graph.js';
import { createSeededRandom } from '../src/seeded-random.js';
import { createSimulatedModel } from '../src/simulated-model.js';
import { withFolder, writeFiles } from './temporary-folder.js';

/** Timers fall due at once: the tests are about what is said, not about how long it takes. */
const hasty: Clock = {
  ...systemClock,
  setTimeout: (callback, _delay, options) => systemClock.setTimeout(callback, 0, options),
};
const simulated = createSimulatedModel({ clock: hasty, createRandom: createSeededRandom, seed: 1 });

const files = {
  'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, types: [], lib: ['ES2022'] } }),
  'src/a.ts': 'export const a: string = 1;\n',
  'src/b.ts': "import { a } from './a.js';\nexport const b = a;\n",
  'README.md': '# Sample\n',
};

interface Reviewed {
  readonly report: string;
  readonly events: readonly FleetEvent[];
  readonly inputTokens: number;
  readonly outputTokens: number;
}

async function reviewFolder(
  dir: string,
  provider: ModelProvider = simulated,
  maxFiles = 40,
): Promise<Reviewed> {
  const store = createMemoryStore();
  const orchestrator = createOrchestrator({ store, prices: createPrices() });
  const semantic = createInlineSemanticChecker(systemClock);
  try {
    const graph = createReviewGraph({
      provider,
      model: 'claude-sonnet-4-5',
      semantic,
      reports: join(dir, '.fleetglass/reports'),
      clock: systemClock,
      askMs: 0,
      reviewers: 2,
    });
    const run = orchestrator.start(graph, { dir, maxFiles }, { budget: { usd: 5 } });
    const state = await run.result;
    const { events } = await store.read({ from: 1, limit: 100_000 });
    const totals = reduce(emptyState(), events).runs.get(run.id)?.totals.usage;
    return {
      report: await readFile(join(dir, '.fleetglass', state.report), 'utf8'),
      events,
      inputTokens: totals?.inputTokens ?? 0,
      outputTokens: totals?.outputTokens ?? 0,
    };
  } finally {
    await orchestrator.close();
    await store.close();
  }
}

/** The report without what is different each time. */
const content = ({ report }: Reviewed): string => report.replace(/^Run `.*$/m, '');

describe('a review', () => {
  it('reports what the checks found, by file and line', async () => {
    await withFolder(files, async (dir) => {
      const { report } = await reviewFolder(dir);
      expect(report).toContain("- `src/a.ts:1` **error** Type 'number' is not assignable to type 'string'.");
      expect(report).toContain('(types, `TS2322`)');
      expect(report).toContain('4 of 4 files.');
    });
  });

  it('changes its report and its tokens when one file is edited, and only then', async () => {
    await withFolder(files, async (dir) => {
      const first = await reviewFolder(dir);
      const same = await reviewFolder(dir);
      expect(content(same)).toBe(content(first));
      expect(same.inputTokens).toBe(first.inputTokens);

      await writeFiles(dir, {
        'src/b.ts': `${files['src/b.ts']}// ${'TO' + 'DO'}: say more about this module\n`,
      });
      const edited = await reviewFolder(dir);
      expect(edited.report).toContain('`src/b.ts:3` **info**');
      expect(content(edited)).not.toBe(content(first));
      expect(edited.inputTokens).toBeGreaterThan(first.inputTokens);
      expect(edited.outputTokens).not.toBe(first.outputTokens);
    });
  });

  it('reads as many files as it may and says of how many', async () => {
    await withFolder(files, async (dir) => {
      const { report, events } = await reviewFolder(dir, simulated, 2);
      expect(report).toContain('2 of 4 files.');
      expect(events.filter(({ type }) => type === 'file.read')).toHaveLength(2);
    });
  });

  it('works through its agents, each in its own lane', async () => {
    await withFolder(files, async (dir) => {
      const { events } = await reviewFolder(dir);
      const joined = events.filter(({ type }) => type === 'agent.joined').map(({ agentId }) => agentId);
      expect(joined).toEqual(['ANALYST', 'PLANNER', 'REVIEWER-1', 'REVIEWER-2', 'EDITOR', 'SUMMARISER']);
      const tools = events.filter(({ type, data }) => type === 'span.started' && data['kind'] === 'tool');
      expect(new Set(tools.map(({ data }) => data['name']))).toEqual(
        new Set([
          'git log',
          'read tree',
          'choose files',
          'syntax',
          'types',
          'complexity',
          'todo',
          'secrets',
          'size',
          'write report',
        ]),
      );
    });
  });

  it('is the same graph with a real provider, whose cost is not simulated', async () => {
    const real: ModelProvider = {
      id: 'anthropic',
      call: async () => ({ text: 'Looks fine.', usage: { inputTokens: 100, outputTokens: 10 } }),
    };
    await withFolder(files, async (dir) => {
      const { report, events } = await reviewFolder(dir, real);
      expect(report).not.toContain('imulated');
      expect(report).toContain('Basis of the cost: list.');
      const costs = events.flatMap(({ type, data }) =>
        type === 'span.ended' && 'cost' in data ? [data['cost']] : [],
      );
      // Analyst, planner, four files, summariser.
      expect(costs).toHaveLength(7);
    });
  });

  it('finishes on an empty folder', async () => {
    await withFolder({}, async (dir) => {
      const { report } = await reviewFolder(dir);
      expect(report).toContain('0 of 0 files.');
      expect(report).toContain('The checks found nothing.');
    });
  });

  it('lets no secret of a file into its events or its report', async () => {
    const secret = ['ghp', 'a1B2c3D4e5F6a7B8c9D0e1F2a3B4c5D6e7F8'].join('_');
    await withFolder({ 'src/a.ts': `export const token = '${secret}';\n` }, async (dir) => {
      const { report, events } = await reviewFolder(dir);
      expect(report).toContain('looks like a GitHub token');
      expect(report).not.toContain(secret);
      expect(JSON.stringify(events)).not.toContain(secret);
    });
  });
});
