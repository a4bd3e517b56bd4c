import { toFleetglassError } from '../errors/fleetglass-error.js';
import type { FleetglassError } from '../errors/fleetglass-error.js';
import { backoffDelay } from '../lib/backoff.js';
import type { Clock, TimerHandle } from '../lib/clock.js';
import { systemClock } from '../lib/clock.js';
import type { Random } from '../lib/ids.js';
import { systemRandom } from '../lib/ids.js';
import { decodeCursor, encodeCursor } from '../protocol/cursor.js';
import type { Cursor, CursorPosition } from '../protocol/cursor.js';
import type { FleetEvent } from '../protocol/event.js';
import type { Filter } from '../protocol/filter.js';
import type { OnLag } from '../protocol/frame.js';
import type { Delivery, SnapshotDelivery, Subscription, Transport } from './transport.js';

/** What is subscribed to, and from where on. */
export interface FollowRequest {
  readonly filter: Filter;
  /** Position to go on from. @default a snapshot of the present */
  readonly cursor?: Cursor;
  /** What the observer wants when it has fallen far behind. @default 'replay' */
  readonly onLag?: OnLag;
}

/** Receives each selected event once, in order. What it throws ends the following and reaches `error`. */
export interface FollowObserver {
  /** A fresh start; forget what was known before it. */
  snapshot(delivery: SnapshotDelivery): void;
  /** `from` is always the position after the last one; `events` may be empty where nothing was selected. */
  events(delivery: Delivery): void;
  /** It is over; nothing follows. */
  error(error: FleetglassError): void;
}

/** Time and randomness of a subscription's restarts. */
export interface FollowOptions {
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** Jitter of repeated restarts. @default the machine's randomness */
  readonly random?: Random;
}

/** A subscription that goes on through cuts, gaps and restarts. */
export interface Following {
  /** Position after the last thing that the observer was given; `undefined` before the first. */
  position(): Cursor | undefined;
  close(): void;
}

/** The first gap is healed at once; when that does not help, attempts grow apart. */
const RESTART_BACKOFF = { baseMs: 250, maxMs: 30_000 };

/** Where an event begins: a merged one stands for more than its own `seq`. */
const firstSeq = (event: FleetEvent): number => event.covers?.[0] ?? event.seq;

/**
 * Follows a log through any transport. The one place that turns raw deliveries, which may repeat, overlap, arrive out
 * of order or be missing, into every selected event exactly once and in order: the position moves only by what the
 * observer was given, a delivery is applied only when it continues there, and whatever does not makes the subscription
 * start again from the position.
 */
export function follow(
  transport: Transport,
  request: FollowRequest,
  observer: FollowObserver,
  options: FollowOptions = {},
): Following {
  const { clock = systemClock, random = systemRandom } = options;
  let position: CursorPosition | undefined = request.cursor && decodeCursor(request.cursor);
  /** Furthest position that any delivery spoke of; the view is whole once it was reached. */
  let heard: CursorPosition | undefined = position;
  /** Where the log went on after it had lost its end: the same said again is late. */
  let rewoundTo: number | undefined;
  let timer: TimerHandle;
  let attempt = 0;
  const link = { subscription: undefined as Subscription | undefined, closed: false };

  const isWhole = (): boolean =>
    heard === undefined ||
    (position !== undefined && position.epoch === heard.epoch && position.seq >= heard.seq);

  const close = (): void => {
    link.closed = true;
    clock.clearTimeout(timer);
    timer = undefined;
    try {
      link.subscription?.close();
    } catch {
      // Nothing of it is heard any more.
    }
  };

  const fail = (error: unknown): void => {
    if (link.closed) return;
    close();
    observer.error(toFleetglassError(error));
  };

  const restart = (): void => {
    attempt += 1;
    timer = clock.setTimeout(
      () => {
        timer = undefined;
        if (isWhole()) attempt = 0;
        else restart();
      },
      backoffDelay(attempt, random, RESTART_BACKOFF),
      { background: true },
    );
    try {
      link.subscription?.restart();
    } catch (error) {
      fail(error);
    }
  };

  const hear = (epoch: string, seq: number): void => {
    if (link.closed) return;
    heard = { epoch, seq: heard?.epoch === epoch ? Math.max(heard.seq, seq) : seq };
    // While the timer runs a restart is under way; the timer looks again.
    if (!isWhole() && timer === undefined) restart();
  };

  const apply = (delivery: Delivery): void => {
    const { epoch, from, to, events } = delivery;
    if (position?.epoch !== epoch || from > position.seq + 1) return;
    const last = position.seq;
    if (to <= last) return;
    const fresh = from > last ? events : events.filter((event) => event.seq > last);
    if (fresh.some((event) => firstSeq(event) <= last)) {
      // Merged across the position: neither skipping nor applying it would count every part once.
      position = undefined;
      heard = { epoch, seq: to };
      return;
    }
    position = { epoch, seq: to };
    observer.events({ epoch, from: last + 1, to, events: fresh });
  };

  const opened = transport.subscribe(
    { ...request, position: () => position && encodeCursor(position) },
    {
      snapshot(delivery) {
        if (link.closed) return;
        // A late one would take the view back in time; a log that lost its end does so for good.
        const isLate = position?.epoch === delivery.epoch && delivery.seq <= position.seq;
        const isRewind = delivery.reason === 'epoch';
        if (isLate && (!isRewind || delivery.seq === rewoundTo)) return;
        if (isRewind) rewoundTo = delivery.seq;
        try {
          position = { epoch: delivery.epoch, seq: delivery.seq };
          observer.snapshot(delivery);
        } catch (error) {
          fail(error);
        }
        hear(delivery.epoch, delivery.seq);
      },
      events(delivery) {
        if (link.closed) return;
        try {
          apply(delivery);
        } catch (error) {
          fail(error);
        }
        hear(delivery.epoch, delivery.to);
      },
      error: fail,
    },
  );
  link.subscription = opened;
  // A transport may call back before `subscribe` returns.
  if (link.closed) close();

  return { position: () => position && encodeCursor(position), close };
}
