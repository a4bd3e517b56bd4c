interface ErrorCodeEntry {
  /** HTTP status that the gateway answers with. */
  readonly status: number;
  /** Whether the same request may succeed when it is made again later, unchanged. */
  readonly retryable: boolean;
}

/**
 * Every code that a {@link FleetglassError} can carry. The anchor in `docs/errors.md` is the code in lower case.
 */
export const ERROR_CODES = {
  // Input
  BAD_FRAME: { status: 400, retryable: false },
  BAD_INPUT: { status: 400, retryable: false },
  BAD_EVENT: { status: 422, retryable: false },
  FRAME_TOO_LARGE: { status: 413, retryable: false },
  UNKNOWN_FRAME: { status: 400, retryable: false },
  UNKNOWN_COMMAND: { status: 400, retryable: false },
  UNSUPPORTED_VERSION: { status: 426, retryable: false },
  // Access
  UNAUTHENTICATED: { status: 401, retryable: false },
  FORBIDDEN: { status: 403, retryable: false },
  FORBIDDEN_ORIGIN: { status: 403, retryable: false },
  FORBIDDEN_HOST: { status: 421, retryable: false },
  AUTH_TIMEOUT: { status: 408, retryable: true },
  // Lookup
  NOT_FOUND: { status: 404, retryable: false },
  RUN_NOT_FOUND: { status: 404, retryable: false },
  RUN_ENDED: { status: 409, retryable: false },
  RUN_EXISTS: { status: 409, retryable: false },
  RUN_NOT_ENDED: { status: 409, retryable: false },
  APPROVAL_NOT_FOUND: { status: 404, retryable: false },
  ALERT_NOT_FOUND: { status: 404, retryable: false },
  BLOB_NOT_FOUND: { status: 404, retryable: false },
  CURSOR_TOO_OLD: { status: 410, retryable: false },
  CURSOR_INVALID: { status: 400, retryable: false },
  // Store
  LEASE_LOST: { status: 409, retryable: false },
  LEASE_HELD: { status: 409, retryable: true },
  VERSION_CONFLICT: { status: 409, retryable: true },
  STORE_FAILED: { status: 500, retryable: true },
  STORE_CLOSED: { status: 503, retryable: false },
  SCHEMA_TOO_NEW: { status: 500, retryable: false },
  // Orchestration
  GRAPH_INVALID: { status: 400, retryable: false },
  STATE_CONFLICT: { status: 409, retryable: false },
  STATE_NOT_JSON: { status: 422, retryable: false },
  STEP_LIMIT: { status: 409, retryable: false },
  TASK_FAILED: { status: 500, retryable: false },
  TIMEOUT: { status: 504, retryable: true },
  CANCELLED: { status: 409, retryable: false },
  SUSPENDED: { status: 503, retryable: true },
  // Workspaces
  GIT_FAILED: { status: 500, retryable: false },
  // Money
  BUDGET_EXCEEDED: { status: 402, retryable: false },
  UNKNOWN_PRICE: { status: 402, retryable: false },
  COST_OVERFLOW: { status: 500, retryable: false },
  // Transport
  DISCONNECTED: { status: 503, retryable: true },
  SLOW_CONSUMER: { status: 429, retryable: true },
  SHUTTING_DOWN: { status: 503, retryable: true },
  PORT_IN_USE: { status: 409, retryable: true },
  INTERNAL: { status: 500, retryable: false },
} as const satisfies Record<string, ErrorCodeEntry>;

/** A code of {@link ERROR_CODES}; `docs/errors.md` says what to do about each. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** Whether `code` is one of this version's codes; a newer peer may send others. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);
}
