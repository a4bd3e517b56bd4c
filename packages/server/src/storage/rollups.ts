import { createRollupFold } from '@fleetglass/core';
import type { RollupFold, RollupQuery, RollupRow } from '@fleetglass/core';
import type { FleetEvent } from '@fleetglass/core/protocol';
import type { Database } from './database.js';
import { createLongTexts } from './long-texts.js';
import { createRollupTable, ROLLUP_SCHEMA } from './rollup-table.js';
import type { Segments } from './segments.js';
import { createSegments } from './segments.js';

/** Sums that change with the events of the same transaction. */
export interface SqliteRollups {
  /** Adds events; those before `from` are in their rows. */
  add(from: number, events: readonly FleetEvent[]): void;
  /** Events of others, which they have added. */
  pass(from: number, events: readonly FleetEvent[]): void;
  forget(runId?: string): void;
  /** The transaction was undone, or others wrote. */
  refresh(): void;
  /** @throws FleetglassError `BAD_INPUT`, `COST_OVERFLOW` */
  read(query: RollupQuery): RollupRow[];
}

/** Events that are folded at a time when an older file is taken over. */
const PAGE = 4_096;

export function createRollups(database: Database, segments: Segments): SqliteRollups {
  const table = createRollupTable(database);
  let before = 0;
  const fold = createFold(segments, () => before);
  return {
    add(from, events) {
      before = from - 1;
      table.add(fold.fold(events).values());
    },
    pass(from, events) {
      before = from - 1;
      fold.fold(events);
    },
    forget: (runId) => fold.forget(runId),
    refresh: () => table.refresh(),
    read: (query) => table.read(query),
  };
}

/** What is not known of a run is read from its own events. */
function createFold(segments: Segments, before: () => number): RollupFold {
  return createRollupFold({
    *history(runId) {
      const to = before();
      for (let from = 1; from <= to;) {
        const page = segments.read({ from, to, filter: { runId }, limit: PAGE }, to);
        yield* page.events;
        from = page.to + 1;
      }
    },
  });
}

/** Makes the sums of a file that was written before there were any. */
export function fillRollups(database: Database): void {
  database.exec(ROLLUP_SCHEMA);
  const segments = createSegments(database, createLongTexts(database));
  const rollups = createRollups(database, segments);
  const head = segments.readLast();
  for (let from = 1; from <= head;) {
    const page = segments.read({ from, to: head, limit: PAGE }, head);
    rollups.add(from, page.events);
    from = page.to + 1;
  }
}
