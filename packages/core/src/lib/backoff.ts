import type { Random } from './ids.js';

/** How delays grow between attempts. */
export interface BackoffOptions {
  /** Upper bound of the first delay in milliseconds. @default 1000 */
  readonly baseMs?: number;
  /** Upper bound of any delay in milliseconds. @default 30000 */
  readonly maxMs?: number;
  /** Factor from one attempt to the next. @default 2 */
  readonly factor?: number;
  /** Share of the delay that is random, 0 to 1. @default 0.5 */
  readonly jitter?: number;
}

/**
 * Milliseconds to wait before attempt `attempt` (1 is the first repetition): a part of the bound is fixed and a part is
 * jitter, so that clients which lost the same server neither return in step nor at once.
 */
export function backoffDelay(attempt: number, random: Random, options: BackoffOptions = {}): number {
  const { baseMs = 1_000, maxMs = 30_000, factor = 2, jitter = 0.5 } = options;
  const bound = Math.min(maxMs, baseMs * factor ** Math.max(0, attempt - 1));
  return Math.round(bound * (1 - jitter + jitter * random()));
}
