import type { Clock } from '@fleetglass/core';

/** The world of a command: everything that it reads or writes besides files. */
export interface CommandIo {
  /** Its answer. Resolves when more may be written. */
  out(text: string): Promise<void>;
  /** Progress, warnings and errors. */
  err(text: string): void;
  /** Whether a person reads `err` as it comes. */
  readonly isTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Command line that starts `fleetglass`, for work in a process of its own. */
  readonly program: readonly string[];
  /** Aborted when the command shall end. */
  readonly signal: AbortSignal;
}

/** What a command ends with; documented in `fleetglass --help`. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;
