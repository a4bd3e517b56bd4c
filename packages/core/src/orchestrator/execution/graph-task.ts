import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Json } from '../../lib/json.js';
import { isRecord } from '../../lib/json.js';
import type { EventDraft, EventScope } from '../../protocol/event.js';
import type { TaskCreatedData } from '../../protocol/events/task.js';
import type { Payload } from '../../protocol/payload.js';
import type { Fields, View } from './ancestry.js';
import type { CompiledGraph, CompiledNode } from '../graph/compiled-graph.js';
import { draftEvent } from '../run/event-draft.js';
import type { NodeOptions } from '../graph/graph-definition.js';
import { assertJson } from '../run/payload.js';
import type { Lane } from './ready-queue.js';
import type { RunCore, Task } from '../run/run-core.js';
import type { TaskOutcome } from '../history/run-record.js';
import type { Slot } from './token-scope.js';

/** A task that executes a node. */
export interface GraphTask extends Task {
  readonly slot: Slot;
  readonly lane: Lane;
  readonly view: View;
  /** Whether it holds a place among the tasks of its run and node, and one among those of the orchestrator. */
  inRun: boolean;
  inAll: boolean;
}

const NO_OPTIONS: NodeOptions = {};

function titleOf({ services }: RunCore, { definition, name }: CompiledNode, view: View): string {
  const title = definition?.options.title;
  if (!title) return name;
  try {
    return services.redact(title(view.values)) ?? name;
  } catch {
    // A title is for people; a task does not fail for want of one.
    return name;
  }
}

/** The same for the same outcomes in the same order. @param ordinal number of the task within its run */
export function taskIdOf(node: CompiledNode, ordinal: number): string {
  return `${node.name}-${ordinal}`;
}

/** @param ordinal number of the task within its run */
export function createGraphTask(
  run: RunCore,
  ordinal: number,
  slot: Slot,
  view: View,
  lane: Lane,
): GraphTask {
  const { node } = slot;
  const options = node.definition?.options ?? NO_OPTIONS;
  const id = taskIdOf(node, ordinal);
  return {
    id,
    name: titleOf(run, node, view),
    scope: scopeOf(run.scope, options.agent, id),
    node: node.name,
    options,
    attempt: 1,
    current: undefined,
    calls: undefined,
    waiting: false,
    place: -1,
    slot,
    lane,
    view,
    inRun: false,
    inAll: false,
  };
}

/** A record and the graph do not fit together. */
export function unknownTask(taskId: string): FleetglassError {
  return new FleetglassError(
    'GRAPH_INVALID',
    `The run's record holds task '${taskId}', which this graph does not lead to; use the graph that the run was started with.`,
  );
}

/** As literals where that is enough: they cost a fraction of a spread. */
function scopeOf(run: EventScope, agentId: string | undefined, taskId: string): EventScope {
  const { runId, threadId } = run;
  if (runId === undefined || threadId !== undefined) {
    return agentId === undefined ? { ...run, taskId } : { ...run, agentId, taskId };
  }
  return agentId === undefined ? { runId, taskId } : { runId, agentId, taskId };
}

/** Data of `task.created` for nodes whose tasks all have the same. */
const sameForAll = new WeakMap<CompiledNode, TaskCreatedData>();

function createdData({ name, slot, options, lane }: GraphTask): TaskCreatedData {
  const { node, branch } = slot;
  const isSame = !branch && !options.title;
  const known = isSame ? sameForAll.get(node) : undefined;
  if (known && (known.priority ?? 'normal') === lane.priority) return known;
  const { type, complexity, role } = options;
  const data: TaskCreatedData = {
    name,
    node: node.name,
    ...(branch === undefined ? {} : { branch }),
    ...(type === undefined ? {} : { type }),
    ...(complexity === undefined ? {} : { complexity }),
    ...(role === undefined ? {} : { role }),
    ...(lane.priority === 'normal' ? {} : { priority: lane.priority }),
  };
  if (isSame) sameForAll.set(node, Object.freeze(data));
  return data;
}

/** Shared by all tasks that have nothing to tell. */
const NO_OUTPUT: Readonly<Record<string, never>> = Object.freeze({});

export function taskCompleted(
  { scope }: GraphTask,
  output: Payload | undefined,
  reused: boolean,
  time: number,
): EventDraft {
  const data = output === undefined ? NO_OUTPUT : { output };
  return draftEvent('task.completed', reused ? { ...data, reused } : data, scope, time);
}

export function taskCreated(task: GraphTask, time: number): EventDraft {
  return draftEvent('task.created', createdData(task), task.scope, time);
}

const REUSED = Object.freeze({ reused: true });
const FAILED_BEFORE = Object.freeze({ message: 'It failed in the run that this one was forked from.' });

/** A fork's log begins with what it took over. */
export function taskReused({ scope }: GraphTask, { failed }: TaskOutcome, time: number): EventDraft {
  return failed
    ? draftEvent('task.skipped', FAILED_BEFORE, scope, time)
    : draftEvent('task.completed', REUSED, scope, time);
}

/** A run's result: without what was only passed on, and without the private states of its subgraphs. */
export function publicFields(fields: Fields, { privatePrefixes, reducers }: CompiledGraph): Fields {
  const isHidden = (field: string): boolean =>
    reducers[field]?.ephemeral === true || privatePrefixes.some((prefix) => field.startsWith(prefix));
  const names = Object.keys(fields);
  if (!names.some(isHidden)) return fields;
  return Object.fromEntries(names.filter((field) => !isHidden(field)).map((field) => [field, fields[field]]));
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as PromiseLike<unknown>).then === 'function'
  );
}

/** Not an array, nor a `Map` or any other instance, whose contents would be lost. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (!isRecord(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Checks what a node returned. @throws FleetglassError `STATE_NOT_JSON`, `BAD_INPUT` */
export function readUpdate(update: unknown, task: GraphTask): Readonly<Record<string, Json>> | undefined {
  if (update === undefined || update === null) return undefined;
  if (!isPlain(update)) {
    throw new FleetglassError(
      'BAD_INPUT',
      `Node '${task.node ?? ''}' returned ${Object.prototype.toString.call(update)}; return an object of the fields that it changes.`,
    );
  }
  const writes: Record<string, Json> = {};
  let count = 0;
  for (const field of Object.keys(update)) {
    const value = update[field];
    // A field that is undefined is one that does not change.
    if (value === undefined) continue;
    if (field === '__proto__') {
      throw new FleetglassError(
        'BAD_INPUT',
        `Node '${task.node ?? ''}' returned a field '__proto__', which no state can have.`,
      );
    }
    writes[field] = assertJson(value, `Field '${field}' of what node '${task.node ?? ''}' returned`);
    count += 1;
  }
  return count === 0 ? undefined : writes;
}
