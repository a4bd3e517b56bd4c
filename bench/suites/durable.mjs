// What durability costs: a step that is on disk, the bytes it leaves, and how soon a run goes on after kill -9.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Annotation,
  END as LG_END,
  interrupt,
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

const heap = () => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

async function untilIt(isSo) {
  while (!isSo()) await nextTurn();
}

/** Runs that wait for a person, and what each of them adds to the heap, in kilobytes. */
async function waitingRuns(count, parkAfterMs, retained = 1_000) {
  const store = createMemoryStore({ retain: { events: retained } });
  const orchestrator = createOrchestrator({ store, parkAfterMs });
  orchestrator.register('waits', waits);
  const before = heap();
  const runs = Array.from({ length: count }, () => orchestrator.start(waits, {}));
  await untilIt(() => runs.every((run) => run.status === 'waiting'));
  if (parkAfterMs < Infinity) await untilIt(() => orchestrator.size === 0);
  const perRun = (heap() - before) / count / 1_000;
  return { store, runs, perRun, close: () => orchestrator.close() };
}

async function heapOf(count, parkAfterMs) {
  const { perRun, close } = await waitingRuns(count, parkAfterMs);
  await close();
  return perRun;
}

async function heapOfLangGraph(count) {
  const asks = new LangGraph(Annotation.Root({ said: Annotation() }))
    .addNode('ask', () => ({ said: interrupt('Go on?') }))
    .addEdge(LG_START, 'ask')
    .addEdge('ask', LG_END)
    .compile({ checkpointer: new MemorySaver() });
  await asks.invoke({}, { configurable: { thread_id: 'first' } });
  const before = heap();
  for (let i = 0; i < count; i += 1) await asks.invoke({}, { configurable: { thread_id: `t${i}` } });
  const perThread = (heap() - before) / count / 1_000;
  // Its saver is what holds the threads: it has to live until here.
  await asks.getState({ configurable: { thread_id: 'first' } });
  return perThread;
}

/** Milliseconds of CPU from the decision to the end of a run that had left memory. */
async function wakeMillis(count) {
  const { store, runs, close } = await waitingRuns(count, 20, Infinity);
  const { events } = await store.read({ from: 1, filter: { types: ['approval'] }, limit: count });
  const approvalIds = new Map(events.map(({ runId, data }) => [runId, data.approvalId]));
  const micros = await cpuMicros(async () => {
    for (const run of runs) {
      await run.decide(approvalIds.get(run.id), 'approve');
      await run.result;
    }
  });
  await close();
  return micros / count / 1_000;
}

const guide = { max: 4, guide: true };
report('live heap of a waiting run, 1,000 runs', await heapOf(1_000, Infinity), 'kB', guide);
report('live heap of a waiting run, 10,000 runs', await heapOf(10_000, Infinity), 'kB', guide);
report('live heap of a parked run with its record in memory, 1,000 runs', await heapOf(1_000, 20), 'kB');
report(
  'peer: LangGraph.js, heap of an interrupted thread, 1,000 threads',
  await heapOfLangGraph(1_000),
  'kB',
);
const wakes = [];
for (let round = 0; round < 5; round += 1) wakes.push(await wakeMillis(500));
report('a parked run decided, woken and ended', wakes, 'ms CPU', { max: 1, guide: true });

const recoveries = [];
for (let round = 0; round < 5; round += 1) recoveries.push(await recoveryMillis());
const from = (part) => recoveries.map((recovery) => recovery[part]);
report('restart to the next step running again', from('sinceStart'), 'ms', { max: 500, guide: true });
report('of that, the start of Node and the modules', from('loading'), 'ms');
report('kill -9 to the next step running again', from('sinceKill'), 'ms');
