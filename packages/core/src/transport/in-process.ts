import {
  FleetglassError,
  isFleetglassError,
  toFleetglassError,
  toWireError,
} from '../errors/fleetglass-error.js';
import type { Clock } from '../lib/clock.js';
import { systemClock } from '../lib/clock.js';
import type { FleetHost } from '../log/fleet-host.js';
import type { EventBatch } from '../log/store.js';
import { decodeCursor } from '../protocol/cursor.js';
import type { FleetEvent } from '../protocol/event.js';
import { compileFilter } from '../protocol/filter.js';
import type { Filter } from '../protocol/filter.js';
import type { SnapshotReason } from '../protocol/frame.js';
import type {
  ConnectionStatus,
  SubscribeRequest,
  Subscription,
  SubscriptionObserver,
  Transport,
} from './transport.js';

/** Time of a transport inside one process. */
export interface InProcessOptions {
  /** @default the machine's clock */
  readonly clock?: Clock;
}

const closedError = (): FleetglassError =>
  new FleetglassError('DISCONNECTED', 'The transport is closed; create a new one.');

/** Selects without a copy where everything is wanted. */
function selector(filter: Filter): (events: readonly FleetEvent[]) => readonly FleetEvent[] {
  if (Object.values(filter).every((field) => field === undefined)) return (events) => events;
  const matches = compileFilter(filter);
  return (events) => events.filter(matches);
}

/**
 * Carries events within one process: subscribers receive the very objects that the log holds, as soon as it has
 * accepted them. An observer that throws loses its subscription and never disturbs the log.
 */
export function inProcess(host: FleetHost, { clock = systemClock }: InProcessOptions = {}): Transport {
  const { log } = host;
  const subscriptions = new Set<Subscription>();
  const listeners = new Set<(status: ConnectionStatus) => void>();
  let status: ConnectionStatus = { phase: 'open', since: clock.now(), attempt: 0 };
  const ensureOpen = (): void => {
    if (status.phase === 'closed') throw closedError();
  };

  const subscribe = (request: SubscribeRequest, observer: SubscriptionObserver): Subscription => {
    const select = selector(request.filter);
    /** Everything up to here was handed over. */
    let last = 0;
    let live = false;
    /** Tells a catch-up that was overtaken by a restart or the end. */
    let generation = 0;

    const end = (error?: unknown): void => {
      if (!subscriptions.delete(subscription)) return;
      generation += 1;
      unsubscribe();
      if (error !== undefined) observer.error(toFleetglassError(error));
    };

    const deliver = (batch: EventBatch): void => {
      const fresh = batch.from > last ? batch.events : batch.events.filter((event) => event.seq > last);
      const from = last + 1;
      last = batch.to;
      observer.events({ epoch: log.epoch, from, to: batch.to, events: select(fresh) });
    };

    const onBatch = (batch: EventBatch): void => {
      if (!live || batch.to <= last) return;
      try {
        if (batch.from > last + 1) void catchUp();
        else deliver(batch);
      } catch (error) {
        end(error);
      }
    };

    const startFromSnapshot = async (reason: SnapshotReason, current: number): Promise<void> => {
      const snapshot = await log.stateAt(log.head(), request.filter);
      if (current !== generation) return;
      last = snapshot.seq;
      observer.snapshot({ ...snapshot, epoch: log.epoch, reason });
    };

    const place = async (current: number): Promise<void> => {
      const cursor = request.position();
      if (cursor === undefined) return startFromSnapshot('start', current);
      const { epoch, seq } = decodeCursor(cursor);
      // A position beyond the head belongs to a log that has lost its end.
      if (epoch !== log.epoch || seq > log.head()) return startFromSnapshot('epoch', current);
      if (seq + 1 < log.first()) return startFromSnapshot('too-old', current);
      last = seq;
    };

    /** Reads the log up to its head, then goes live in the same turn in which nothing was left to read. */
    const catchUp = async (begin?: (current: number) => Promise<void>): Promise<void> => {
      live = false;
      generation += 1;
      const current = generation;
      try {
        await begin?.(current);
        while (current === generation && last < log.head()) {
          const page = await log.read({ from: last + 1, filter: request.filter }).catch((error: unknown) => {
            if (isFleetglassError(error, 'CURSOR_TOO_OLD')) return undefined;
            throw error;
          });
          if (current !== generation) return;
          if (!page) await startFromSnapshot('too-old', current);
          else if (page.to <= last) break;
          else {
            const from = last + 1;
            last = page.to;
            observer.events({ epoch: log.epoch, from, to: page.to, events: page.events });
          }
        }
        if (current === generation) live = true;
      } catch (error) {
        if (current === generation) end(error);
      }
    };

    const subscription: Subscription = {
      restart() {
        if (subscriptions.has(subscription)) void catchUp(place);
      },
      close: () => end(),
    };
    subscriptions.add(subscription);
    const unsubscribe = log.subscribe(onBatch);
    void catchUp(place);
    return subscription;
  };

  return {
    subscribe(request, observer) {
      ensureOpen();
      return subscribe(request, observer);
    },
    async command(command, commandId) {
      ensureOpen();
      try {
        const result = await host.commands.execute(command, { commandId });
        return result === undefined ? { ok: true } : { ok: true, result };
      } catch (error) {
        return { ok: false, error: toWireError(error, { requestId: commandId, timestamp: clock.now() }) };
      }
    },
    async readRange(query) {
      ensureOpen();
      return log.read(query);
    },
    async stateAt(cursor, filter) {
      ensureOpen();
      const { epoch, seq } = decodeCursor(cursor);
      if (epoch !== log.epoch || seq > log.head()) {
        throw new FleetglassError(
          'CURSOR_TOO_OLD',
          'The cursor belongs to a former life of the log; start again without one.',
        );
      }
      return log.stateAt(seq, filter);
    },
    async blob(ref) {
      ensureOpen();
      return host.blobs.getBlob(ref);
    },
    get status() {
      return status;
    },
    onStatus(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      if (status.phase === 'closed') return;
      for (const subscription of subscriptions) subscription.close();
      status = { phase: 'closed', since: clock.now(), attempt: 0 };
      for (const listener of listeners) listener(status);
    },
  };
}
