import { FleetglassError } from '@fleetglass/core';
import type { Clock, EventLog, FleetHost } from '@fleetglass/core';

/** Longest time that reading may take: whoever asked is told, and what others wait for is asked anew. */
const READ_TIMEOUT_MS = 60_000;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isPage = (value: unknown): boolean =>
  isRecord(value) && Array.isArray(value['events']) && Number.isSafeInteger(value['to']);

const isReading = (value: unknown): boolean =>
  isRecord(value) && Number.isSafeInteger(value['seq']) && isRecord(value['state']);

const isBlob = (value: unknown): boolean =>
  value === undefined ||
  (isRecord(value) && value['bytes'] instanceof Uint8Array && typeof value['mediaType'] === 'string');

/**
 * A host that somebody gave us, as far as it is read: an answer that never comes or is none fails, so that it is not
 * remembered and nobody waits for ever. Commands take as long as they take.
 */
export function guardedHost(host: FleetHost, clock: Clock): FleetHost {
  const { log, blobs } = host;

  const within = async <T>(ask: () => Promise<T>, isAnswer: (value: unknown) => boolean): Promise<T> => {
    let timer: unknown;
    const late = new Promise<never>((_, reject) => {
      const expire = (): void =>
        reject(
          new FleetglassError('STORE_FAILED', `Reading took longer than ${READ_TIMEOUT_MS} ms; try again.`),
        );
      timer = clock.setTimeout(expire, READ_TIMEOUT_MS, { background: true });
    });
    try {
      const answer = await Promise.race([ask(), late]);
      if (isAnswer(answer)) return answer;
      throw new FleetglassError('STORE_FAILED', 'What was read is of no known form; try again later.');
    } finally {
      clock.clearTimeout(timer);
    }
  };

  const guardedLog: EventLog = {
    get epoch() {
      return log.epoch;
    },
    head: () => log.head(),
    first: () => log.first(),
    deletions: () => log.deletions?.() ?? 0,
    subscribe: (listener) => log.subscribe(listener),
    read: (query) => within(async () => log.read(query), isPage),
    stateAt: (seq, filter) => within(async () => log.stateAt(seq, filter), isReading),
  };
  return {
    log: guardedLog,
    commands: host.commands,
    ...(host.rollups && { rollups: host.rollups }),
    blobs: { getBlob: (ref) => within(async () => blobs.getBlob(ref), isBlob) },
  };
}
