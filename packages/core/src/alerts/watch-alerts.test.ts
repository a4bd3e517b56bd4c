import { describe, expect, it } from 'vitest';
import { createEmitter } from '../emitter/emitter.js';
import { FleetglassError } from '../errors/fleetglass-error.js';
import { createMemoryStore } from '../log/memory-store.js';
import type { Store } from '../log/store.js';
import type { FleetEvent } from '../protocol/event.js';
import { createSimulatedClock } from '../testing/simulated-clock.js';
import type { SimulatedClock } from '../testing/simulated-clock.js';
import { watchAlerts } from './watch-alerts.js';
import type { WatchAlertsOptions } from './watch-alerts.js';

const MINUTE = 60_000;
const agent = { runId: 'r', threadId: 't', agentId: 'A' };

interface Setting {
  readonly clock: SimulatedClock;
  readonly store: Store;
  readonly watch: (options?: Partial<WatchAlertsOptions>) => ReturnType<typeof watchAlerts>;
  /** Emits a measurement of the context, in tenths of the window. */
  readonly measure: (tenths: number, agentId?: string) => void;
  readonly alerts: () => Promise<FleetEvent[]>;
  readonly kinds: () => Promise<string[]>;
  readonly emitter: ReturnType<typeof createEmitter>;
}

function setUp(wrap: (store: Store) => Store = (store) => store): Setting {
  const clock = createSimulatedClock();
  const store = wrap(createMemoryStore({ clock }));
  const emitter = createEmitter({ store, clock });
  const alerts = async (): Promise<FleetEvent[]> => {
    const { events } = await store.read({ from: 1 });
    return events.filter(({ type }) => type.startsWith('alert.'));
  };
  return {
    clock,
    store,
    emitter,
    watch: (options) => watchAlerts({ store, emitter, clock, ...options }),
    measure: (tenths, agentId = 'A') =>
      emitter.emit({
        ...agent,
        agentId,
        type: 'context.measured',
        data: { usedTokens: tenths, limitTokens: 10 },
      }),
    alerts,
    kinds: async () => (await alerts()).map(({ type }) => type.slice('alert.'.length)),
  };
}

describe('watchAlerts', () => {
  it('appends what the rules say, with the scope of what it is about', async () => {
    const { clock, watch, measure, alerts } = setUp();
    const watching = watch();
    await watching.ready;
    measure(9);
    await clock.advance(MINUTE);
    measure(1);
    await clock.advance(10);
    expect(await alerts()).toMatchObject([
      { ...agent, type: 'alert.raised', data: { alertId: 'context-window:A:1', rule: 'context-window' } },
      { ...agent, type: 'alert.resolved', data: { alertId: 'context-window:A:1' } },
    ]);
    await watching.close();
  });

  it('looks at the clock, so that silence is seen', async () => {
    const { clock, watch, emitter, kinds } = setUp();
    const watching = watch({ rules: { stuckAgent: { afterMs: 10 * MINUTE } } });
    emitter.emit({ ...agent, type: 'agent.status', data: { status: 'active' } });
    await clock.advance(10 * MINUTE - 5_000);
    expect(await kinds()).toEqual([]);
    await clock.advance(10_000);
    expect(await kinds()).toEqual(['raised']);
    await watching.close();
    await clock.advance(60 * MINUTE);
    expect(clock.pending).toBe(0);
  });

  it('raises nothing twice after a restart, and resolves what is over then', async () => {
    const { clock, watch, measure, kinds } = setUp();
    const first = watch();
    measure(9);
    await clock.advance(10);
    await first.close();
    expect(await kinds()).toEqual(['raised']);
    const second = watch();
    measure(9);
    await clock.advance(2 * MINUTE);
    expect(await kinds()).toEqual(['raised']);
    await second.close();
    measure(1);
    await clock.advance(10);
    const third = watch();
    await third.ready;
    await clock.advance(10);
    expect(await kinds()).toEqual(['raised', 'resolved']);
    await third.close();
  });

  it('raises what began while nobody watched, and not what is over again', async () => {
    const { clock, watch, measure, alerts } = setUp();
    measure(9, 'A');
    measure(9, 'B');
    await clock.advance(2 * MINUTE);
    measure(1, 'A');
    await clock.advance(10);
    const watching = watch();
    await clock.advance(10);
    expect((await alerts()).map(({ type, agentId }) => [type, agentId])).toEqual([['alert.raised', 'B']]);
    await watching.close();
  });

  it('tells once what two watches of one store see', async () => {
    const { clock, watch, measure, kinds } = setUp();
    const watches = [watch(), watch()];
    measure(9);
    await clock.advance(2 * MINUTE);
    measure(1);
    await clock.advance(2 * MINUTE);
    expect(await kinds()).toEqual(['raised', 'resolved']);
    for (const watching of watches) await watching.close();
  });

  it('misses nothing of a log that grows while it is read', async () => {
    const { clock, watch, measure, alerts, store } = setUp();
    for (let i = 0; i < 3_000; i += 1) measure(5);
    await clock.advance(10);
    const watching = watch();
    for (let i = 0; i < 50; i += 1) {
      measure(9, `agent-${i}`);
      await Promise.resolve();
    }
    await clock.advance(10);
    expect(store.head()).toBeGreaterThan(3_000);
    const { events } = await store.read({ from: 3_001, limit: 10_000 });
    expect(events.filter(({ type }) => type === 'alert.raised')).toHaveLength(50);
    expect(watching.stats).toEqual({ open: 50, suppressed: 0 });
    expect(await alerts()).toEqual([]);
    await watching.close();
  });

  it('takes other rules, and resolves alerts of those that were turned off', async () => {
    const { clock, watch, measure, kinds } = setUp();
    const watching = watch();
    measure(9);
    await clock.advance(10);
    await expect(watching.change({ context: { above: 7 } })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await watching.change({ context: false });
    await clock.advance(10);
    expect(await kinds()).toEqual(['raised']);
    await clock.advance(2 * MINUTE);
    expect(await kinds()).toEqual(['raised', 'resolved']);
    measure(9);
    await clock.advance(2 * MINUTE);
    expect(await kinds()).toEqual(['raised', 'resolved']);
    await watching.change({});
    await clock.advance(10);
    expect(await kinds()).toEqual(['raised', 'resolved', 'raised']);
    await watching.close();
  });

  it('lets a person acknowledge', async () => {
    const { clock, watch, measure, alerts } = setUp();
    const watching = watch();
    measure(9);
    await clock.advance(10);
    watching.acknowledge({ runId: 'r', alertId: 'context-window:A:1', by: { id: 'ann', name: 'Ann' } });
    await clock.advance(10);
    expect((await alerts())[1]).toMatchObject({
      ...agent,
      type: 'alert.acknowledged',
      data: { alertId: 'context-window:A:1', by: { id: 'ann' } },
    });
    await watching.close();
  });

  it('tries again when the store refuses, and says so', async () => {
    let refuse = true;
    const { clock, watch, measure, kinds } = setUp((store) => ({
      ...store,
      append: (drafts, options) =>
        options?.dedupe && refuse
          ? Promise.reject(new FleetglassError('STORE_FAILED', 'full'))
          : store.append(drafts, options),
    }));
    const errors: string[] = [];
    const watching = watch({ onError: ({ code }) => errors.push(code) });
    measure(9);
    await clock.advance(11_000);
    expect(errors.length).toBeGreaterThan(1);
    expect(new Set(errors)).toEqual(new Set(['STORE_FAILED']));
    expect(await kinds()).toEqual([]);
    refuse = false;
    await clock.advance(11_000);
    expect(await kinds()).toEqual(['raised']);
    await watching.close();
  });

  it('reads what it could not read at first', async () => {
    let refuse = true;
    const { clock, watch, measure, kinds, emitter } = setUp((store) => ({
      ...store,
      read: (query) =>
        refuse ? Promise.reject(new FleetglassError('STORE_FAILED', 'locked')) : store.read(query),
    }));
    measure(9);
    await emitter.flush();
    const errors: string[] = [];
    const watching = watch({ onError: ({ code }) => errors.push(code) });
    await expect(watching.ready).rejects.toMatchObject({ code: 'STORE_FAILED' });
    refuse = false;
    await clock.advance(11_000);
    expect(errors).toEqual(['STORE_FAILED']);
    expect(await kinds()).toEqual(['raised']);
    await watching.close();
  });

  it('stops when its store is closed', async () => {
    const { clock, watch, emitter, store } = setUp();
    const errors: string[] = [];
    watch({ onError: ({ code }) => errors.push(code), rules: { stuckAgent: true } });
    emitter.emit({ ...agent, type: 'agent.status', data: { status: 'active' } });
    await clock.advance(10);
    await store.close();
    expect(clock.pending).toBe(1);
    await clock.advance(60 * MINUTE);
    expect(errors).toEqual(['STORE_CLOSED']);
    expect(clock.pending).toBe(0);
  });
});
