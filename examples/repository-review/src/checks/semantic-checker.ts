import type { CheckResult } from './finding.js';

/** A wish for TypeScript's semantic diagnostics of one file. */
export interface SemanticRequest {
  /** Requests of one session share a program a project; a new session sees the files anew. */
  readonly session: string;
  /** The reviewed folder. */
  readonly dir: string;
  readonly path: string;
  /** Paths that will be asked for too, so that a project is loaded once for all of its files. */
  readonly alongside: readonly string[];
}

/** Type-checks files inside their project. */
export interface SemanticChecker {
  check(request: SemanticRequest, signal: AbortSignal): Promise<CheckResult>;
  close(): Promise<void>;
}
