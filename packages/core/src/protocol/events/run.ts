import type { JsonObject } from '../../lib/json.js';
import type { Actor, Failure, Payload } from '../payload.js';
import type { Priority } from './task.js';

/** Sent once, first of all events of the run. Fields are fixed for its life. */
export interface RunCreatedData {
  readonly name: string;
  /** Nodes and possible edges, when the run executes a declared graph. */
  readonly graph?: GraphShape;
  readonly input?: Payload;
  readonly priority?: Priority;
  /** The run and checkpoint that this one was forked from. */
  readonly forkOf?: { readonly runId: string; readonly checkpointId: string };
  readonly labels?: { readonly [name: string]: string };
  /** Format that the run was converted from, for example `claude-code`; absent for live runs. */
  readonly source?: string;
}

/** The declared graph. What really happened is told by `edge.taken`. */
export interface GraphShape {
  readonly nodes: readonly { readonly name: string; readonly agent?: string }[];
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    /** It is taken where a function says so, for each task that it sends. */
    readonly conditional?: boolean;
    /** It is taken once for a whole fan-out, when all of its branches have ended. */
    readonly join?: boolean;
  }[];
  /** What a run may be started with, as JSON Schema (2020-12). Absent when nobody knows, or when it is too large. */
  readonly inputSchema?: JsonObject;
}

/** The orchestrator took the run up; also sent when another owner takes it up again (`resumedFrom`). */
export interface RunStartedData {
  /** Commit version that execution continued from after a crash or a restart. */
  readonly resumedFrom?: number;
}

/** Nothing can go on until something outside happens. */
export interface RunWaitingData {
  readonly reason: 'approval' | 'budget' | 'dependency' | 'other';
  readonly message?: string;
}

/** The run starts no more tasks until it is resumed. */
export interface RunPausedData {
  /** `store`: what the run committed could not be stored for a while; told once that was possible again. */
  readonly reason?: 'command' | 'budget' | 'store';
  readonly message?: string;
  readonly by?: Actor;
}

/** The run goes on. */
export interface RunResumedData {
  readonly by?: Actor;
}

/** The run is done. */
export interface RunCompletedData {
  readonly output?: Payload;
}

/** The run ended with an error. */
export interface RunFailedData {
  readonly error: Failure;
}

/** The run was cancelled before it was done. */
export interface RunCancelledData {
  readonly message?: string;
  readonly by?: Actor;
}

/** A limit ended the run; unlike a failure nothing went wrong. */
export interface RunStoppedData {
  readonly reason: 'budget' | 'steps' | 'time' | 'other';
  readonly message?: string;
}

/** Replaces the given labels, keeps the others. */
export interface RunLabelledData {
  readonly labels: { readonly [name: string]: string };
  /** Facts about the run that a host wants on its screens. */
  readonly facts?: JsonObject;
}

/** Data of the events of runs, by type. */
export interface RunEvents {
  'run.created': RunCreatedData;
  'run.started': RunStartedData;
  'run.waiting': RunWaitingData;
  'run.paused': RunPausedData;
  'run.resumed': RunResumedData;
  'run.completed': RunCompletedData;
  'run.failed': RunFailedData;
  'run.cancelled': RunCancelledData;
  'run.stopped': RunStoppedData;
  'run.labelled': RunLabelledData;
}
