import type { Comparison } from './compare.js';

/** How often each kind of something was counted. */
export type Counts = Record<string, number>;

/** What a scenario did to the product, and what came of it. A result without the number of faults is worth little. */
export interface TortureReport {
  readonly scenario: string;
  readonly seed: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly viewers: number;
  /** Faults injected, by kind. */
  readonly injected: Counts;
  /** What viewers and servers noticed of them: lost connections by reason, gaps, fresh starts. */
  readonly detected: Counts;
  /** Events, states, acknowledged events and runs that were compared with the log. */
  readonly compared: Counts;
  /** Times and sizes that were seen; they are told, never judged. */
  readonly measured: Counts;
  /** What was wrong, in words; empty when all is well. */
  readonly failures: readonly string[];
}

export const addCounts = (into: Counts, more: Readonly<Counts>): void => {
  for (const [key, count] of Object.entries(more)) into[key] = (into[key] ?? 0) + count;
};

export const mostOf = (into: Counts, more: Readonly<Counts>): void => {
  for (const [key, value] of Object.entries(more)) into[key] = Math.max(into[key] ?? 0, value);
};

/** Collects the rounds of a scenario. */
export interface ReportBuilder {
  readonly injected: Counts;
  readonly detected: Counts;
  readonly measured: Counts;
  readonly rounds: number;
  readonly failures: readonly string[];
  inject(kind: string, times?: number): void;
  compared(comparison: Comparison): void;
  /** Counts of what was compared in another way. */
  comparedAlso(counts: Readonly<Counts>): void;
  fail(what: string): void;
  finish(): TortureReport;
}

/** Most failures that are told; the first ones say what happened. */
const MOST_FAILURES = 20;

export function createReport(scenario: string, seed: number): ReportBuilder {
  const begun = performance.now();
  const injected: Counts = {};
  const detected: Counts = {};
  const measured: Counts = {};
  const compared: Counts = {};
  const failures: string[] = [];
  let rounds = 0;
  let viewers = 0;
  return {
    injected,
    detected,
    measured,
    get rounds() {
      return rounds;
    },
    failures,
    inject: (kind, times = 1) => addCounts(injected, { [kind]: times }),
    compared({ events, states, acknowledged, runs, logEvents, failures: found, viewers: count }) {
      rounds += 1;
      viewers += count;
      addCounts(compared, { events, states, acknowledged, runs, logEvents });
      failures.push(...found.map((what) => `round ${rounds}: ${what}`));
    },
    comparedAlso: (counts) => addCounts(compared, counts),
    fail: (what) => void failures.push(what),
    finish: () => ({
      scenario,
      seed,
      seconds: Math.round((performance.now() - begun) / 100) / 10,
      rounds,
      viewers,
      injected,
      detected,
      compared,
      measured,
      failures: failures.slice(0, MOST_FAILURES),
    }),
  };
}
