import { EventEmitter } from 'eventemitter3';
import { FleetglassError, toFleetglassError } from '../errors/fleetglass-error.js';
import type { Clock } from '../lib/clock.js';
import { dependableClock } from '../lib/dependable.js';
import { isRecord } from '../lib/json.js';
import { deepFreeze } from '../log/deep-freeze.js';
import type { Store } from '../log/store.js';
import type { EventDraft, EventInput, EventOf, EventType, FleetEvent } from '../protocol/event.js';
import type { SystemDroppedData } from '../protocol/events/control.js';
import { PROTOCOL_VERSION } from '../protocol/version.js';
import { clean } from './clean.js';
import type { SecretFinder } from './clean.js';
import { createDropCounter } from './drop-counter.js';
import { envelope } from './envelope.js';
import { createEventQueue } from './event-queue.js';
import { createRedactor } from './redact.js';
import { createSplitSecrets } from './split-secrets.js';

/** Bounds of an emitter's memory. */
export interface EmitterLimits {
  /** Most events that wait for the store; above it new ones are dropped and counted. @default 10_000 */
  readonly queue?: number;
  /** Most events handed over at once. @default 512 */
  readonly batch?: number;
  /** Largest event, in characters of its data; a larger one is dropped and counted. @default 262_144 */
  readonly eventSize?: number;
}

/** What an emitter writes to, and what it does to events before. */
export interface EmitterOptions {
  readonly store: Store;
  readonly clock?: Clock;
  /** Replaces secrets before anything is stored or shown. @default `createRedactor()` */
  readonly redact?: SecretFinder | false;
  readonly limits?: EmitterLimits;
  /** Freezes what was handed over, to find code that goes on changing it. @default false */
  readonly development?: boolean;
  /** Told what a listener or the store threw. @default it is ignored */
  readonly onError?: (error: FleetglassError) => void;
}

/**
 * Takes observations in. Nothing here waits, throws, or grows without bound: under pressure events that may be merged
 * are merged, and what still does not fit is dropped, counted and announced by `system.dropped`.
 */
export interface Emitter {
  /** Records an event. Takes ownership of `data`: do not change it afterwards. */
  emit<T extends EventType>(input: EventInput<T>): void;
  /**
   * The event as `emit` would store it, stamped and redacted, for `Store.commit`; `undefined` when it is too large,
   * which is counted as dropped.
   */
  stamp<T extends EventType>(input: EventInput<T>): EventDraft | undefined;
  /**
   * From now on events of the run count only while its newest lease is the one with this epoch; others are dropped and
   * counted.
   *
   * @returns a function that ends that
   */
  fence(runId: string, leaseEpoch: number): () => void;
  /** Hands over to the store now whatever waits, so that a commit that follows comes after it. */
  drain(): void;
  /**
   * Resolves when everything emitted so far was accepted or dropped, at the latest after `timeoutMs`.
   *
   * @param timeoutMs @default 5000
   */
  flush(timeoutMs?: number): Promise<void>;
  /**
   * Calls `listener` with every event of the type, `*` for all, once the store has accepted it: seen means stored.
   *
   * @returns a function that ends the subscription
   */
  on<T extends EventType>(type: T, listener: (event: FleetEvent & EventOf<T>) => void): () => void;
  on(type: '*', listener: (event: FleetEvent) => void): () => void;
  readonly stats: EmitterStats;
  /** Flushes, then takes nothing more. */
  close(): Promise<void>;
}

/** What an emitter holds and what it left out. */
export interface EmitterStats {
  /** Events that wait or are on their way to the store. */
  readonly pending: number;
  /** Events dropped since the beginning. */
  readonly dropped: number;
  /** Events merged into others since the beginning. */
  readonly merged: number;
}

const typeOf = (input: unknown): string => {
  try {
    return (input as { type: string }).type;
  } catch {
    return 'unknown';
  }
};

type Listener = (event: FleetEvent) => void;

const ANNOUNCE_AFTER_MS = 1_000;
const resolved = Promise.resolve();

/** Makes an emitter: `emit()` never waits and never throws; the store gets the events in batches. */
export function createEmitter(options: EmitterOptions): Emitter {
  const { store, development = false } = options;
  const clock = dependableClock(options.clock);
  const { queue: maxPending = 10_000, batch: maxBatch = 512, eventSize = 262_144 } = options.limits ?? {};
  const finder = options.redact === false ? undefined : (options.redact ?? createRedactor());
  const split = finder && createSplitSecrets(finder);
  const tenant = store.tenant === 'default' ? undefined : store.tenant;

  const queue = createEventQueue();
  const drops = createDropCounter();
  const listeners = new EventEmitter<string>();
  const leases = new Map<string, number>();
  let unsubscribe: (() => void) | undefined;
  let inFlight = 0;
  let settled: Promise<void> = resolved;
  let merged = 0;
  let now = 0;
  let nowIsFresh = false;
  let scheduled = false;
  let announcing = false;
  let closed = false;

  const report = (error: unknown): void => {
    try {
      options.onError?.(toFleetglassError(error));
    } catch {
      // Nobody is left to be told.
    }
  };

  /** The clock is read once a batch: reading it costs more than everything else here. */
  const readClock = (): number => {
    if (!nowIsFresh) {
      now = clock.now();
      nowIsFresh = true;
    }
    return now;
  };

  /** The data of an event; of a piece of a text without the rest of a secret that began in an earlier piece. */
  const wholeSecrets = (input: EventInput): EventDraft['data'] => {
    const data = input.data as EventDraft['data'];
    const { text } = data as { readonly text?: unknown };
    if (!split || input.type !== 'message.delta' || typeof text !== 'string') return data;
    const redacted = split.redact(input, text);
    return redacted === text ? data : { ...data, text: redacted };
  };

  const stamp = (input: EventInput): EventDraft | undefined => {
    if (!isRecord(input.data)) throw new FleetglassError('BAD_EVENT', 'An event needs an object as `data`.');
    const data = clean(wholeSecrets(input), finder, eventSize);
    if (!data) {
      drops.add(input.type, 'too-large');
      return undefined;
    }
    if (development) deepFreeze(data);
    const event = envelope(input, input.time ?? readClock(), data);
    if (tenant !== undefined) event.tenant = tenant;
    return event;
  };

  const announcement = (data: SystemDroppedData): EventDraft => ({
    v: PROTOCOL_VERSION,
    time: readClock(),
    type: 'system.dropped',
    data: { ...data },
  });

  const fail = (batch: readonly EventDraft[], error: unknown): void => {
    for (const { type, data } of batch) {
      if (type === 'system.dropped') drops.restore(data as unknown as SystemDroppedData);
      else drops.add(type, 'store-failed');
    }
    report(error);
    announceLater();
  };

  /** What was left out has no place in the log. */
  const countFenced = (batch: readonly EventDraft[]): void => {
    for (const draft of batch)
      if (!(draft as { readonly seq?: number }).seq) drops.add(draft.type, 'lease-lost');
    announceLater();
  };

  const announceLater = (): void => {
    if (announcing || closed) return;
    announcing = true;
    clock.setTimeout(
      () => {
        announcing = false;
        if (drops.waiting && inFlight < maxPending) handOver();
      },
      ANNOUNCE_AFTER_MS,
      { background: true },
    );
  };

  const handOver = (): void => {
    scheduled = false;
    const batch = queue.take();
    if (drops.waiting) for (const data of drops.take()) batch.push(announcement(data));
    nowIsFresh = false;
    if (batch.length === 0) return;
    let accepted: Promise<unknown>;
    let sent = batch.length;
    try {
      const head = store.head();
      accepted = store.append(batch, { leases }).then(({ from, to }) => {
        if (to - from + 1 < batch.length) countFenced(batch);
      });
      // A store in memory has accepted before it returns; only what is really on its way counts against the bound.
      if (store.head() - head >= sent) sent = 0;
    } catch (error) {
      fail(batch, error);
      return;
    }
    inFlight += sent;
    const outcome = accepted.then(
      () => {
        inFlight -= sent;
        if (queue.length > 0 || drops.waiting) schedule();
      },
      (error: unknown) => {
        inFlight -= sent;
        fail(batch, error);
      },
    );
    if (sent === 0) return;
    const before = settled;
    settled = outcome.then(() => before);
  };

  const flushNow = (): void => {
    // While the store is behind, events wait here, where they can still be merged.
    if (inFlight < maxPending / 2) {
      handOver();
    } else {
      scheduled = false;
    }
  };

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    void resolved.then(flushNow);
  };

  const emit = (input: EventInput): void => {
    try {
      if (closed) return;
      const event = stamp(input);
      if (!event) {
        schedule();
        return;
      }
      if (inFlight + queue.length >= maxPending / 2 && queue.merge(event)) {
        merged += 1;
        return;
      }
      if (inFlight + queue.length >= maxPending) {
        drops.add(event.type, 'queue-full');
        return;
      }
      queue.push(event);
      if (queue.length >= maxBatch) flushNow();
      else schedule();
    } catch (error) {
      drops.add(typeOf(input), 'invalid');
      schedule();
      report(error);
    }
  };

  const dispatch = (events: readonly FleetEvent[]): void => {
    const all = listeners.listenerCount('*') > 0;
    for (let i = 0; i < events.length; i += 1) {
      const event = events[i] as FleetEvent;
      if (event.type !== '*') listeners.emit(event.type, event);
      if (all) listeners.emit('*', event);
    }
  };

  const on = (type: string, listener: Listener): (() => void) => {
    const isolated: Listener = (event) => {
      try {
        listener(event);
      } catch (error) {
        report(error);
      }
    };
    listeners.on(type, isolated);
    unsubscribe ??= store.subscribe((batch) => {
      dispatch(batch.events);
    });
    return () => {
      listeners.off(type, isolated);
      if (listeners.eventNames().length > 0) return;
      unsubscribe?.();
      unsubscribe = undefined;
    };
  };

  const flush = async (timeoutMs = 5_000): Promise<void> => {
    handOver();
    if (inFlight === 0) return;
    await new Promise<void>((resolve) => {
      const timer = clock.setTimeout(resolve, timeoutMs, { background: true });
      void settled.then(() => {
        clock.clearTimeout(timer);
        resolve();
      });
    });
  };

  return {
    emit,
    stamp,
    fence(runId, leaseEpoch) {
      leases.set(runId, leaseEpoch);
      return () => {
        if (leases.get(runId) === leaseEpoch) leases.delete(runId);
      };
    },
    drain() {
      if (queue.length > 0) handOver();
    },
    flush,
    on,
    get stats() {
      return { pending: inFlight + queue.length, dropped: drops.total, merged };
    },
    async close() {
      if (closed) return;
      await flush();
      closed = true;
      unsubscribe?.();
      unsubscribe = undefined;
      listeners.removeAllListeners();
    },
  };
}
