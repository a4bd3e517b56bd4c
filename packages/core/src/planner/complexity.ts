import type { Complexity } from '../protocol/events/task.js';
import type { ComplexityReason, ComplexitySignal } from './complexity-signals.js';
import { DEFAULT_SIGNALS } from './complexity-signals.js';

/** How hard a task seems, and every reason for it. */
export interface ComplexityEstimate {
  readonly complexity: Complexity;
  /** Sum of the reasons' points. */
  readonly score: number;
  /** The weightiest first. */
  readonly reasons: readonly ComplexityReason[];
  readonly thresholds: ComplexityThresholds;
}

/** Least scores of the levels above `simple`. */
export interface ComplexityThresholds {
  /** @default 2 */
  readonly moderate: number;
  /** @default 5 */
  readonly complex: number;
}

/** What complexity is judged by. */
export interface ComplexityOptions {
  readonly thresholds?: Partial<ComplexityThresholds>;
  /** @default `DEFAULT_SIGNALS`: length, requirements, places, breadth, risk, uncertainty, small changes */
  readonly signals?: readonly ComplexitySignal[];
}

/** What lies behind is not looked at. */
const MAX_CHARACTERS = 20_000;

/**
 * Estimates from words alone how hard a task is: the points of every signal that is found are added up. The same
 * description always gives the same answer. The default signals know English; in other languages length, lists and
 * paths still count.
 */
export function estimateComplexity(description: string, options: ComplexityOptions = {}): ComplexityEstimate {
  const thresholds = { moderate: 2, complex: 5, ...options.thresholds };
  const text = description.slice(0, MAX_CHARACTERS);
  const reasons = (options.signals ?? DEFAULT_SIGNALS)
    .flatMap((signal) => {
      const reason = signal.measure(text);
      return reason ? [{ code: signal.code, ...reason }] : [];
    })
    .sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
  const score = reasons.reduce((sum, { points }) => sum + points, 0);
  return {
    complexity:
      score >= thresholds.complex ? 'complex' : score >= thresholds.moderate ? 'moderate' : 'simple',
    score,
    reasons,
    thresholds,
  };
}
