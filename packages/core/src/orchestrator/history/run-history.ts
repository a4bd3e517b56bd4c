import type { Json } from '../../lib/json.js';
import type { StoredRun } from '../../log/store.js';
import type { Fields } from '../execution/ancestry.js';
import { CALL_PREFIX, createRecordedCalls, readCallKey } from '../calls/recorded-calls.js';
import type { RecordedCalls } from '../calls/recorded-calls.js';
import {
  ASKED_PREFIX,
  ATTEMPT_PREFIX,
  BUDGET_PREFIX,
  OUTCOME_PREFIX,
  RUN_BEGIN,
  RUN_END,
  RUN_PARKED,
  RUN_PAUSED,
} from './run-record.js';
import type { AskedRecord, ParkedRecord, RunBeginning, TaskOutcome } from './run-record.js';
import type { Chosen } from '../execution/token-scope.js';

/** What the records of a run tell. */
export interface RunHistory {
  readonly version: number;
  /** Absent for a run without checkpoints. */
  readonly beginning: RunBeginning | undefined;
  readonly ended: boolean;
  readonly paused: boolean;
  readonly parked: ParkedRecord | undefined;
  /** Open questions by approval id. */
  readonly asked: ReadonlyMap<string, AskedRecord>;
  /** In the order of commits. */
  readonly outcomes: ReadonlyMap<string, TaskOutcome>;
  /** Commit that holds a task's outcome, by the task's id. */
  readonly versions: ReadonlyMap<string, number>;
  readonly attempts: ReadonlyMap<string, number>;
  readonly calls: ReadonlyMap<string, RecordedCalls>;
  readonly limits: ReadonlyMap<string, number>;
}

/** What a graph run did before. */
export interface GraphRecord {
  readonly input: Fields;
  readonly chosen: readonly Chosen[];
  /** In the order of commits. */
  readonly outcomes: ReadonlyMap<string, TaskOutcome>;
  /** Results that the calls of tasks recorded, by the task's id. */
  readonly calls: ReadonlyMap<string, RecordedCalls>;
}

export function readHistory(stored: StoredRun): RunHistory {
  const outcomes = new Map<string, TaskOutcome>();
  const versions = new Map<string, number>();
  const attempts = new Map<string, number>();
  const calls = new Map<string, RecordedCalls>();
  const limits = new Map<string, number>();
  let beginning: RunBeginning | undefined;
  let ended = false;
  let paused = false;
  let parked: ParkedRecord | undefined;
  const asked = new Map<string, AskedRecord>();
  for (const { key, value, version } of stored.records) {
    if (key === RUN_BEGIN) beginning = value as unknown as RunBeginning;
    else if (key === RUN_END) ended = true;
    else if (key === RUN_PAUSED) paused = value === true;
    else if (key === RUN_PARKED) parked = value as ParkedRecord;
    else if (key.startsWith(ASKED_PREFIX))
      asked.set(key.slice(ASKED_PREFIX.length), value as unknown as AskedRecord);
    else if (key.startsWith(OUTCOME_PREFIX)) {
      outcomes.set(key.slice(OUTCOME_PREFIX.length), value as TaskOutcome);
      versions.set(key.slice(OUTCOME_PREFIX.length), version);
    } else if (key.startsWith(ATTEMPT_PREFIX))
      attempts.set(key.slice(ATTEMPT_PREFIX.length), value as number);
    else if (key.startsWith(BUDGET_PREFIX)) limits.set(key.slice(BUDGET_PREFIX.length), value as number);
    else if (key.startsWith(CALL_PREFIX)) restoreCall(calls, key, value);
  }
  const { version } = stored;
  return { version, beginning, ended, paused, parked, asked, outcomes, versions, attempts, calls, limits };
}

function restoreCall(calls: Map<string, RecordedCalls>, key: string, value: Json): void {
  const place = readCallKey(key);
  if (!place) return;
  let ofTask = calls.get(place.taskId);
  if (!ofTask) calls.set(place.taskId, (ofTask = createRecordedCalls(place.taskId)));
  ofTask.restore(place.path, value);
}
