// Fan-out and join: CPU a branch, and how long the event loop is held while many runs progress.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import {
  Annotation,
  END as LG_END,
  Send,
  START as LG_START,
  StateGraph as LangGraph,
} from '@langchain/langgraph';
import {
  append,
  createMemoryStore,
  createOrchestrator,
  END,
  send,
  START,
  StateGraph,
} from '@fleetglass/core';
import { chain, count } from '../lib/chain.mjs';
import { cpuMicros, interleave, median, ratios, report } from '../lib/measure.mjs';

const items = (width) => Array.from({ length: width }, (_, i) => i);

const graph = new StateGraph({ name: 'fan', reducers: { done: append } })
  .addNode('branch', (state) => ({ done: [state.i] }))
  .addNode('join', (state) => ({ sum: state.done.length }))
  .addConditionalEdges(START, (state) => items(state.width).map((i) => send('branch', { i })), [
    send('branch'),
  ])
  .addJoin('branch', 'join')
  .addEdge('join', END);

function fleetglass(width, repeats) {
  return async () => {
    const orchestrator = createOrchestrator({ store: createMemoryStore({ retain: { events: 20_000 } }) });
    const micros = await cpuMicros(async () => {
      for (let i = 0; i < repeats; i += 1) {
        const { sum } = await orchestrator.start(graph, { width, done: [] }).result;
        if (sum !== width) throw new Error(`The join saw ${sum} of ${width} branches.`);
      }
    });
    await orchestrator.close();
    return micros / repeats / width;
  };
}

function langGraph(width, repeats) {
  const State = Annotation.Root({
    width: Annotation(),
    sum: Annotation(),
    done: Annotation({ reducer: (a, b) => [...a, ...b], default: () => [] }),
  });
  const compiled = new LangGraph(State)
    .addNode('branch', (state) => ({ done: [state.i] }))
    .addNode('join', (state) => ({ sum: state.done.length }))
    .addConditionalEdges(LG_START, (state) => items(state.width).map((i) => new Send('branch', { i })), [
      'branch',
    ])
    .addEdge('branch', 'join')
    .addEdge('join', LG_END)
    .compile();
  return async () => {
    const micros = await cpuMicros(async () => {
      for (let i = 0; i < repeats; i += 1) await compiled.invoke({ width });
    });
    return micros / repeats / width;
  };
}

const results = await interleave(
  {
    hundred: fleetglass(100, 300),
    thousand: fleetglass(1_000, 30),
    tenThousand: fleetglass(10_000, 4),
    lgHundred: langGraph(100, 3),
    lgThousand: langGraph(1_000, 1),
  },
  { rounds: 5, warmup: 3 },
);
report('fan-out and join, a branch of 100', results.hundred, 'µs CPU', { max: 5, guide: true });
report('fan-out and join, a branch of 1,000', results.thousand, 'µs CPU', { max: 5, guide: true });
report('fan-out and join, a branch of 10,000', results.tenThousand, 'µs CPU', { max: 5, guide: true });
report('peer: LangGraph.js, a branch of 100', results.lgHundred, 'µs CPU');
report('peer: LangGraph.js, a branch of 1,000', results.lgThousand, 'µs CPU');
report('LangGraph.js ÷ ours, 100 branches', ratios(results.lgHundred, results.hundred), '×', { min: 20 });
report('LangGraph.js ÷ ours, 1,000 branches', ratios(results.lgThousand, results.thousand), '×', { min: 40 });
report('a branch of 10,000 ÷ a branch of 100', median(results.tenThousand) / median(results.hundred), '×', {
  max: 3,
});

/** Longest time in milliseconds that the event loop was held while a thousand runs went on. */
async function longestBlock() {
  const long = chain(new StateGraph({ name: 'chain' }), 50, START, END, count);
  const orchestrator = createOrchestrator({ store: createMemoryStore({ retain: { events: 20_000 } }) });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const runs = Array.from({ length: 1_000 }, () => orchestrator.start(long, { n: 0 }).result);
  await new Promise((resolve) => setImmediate(resolve));
  delay.enable();
  await Promise.all(runs);
  delay.disable();
  await orchestrator.close();
  return delay.max / 1e6;
}
const blocks = [];
for (let round = 0; round < 5; round += 1) blocks.push(await longestBlock());
report('longest event-loop block while 1,000 runs progress', blocks, 'ms', { max: 10, guide: true });
