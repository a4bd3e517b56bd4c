import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { createMonitor, emptyState, follow, reduce } from '@fleetglass/core';
import type { Clock, FleetglassError, FleetState, Monitor, Random, Transport } from '@fleetglass/core';
import { encodeCursor } from '@fleetglass/core/protocol';
import type { FleetEvent, Filter } from '@fleetglass/core/protocol';

/** What a viewer applied between two fresh starts: position before the first event, and a digest of all of them. */
export interface Stretch {
  /** Everything up to here came before, or in the snapshot. */
  readonly after: number;
  /** Covered up to here. */
  readonly to: number;
  readonly events: number;
  readonly digest: string;
  /** Whether events came merged, as they do to those that fall behind: then only the fold can be compared. */
  readonly isMerged: boolean;
}

/** One who watches, and remembers exactly what was applied. */
export interface Viewer {
  readonly name: string;
  readonly filter: Filter;
  /** Covered up to here. */
  readonly position: number;
  readonly isOpen: boolean;
  /** When its connection last opened, as `performance.now()` tells it. */
  readonly openedAt: number;
  readonly errors: readonly FleetglassError[];
  /** Rules that were broken at once, in words. */
  readonly broken: readonly string[];
  /** What the viewer noticed of faults: lost connections by reason, gaps, fresh starts. */
  readonly noticed: Readonly<Record<string, number>>;
  /** Fold of what was given; the monitor's own where there is one. */
  readonly state: FleetState;
  readonly monitor: Monitor | undefined;
  stretches(): readonly Stretch[];
  close(): void;
}

export interface ViewerOptions {
  readonly name: string;
  readonly transport: Transport;
  readonly filter: Filter;
  /** Start with the first event of this life of the log. @default a snapshot of the present */
  readonly fromStart?: { readonly epoch: string };
  /** Lets a monitor watch over the same transport too. @default false */
  readonly withMonitor?: boolean;
  /** Jitter of what the viewer tries again. */
  readonly random: Random;
  /** When it tries again. */
  readonly clock: Clock;
}

/** One event as a digest sees it: its place, its id and every byte of it. */
export function addToDigest(digest: Hash, event: FleetEvent): void {
  digest.update(`${event.seq} ${event.id ?? ''} ${JSON.stringify(event)}\n`);
}

/** Follows a log and writes down what it is given; nothing of the product's own bookkeeping is believed. */
export function createViewer(options: ViewerOptions): Viewer {
  const { name, transport, filter, fromStart, withMonitor = false, random, clock } = options;
  const noticed: Record<string, number> = {};
  const notice = (what: string): void => void (noticed[what] = (noticed[what] ?? 0) + 1);
  const errors: FleetglassError[] = [];
  const broken: string[] = [];
  const finished: Stretch[] = [];

  let state = emptyState();
  let after = 0;
  let to = 0;
  let events = 0;
  let digest = createHash('sha256');
  let isMerged = false;
  let hasBegun = fromStart !== undefined;

  const current = (): Stretch => ({ after, to, events, isMerged, digest: digest.copy().digest('hex') });

  const counting: Transport = {
    ...transport,
    get status() {
      return transport.status;
    },
    subscribe(request, observer) {
      const subscription = transport.subscribe(request, observer);
      return {
        restart() {
          notice('gap');
          subscription.restart();
        },
        close: () => subscription.close(),
      };
    },
  };

  let phase = transport.status.phase;
  let openedAt = 0;
  const stopStatus = transport.onStatus((status) => {
    if (status.phase === 'reconnecting' && phase === 'open')
      notice(`lost ${status.error?.code ?? 'without a reason'}`);
    if (status.phase === 'open' && phase !== 'open') openedAt = performance.now();
    phase = status.phase;
  });

  const following = follow(
    counting,
    { filter, ...(fromStart ? { cursor: encodeCursor({ epoch: fromStart.epoch, seq: 0 }) } : {}) },
    {
      snapshot(delivery) {
        if (hasBegun) {
          finished.push(current());
          notice(`snapshot ${delivery.reason}`);
        }
        hasBegun = true;
        state = delivery.state;
        after = to = delivery.seq;
        events = 0;
        isMerged = false;
        digest = createHash('sha256');
      },
      events(delivery) {
        if (delivery.from !== to + 1) broken.push(`was given ${delivery.from} after ${to}`);
        let last = to;
        for (const event of delivery.events) {
          if (event.seq <= last || event.seq > delivery.to)
            broken.push(`was given seq ${event.seq} after ${last}, in a range up to ${delivery.to}`);
          last = event.seq;
          if (event.covers) {
            isMerged = true;
            notice('merged event');
          }
          addToDigest(digest, event);
        }
        events += delivery.events.length;
        to = delivery.to;
        state = reduce(state, delivery.events);
      },
      error(error) {
        errors.push(error);
      },
    },
    { random, clock },
  );

  const monitor = withMonitor ? createMonitor({ transport, filter, random, clock }) : undefined;
  // It follows as long as somebody listens.
  const stopMonitor = monitor?.subscribe(() => undefined);

  return {
    name,
    filter,
    get position() {
      return to;
    },
    get isOpen() {
      return phase === 'open';
    },
    get openedAt() {
      return openedAt;
    },
    errors,
    broken,
    noticed,
    get state() {
      return state;
    },
    monitor,
    stretches: () => [...finished, current()],
    close() {
      following.close();
      stopMonitor?.();
      stopStatus();
      if (monitor) monitor.dispose();
      else transport.close();
    },
  };
}
