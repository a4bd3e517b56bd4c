import { createMemoryStore } from '@fleetglass/core';
import type { Store } from '@fleetglass/core';
import { langgraphGraphContract } from './langgraph-graph-contract.js';
import { langgraphSaverContract } from './langgraph-saver-contract.js';
import type { SaverHarness } from './langgraph-saver-contract.js';

const harness: SaverHarness = {
  name: 'the memory store',
  async open(clock) {
    const memory = createMemoryStore(clock ? { clock } : {});
    let bytes = 0;
    const store: Store = {
      ...memory,
      commit(commit) {
        for (const write of commit.writes) bytes += Buffer.byteLength(JSON.stringify(write));
        return memory.commit(commit);
      },
    };
    return { store, another: () => store, bytes: async () => bytes, close: () => memory.close() };
  },
};

langgraphSaverContract(harness);
langgraphGraphContract(harness);
