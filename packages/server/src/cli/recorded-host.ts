import type { CommandHandler, FleetHost, Store } from '@fleetglass/core';
import { createEventLog, createRedactor, FleetglassError } from '@fleetglass/core';
import type { EventDraft, EventInput } from '@fleetglass/core/protocol';
import { PROTOCOL_VERSION } from '@fleetglass/core/protocol';
import { createSqliteStore } from '../storage/sqlite-store.js';

/** A log in memory that converted events are put into, and its viewers' side. */
export interface RecordedHost {
  readonly host: FleetHost;
  readonly store: Store;
  /** Secrets are redacted; events that came before are left out. */
  add(events: readonly EventInput[]): Promise<void>;
  close(): Promise<void>;
}

const readOnly: CommandHandler = {
  readOnly: true,
  execute: () =>
    Promise.reject(
      new FleetglassError(
        'FORBIDDEN',
        'This is a recording, which can be watched and not steered: give commands to the gateway of the live run.',
      ),
    ),
};

/** Nothing is written anywhere: the log lives as long as the process. */
export function createRecordedHost(): RecordedHost {
  const store = createSqliteStore({ file: ':memory:' });
  const redactor = createRedactor();
  return {
    store,
    host: {
      log: createEventLog(store),
      blobs: store,
      commands: readOnly,
      ...(store.rollups ? { rollups: store.rollups } : {}),
    },
    async add(events) {
      const drafts: EventDraft[] = [];
      for (const { time = 0, data, ...event } of events) {
        const safe = redactor.redact(data);
        if (safe !== undefined)
          drafts.push({ v: PROTOCOL_VERSION, ...event, time, data: safe } as EventDraft);
      }
      await store.append(drafts, { dedupe: true });
    },
    close: () => store.close(),
  };
}
