import type { Emitter } from '../emitter/emitter.js';
import { FleetglassError, isFleetglassError, toFleetglassError } from '../errors/fleetglass-error.js';
import type { Clock, TimerHandle } from '../lib/clock.js';
import { systemClock } from '../lib/clock.js';
import type { EventBatch, Store } from '../log/store.js';
import type { FleetEvent } from '../protocol/event.js';
import type { Actor } from '../protocol/payload.js';
import type { AlertEvent } from './alert-book.js';
import { createAlertEngine } from './alert-engine.js';
import type { AlertEngineOptions, AlertEngineStats } from './alert-engine.js';
import type { AlertRules } from './alert-rules.js';

/** What alert rules watch. */
export interface WatchAlertsOptions extends AlertEngineOptions {
  readonly store: Store;
  /** Stamps and redacts what is appended: messages quote agents. */
  readonly emitter: Emitter;
  /** @default budgets, context windows and cost anomalies */
  readonly rules?: AlertRules;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** Milliseconds between looks at what did not happen, and between attempts to append. @default 5_000 */
  readonly everyMs?: number;
  /** Told when the store refuses or a rule fails; alerts that could not be appended are tried again. @default nobody */
  readonly onError?: (error: FleetglassError) => void;
}

/** The alert rules at work on a store. */
export interface AlertWatch {
  /** Resolves when everything that was in the log before has been read; rejects when that failed. */
  readonly ready: Promise<void>;
  /** A person has seen an open alert. It stays open until it is resolved. */
  acknowledge(alert: { readonly runId?: string; readonly alertId: string; readonly by?: Actor }): void;
  /**
   * Takes other rules from now on: the log is read again with them. Alerts of rules that were turned off are resolved.
   *
   * @throws FleetglassError `BAD_INPUT` for rules that cannot be; the former ones stay then
   */
  change(rules: AlertRules): Promise<void>;
  readonly stats: AlertEngineStats;
  /** Stops; resolves when what is on its way is appended. Open alerts stay open for the next watch. */
  close(): Promise<void>;
}

const PAGE = 1_000;

/**
 * Reads a store's log from its beginning and then live, and appends `alert.raised` and `alert.resolved` as the rules say.
 * Everything it knows follows from the log, and the ids of its events from what they rest on: a restart, or a second
 * watch of the same store, raises nothing twice. It never holds up who appends, and holds no events.
 */
export function watchAlerts(options: WatchAlertsOptions): AlertWatch {
  const { store, emitter, clock = systemClock, everyMs = 5_000 } = options;
  let engine = createAlertEngine(options.rules, options);
  let position = store.first() - 1;
  let live = false;
  let closed = false;
  let reading: Promise<void> | undefined;
  let sending: Promise<void> | undefined;
  let timer: TimerHandle;
  /** What is to be appended, by the id of the event. */
  const unsent = new Map<string, AlertEvent>();

  const report = (error: unknown): void => {
    try {
      options.onError?.(toFleetglassError(error));
    } catch {
      // Nobody is left to be told.
    }
  };

  const note = (events: readonly AlertEvent[]): void => {
    for (const event of events) unsent.set(event.id, event);
  };

  const see = (event: FleetEvent): void => {
    note(engine.next(event, clock.now()));
    if (event.id !== undefined) unsent.delete(event.id);
    position = Math.max(position, event.seq);
  };

  /** Appends what is unsent, one batch after the other. */
  const send = async (): Promise<void> => {
    while (unsent.size > 0 && live) {
      const batch = [...unsent.values()];
      const drafts = batch.map((event) => emitter.stamp(event)).filter((draft) => draft !== undefined);
      await store.append(drafts, { dedupe: true });
      for (const { id } of batch) unsent.delete(id);
    }
  };

  const startSending = (): void => {
    if (!live || unsent.size === 0) return;
    sending ??= Promise.resolve()
      .then(send)
      .catch(fail)
      .finally(() => {
        sending = undefined;
      });
  };

  /** Reads from where it stands to the head. */
  const catchUp = async (): Promise<void> => {
    while (position < store.head() && !closed) {
      const first = store.first();
      if (position + 1 < first) position = first - 1;
      const before = position;
      const page = await store.read({ from: position + 1, limit: PAGE });
      for (const event of page.events) see(event);
      position = Math.max(position, page.to);
      if (position <= before)
        throw new FleetglassError('STORE_FAILED', 'The store gave nothing up to its head.');
    }
    if (live || closed) return;
    note(engine.tick(clock.now()));
    // What began and ended while nobody watched is no news.
    for (const [id, { type, runId, data }] of unsent) {
      if (type !== 'alert.resolved') continue;
      const raised = `alert/${runId ?? ''}/${data.alertId}:raised`;
      if (unsent.delete(raised)) unsent.delete(id);
    }
    live = true;
  };

  const fail = (error: unknown): void => {
    if (isFleetglassError(error, 'STORE_CLOSED')) stop();
    report(error);
  };

  /** One reader at a time; what came while it finished is read by the next one. */
  const read = (): Promise<void> => {
    reading ??= catchUp().finally(() => {
      reading = undefined;
    });
    return reading;
  };

  const readOn = (): void => {
    void read().then(() => {
      if (position < store.head() && !closed) readOn();
      else startSending();
    }, fail);
  };

  const take = ({ from, to, events }: EventBatch): void => {
    if (reading) return;
    try {
      if (from !== position + 1) {
        readOn();
        return;
      }
      for (const event of events) see(event);
      position = to;
      startSending();
    } catch (error) {
      report(error);
    }
  };

  const tick = (): void => {
    timer = clock.setTimeout(tick, everyMs, { background: true });
    try {
      if (!live || position < store.head()) readOn();
      else note(engine.tick(clock.now()));
      startSending();
    } catch (error) {
      report(error);
    }
  };

  const unsubscribe = store.subscribe(take);
  timer = clock.setTimeout(tick, everyMs, { background: true });
  const ready = read();
  // Whoever does not wait for it is told by `onError`.
  readOn();

  function stop(): void {
    unsubscribe();
    clock.clearTimeout(timer);
    closed = true;
  }

  return {
    ready,
    acknowledge({ runId, alertId, by }) {
      const scope = engine.scopeOf(runId, alertId) ?? (runId === undefined ? {} : { runId });
      emitter.emit({
        ...scope,
        type: 'alert.acknowledged',
        data: by === undefined ? { alertId } : { alertId, by },
      });
    },
    async change(rules) {
      const next = createAlertEngine(rules, options);
      await Promise.allSettled([reading, sending]);
      if (closed) throw new FleetglassError('STORE_CLOSED', 'The watch was closed; start a new one.');
      engine = next;
      live = false;
      unsent.clear();
      position = store.first() - 1;
      const done = read();
      readOn();
      await done;
    },
    get stats() {
      return engine.stats;
    },
    async close() {
      if (closed) return;
      startSending();
      stop();
      await Promise.allSettled([reading, sending]);
    },
  };
}
