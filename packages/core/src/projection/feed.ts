import type { FleetEvent } from '../protocol/event.js';
import type { Actor } from '../protocol/payload.js';
import type { Fold } from './fold.js';
import { own, pushTo } from './fold.js';
import type { Fields } from './guard.js';
import { actor, amount, count, oneOf, shape, text } from './guard.js';
import type { FeedEntry } from './state.js';

/** Most entries of a run's feed. */
export const MAX_FEED = 200;

export const UNIT = oneOf('usd', 'tokens', 'steps', 'seconds');

export const FEED_ENTRY: Fields<FeedEntry> = {
  seq: count,
  time: amount,
  type: text,
  agentId: text,
  taskId: text,
  spanId: text,
  subject: text,
  detail: text,
  severity: oneOf('info', 'warning', 'error'),
  by: actor,
  amounts: shape<NonNullable<FeedEntry['amounts']>>({ spent: amount, limit: amount, unit: UNIT }, 'spent'),
};

/** Adds an event to its run's feed, which keeps the newest {@link MAX_FEED}. */
export function note(
  { run }: Fold,
  event: FleetEvent,
  subject?: string,
  detail?: string,
  severity?: FeedEntry['severity'],
  by?: Actor,
  amounts?: FeedEntry['amounts'],
): void {
  if (!run) return;
  const { seq, time, type, agentId, taskId, spanId } = event;
  const entry = {
    seq,
    time,
    type,
    agentId,
    taskId,
    spanId,
    subject,
    detail,
    severity,
    by,
    amounts,
  } as FeedEntry;
  pushTo(own(run, 'feed'), entry, MAX_FEED);
}
