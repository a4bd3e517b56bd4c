import type { Clock, Monitor } from '@fleetglass/core/client';
import { toFleetglassError } from '@fleetglass/core/client';
import type { FleetglassError } from '@fleetglass/core/client';
import type { EventFamily, EventType, Filter, FleetEvent } from '@fleetglass/core/protocol';

/** Which events are read. */
export interface EventQuery {
  readonly runId?: string | undefined;
  readonly agentId?: string | undefined;
  readonly taskId?: string | undefined;
  /** Types, or families such as `file`. */
  readonly types: readonly (EventType | EventFamily)[];
  /** Also events later than the moment shown. @default false */
  readonly upToPresent?: boolean;
}

/** Events that the state does not keep, read from the log as far as it is shown. */
export interface EventList {
  /** In the order of the log, none later than the moment shown. */
  readonly events: readonly FleetEvent[];
  /** Older ones are being read, or nothing has been read yet. */
  readonly loading: boolean;
  /** Older ones that are left out to keep memory bounded. */
  readonly omitted: number;
  /** Why reading stopped; it is tried again when something new happens. */
  readonly error?: FleetglassError;
}

/** Follows the events of one query while someone listens. */
export interface EventReader {
  readonly subscribe: (listener: () => void) => () => void;
  readonly getList: () => EventList;
}

/** Most events kept of one query. */
const MOST = 20_000;
/** Events asked for at a time. */
const PAGE = 1_000;
/** Least milliseconds between two readings of what is new. */
const PERIOD_MS = 500;

const NOTHING: EventList = { events: [], loading: true, omitted: 0 };

/** Reads the log page by page, then what is added to it, at most twice a second. */
export function createEventReader(monitor: Monitor, clock: Clock, query: EventQuery): EventReader {
  const { runId, agentId, taskId, types, upToPresent = false } = query;
  const filter: Filter = {
    types,
    ...(runId === undefined ? {} : { runId }),
    ...(agentId === undefined ? {} : { agentId }),
    ...(taskId === undefined ? {} : { taskId }),
  };
  const listeners = new Set<() => void>();
  let read: readonly FleetEvent[] = [];
  let omitted = 0;
  /** Everything before it has been read. */
  let next: number | undefined;
  let error: FleetglassError | undefined;
  let busy = false;
  /** Everything that was there at first has been read. */
  let caughtUp = false;
  let timer: { readonly handle: unknown } | undefined;
  let leave: (() => void) | undefined;
  let list = NOTHING;

  /** Newest position at which something of the query may stand. */
  const target = (): number => {
    const { live, head } = monitor.getSnapshot();
    return runId === undefined ? head : (live.runs.get(runId)?.lastSeq ?? 0);
  };

  const publish = (): void => {
    const { mode, seq } = monitor.getSnapshot();
    const last =
      mode === 'replay' && !upToPresent ? read.findLastIndex((event) => event.seq <= seq) + 1 : read.length;
    const events = last === read.length ? read : read.slice(0, last);
    const loading = !caughtUp && error === undefined;
    if (sameList(list, events, loading, omitted, error)) return;
    list = { events, loading, omitted, ...(error ? { error } : {}) };
    for (const listener of [...listeners]) listener();
  };

  const readOn = async (): Promise<void> => {
    if (busy || !monitor.getSnapshot().ready) return;
    busy = true;
    error = undefined;
    try {
      const { first, live } = monitor.getSnapshot();
      next ??= Math.max(1, first, runId === undefined ? 1 : (live.runs.get(runId)?.firstSeq ?? 1));
      while (listeners.size > 0 && next <= target()) {
        const page = await monitor.readRange({ from: next, to: target(), filter, limit: PAGE });
        if (page.to < next) break;
        next = page.to + 1;
        if (page.events.length > 0) read = [...read, ...page.events];
        if (read.length > MOST) {
          omitted += read.length - MOST;
          read = read.slice(-MOST);
        }
        publish();
      }
      caughtUp ||= listeners.size > 0;
    } catch (thrown) {
      error = toFleetglassError(thrown);
    }
    busy = false;
    publish();
  };

  const changed = (): void => {
    publish();
    if (busy || timer !== undefined || (next !== undefined && next > target())) return;
    // Nobody waits for what is there already.
    if (!caughtUp && error === undefined) {
      void readOn();
      return;
    }
    timer = {
      handle: clock.setTimeout(() => {
        timer = undefined;
        void readOn();
      }, PERIOD_MS),
    };
  };

  return {
    subscribe(listener) {
      const entry = (): void => listener();
      listeners.add(entry);
      if (!leave) {
        leave = monitor.subscribe(changed);
        void readOn();
      }
      return () => {
        listeners.delete(entry);
        if (listeners.size > 0) return;
        leave?.();
        leave = undefined;
        if (timer) clock.clearTimeout(timer.handle);
        timer = undefined;
      };
    },
    getList: () => list,
  };
}

function sameList(
  list: EventList,
  events: readonly FleetEvent[],
  loading: boolean,
  omitted: number,
  error: FleetglassError | undefined,
): boolean {
  const sameEvents =
    list.events === events ||
    (list.events.length === events.length &&
      list.events.at(-1) === events.at(-1) &&
      list.events[0] === events[0]);
  return sameEvents && list.loading === loading && list.omitted === omitted && list.error === error;
}
