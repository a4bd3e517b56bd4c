import type { EventScope } from '../../protocol/event.js';
import type { SpanStartedData } from '../../protocol/events/span.js';
import { draftEvent } from '../run/event-draft.js';
import type { RunCore } from '../run/run-core.js';

/** Tells a call whose recorded result is used again: it begins and ends at once, and nothing is paid. */
export function commitReused(run: RunCore, started: SpanStartedData, scope: EventScope): Promise<void> {
  const time = run.time();
  return run.journal.commit({
    events: [
      draftEvent('span.started', started, scope, time),
      draftEvent('span.ended', { status: 'ok', reused: true }, scope, time),
    ],
  });
}
