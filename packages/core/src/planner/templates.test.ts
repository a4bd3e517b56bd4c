import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFleetglassError } from '../errors/fleetglass-error.js';
import { createMemoryStore } from '../log/memory-store.js';
import type { Store } from '../log/store.js';
import { createOrchestrator } from '../orchestrator/create-orchestrator.js';
import { templateLibraryContract } from '../testing/template-library.contract.js';
import { createMemoryTemplates } from './memory-templates.js';
import { createStoreTemplates } from './store-templates.js';
import { parseTemplates } from './template-json.js';
import type { TemplateLibrary } from './template-library.js';
import { countCategories } from './template-library.js';

templateLibraryContract(
  { describe, it, expect },
  { name: 'memory', create: async (options) => createMemoryTemplates(options) },
);

const stores = new WeakMap<TemplateLibrary, Store>();
const over = (store: Store, library: TemplateLibrary): TemplateLibrary => {
  stores.set(library, store);
  return library;
};

templateLibraryContract(
  { describe, it, expect },
  {
    name: 'a store',
    async create(options) {
      const store = createMemoryStore();
      return over(store, createStoreTemplates(store, options));
    },
    reopen: async (library) => createStoreTemplates(stores.get(library)!),
  },
);

describe('createStoreTemplates', () => {
  it('is no run to anybody', async () => {
    const store = createMemoryStore();
    const library = createStoreTemplates(store);
    await library.create({
      kind: 'agent',
      name: 'A',
      category: 'C',
      content: { name: 'A', role: 'BUILDER' },
    });
    const orchestrator = createOrchestrator({ store });
    expect(await orchestrator.list()).toEqual([]);
    expect(await orchestrator.recover()).toEqual({ resumed: [], refused: [] });
    expect(store.head()).toBe(0);
    await orchestrator.close();
  });
});

describe('countCategories', () => {
  it('counts them in alphabetical order', async () => {
    const library = createMemoryTemplates();
    for (const category of ['Web', 'Data', 'Web'])
      await library.create({ kind: 'agent', name: 'A', category, content: { name: 'A', role: 'BUILDER' } });
    expect(countCategories(await library.list())).toEqual([
      { category: 'Data', count: 1 },
      { category: 'Web', count: 2 },
    ]);
  });
});

describe('parseTemplates', () => {
  const refusal = (text: string): { code: string; path?: unknown } => {
    try {
      parseTemplates(text);
    } catch (error) {
      if (isFleetglassError(error)) return { code: error.code, path: error.details?.['path'] };
      throw error;
    }
    return { code: 'not refused' };
  };
  const file = (...templates: unknown[]): string =>
    JSON.stringify({ format: 'fleetglass.templates', formatVersion: 1, templates });

  it('names the place that is wrong', () => {
    const template = { kind: 'agent', name: 'A', category: 'C', content: { name: 'A', role: 'BUILDER' } };
    expect(refusal(file(template, { ...template, content: { name: 'A', role: 7 } }))).toEqual({
      code: 'BAD_INPUT',
      path: 'templates.1.content.role',
    });
    expect(refusal(file({ ...template, createdAt: 5 }))).toEqual({ code: 'BAD_INPUT', path: 'templates.0' });
  });

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['another format', '{"format":"x","formatVersion":1,"templates":[]}'],
    ['a newer format', '{"format":"fleetglass.templates","formatVersion":2,"templates":[]}'],
    [
      'a polluting key',
      '{"format":"fleetglass.templates","formatVersion":1,"templates":[],"__proto__":{"x":1}}',
    ],
    [
      'a polluting key within',
      file().replace('[]', '[{"kind":"agent","constructor":{"prototype":{"x":1}}}]'),
    ],
    ['endless nesting', `${'['.repeat(5_000)}${']'.repeat(5_000)}`],
    ['deep nesting', file(JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`))],
    ['too many templates', file(...Array.from({ length: 1_001 }, () => ({})))],
    ['too much text', ' '.repeat(8 * 1024 * 1024 + 1)],
  ])('refuses %s', (_, text) => {
    expect(refusal(text).code).toBe('BAD_INPUT');
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it('survives any JSON', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.jsonValue().map((value) => file(value)),
          fc.string(),
        ),
        (text) => {
          expect(['BAD_INPUT', 'GRAPH_INVALID']).toContain(refusal(text).code);
        },
      ),
    );
  });
});
