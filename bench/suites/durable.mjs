// What durability costs: a step that is on disk, the bytes it leaves, and how soon a run goes on after kill -9.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Annotation,
  END as LG_END,
  MemorySaver,
  START as LG_START,
  StateGraph as LangGraph,
} from '@langchain/langgraph';
import { append, createMemoryStore, createOrchestrator, END, START, StateGraph } from '@fleetglass/core';
import { createSqliteStore } from '@fleetglass/server';
import { recoveryMillis } from '../durable/recovery.mjs';
import { chain, count } from '../lib/chain.mjs';
import { cpuMicros, interleave, ratios, report } from '../lib/measure.mjs';

const SHORT = 10;
const LONG = 110;

/** Gives `use` a SQLite store in a folder of its own. */
async function withStore(use) {
  const folder = mkdtempSync(join(tmpdir(), 'fleetglass-bench-'));
  const file = join(folder, 'log.sqlite');
  const store = createSqliteStore({ file });
  try {
    return await use(store, file);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** CPU of one step, from the slope between two lengths, with `runs` at a time. */
function steps(runs, repeats) {
  const graphs = [SHORT, LONG].map((length) =>
    chain(new StateGraph({ name: 'chain' }), length, START, END, count),
  );
  return async () => {
    const micros = [];
    for (const graph of graphs) {
      micros.push(
        await withStore(async (store) => {
          const orchestrator = createOrchestrator({ store });
          const used = await cpuMicros(async () => {
            for (let i = 0; i < repeats; i += 1) {
              await Promise.all(
                Array.from({ length: runs }, () => orchestrator.start(graph, { n: 0 }).result),
              );
            }
          });
          await orchestrator.close();
          return used;
        }),
      );
    }
    return (micros[1] - micros[0]) / repeats / runs / (LONG - SHORT);
  };
}

function langGraph(repeats) {
  const State = Annotation.Root({ n: Annotation() });
  const graphs = [SHORT, LONG].map((length) =>
    chain(new LangGraph(State), length, LG_START, LG_END, count).compile({ checkpointer: new MemorySaver() }),
  );
  let thread = 0;
  return async () => {
    const micros = [];
    for (const graph of graphs) {
      micros.push(
        await cpuMicros(async () => {
          for (let i = 0; i < repeats; i += 1) {
            thread += 1;
            await graph.invoke(
              { n: 0 },
              { recursionLimit: 1_000, configurable: { thread_id: String(thread) } },
            );
          }
        }),
      );
    }
    return (micros[1] - micros[0]) / repeats / (LONG - SHORT);
  };
}

const cost = await interleave(
  { one: steps(1, 5), fifty: steps(50, 2), langGraph: langGraph(3) },
  { rounds: 5, warmup: 2 },
);
report('step on disk, one run', cost.one, 'µs CPU', { max: 80, guide: true });
report('step on disk, 50 runs at once', cost.fifty, 'µs CPU', { max: 20, guide: true });
report('peer: LangGraph.js, MemorySaver (nothing on disk)', cost.langGraph, 'µs CPU');
report('LangGraph.js in memory ÷ ours on disk, one run', ratios(cost.langGraph, cost.one), '×', { min: 5 });
report('LangGraph.js in memory ÷ ours on disk, 50 runs', ratios(cost.langGraph, cost.fifty), '×', {
  min: 20,
});

/** Megabytes on disk after a run. */
async function stored(graph, input) {
  const folder = mkdtempSync(join(tmpdir(), 'fleetglass-bench-'));
  const file = join(folder, 'log.sqlite');
  const store = createSqliteStore({ file });
  // What looks like a secret would be replaced, and noise does.
  const orchestrator = createOrchestrator({ store, redact: false });
  await orchestrator.start(graph, input).result;
  await orchestrator.close();
  await store.close();
  const bytes = statSync(file).size;
  rmSync(folder, { recursive: true, force: true });
  return bytes / 1e6;
}

/** Text that is nowhere else and that nothing makes shorter. */
const noise = (length) => randomBytes(length).toString('base64').slice(0, length);

const growing = new StateGraph({ name: 'growing', reducers: { log: append } });
chain(growing, 200, START, END, () => ({ log: [noise(4_096)] }));
const idle = chain(new StateGraph({ name: 'idle' }), 20, START, END, count);
report('stored: 200 steps that append 4 KB each', await stored(growing, { log: [] }), 'MB', { max: 2 });
report('stored: 1 MB of unchanged state over 20 steps', await stored(idle, { big: noise(1e6) }), 'MB', {
  max: 1.2,
});

const waits = new StateGraph({ name: 'waits' })
  .addNode('ask', async (_state, ctx) => {
    await ctx.approve({ title: 'Go on?' });
  })
  .addEdge(START, 'ask');

/** Kilobytes of live heap that a run holds while it waits for a person. */
async function waitingHeap(runs) {
  const store = createMemoryStore();
  const orchestrator = createOrchestrator({ store });
  const heap = () => {
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  const before = heap();
  for (let i = 0; i < runs; i += 1) orchestrator.start(waits, {});
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  const perRun = (heap() - before) / runs / 1_000;
  await orchestrator.close();
  await store.close();
  return perRun;
}
report('live heap of a waiting run, 1,000 runs', await waitingHeap(1_000), 'kB', { max: 4, guide: true });
report('live heap of a waiting run, 10,000 runs', await waitingHeap(10_000), 'kB', { max: 4, guide: true });

const recoveries = [];
for (let round = 0; round < 5; round += 1) recoveries.push(await recoveryMillis());
report('kill -9 to the next step running again, new process included', recoveries, 'ms', {
  max: 500,
  guide: true,
});
