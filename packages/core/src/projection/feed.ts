import type { FleetEvent } from '../protocol/event.js';
import type { Actor } from '../protocol/payload.js';
import type { Fold } from './fold.js';
import { own } from './fold.js';
import { put } from './guard.js';
import type { FeedEntry } from './state.js';
import type { Draft } from './table.js';

/** Most entries of a run's feed. */
export const MAX_FEED = 200;

interface FeedFacts {
  readonly subject?: string | undefined;
  readonly detail?: string | undefined;
  readonly severity?: FeedEntry['severity'];
  readonly by?: Actor | undefined;
}

/** Adds an event to its run's feed, which keeps the newest {@link MAX_FEED}. */
export function note({ run }: Fold, event: FleetEvent, { subject, detail, severity, by }: FeedFacts): void {
  if (!run) return;
  const entry: Draft<FeedEntry> = { seq: event.seq, time: event.time, type: event.type };
  put(entry, 'agentId', event.agentId);
  put(entry, 'taskId', event.taskId);
  put(entry, 'spanId', event.spanId);
  put(entry, 'subject', subject);
  put(entry, 'detail', detail);
  put(entry, 'severity', severity);
  put(entry, 'by', by);
  const feed = own(run, 'feed');
  feed.push(entry);
  if (feed.length > MAX_FEED) feed.shift();
}
