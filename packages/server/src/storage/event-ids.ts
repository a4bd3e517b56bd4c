import type { EventDraft } from '@fleetglass/core/protocol';
import type { Database } from './database.js';

/** Ids of the events, kept from the first append on that asks for them. Every call happens inside a transaction. */
export interface EventIds {
  /** Remembers ids from now on. @returns drafts whose id was not appended before; of those with the same the first */
  claim(drafts: readonly EventDraft[]): EventDraft[];
  add(events: readonly EventDraft[]): void;
  remove(events: readonly EventDraft[]): void;
  /** The transaction was undone. */
  rolledBack(): void;
}

/** Ids of the events of a log that are written down at a time. */
const AT_A_TIME = 10_000;

const FIRST_SURROGATE = 0xd800;
const LAST_SURROGATE = 0xdfff;

/**
 * What SQLite's JSON surely gives back as it was: no control character, no part of a surrogate pair, and nothing that
 * looks quoted. By character code, since every event comes through here.
 */
function isPlain(id: string): boolean {
  for (let i = 0; i < id.length; i += 1) {
    const code = id.charCodeAt(i);
    if (code < 0x20 || (code >= FIRST_SURROGATE && code <= LAST_SURROGATE)) return false;
  }
  return !id.startsWith('"');
}

/** How an id is kept. */
const keyOf = (id: string): string => (isPlain(id) ? id : JSON.stringify(id));

function keysOf(events: readonly EventDraft[]): string[] {
  const keys: string[] = [];
  for (const { id } of events) if (id !== undefined) keys.push(keyOf(id));
  return keys;
}

/** @param everyId ids of all events so far, those of this transaction included */
export function createEventIds(database: Database, everyId: () => Iterable<string>): EventIds {
  const mark = database.prepare("SELECT 1 FROM meta WHERE key = 'event_ids'");
  const setMark = database.prepare("INSERT OR IGNORE INTO meta (key, value) VALUES ('event_ids', '1')");
  // Many at a time: calling a statement costs more than what it does.
  const putAll = database.prepare(
    'INSERT OR IGNORE INTO event_ids SELECT value FROM json_each(?) ORDER BY value',
  );
  const claimAll = database.prepare(
    'INSERT OR IGNORE INTO event_ids SELECT value FROM json_each(?) ORDER BY value RETURNING id',
  );
  const drop = database.prepare('DELETE FROM event_ids WHERE id = ?');
  const hold = database.prepare('SAVEPOINT claim');
  const undo = database.prepare('ROLLBACK TO claim');
  const release = database.prepare('RELEASE claim');
  const put = (keys: readonly string[]): void => {
    if (keys.length > 0) putAll.run(JSON.stringify(keys));
  };
  const isMarked = (): boolean => mark.get() !== undefined;
  let isKept = isMarked();

  return {
    claim(drafts) {
      if (!isKept) {
        let some: string[] = [];
        for (const id of everyId()) {
          if (some.push(keyOf(id)) < AT_A_TIME) continue;
          put(some);
          some = [];
        }
        put(some);
        setMark.run();
        isKept = true;
      }
      const keys = keysOf(drafts);
      if (keys.length === 0) return [...drafts];
      const text = JSON.stringify(keys);
      // Mostly all of them are new, and a count tells it in a third of the time that a list of them takes.
      hold.run();
      const areNew = Number(putAll.run(text).changes) === keys.length;
      if (!areNew) undo.run();
      release.run();
      if (areNew) return [...drafts];
      const fresh = new Set(claimAll.all(text).map(([key]) => key));
      return drafts.filter(({ id }) => id === undefined || fresh.delete(keyOf(id)));
    },
    add(events) {
      if (isKept) put(keysOf(events));
    },
    remove(events) {
      if (isKept) for (const { id } of events) if (id !== undefined) drop.run(keyOf(id));
    },
    rolledBack() {
      isKept = isMarked();
    },
  };
}
