import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Store } from '@fleetglass/core';
import { createStoreTemplates } from '@fleetglass/core/planner';
import type { TemplateLibrary, TemplateLibraryOptions } from '@fleetglass/core/planner';
import { templateLibraryContract } from '@fleetglass/core/testing';
import { createSqliteStore } from './sqlite-store.js';

const folder = mkdtempSync(join(tmpdir(), 'fleetglass-templates-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Opened {
  readonly file: string;
  store: Store;
}

let count = 0;
const opened = new WeakMap<TemplateLibrary, Opened>();

function open(file: string, options: TemplateLibraryOptions = {}): TemplateLibrary {
  const store = createSqliteStore({ file });
  const library = createStoreTemplates(store, options);
  opened.set(library, { file, store });
  return library;
}

templateLibraryContract(
  { describe, it, expect },
  {
    name: 'a SQLite store',
    create: async (options) => open(join(folder, `${(count += 1)}.sqlite`), options),
    async reopen(library) {
      const entry = opened.get(library);
      if (!entry) throw new Error('not opened here');
      await entry.store.close();
      const store = createSqliteStore({ file: entry.file });
      entry.store = store;
      return createStoreTemplates(store);
    },
    dispose: async (library) => opened.get(library)?.store.close(),
  },
);
