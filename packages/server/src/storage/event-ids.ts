import type { EventDraft, FleetEvent } from '@fleetglass/core/protocol';
import type { Database } from './database.js';

/** Ids of the events, kept from the first append on that asks for them. Every call happens inside a transaction. */
export interface EventIds {
  /** Drafts whose id was not appended before. */
  withoutKnown(drafts: readonly EventDraft[]): EventDraft[];
  add(events: readonly EventDraft[]): void;
  remove(events: readonly FleetEvent[]): void;
  /** The transaction was undone. */
  rolledBack(): void;
}

/** @param everyId ids of all events so far, those of this transaction included */
export function createEventIds(database: Database, everyId: () => Iterable<string>): EventIds {
  const mark = database.prepare("SELECT 1 FROM meta WHERE key = 'event_ids'");
  const setMark = database.prepare("INSERT OR IGNORE INTO meta (key, value) VALUES ('event_ids', '1')");
  const has = database.prepare('SELECT 1 FROM event_ids WHERE id = ?');
  const put = database.prepare('INSERT OR IGNORE INTO event_ids (id) VALUES (?)');
  const drop = database.prepare('DELETE FROM event_ids WHERE id = ?');
  const isMarked = (): boolean => mark.get() !== undefined;
  let isKept = isMarked();

  return {
    withoutKnown(drafts) {
      if (!isKept) {
        for (const id of everyId()) put.run(id);
        setMark.run();
        isKept = true;
      }
      const seen = new Set<string>();
      return drafts.filter(({ id }) => {
        if (id === undefined) return true;
        if (seen.has(id) || has.get(id) !== undefined) return false;
        seen.add(id);
        return true;
      });
    },
    add(events) {
      if (isKept) for (const { id } of events) if (id !== undefined) put.run(id);
    },
    remove(events) {
      if (isKept) for (const { id } of events) if (id !== undefined) drop.run(id);
    },
    rolledBack() {
      isKept = isMarked();
    },
  };
}
