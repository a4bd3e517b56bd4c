import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FleetglassError } from '../errors/fleetglass-error.js';
import { createDeferred } from '../lib/deferred.js';
import type { StateSnapshot } from '../log/fleet-host.js';
import { emptyState, reduce } from '../projection/reduce.js';
import { encodeState } from '../projection/state-codec.js';
import type { FleetState } from '../projection/state.js';
import type { CommandResult } from '../protocol/command.js';
import { decodeCursor } from '../protocol/cursor.js';
import type { FleetEvent } from '../protocol/event.js';
import { legalLogs } from '../testing/arbitraries.js';
import { createLog } from '../testing/log-builder.js';
import { createSeededRandom } from '../testing/seeded-random.js';
import { createSimulatedClock } from '../testing/simulated-clock.js';
import type { SubscribeRequest, SubscriptionObserver, Transport } from '../transport/transport.js';
import { createMonitor } from './create-monitor.js';
import type { MonitorOptions } from './create-monitor.js';

/** A transport whose other end is the test. */
function scripted() {
  const subscriptions: { request: SubscribeRequest; observer: SubscriptionObserver; open: boolean }[] = [];
  const commands: string[] = [];
  const answers: (CommandResult | Error)[] = [];
  const asked: { seq: number; answer: ReturnType<typeof createDeferred<StateSnapshot>> }[] = [];
  const transport: Transport = {
    subscribe(request, observer) {
      const subscription = { request, observer, open: true };
      subscriptions.push(subscription);
      return { restart: () => undefined, close: () => (subscription.open = false) };
    },
    async command(_, id) {
      commands.push(id);
      const answer = answers.shift() ?? { ok: true };
      if (answer instanceof Error) throw answer;
      return answer;
    },
    readRange: () => Promise.reject(new Error('not needed')),
    stateAt(cursor) {
      const answer = createDeferred<StateSnapshot>();
      asked.push({ seq: decodeCursor(cursor).seq, answer });
      return answer.promise;
    },
    blob: async () => undefined,
    status: { phase: 'open', since: 0, attempt: 0 },
    onStatus: () => () => undefined,
    close: () => undefined,
  };
  const observer = (): SubscriptionObserver => subscriptions.at(-1)!.observer;
  return {
    transport,
    subscriptions,
    commands,
    answers,
    asked,
    start: (state: FleetState = emptyState(), seq = state.seq) =>
      observer().snapshot({ epoch: 'e', seq, state, reason: 'start' }),
    deliver: (events: readonly FleetEvent[], from = events[0]!.seq, to = events.at(-1)!.seq) =>
      observer().events({ epoch: 'e', from, to, events }),
    fail: (error: FleetglassError) => observer().error(error),
  };
}

function setup(retain: MonitorOptions['retain'] = {}) {
  const clock = createSimulatedClock(0);
  const other = scripted();
  const monitor = createMonitor({ transport: other.transport, clock, random: createSeededRandom(1), retain });
  return { clock, monitor, ...other };
}

const label = (count: number): readonly FleetEvent[] => {
  const { events, append } = createLog();
  append('run.created', { runId: 'r' }, { name: 'r' });
  for (let i = 1; i < count; i += 1) append('run.labelled', { runId: 'r' }, { labels: { n: String(i) } });
  return events;
};

const shown = (monitor: ReturnType<typeof createMonitor>): string | undefined =>
  monitor.getSnapshot().state.runs.get('r')?.labels['n'];

describe('publication', () => {
  it('happens at once, then once for all that arrived in 25 ms', async () => {
    const { monitor, clock, start, deliver } = setup();
    const seen: number[] = [];
    monitor.subscribe(() => seen.push(monitor.getSnapshot().seq));
    start();
    await clock.advance(1_000);
    const events = label(40);
    deliver(events.slice(0, 1));
    await clock.advance(0);
    expect(seen.at(-1)).toBe(1);
    const before = seen.length;
    for (const event of events.slice(1, 30)) {
      deliver([event]);
      await clock.advance(0);
    }
    expect(seen.length).toBe(before);
    await clock.advance(24);
    expect(seen.length).toBe(before);
    await clock.advance(1);
    expect(seen.slice(before)).toEqual([30]);
    await clock.advance(10_000);
    expect(seen.length).toBe(before + 1);
  });

  it('keeps the snapshot until the next one', async () => {
    const { monitor, clock, start, deliver } = setup();
    monitor.subscribe(() => undefined);
    start();
    await clock.advance(100);
    const snapshot = monitor.getSnapshot();
    deliver(label(3));
    expect(monitor.getSnapshot()).toBe(snapshot);
    await clock.advance(100);
    expect(monitor.getSnapshot()).not.toBe(snapshot);
  });
});

describe('the connection', () => {
  it('is one for all subscribers and survives that a page mounts twice', async () => {
    const { monitor, clock, subscriptions } = setup();
    expect(subscriptions).toHaveLength(0);
    const stop = monitor.subscribe(() => undefined);
    stop();
    const [second, third] = [monitor.subscribe(() => undefined), monitor.subscribe(() => undefined)];
    await clock.advance(60_000);
    expect(subscriptions.map(({ open }) => open)).toEqual([true]);
    second();
    third();
    third();
    await clock.advance(60_000);
    expect(subscriptions.map(({ open }) => open)).toEqual([false]);
  });

  it('goes on where it was when somebody comes back', async () => {
    const { monitor, clock, subscriptions, start, deliver } = setup();
    const stop = monitor.subscribe(() => undefined);
    start();
    deliver(label(7));
    stop();
    await clock.advance(60_000);
    monitor.subscribe(() => undefined);
    expect(subscriptions).toHaveLength(2);
    expect(decodeCursor(subscriptions[1]!.request.position()!)).toEqual({ epoch: 'e', seq: 7 });
    await clock.advance(0);
    expect(shown(monitor)).toBe('6');
  });

  it('shows why it was refused, and asks again for a new subscriber', async () => {
    const { monitor, clock, subscriptions, fail } = setup();
    const stop = monitor.subscribe(() => undefined);
    fail(new FleetglassError('FORBIDDEN', 'Ask for access.'));
    await clock.advance(0);
    expect(monitor.getSnapshot().connection).toMatchObject({ phase: 'failed', error: { code: 'FORBIDDEN' } });
    stop();
    await clock.advance(60_000);
    monitor.subscribe(() => undefined);
    expect(subscriptions).toHaveLength(2);
  });

  it('says that the view was restarted', async () => {
    const { monitor, clock, subscriptions, start } = setup();
    monitor.subscribe(() => undefined);
    start();
    await clock.advance(50);
    expect(monitor.getSnapshot().restarted).toBeUndefined();
    const state = reduce(emptyState(), label(9));
    subscriptions[0]!.observer.snapshot({ epoch: 'e', seq: 9, state, reason: 'too-old' });
    await clock.advance(50);
    expect(monitor.getSnapshot()).toMatchObject({ seq: 9, restarted: { reason: 'too-old', at: 50 } });
  });

  it('moves on over what was not selected', async () => {
    const { monitor, clock, start, deliver } = setup();
    monitor.subscribe(() => undefined);
    start();
    deliver([], 1, 40);
    await clock.advance(50);
    expect(monitor.getSnapshot()).toMatchObject({ seq: 40, head: 40, ready: true });
  });
});

describe('replay', () => {
  it('shows any moment of the recent past exactly, whatever the batches were', async () => {
    const scenario = fc.tuple(
      legalLogs(fc).filter((events) => events.length > 0),
      fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 30 }),
      fc.nat(),
    );
    await fc.assert(
      fc.asyncProperty(scenario, async ([events, sizes, wish]) => {
        const { monitor, clock, start, deliver } = setup({ stateEvery: 7 });
        monitor.subscribe(() => undefined);
        start();
        let at = 0;
        for (const size of [...sizes, events.length]) {
          const batch = events.slice(at, at + size);
          at += batch.length;
          if (batch.length > 0) deliver(batch);
          await clock.advance(100);
        }
        const seq = wish % (events.length + 1);
        monitor.seek(seq);
        await clock.advance(0);
        const { state, mode, seeking, head } = monitor.getSnapshot();
        expect({ mode, seeking, head }).toEqual({ mode: 'replay', seeking: false, head: events.length });
        expect(encodeState(state)).toEqual(encodeState(reduce(emptyState(), events.slice(0, seq))));
        monitor.goLive();
        await clock.advance(0);
        expect(encodeState(monitor.getSnapshot().state)).toEqual(encodeState(reduce(emptyState(), events)));
      }),
      { numRuns: 40 },
    );
  });

  it('goes on receiving behind the moment that is shown', async () => {
    const { monitor, clock, start, deliver } = setup();
    monitor.subscribe(() => undefined);
    start();
    const events = label(20);
    deliver(events.slice(0, 10));
    monitor.seek(4);
    deliver(events.slice(10));
    await clock.advance(100);
    expect(monitor.getSnapshot()).toMatchObject({ mode: 'replay', seq: 4, head: 20 });
    expect(shown(monitor)).toBe('3');
    expect(monitor.getSnapshot().live.runs.get('r')?.labels['n']).toBe('19');
    monitor.goLive();
    await clock.advance(0);
    expect(monitor.getSnapshot()).toMatchObject({ mode: 'live', seq: 20 });
    expect(shown(monitor)).toBe('19');
  });

  it('fetches what lies further back, and the newest wish wins', async () => {
    const { monitor, clock, asked, start, deliver } = setup({ events: 10, stateEvery: 5 });
    monitor.subscribe(() => undefined);
    start();
    const events = label(60);
    for (let i = 0; i < 60; i += 5) {
      deliver(events.slice(i, i + 5));
      await clock.advance(100);
    }
    const answer = (index: number): void => {
      const { seq, answer: promise } = asked[index]!;
      promise.resolve({ seq, state: reduce(emptyState(), events.slice(0, seq)) });
    };
    monitor.seek(3);
    monitor.seek(8);
    await clock.advance(0);
    expect(asked.map(({ seq }) => seq)).toEqual([3, 8]);
    expect(monitor.getSnapshot()).toMatchObject({ seeking: true, mode: 'replay' });
    answer(1);
    await clock.advance(0);
    answer(0);
    await clock.advance(0);
    expect(monitor.getSnapshot()).toMatchObject({ seeking: false, seq: 8 });
    expect(shown(monitor)).toBe('7');

    monitor.seek(2);
    monitor.goLive();
    answer(2);
    await clock.advance(0);
    expect(monitor.getSnapshot()).toMatchObject({ mode: 'live', seq: 60 });
  });

  it('shows the oldest moment at hand when the log forgot the one that was asked for', async () => {
    const { monitor, clock, asked, start, deliver } = setup();
    monitor.subscribe(() => undefined);
    const events = label(30);
    start(reduce(emptyState(), events.slice(0, 20)));
    deliver(events.slice(20));
    monitor.seek(5);
    asked[0]!.answer.reject(new FleetglassError('CURSOR_TOO_OLD', 'Gone.'));
    await clock.advance(0);
    expect(monitor.getSnapshot()).toMatchObject({ mode: 'replay', seq: 20, first: 20, seeking: false });
  });
});

describe('commands', () => {
  const cancel = { type: 'cancel', runId: 'r' } as const;
  const lost = { ok: false, error: { code: 'DISCONNECTED', message: 'Lost.' } } as const;

  it('have an id of their own, and are asked about once more when the answer was lost', async () => {
    const { monitor, commands, answers } = setup();
    await monitor.command(cancel);
    answers.push(lost, { ok: true, result: 1 });
    expect(await monitor.command(cancel)).toEqual({ ok: true, result: 1 });
    answers.push(new FleetglassError('DISCONNECTED', 'Lost.'), lost);
    expect(await monitor.command(cancel)).toMatchObject({ ok: false, error: { code: 'DISCONNECTED' } });
    expect(commands).toHaveLength(5);
    expect(commands[1]).toBe(commands[2]);
    expect(commands[3]).toBe(commands[4]);
    expect(new Set(commands).size).toBe(3);
  });

  it('resolve when they are refused, and when the transport throws', async () => {
    const { monitor, commands, answers } = setup();
    answers.push({ ok: false, error: { code: 'RUN_ENDED', message: 'Over.' } }, new Error('odd'));
    expect(await monitor.command(cancel)).toMatchObject({ ok: false, error: { code: 'RUN_ENDED' } });
    expect(await monitor.command(cancel)).toMatchObject({ ok: false, error: { code: 'INTERNAL' } });
    expect(commands).toHaveLength(2);
  });
});

describe('bounds', () => {
  it('keep the runs that finished last', async () => {
    const { monitor, clock, start, deliver } = setup({ runs: 3 });
    monitor.subscribe(() => undefined);
    start();
    const { events, append, advance } = createLog();
    for (let i = 0; i < 10; i += 1) {
      advance(1);
      append('run.created', { runId: `r${i}` }, { name: 'r' });
      if (i !== 2) append('run.completed', { runId: `r${i}` }, {});
    }
    deliver(events);
    await clock.advance(100);
    expect(monitor.getSnapshot().state.runs.ids()).toEqual(['r2', 'r7', 'r8', 'r9']);
  });
});

describe('dispose', () => {
  it('leaves neither timers nor a subscription', async () => {
    const { monitor, clock, subscriptions, start, deliver } = setup();
    monitor.subscribe(() => undefined);
    start();
    deliver(label(3));
    monitor.dispose();
    monitor.seek(1);
    monitor.subscribe(() => undefined);
    expect(subscriptions.map(({ open }) => open)).toEqual([false]);
    await clock.advance(100_000);
    expect(clock.pending).toBe(0);
  });
});
