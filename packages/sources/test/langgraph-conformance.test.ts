import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryStore } from '@fleetglass/core';
import { FleetglassSaver } from '@fleetglass/sources/langgraph';
import { MemorySaver } from '@langchain/langgraph-checkpoint';
import { deltaChannelHistoryTests, validate } from '@langchain/langgraph-checkpoint-validation';

// The suite takes its runner from the globals.
for (const [name, value] of Object.entries({
  describe,
  it,
  expect,
  vi,
  beforeAll,
  beforeEach,
  afterAll,
  afterEach,
}))
  vi.stubGlobal(name, value);

const memory = {
  checkpointerName: 'FleetglassSaver over the memory store',
  createCheckpointer: () => new FleetglassSaver({ store: createMemoryStore() }),
};
validate(memory);
deltaChannelHistoryTests(memory);
