import type { FleetState, MessageState } from '../projection/state.js';
import { createKeep } from './keep.js';
import { rowsOf } from './runs.js';

const keepMessages = createKeep<readonly MessageState[]>();

/**
 * Messages of a run in the order of their arrival: those that the state still holds, see `RunState.forgotten`. The same
 * array while none of them changes.
 */
export function selectMessages(state: FleetState, runId: string): readonly MessageState[] {
  return keepMessages(runId, [...rowsOf(state.runs.get(runId)?.messages, state.messages)]);
}
