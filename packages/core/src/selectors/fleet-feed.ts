import type { FeedEntry, FleetState } from '../projection/state.js';
import { createKeep } from './keep.js';

/** An entry of a run's feed, with the run that it is of. */
export interface FleetFeedEntry {
  readonly runId: string;
  readonly entry: FeedEntry;
}

/** Lines of a fleet's feed. */
const MAX_ENTRIES = 500;

const known = new WeakMap<FeedEntry, FleetFeedEntry>();
function withRun(runId: string, entry: FeedEntry): FleetFeedEntry {
  let found = known.get(entry);
  if (!found || found.runId !== runId) known.set(entry, (found = { runId, entry }));
  return found;
}

const keep = createKeep<readonly FleetFeedEntry[]>();

/**
 * What happened in all runs, oldest first: the newest 500 lines of their feeds in the order of the log. An entry keeps
 * its identity, and so does the whole while none arrives.
 */
export function selectFleetFeed(state: FleetState, limit = MAX_ENTRIES): readonly FleetFeedEntry[] {
  const feeds: { readonly runId: string; readonly feed: readonly FeedEntry[]; readonly newest: number }[] =
    [];
  for (const { id: runId, feed } of state.runs.values()) {
    const newest = feed.at(-1)?.seq;
    if (newest !== undefined) feeds.push({ runId, feed, newest });
  }
  feeds.sort((a, b) => b.newest - a.newest);
  let merged: FleetFeedEntry[] = [];
  /** Nothing up to here is among the newest. */
  let oldest = 0;
  for (const { runId, feed, newest } of feeds) {
    // The feeds that follow are older still.
    if (newest < oldest) break;
    for (const entry of feed) if (entry.seq >= oldest) merged.push(withRun(runId, entry));
    if (merged.length > 2 * limit) {
      merged = newestOf(merged, limit);
      oldest = merged[0]?.entry.seq ?? 0;
    }
  }
  merged = newestOf(merged, limit);
  return keep(String(limit), merged);
}

const newestOf = (entries: readonly FleetFeedEntry[], limit: number): FleetFeedEntry[] =>
  [...entries].sort((a, b) => a.entry.seq - b.entry.seq).slice(-limit);
