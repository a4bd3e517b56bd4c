import type { FleetglassError } from '../errors/fleetglass-error.js';
import { toFleetglassError, toWireError } from '../errors/fleetglass-error.js';
import type { Clock, TimerHandle } from '../lib/clock.js';
import { systemClock } from '../lib/clock.js';
import type { Random } from '../lib/ids.js';
import { createId, systemRandom } from '../lib/ids.js';
import { DEFAULT_BOUNDS, withinBounds } from '../projection/bounds.js';
import type { StateBounds } from '../projection/bounds.js';
import { emptyState, reduce } from '../projection/reduce.js';
import type { FleetState } from '../projection/state.js';
import type { Command, CommandResult } from '../protocol/command.js';
import { encodeCursor } from '../protocol/cursor.js';
import type { FleetEvent } from '../protocol/event.js';
import { EVERYTHING } from '../protocol/filter.js';
import type { Filter } from '../protocol/filter.js';
import type { Following } from '../transport/follow.js';
import { follow } from '../transport/follow.js';
import type { Transport } from '../transport/transport.js';
import { createHistory } from './history.js';
import type { HistoryLimits } from './history.js';
import type { Monitor, MonitorSnapshot } from './monitor.js';
import { createPublisher } from './publisher.js';

/** What a monitor reads from and how much of the past it keeps. */
export interface MonitorOptions {
  /** Closed by {@link Monitor.dispose}. */
  readonly transport: Transport;
  /** @default the whole fleet */
  readonly filter?: Filter;
  /**
   * How much of the recent past can be shown without asking, and how much the present may hold: finished runs beyond
   * `runs` are forgotten, those that finished first before others.
   *
   * @default 20,000 events, a state every 1,000; 500 finished runs, 20,000 rows of no run that is shown
   */
  readonly retain?: Partial<HistoryLimits & StateBounds>;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** @default the machine's randomness */
  readonly random?: Random;
  /** Told what a listener threw; the others are called all the same. @default it is ignored */
  readonly onError?: (error: FleetglassError) => void;
}

/** Milliseconds without a subscriber until the monitor disconnects: a page that mounts twice stays connected. */
const GRACE_MS = 1_000;

/** Makes a {@link Monitor}; it does nothing until someone subscribes. */
export function createMonitor(options: MonitorOptions): Monitor {
  const { transport, filter = EVERYTHING, clock = systemClock, random = systemRandom } = options;
  const listeners = new Set<() => void>();
  const retain = { events: 20_000, stateEvery: 1_000, ...DEFAULT_BOUNDS, ...options.retain };
  const history = createHistory(0, emptyState(), retain);

  let live: FleetState = emptyState();
  let head = 0;
  /** Delivered and not folded yet: one batch is folded at each publication. */
  let waiting: FleetEvent[] = [];
  let ready = false;
  let restarted: MonitorSnapshot['restarted'];
  let refused: FleetglassError | undefined;
  /** Moment that is shown instead of the present. */
  let past: { readonly seq: number; readonly state: FleetState } | undefined;
  /** Moment that was asked for and is being fetched. */
  let sought: number | undefined;
  /** Before this position the log said that it holds nothing. */
  let heldFrom = 0;

  let epoch: string | undefined;
  let following: Following | undefined;
  let leaving: TimerHandle;
  let disposed = false;

  const capture = (): MonitorSnapshot => ({
    state: past?.state ?? live,
    live,
    mode: past || sought !== undefined ? 'replay' : 'live',
    seq: past?.seq ?? head,
    head,
    first: heldFrom,
    seeking: sought !== undefined,
    connection: refused
      ? { phase: 'failed', since: transport.status.since, attempt: 0, error: refused }
      : transport.status,
    ready,
    ...(restarted ? { restarted } : {}),
  });
  let snapshot = capture();

  const foldWaiting = (): void => {
    if (waiting.length === 0) return;
    const events = waiting;
    waiting = [];
    live = withinBounds(reduce(live, events), retain);
    history.add(events, live);
  };

  const report = (error: unknown): void => {
    try {
      options.onError?.(toFleetglassError(error));
    } catch {
      // Nobody is left to be told.
    }
  };

  const publisher = createPublisher(() => {
    foldWaiting();
    snapshot = capture();
    for (const listener of [...listeners]) {
      try {
        listener();
      } catch (error) {
        report(error);
      }
    }
  }, clock);

  const stopStatus = transport.onStatus(() => publisher.hasten());

  const connect = (): void => {
    clock.clearTimeout(leaving);
    leaving = undefined;
    if (following || disposed) return;
    refused = undefined;
    const cursor = epoch === undefined ? undefined : encodeCursor({ epoch, seq: head });
    try {
      following = follow(
        transport,
        { filter, onLag: 'snapshot', ...(cursor ? { cursor } : {}) },
        {
          snapshot(delivery) {
            const first = !ready;
            epoch = delivery.epoch;
            waiting = [];
            live = withinBounds(delivery.state, retain);
            head = delivery.seq;
            history.restart(head, live);
            becomeReady();
            if (!first || delivery.reason !== 'start')
              restarted = { reason: delivery.reason, at: clock.now() };
            if (delivery.reason === 'epoch') past = sought = undefined;
            publisher.hasten();
          },
          events(delivery) {
            epoch = delivery.epoch;
            head = delivery.to;
            for (const event of delivery.events) waiting.push(event);
            becomeReady();
            publisher.request();
          },
          error(error) {
            refused = error;
            following = undefined;
            publisher.hasten();
          },
        },
        { clock, random },
      );
    } catch (error) {
      // Whoever subscribes is a page: it shows what is wrong, and does not break.
      refused = toFleetglassError(error);
      publisher.hasten();
    }
  };

  const disconnect = (): void => {
    leaving = undefined;
    foldWaiting();
    following?.close();
    following = undefined;
  };

  const show = (seq: number, state: FleetState): void => {
    if (disposed) return;
    sought = undefined;
    past = { seq, state };
    publisher.hasten();
  };

  const fetchPast = async (seq: number): Promise<void> => {
    sought = seq;
    publisher.hasten();
    try {
      if (epoch === undefined) return;
      const found = await transport.stateAt(encodeCursor({ epoch, seq }), filter);
      if (sought === seq) show(seq, found.state);
    } catch (error) {
      if (sought !== seq) return;
      if (seq > head) {
        foldWaiting();
        show(head, live);
        return;
      }
      // The log no longer reaches back: show the oldest moment that is at hand, and say so by `first`.
      if (toFleetglassError(error).code === 'CURSOR_TOO_OLD') heldFrom = history.first;
      const nearest = history.stateAt(history.first);
      if (nearest) show(history.first, nearest);
    }
  };

  const seek = (wanted: number): void => {
    if (Number.isNaN(wanted)) return;
    if (!ready) {
      // Where the log ends is not known yet: a link to a past moment waits until it is.
      sought = wanted;
      publisher.hasten();
      return;
    }
    foldWaiting();
    const seq = Math.max(heldFrom, Math.trunc(wanted));
    // The log may be ahead of what has arrived here; whether it holds that moment only its keeper knows.
    const state = seq > head ? undefined : history.stateAt(seq);
    if (state) show(seq, state);
    else void fetchPast(seq);
  };

  const becomeReady = (): void => {
    const isNew = !ready;
    ready = true;
    if (isNew && sought !== undefined) seek(sought);
  };

  return {
    getSnapshot: () => snapshot,
    subscribe(listener) {
      const own = (): void => listener();
      listeners.add(own);
      connect();
      return () => {
        listeners.delete(own);
        if (listeners.size > 0 || leaving !== undefined || disposed) return;
        leaving = clock.setTimeout(disconnect, GRACE_MS, { background: true });
      };
    },
    async command(command: Command): Promise<CommandResult> {
      const commandId = createId('cmd', clock, random);
      const send = async (): Promise<CommandResult> => {
        try {
          return await transport.command(command, commandId);
        } catch (error) {
          return { ok: false, error: toWireError(error, { requestId: commandId, timestamp: clock.now() }) };
        }
      };
      const result = await send();
      // Whether it was carried out is not known; asking again with the same id cannot do it twice.
      return !result.ok && result.error.code === 'DISCONNECTED' ? send() : result;
    },
    seek,
    goLive() {
      sought = undefined;
      past = undefined;
      publisher.hasten();
    },
    readRange: (query) => transport.readRange(query),
    blob: (ref) => transport.blob(ref),
    dispose() {
      disposed = true;
      clock.clearTimeout(leaving);
      disconnect();
      publisher.stop();
      stopStatus();
      listeners.clear();
      transport.close();
    },
  };
}
