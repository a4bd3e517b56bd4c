import { createMemoryStore } from '@fleetglass/core';
import type { Store } from '@fleetglass/core';
import { langgraphSaverContract } from './langgraph-saver-contract.js';

langgraphSaverContract({
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
});
