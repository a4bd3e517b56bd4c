import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createEventLog } from '../../src/log/event-log.js';
import type { EventLog } from '../../src/log/fleet-host.js';
import { createMemoryStore } from '../../src/log/memory-store.js';
import type { Store } from '../../src/log/store.js';
import { createOrchestrator } from '../../src/orchestrator/create-orchestrator.js';
import { send, START } from '../../src/orchestrator/graph/graph-definition.js';
import { StateGraph } from '../../src/orchestrator/graph/graph.js';
import { createProvider, flatPrices, settle } from './harness.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Lets everything that nobody holds be collected, and what waits for that run. */
async function collectAll(): Promise<void> {
  for (let i = 0; i < 4; i += 1) {
    await settle(2);
    collect();
  }
}

interface State {
  readonly topic: string;
  parts?: string[];
}

interface Watched {
  /** Something that only the run's state holds. */
  readonly state: WeakRef<object>;
  readonly context: WeakRef<object>;
  readonly handle: WeakRef<object>;
}

const provider = createProvider();

const createWork = (onTask: (state: object, ctx: object) => void = () => undefined) =>
  new StateGraph<State, State, string>({
    name: 'work',
    reducers: { parts: (current = [], update) => [...current, ...update] },
  })
    .addNode('plan', (state, ctx) => {
      onTask(state, ctx);
      return {};
    })
    .addNode('part', async (state: State & { index: number }, ctx) => {
      const { text } = await ctx.model({ provider, model: 'm', prompt: `${state.topic} ${state.index}` });
      return { parts: [text] };
    })
    .addNode('join', () => ({}))
    .addEdge(START, 'plan')
    .addConditionalEdges('plan', () => [0, 1].map((index) => send('part', { index })), ['part'])
    .addJoin('part', 'join');

describe('a run that is over', () => {
  it('is garbage, whether it completed, failed or was cancelled', async () => {
    const orchestrator = createOrchestrator({
      store: createMemoryStore({ retain: { events: 10, runs: 1 } }),
      prices: flatPrices(),
    });
    const watched: Watched[] = [];
    const runAll = async (): Promise<void> => {
      for (const how of ['completes', 'fails', 'is cancelled'] as const) {
        let state: object | undefined;
        let context: object | undefined;
        const graph = createWork((seenState, seenContext) => {
          [state, context] = [seenState, seenContext];
          if (how === 'fails') throw new Error('no');
        });
        const run = orchestrator.start(graph, { topic: how }, { budget: { usd: 1 } });
        if (how === 'is cancelled') await run.cancel();
        await run.result.catch(() => undefined);
        if (state && context)
          watched.push({
            state: new WeakRef(state),
            context: new WeakRef(context),
            handle: new WeakRef(run),
          });
      }
    };
    await runAll();
    // The store keeps the records of the last run.
    await orchestrator.start(createWork(), { topic: 'last' }).result;
    await collectAll();
    expect(watched.length).toBeGreaterThanOrEqual(2);
    for (const { state, context, handle } of watched) {
      expect(state.deref()).toBeUndefined();
      expect(context.deref()).toBeUndefined();
      expect(handle.deref()).toBeUndefined();
    }
    expect(orchestrator.size).toBe(0);
    await orchestrator.close();
  });
});

/** Heap in use before and after ten thousand runs, when everything that has a bound has reached it. */
async function heapAround(watch: (store: Store) => EventLog | undefined) {
  const store = createMemoryStore({ retain: { events: 1_000, runs: 100, spent: 1_000, rollups: 1_000 } });
  const orchestrator = createOrchestrator({
    store,
    prices: flatPrices(),
    budget: { usd: 1_000, period: 'day' },
  });
  const log = watch(store);
  const runMany = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += 100) {
      const batch = Array.from({ length: 100 }, (_, index) =>
        orchestrator.start(createWork(), { topic: `${index}` }),
      );
      await Promise.all(batch.map((run) => run.result));
    }
    provider.calls.length = 0;
    // What waits to be folded is folded when somebody looks.
    if (log) expect((await log.stateAt(store.head(), {})).seq).toBe(store.head());
    await collectAll();
  };
  // Until the engine, too, holds what it will hold of code that runs often.
  await runMany(6_000);
  const before = process.memoryUsage().heapUsed;
  await runMany(10_000);
  const after = process.memoryUsage().heapUsed;
  await orchestrator.close();
  return { before, after };
}

describe('ten thousand runs that are over', { timeout: 300_000 }, () => {
  it('leave the heap within 5 % of what it was', async () => {
    const { before, after } = await heapAround(() => undefined);
    expect(after).toBeLessThan(before * 1.05);
  });

  it('leave the states of a watched log within 5 % of what they were', async () => {
    const { before, after } = await heapAround((store) =>
      createEventLog(store, { stateEvery: 500, states: 4, retain: { runs: 50 } }),
    );
    expect(after).toBeLessThan(before * 1.05);
  });
});
