import type { FleetState } from '@fleetglass/core/client';
import { recordOf } from './run-record.js';

/** Version of what {@link runToJson} writes. */
const VERSION = 1;

/**
 * All that is held of a run as JSON: amounts in nano-dollars, times in milliseconds since the epoch. Unknown costs are
 * counted in `unknownCalls` and are in no amount.
 *
 * @returns `undefined` for a run that is not held
 */
export function runToJson(state: FleetState, runId: string): string | undefined {
  const record = recordOf(state, runId);
  if (!record) return undefined;
  // What the run lists are the keys of the rows that follow.
  const { agents: _agents, tasks: _tasks, spans: _spans, messages: _messages, ...run } = record.run;
  return `${JSON.stringify({ format: 'fleetglass-run', version: VERSION, ...record, run }, undefined, 2)}\n`;
}
