import type { Totals } from '../projection/state.js';

/** Length of the spans of time that are summed: hours and days of UTC, or everything that was asked for in one. */
export type RollupPeriod = 'hour' | 'day' | 'total';

/**
 * What sums may be broken down by. `agent` is the id that an agent has in its run, `role` is the agent's or else the
 * task's, `thread` is that of a run which belongs to one.
 */
export type RollupDimension = 'agent' | 'model' | 'role' | 'run' | 'taskType' | 'thread';

/** Which sums are read. */
export interface RollupQuery {
  /**
   * First moment wanted, in milliseconds since the epoch; the whole hour or day that it lies in is read, and the whole
   * hour for `total`. @default the beginning
   */
  readonly from?: number;
  /** First moment that is not wanted any more; the hour or day that begins before it is read to its end. @default no end */
  readonly to?: number;
  readonly period: RollupPeriod;
  /** @default not broken down */
  readonly by?: RollupDimension;
  /** Only the rows of this key; needs `by`. @default every key */
  readonly key?: string;
  /** Most keys, those that cost the most in all that is read, then those with most model calls; needs `by`. @default all of them */
  readonly limit?: number;
}

/** How often something took a known time, and how long in all. */
export interface DurationSum {
  readonly count: number;
  /** Milliseconds. */
  readonly totalMs: number;
}

/** How often runs reached a status. One that leaves a status in which it had ended is taken away where it does. */
export interface RunTally {
  readonly started: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly stopped: number;
}

/** How often tasks reached a status, see {@link RunTally}. */
export interface TaskTally extends RunTally {
  readonly skipped: number;
  /** Attempts that failed and were followed by another. */
  readonly retries: number;
}

/**
 * What happened in one span of time, as a sum of changes: each event adds at its own time what it changes in the totals
 * of the fold. `usage.recorded` adds what was provisionally spent, and `span.ended` the difference to what the span
 * cost in the end, so an amount may be below zero where an estimate was taken back. A call without a known price is in
 * `cost.unknownCalls`, never an amount of 0; `cost.byBasis` tells simulated amounts from real ones.
 */
export interface RollupRow extends Totals {
  /** Where the hour or day begins, in milliseconds since the epoch; for `total` the hour of `from`. */
  readonly start: number;
  /** What it is about, when it is broken down; absent for what has no such thing, for example calls without an agent. */
  readonly key?: string;
  /** Model calls that ended with an error. */
  readonly modelErrors: number;
  readonly runs: RunTally;
  readonly tasks: TaskTally;
  /** Of what ended; a run and a task from its first start on. */
  readonly durations: {
    readonly run: DurationSum;
    readonly task: DurationSum;
    readonly model: DurationSum;
    readonly tool: DurationSum;
  };
}

/**
 * Sums of a log by hour and by day, kept as its events are accepted, so that reading them costs nothing for each event.
 * Every period's rows and every breakdown's add up to the same total. Deleting a run, or taking its events away for age,
 * takes nothing out of them: what was spent stays spent.
 */
export interface Rollups {
  /**
   * Rows with anything in them, in the order of their start, then of what they cost. Whatever was accepted before the
   * call is in them.
   *
   * @throws FleetglassError `BAD_INPUT` for a senseless query, `COST_OVERFLOW` when a sum leaves the range of exact
   * integers
   */
  read(query: RollupQuery): Promise<readonly RollupRow[]>;
}
