import type { BackoffOptions } from '../../lib/backoff.js';
import type { ErrorCode } from '../../errors/error-code.js';
import type { AttemptFailure } from '../calls/context.js';

/** When an attempt that failed is made again. Times are in milliseconds. */
export interface RetryOptions {
  /** Attempts in all. @default 1 */
  readonly attempts?: number;
  /** Waiting time before each further attempt. */
  readonly backoff?: BackoffOptions;
  /** Whether another attempt is worth it; one that throws says no. @default unless the failure cannot change, such as a spent budget */
  readonly retryOn?: (failure: AttemptFailure) => boolean;
  /**
   * Which recorded results an attempt after a thrown error uses again: those of `tool` and `once`, or those of
   * `model` too. After a crash or restart every recorded result is used again. @default 'tools'
   */
  readonly reuse?: 'tools' | 'all';
}

const PERMANENT: ReadonlySet<string> = new Set<ErrorCode>([
  'BUDGET_EXCEEDED',
  'CANCELLED',
  'COST_OVERFLOW',
  'GRAPH_INVALID',
  'LEASE_LOST',
  'STATE_CONFLICT',
  'STATE_NOT_JSON',
  'STEP_LIMIT',
  'UNKNOWN_PRICE',
]);

/** Whether the policy asks for another attempt. */
export function wantsRetry(options: RetryOptions | undefined, failure: AttemptFailure): boolean {
  if (failure.attempt >= (options?.attempts ?? 1)) return false;
  if (!options?.retryOn) return !PERMANENT.has(failure.error.code);
  try {
    return options.retryOn(failure);
  } catch {
    // The task has failed already; its own error says more than this one.
    return false;
  }
}
