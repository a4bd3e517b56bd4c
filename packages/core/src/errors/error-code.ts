interface ErrorCodeEntry {
  /** HTTP status that the gateway answers with. */
  readonly status: number;
  /** Whether the same request may succeed when it is made again later, unchanged. */
  readonly retryable: boolean;
}

const final = (status: number): ErrorCodeEntry => ({ status, retryable: false });
const later = (status: number): ErrorCodeEntry => ({ status, retryable: true });

/**
 * Every code that a {@link FleetglassError} can carry. The anchor in `docs/errors.md` is the code in lower case.
 */
export const ERROR_CODES = {
  // Input
  BAD_FRAME: final(400),
  BAD_INPUT: final(400),
  BAD_EVENT: final(422),
  FRAME_TOO_LARGE: final(413),
  BODY_TOO_LARGE: final(413),
  NOT_JSON: final(415),
  UNSUPPORTED_ENCODING: final(415),
  METHOD_NOT_ALLOWED: final(405),
  UNKNOWN_FRAME: final(400),
  UNKNOWN_COMMAND: final(400),
  UNSUPPORTED_VERSION: final(426),
  // Access
  UNAUTHENTICATED: final(401),
  FORBIDDEN: final(403),
  FORBIDDEN_ORIGIN: final(403),
  FORBIDDEN_HOST: final(421),
  AUTH_TIMEOUT: later(408),
  // Lookup
  NOT_FOUND: final(404),
  RUN_NOT_FOUND: final(404),
  RUN_ENDED: final(409),
  RUN_EXISTS: final(409),
  RUN_NOT_ENDED: final(409),
  APPROVAL_NOT_FOUND: final(404),
  ALERT_NOT_FOUND: final(404),
  BLOB_NOT_FOUND: final(404),
  CURSOR_TOO_OLD: final(410),
  CURSOR_INVALID: final(400),
  // Store
  LEASE_LOST: final(409),
  LEASE_HELD: later(409),
  VERSION_CONFLICT: later(409),
  STORE_FAILED: later(500),
  STORE_CLOSED: final(503),
  SCHEMA_TOO_NEW: final(500),
  // Orchestration
  GRAPH_INVALID: final(400),
  STATE_CONFLICT: final(409),
  STATE_NOT_JSON: final(422),
  STEP_LIMIT: final(409),
  TASK_FAILED: final(500),
  TIMEOUT: later(504),
  CANCELLED: final(409),
  SUSPENDED: later(503),
  // Workspaces
  GIT_FAILED: final(500),
  // Money
  BUDGET_EXCEEDED: final(402),
  UNKNOWN_PRICE: final(402),
  COST_OVERFLOW: final(500),
  // Transport
  DISCONNECTED: later(503),
  SESSION_NOT_FOUND: later(404),
  RATE_LIMITED: later(429),
  SLOW_CONSUMER: later(429),
  SHUTTING_DOWN: later(503),
  PORT_IN_USE: later(409),
  CONFIG_INVALID: final(400),
  INTERNAL: final(500),
} as const satisfies Record<string, ErrorCodeEntry>;

/** A code of {@link ERROR_CODES}; `docs/errors.md` says what to do about each. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** Whether `code` is one of this version's codes; a newer peer may send others. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);
}
