// Owns a run whose third step never ends; tells its parent when that step runs.
import { createOrchestrator, END, START, StateGraph } from '@fleetglass/core';
import { createSqliteStore, isProcessGone, processOwner } from '@fleetglass/server';

// Both in milliseconds since this process began.
const loadedAt = performance.now();
const [, , file, mode] = process.argv;
const graph = new StateGraph({ name: 'held' })
  .addNode('one', () => ({ n: 1 }))
  .addNode('two', () => ({ n: 2 }))
  .addNode('held', () => {
    process.send({ loadedAt, runningAt: performance.now() });
    return new Promise(() => undefined);
  })
  .addEdge(START, 'one')
  .addEdge('one', 'two')
  .addEdge('two', 'held')
  .addEdge('held', END);

const store = createSqliteStore({ file });
const orchestrator = createOrchestrator({ store, owner: processOwner(), isOwnerGone: isProcessGone });
if (mode === 'start') orchestrator.start(graph, {});
else {
  orchestrator.register('held', graph);
  await orchestrator.recover();
}
// The run waits for nothing that would keep the process alive.
setInterval(() => undefined, 60_000);
