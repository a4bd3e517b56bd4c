import type { Clock, Monitor, MonitorSnapshot, StoredBlob } from '@fleetglass/core/client';
import { emptyState, reduce } from '@fleetglass/core/client';
import { compileFilter } from '@fleetglass/core/protocol';
import type { Command, CommandResult, FleetEvent } from '@fleetglass/core/protocol';

/** A monitor over recorded events that does what a test says, at once. */
export interface FakeMonitor extends Monitor {
  readonly commands: readonly Command[];
  /** Subscriptions that exist, and how often one was made. */
  readonly subscriptions: { readonly active: number; readonly made: number };
  /** Folds more events and tells subscribers. */
  append(events: readonly FleetEvent[]): void;
  /** Replaces parts of the snapshot, for example the connection. */
  set(change: Partial<MonitorSnapshot>): void;
  /** What the next commands are answered with. */
  answer(result: CommandResult | Promise<CommandResult>): void;
}

export interface FakeMonitorOptions {
  readonly clock: Clock;
  /** @default whether there are events */
  readonly ready?: boolean;
  /** Large payloads by reference. */
  readonly blobs?: ReadonlyMap<string, StoredBlob>;
}

export function createFakeMonitor(recorded: readonly FleetEvent[], options: FakeMonitorOptions): FakeMonitor {
  const listeners = new Set<() => void>();
  const commands: Command[] = [];
  let events = [...recorded];
  let made = 0;
  let result: CommandResult | Promise<CommandResult> = { ok: true };
  const live = reduce(emptyState(), events);
  let snapshot: MonitorSnapshot = {
    state: live,
    live,
    mode: 'live',
    seq: live.seq,
    head: live.seq,
    first: events[0]?.seq ?? 0,
    seeking: false,
    connection: { phase: 'open', since: options.clock.now(), attempt: 0 },
    ready: options.ready ?? events.length > 0,
  };
  const set = (change: Partial<MonitorSnapshot>): void => {
    snapshot = { ...snapshot, ...change };
    for (const listener of [...listeners]) listener();
  };
  const stateAt = (seq: number) =>
    reduce(
      emptyState(),
      events.filter((event) => event.seq <= seq),
    );
  return {
    commands,
    get subscriptions() {
      return { active: listeners.size, made };
    },
    getSnapshot: () => snapshot,
    subscribe(listener) {
      made += 1;
      const entry = (): void => listener();
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    async command(command) {
      commands.push(command);
      return result;
    },
    seek: (seq) => set({ state: stateAt(seq), mode: 'replay', seq }),
    goLive() {
      const state = stateAt(Number.POSITIVE_INFINITY);
      set({ state, live: state, mode: 'live', seq: state.seq });
    },
    async readRange({ from, to = Number.POSITIVE_INFINITY, filter = {}, limit = 1000 }) {
      const last = Math.min(to, from + limit - 1, events.at(-1)?.seq ?? 0);
      const matches = compileFilter(filter);
      const wanted = events.filter((event) => event.seq >= from && event.seq <= last && matches(event));
      return { from, to: last, events: wanted };
    },
    blob: async (ref) => options.blobs?.get(ref),
    dispose: () => listeners.clear(),
    append(more) {
      events = [...events, ...more];
      const head = events.at(-1)?.seq ?? 0;
      const next = reduce(snapshot.live, more);
      if (snapshot.mode === 'replay') set({ head, live: next });
      else {
        const first = snapshot.first || (more[0]?.seq ?? 0);
        set({ state: next, live: next, head, seq: next.seq, ready: true, first });
      }
    },
    set,
    answer: (next) => {
      result = next;
    },
  };
}
