// One step of a graph with nodes that do nothing: the slope between chains of 10 and 110 nodes, so that the fixed cost
// of a run does not count.
import {
  Annotation,
  END as LG_END,
  MemorySaver,
  START as LG_START,
  StateGraph as LangGraph,
} from '@langchain/langgraph';
import { createMemoryStore, createOrchestrator, END, START, StateGraph } from '@fleetglass/core';
import { chain, count } from '../lib/chain.mjs';
import { cpuMicros, interleave, ratios, report } from '../lib/measure.mjs';

const SHORT = 10;
const LONG = 110;

function fleetglass(checkpoint, repeats) {
  const graphs = [SHORT, LONG].map((length) =>
    chain(new StateGraph({ name: 'chain' }), length, START, END, count),
  );
  return async () => {
    const micros = [];
    for (const graph of graphs) {
      const orchestrator = createOrchestrator({ store: createMemoryStore({ retain: { events: 20_000 } }) });
      micros.push(
        await cpuMicros(async () => {
          for (let i = 0; i < repeats; i += 1)
            await orchestrator.start(graph, { n: 0 }, { checkpoint }).result;
        }),
      );
      await orchestrator.close();
    }
    return (micros[1] - micros[0]) / repeats / (LONG - SHORT);
  };
}

function langGraph(checkpointer, repeats) {
  const State = Annotation.Root({ n: Annotation() });
  const graphs = [SHORT, LONG].map((length) =>
    chain(new LangGraph(State), length, LG_START, LG_END, count).compile(
      checkpointer ? { checkpointer: new MemorySaver() } : {},
    ),
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

async function floor() {
  const nodes = 100_000;
  const log = [];
  const checkpoints = new Map();
  const micros = await cpuMicros(async () => {
    let state = { n: 0 };
    for (let i = 0; i < nodes; i += 1) {
      log.push({ type: 'task.started', seq: i });
      state = { ...state, ...(await (async (current) => ({ n: current.n + 1 }))(state)) };
      log.push({ type: 'task.completed', seq: i });
      checkpoints.set(i % 100, JSON.stringify(state));
    }
  });
  return micros / nodes;
}

const results = await interleave(
  {
    bare: fleetglass(false, 300),
    memory: fleetglass(true, 300),
    langGraph: langGraph(false, 5),
    langGraphMemory: langGraph(true, 5),
    floor,
  },
  { rounds: 7, warmup: 3 },
);

report('step, bare', results.bare, 'µs CPU', { max: 3, guide: true });
report('step, memory checkpoint', results.memory, 'µs CPU', { max: 5, guide: true });
report('peer: LangGraph.js, bare', results.langGraph, 'µs CPU');
report('peer: LangGraph.js, MemorySaver', results.langGraphMemory, 'µs CPU');
report('floor: await, two events, JSON checkpoint', results.floor, 'µs CPU');
report('LangGraph.js ÷ ours, bare', ratios(results.langGraph, results.bare), '×', { min: 100 });
report('LangGraph.js ÷ ours, memory checkpoint', ratios(results.langGraphMemory, results.memory), '×', {
  min: 100,
});
