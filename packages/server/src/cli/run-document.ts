import type { FleetEvent } from '@fleetglass/core/protocol';

/** What a document that replays a run is made of. */
export interface RunDocument {
  /** All events of the run, by ascending `seq`. */
  readonly events: readonly FleetEvent[];
  readonly runId: string;
  /** Of the page. */
  readonly title: string;
  /** Leaves out what was said: messages, inputs, outputs, logs, details and notes. */
  readonly redact: boolean;
}

/**
 * Writes one HTML file that replays a run without a network. It is made of the screens, which this package never imports:
 * the build fills it in from `dashboard/run-document.ts`, as it builds the page; where nothing was built it is missing.
 */
export const writeRunDocument: ((document: RunDocument) => string) | undefined = undefined;
