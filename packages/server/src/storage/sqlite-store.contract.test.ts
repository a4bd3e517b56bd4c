import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Store } from '@fleetglass/core';
import { storeContract } from '@fleetglass/core/testing';
import { createSqliteStore } from './sqlite-store.js';

const folder = mkdtempSync(join(tmpdir(), 'fleetglass-contract-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
const files = new WeakMap<Store, string>();
const remember = (store: Store, file: string): Store => {
  files.set(store, file);
  return store;
};

storeContract(
  { describe, it, expect },
  {
    name: 'createSqliteStore',
    async create(clock) {
      const file = join(folder, `${(count += 1)}.sqlite`);
      return remember(createSqliteStore({ file, clock }), file);
    },
    async reopen(store, clock) {
      const file = files.get(store) ?? '';
      await store.close();
      return remember(createSqliteStore({ file, clock }), file);
    },
  },
);
