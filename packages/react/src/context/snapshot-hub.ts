import type { Clock, Monitor, MonitorSnapshot } from '@fleetglass/core/client';

/** One way to hear of changes; several may exist at different cadences. */
export interface SnapshotChannel {
  readonly subscribe: (listener: () => void) => () => void;
  readonly getSnapshot: () => MonitorSnapshot;
}

/**
 * Shares one subscription to the monitor among all components, and offers slower channels for numbers, which show
 * the newest snapshot at once and then at most every `periodMs`. A channel is one snapshot for all its listeners, so
 * that figures that belong together never disagree.
 */
export interface SnapshotHub {
  channel(periodMs: number): SnapshotChannel;
}

/**
 * @param clock timers of the slower channels
 * @param observe told of each snapshot before anyone else
 */
export function createSnapshotHub(
  monitor: Monitor,
  clock: Clock,
  observe?: (snapshot: MonitorSnapshot) => void,
): SnapshotHub {
  const channels = new Map<number, SnapshotChannel>();
  const listeners = new Set<() => void>();
  let unsubscribe: (() => void) | undefined;

  const notify = (): void => {
    observe?.(monitor.getSnapshot());
    for (const listener of [...listeners]) listener();
  };

  const live: SnapshotChannel = {
    subscribe(listener) {
      // A wrapper of its own, because the same function may subscribe twice.
      const entry = (): void => listener();
      listeners.add(entry);
      unsubscribe ??= monitor.subscribe(notify);
      return () => {
        listeners.delete(entry);
        // React's StrictMode leaves and returns within one task; that is not a reason to reconnect.
        queueMicrotask(() => {
          if (listeners.size > 0) return;
          unsubscribe?.();
          unsubscribe = undefined;
        });
      };
    },
    getSnapshot: () => monitor.getSnapshot(),
  };

  return {
    channel(periodMs) {
      if (periodMs <= 0) return live;
      let channel = channels.get(periodMs);
      if (!channel) {
        channel = createSlowChannel(live, clock, periodMs);
        channels.set(periodMs, channel);
      }
      return channel;
    },
  };
}

/** What a person asked for, as opposed to what the run did, is shown without delay. */
function mustShowNow(shown: MonitorSnapshot, next: MonitorSnapshot): boolean {
  return (
    shown.mode !== next.mode ||
    shown.ready !== next.ready ||
    shown.restarted !== next.restarted ||
    (next.mode === 'replay' && shown.seq !== next.seq)
  );
}

function createSlowChannel(live: SnapshotChannel, clock: Clock, periodMs: number): SnapshotChannel {
  const listeners = new Set<() => void>();
  let shown = live.getSnapshot();
  let shownAt = Number.NEGATIVE_INFINITY;
  let timer: { readonly handle: unknown } | undefined;
  let leave: (() => void) | undefined;

  const publish = (): void => {
    if (timer) clock.clearTimeout(timer.handle);
    timer = undefined;
    shownAt = clock.monotonic();
    const next = live.getSnapshot();
    if (next === shown) return;
    shown = next;
    for (const listener of [...listeners]) listener();
  };

  const changed = (): void => {
    const wait = shownAt + periodMs - clock.monotonic();
    if (wait <= 0 || mustShowNow(shown, live.getSnapshot())) publish();
    else timer ??= { handle: clock.setTimeout(publish, wait) };
  };

  return {
    subscribe(listener) {
      const entry = (): void => listener();
      listeners.add(entry);
      if (!leave) {
        leave = live.subscribe(changed);
        shown = live.getSnapshot();
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
    getSnapshot() {
      // Nobody listens yet: what is rendered first must not be old.
      if (!leave) shown = live.getSnapshot();
      return shown;
    },
  };
}
