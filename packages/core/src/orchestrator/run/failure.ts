import { isFleetglassError } from '../../errors/fleetglass-error.js';
import type { Failure } from '../../protocol/payload.js';

const MAX_MESSAGE = 2_000;

/** The part of anything that was thrown that may be shown: never a stack or a cause. */
export function toFailure(error: unknown): Failure {
  if (isFleetglassError(error)) {
    return { code: error.code, message: error.message.slice(0, MAX_MESSAGE), retryable: error.retryable };
  }
  try {
    return readFailure(error);
  } catch {
    // Whatever it is, it throws when it is looked at.
    return { code: 'TASK_FAILED', message: 'Something was thrown that cannot be read.' };
  }
}

function readFailure(error: unknown): Failure {
  const { code, message, name } = (
    typeof error === 'object' && error !== null ? error : { message: error }
  ) as {
    code?: unknown;
    message?: unknown;
    name?: unknown;
  };
  const text =
    typeof message === 'string' && message !== ''
      ? message
      : typeof name === 'string'
        ? name
        : 'Unknown error';
  return {
    code: typeof code === 'string' && code !== '' ? code.slice(0, 100) : 'TASK_FAILED',
    message: text.slice(0, MAX_MESSAGE),
  };
}
