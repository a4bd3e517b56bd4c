import type { Json } from '../lib/json.js';
import { jsonEquals } from '../lib/json.js';
import type { FleetState, RunState, TaskState } from '../projection/state.js';
import type { Payload } from '../protocol/payload.js';
import type { CheckpointView } from './checkpoints.js';
import { createKeep } from './keep.js';

/** How one field of the state differs between two checkpoints. */
export interface FieldDifference {
  readonly field: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly before?: Json;
  readonly after?: Json;
  /** Task whose commit wrote the later value; absent for the run's input. */
  readonly task?: TaskState;
}

/** What a viewer knows of the state between two checkpoints. */
export interface CheckpointDifference {
  /** In the order of their names. */
  readonly fields: readonly FieldDifference[];
  /** Commits in between whose fields are not here: too large to travel, or no fields at all. */
  readonly opaque: readonly { readonly task: TaskState; readonly payload: Payload }[];
}

interface Written {
  readonly value: Json;
  readonly task: TaskState | undefined;
}

const isFields = (value: unknown): value is { readonly [field: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldsOf = (payload: Payload | undefined): readonly (readonly [string, Json])[] | undefined =>
  payload?.kind === 'inline' && isFields(payload.value) ? Object.entries(payload.value) : undefined;

/** Fields as the commits up to a checkpoint wrote them, the last one counting. */
function fieldsAt(
  checkpoints: readonly CheckpointView[],
  last: number,
  input: Payload | undefined,
): ReadonlyMap<string, Written> {
  const fields = new Map<string, Written>();
  for (const [field, value] of fieldsOf(input) ?? []) fields.set(field, { value, task: undefined });
  for (const { task } of checkpoints.slice(0, last + 1)) {
    for (const [field, value] of fieldsOf(task?.output) ?? []) fields.set(field, { value, task });
  }
  return fields;
}

/**
 * How the state differs between two checkpoints, as far as the events tell: fields as their tasks wrote them. Where a
 * reducer combines what several tasks write, a field holds what the last one added.
 *
 * @param from index of the earlier checkpoint; one below 0 compares with nothing
 * @param to index of the later one
 * @param input of the run: the state before the first task
 */
export function diffCheckpoints(
  checkpoints: readonly CheckpointView[],
  from: number,
  to: number,
  input: Payload | undefined,
): CheckpointDifference {
  const before = from < 0 ? new Map<string, Written>() : fieldsAt(checkpoints, from, input);
  const after = fieldsAt(checkpoints, to, input);
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  const fields = names.flatMap((field): FieldDifference[] => {
    const [was, is] = [before.get(field), after.get(field)];
    if (!is) return was ? [{ field, change: 'removed', before: was.value }] : [];
    const by = is.task ? { task: is.task } : {};
    if (!was) return [{ field, change: 'added', after: is.value, ...by }];
    if (was.task === is.task || jsonEquals(was.value, is.value)) return [];
    return [{ field, change: 'changed', before: was.value, after: is.value, ...by }];
  });
  const opaque = checkpoints.slice(Math.max(0, from + 1), to + 1).flatMap(({ task }) => {
    const payload = task?.output;
    return task && payload && !fieldsOf(payload) ? [{ task, payload }] : [];
  });
  return { fields, opaque };
}

const keepForks = createKeep<readonly RunState[]>();

/** Runs that were forked from a run, the oldest first. The same array while none of them changes. */
export function selectForks(state: FleetState, runId: string): readonly RunState[] {
  return keepForks(
    runId,
    [...state.runs.values()].filter(({ forkOf }) => forkOf?.runId === runId),
  );
}
