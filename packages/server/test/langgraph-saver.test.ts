import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '@fleetglass/core';
import { createSqliteStore } from '@fleetglass/server';
import { langgraphGraphContract } from '../../sources/test/langgraph-graph-contract.js';
import { langgraphSaverContract } from '../../sources/test/langgraph-saver-contract.js';
import type { SaverHarness } from '../../sources/test/langgraph-saver-contract.js';

const harness: SaverHarness = {
  name: 'the SQLite store',
  async open(clock) {
    const folder = mkdtempSync(join(tmpdir(), 'fleetglass-langgraph-'));
    const file = join(folder, 'threads.sqlite');
    const stores: Store[] = [];
    const another = () => {
      const store = createSqliteStore({ file, durability: 'normal', ...(clock ? { clock } : {}) });
      stores.push(store);
      return store;
    };
    const closeAll = async () => {
      for (const store of stores.splice(0)) await store.close();
    };
    return {
      store: another(),
      another,
      async bytes() {
        await closeAll();
        return statSync(file).size;
      },
      async close() {
        await closeAll();
        rmSync(folder, { recursive: true });
      },
    };
  },
};

langgraphSaverContract(harness);
langgraphGraphContract(harness);
