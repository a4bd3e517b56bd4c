import type { JsonObject } from '../lib/json.js';
import { isRecord } from '../lib/json.js';
import type { ErrorCode } from './error-code.js';
import { ERROR_CODES, isErrorCode } from './error-code.js';

const BRAND = Symbol.for('fleetglass.error');

export interface FleetglassErrorOptions {
  /** Facts that a program can act on; must not hold secrets. */
  readonly details?: JsonObject;
  readonly cause?: unknown;
}

/** Shape of an error over the wire. */
export interface WireError {
  readonly code: string;
  /** What went wrong and what to do about it. */
  readonly message: string;
  readonly details?: JsonObject;
  readonly requestId?: string;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp?: number;
}

/** The only error class of Fleetglass. Tell it by {@link isFleetglassError}, which also holds across two copies of the package. */
export class FleetglassError extends Error {
  override readonly name = 'FleetglassError';
  readonly [BRAND] = true;
  readonly code: ErrorCode;
  readonly details: JsonObject | undefined;

  constructor(code: ErrorCode, message: string, options: FleetglassErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details;
  }

  /** Whether the same request may succeed when it is made again later, unchanged. */
  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable;
  }

  /** HTTP status of the code. */
  get status(): number {
    return ERROR_CODES[this.code].status;
  }
}

/** Whether `value` is a {@link FleetglassError}, optionally with this code. */
export function isFleetglassError(value: unknown, code?: ErrorCode): value is FleetglassError {
  try {
    return isRecord(value) && BRAND in value && (code === undefined || value['code'] === code);
  } catch {
    // A proxy may throw whenever it is looked at; it is none of ours.
    return false;
  }
}

const UNKNOWN = 'Unknown error.';

function messageOf(value: unknown): string {
  try {
    const text: unknown = value instanceof Error ? value.message || value.name : value;
    return typeof text === 'string' ? text : UNKNOWN;
  } catch {
    return UNKNOWN;
  }
}

/** Turns anything that was thrown into a {@link FleetglassError}; one that already is passes unchanged. */
export function toFleetglassError(value: unknown, code: ErrorCode = 'INTERNAL'): FleetglassError {
  return isFleetglassError(value) ? value : new FleetglassError(code, messageOf(value), { cause: value });
}

/** The part of an error that may leave the process: never its stack or cause. */
export function toWireError(
  value: unknown,
  context: { requestId?: string; timestamp?: number } = {},
): WireError {
  const error = toFleetglassError(value);
  return {
    code: error.code,
    message: error.message,
    ...(error.details && { details: error.details }),
    ...context,
  };
}

/** Rebuilds an error that came over the wire; an unknown code becomes `INTERNAL` and is kept in `details.code`. */
export function fromWireError(wire: WireError): FleetglassError {
  if (isErrorCode(wire.code)) {
    return new FleetglassError(wire.code, wire.message, { ...(wire.details && { details: wire.details }) });
  }
  return new FleetglassError('INTERNAL', wire.message, { details: { ...wire.details, code: wire.code } });
}
