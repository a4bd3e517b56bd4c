import type { Json } from '../../lib/json.js';
import { deepFreeze } from '../../log/deep-freeze.js';
import type { Payload } from '../../protocol/payload.js';
import type { Ancestry, Fields } from './ancestry.js';
import { choose } from '../graph/choices.js';
import type { CompiledGraph } from '../graph/compiled-graph.js';
import type { NodeDefinition } from '../graph/graph-definition.js';
import { isThenable, readUpdate } from './graph-task.js';
import type { GraphTask } from './graph-task.js';
import { toPayload } from '../run/payload.js';
import type { RunCore } from '../run/run-core.js';
import type { TaskScope } from './task-scope.js';
import type { Chosen } from './token-scope.js';

/** What came of an attempt. */
export interface TaskResult {
  readonly writes: Readonly<Record<string, Json>> | undefined;
  readonly output: Payload | undefined;
  readonly chosen: readonly Chosen[];
}

export interface Performance {
  readonly run: RunCore;
  readonly graph: CompiledGraph;
  readonly ancestry: Ancestry;
  readonly task: GraphTask;
  readonly scope: TaskScope;
  /** Not called when the attempt is over already; what it throws is what the attempt threw. */
  readonly onReturned: (result: TaskResult) => void;
  readonly onThrown: (error: unknown) => void;
}

const NOTHING_CHOSEN: readonly Chosen[] = [];

/** Runs one attempt of a task: its node's function, then the conditional edges. Without promises it stays in this turn. */
export function performTask(performance: Performance): void {
  const { task, scope, onThrown } = performance;
  const { definition } = task.slot.node;
  if (!definition) return;
  let returned: unknown;
  try {
    returned = execute(performance, definition);
  } catch (error) {
    onThrown(error);
    return;
  }
  const onReturned = (update: unknown): void => {
    if (scope.closed) return;
    try {
      readResult(performance, update);
    } catch (error) {
      onThrown(error);
    }
  };
  try {
    if (isThenable(returned)) returned.then(onReturned, onThrown);
    else onReturned(returned);
  } catch (error) {
    // What is returned may be anything, and throw when it is looked at.
    onThrown(error);
  }
}

function execute(
  { run, graph, task, scope }: Performance,
  { name, run: fn, options }: NodeDefinition,
): unknown {
  const state = frozen(task.view.values);
  const { cache } = options;
  if (!cache) return fn(state, scope);
  return run.services.cache.through({
    graph: graph.name,
    node: name,
    options: cache,
    state,
    run: () => fn(state, scope),
    onHit: () => (scope.reused = true),
  });
}

function readResult(performance: Performance, update: unknown): void {
  const { run, task, onReturned } = performance;
  const writes = readUpdate(update, task);
  const output = writes && toPayload(writes, run.services);
  if (task.slot.node.routers.length === 0 && !(output && 'then' in output)) {
    onReturned({ writes, output, chosen: NOTHING_CHOSEN });
    return;
  }
  void finishLater(performance, writes, output);
}

async function finishLater(
  { graph, ancestry, task, scope, onReturned, onThrown }: Performance,
  writes: TaskResult['writes'],
  output: Payload | Promise<Payload> | undefined,
): Promise<void> {
  try {
    const { node } = task.slot;
    const chosen =
      node.routers.length === 0
        ? NOTHING_CHOSEN
        : await choose(graph, node, frozen(stateAfter(ancestry, task, writes)));
    const payload = await output;
    if (!scope.closed) onReturned({ writes, output: payload, chosen });
  } catch (error) {
    onThrown(error);
  }
}

/** Other tasks see the same values: whoever tries to change them is the one who fails. */
function frozen(state: Fields): Fields {
  deepFreeze(state);
  return state;
}

function stateAfter(ancestry: Ancestry, { view, slot }: GraphTask, writes: Fields | undefined): Fields {
  return slot.node.definition?.replaces
    ? ancestry.preview(view, undefined, writes)
    : ancestry.preview(view, writes);
}
