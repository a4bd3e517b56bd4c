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

/** Ids of the events of a log that are written down at a time. */
const AT_A_TIME = 10_000;

const idsOf = (events: readonly EventDraft[]): string[] =>
  events.flatMap(({ id }) => (id === undefined ? [] : [id]));

/** @param everyId ids of all events so far, those of this transaction included */
export function createEventIds(database: Database, everyId: () => Iterable<string>): EventIds {
  const mark = database.prepare("SELECT 1 FROM meta WHERE key = 'event_ids'");
  const setMark = database.prepare("INSERT OR IGNORE INTO meta (key, value) VALUES ('event_ids', '1')");
  // Many at a time: calling a statement costs more than what it does.
  const findAll = database.prepare('SELECT id FROM event_ids WHERE id IN (SELECT value FROM json_each(?))');
  const putAll = database.prepare(
    'INSERT OR IGNORE INTO event_ids SELECT value FROM json_each(?) ORDER BY value',
  );
  const drop = database.prepare('DELETE FROM event_ids WHERE id = ?');
  const put = (ids: readonly string[]): void => {
    if (ids.length > 0) putAll.run(JSON.stringify(ids));
  };
  const isMarked = (): boolean => mark.get() !== undefined;
  let isKept = isMarked();

  return {
    withoutKnown(drafts) {
      if (!isKept) {
        let some: string[] = [];
        for (const id of everyId()) {
          if (some.push(id) < AT_A_TIME) continue;
          put(some);
          some = [];
        }
        put(some);
        setMark.run();
        isKept = true;
      }
      const known = new Set(findAll.all(JSON.stringify(idsOf(drafts))).map(([id]) => String(id)));
      return drafts.filter(({ id }) => {
        if (id === undefined) return true;
        if (known.has(id)) return false;
        known.add(id);
        return true;
      });
    },
    add(events) {
      if (isKept) put(idsOf(events));
    },
    remove(events) {
      if (isKept) for (const { id } of events) if (id !== undefined) drop.run(id);
    },
    rolledBack() {
      isKept = isMarked();
    },
  };
}
