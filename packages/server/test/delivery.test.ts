import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeState } from '@fleetglass/core';
import { emptyState, reduce } from '@fleetglass/core/client';
import { createFakeHost, createSimulatedClock } from '@fleetglass/core/testing';
import { compileFilter, encodeCursor } from '@fleetglass/core/protocol';
import type { EventInput, Filter, FleetEvent, OnLag } from '@fleetglass/core/protocol';
import { createIdentityWatch } from '../src/gateway/identity-watch.js';
import { createBufferPool } from '../src/gateway/buffer-pool.js';
import { DEFAULT_LIMITS } from '../src/gateway/limits.js';
import type { GatewayLimits } from '../src/gateway/limits.js';
import { createMeters } from '../src/gateway/meters.js';
import { Session } from '../src/gateway/session.js';
import { createTenant } from '../src/gateway/tenant.js';
import { FakeLink, FoldingViewer } from './fake-link.js';

const macrotask = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setUp(limits: Partial<GatewayLimits> = {}) {
  const clock = createSimulatedClock();
  const host = createFakeHost({ clock });
  const meters = createMeters();
  const tenant = createTenant(host, clock, meters);
  const buffered = createBufferPool({ ...DEFAULT_LIMITS, ...limits }.maxTotalBufferedBytes);
  const context = {
    clock,
    limits: { ...DEFAULT_LIMITS, ...limits },
    heartbeatMs: 10_000,
    random: () => 0,
    authenticate: undefined,
    buffered,
    meters,
    watch: createIdentityWatch({ clock, maxConnections: 1_000 }),
    tenantOf: () => tenant,
    logger: undefined,
    closed: () => undefined,
  };
  const connect = (options: { weight?: number; filter?: Filter; onLag?: OnLag; from?: number } = {}) => {
    const { weight = 1, filter = {}, onLag, from } = options;
    const link = new FakeLink(weight);
    const session = new Session(link, context);
    session.start(undefined);
    const cursor = from === undefined ? {} : { cursor: encodeCursor({ epoch: host.log.epoch, seq: from }) };
    link.say({ frame: 'subscribe', id: 's', filter, ...cursor, ...(onLag ? { onLag } : {}) });
    const viewer = new FoldingViewer();
    return { link, session, viewer, filter, from };
  };
  const settle = async (turns = 3): Promise<void> => {
    for (let i = 0; i < turns; i += 1) await macrotask();
    await clock.advance(50);
  };
  const steps = async (step: string): Promise<number> =>
    (await meters.slow.get()).values.find(({ labels }) => labels.step === step)?.value ?? 0;
  return { clock, host, tenant, buffered, connect, settle, steps };
}

type Connected = ReturnType<ReturnType<typeof setUp>['connect']>;

/** Lets every viewer read until it has been told of everything up to the head. */
async function catchUp(
  viewers: readonly Connected[],
  head: number,
  settle: () => Promise<void>,
): Promise<void> {
  for (let round = 0; round < 500; round += 1) {
    for (const { link, viewer, session } of viewers) {
      session.beat();
      link.drain();
      viewer.read(link.frames);
    }
    if (viewers.every(({ viewer }) => viewer.position === head)) return;
    await settle();
  }
  throw new Error('a viewer never caught up');
}

const delta = (agentId: string, text: string): EventInput => ({
  type: 'message.delta',
  runId: 'a',
  agentId,
  data: { messageId: `m-${agentId}`, kind: 'text', text },
});

describe('a viewer that takes less than is sent', () => {
  const PIECE = 'x'.repeat(100);
  const stream = async ({ host, settle }: ReturnType<typeof setUp>, count: number): Promise<void> => {
    for (let i = 0; i < count; i += 20) {
      await host.append(...Array.from({ length: 20 }, () => delta('x', PIECE)));
      await settle(1);
    }
  };

  it('is told in fewer events what it missed, and of everything that the others were told', async () => {
    const test = setUp({ maxBufferedBytes: 100_000 });
    const { host, connect, settle, steps } = test;
    const slow = connect({ from: 0 });
    const quick = connect({ from: 0 });
    for (let round = 0; round < 10; round += 1) {
      await stream(test, 200);
      quick.link.drain();
      await settle();
    }
    expect(slow.link.waiting).toBeLessThan(150_000);
    await catchUp([slow, quick], 2_000, settle);
    expect(quick.viewer.events).toHaveLength(2_000);
    expect(slow.viewer.events.length).toBeLessThan(1_000);
    expect(slow.viewer.events.some(({ covers }) => covers)).toBe(true);
    expect(slow.viewer.fold).toEqual(quick.viewer.fold);
    expect(slow.viewer.snapshots).toEqual([]);
    expect(await steps('coalesced')).toBeGreaterThan(0);
    // Live again, it is told of each event by itself.
    await host.append(delta('x', 'a'), delta('x', 'b'));
    await settle();
    const before = slow.viewer.events.length;
    await catchUp([slow, quick], 2_002, settle);
    expect(slow.viewer.events.length - before).toBe(2);
  });

  it.each(['snapshot', 'replay'] as const)('that is far behind and asked for %s gets it', async (onLag) => {
    const test = setUp({ maxBufferedBytes: 100_000, maxLagEvents: 1_000 });
    const { connect, settle, steps } = test;
    const slow = connect({ from: 0, onLag });
    const quick = connect({ from: 0 });
    for (let round = 0; round < 20; round += 1) {
      await stream(test, 200);
      quick.link.drain();
    }
    await catchUp([slow, quick], 4_000, settle);
    expect(slow.viewer.fold).toEqual(quick.viewer.fold);
    const reasons = slow.viewer.snapshots.map(({ reason }) => reason);
    expect(reasons).toEqual(onLag === 'snapshot' ? ['slow'] : []);
    expect(await steps('snapshot')).toBe(reasons.length);
  });

  it('is not read to from the log faster than it takes it', async () => {
    const test = setUp();
    const { connect, settle } = test;
    await stream(test, 4_000);
    const slow = connect({ from: 0 });
    await settle(30);
    expect(slow.link.mostWaiting).toBeGreaterThan(64 * 1024);
    expect(slow.link.mostWaiting).toBeLessThan(256 * 1024);
    await catchUp([slow], 4_000, settle);
  });

  it('is never taken back by a snapshot that was made for another one', async () => {
    const test = setUp({ maxBufferedBytes: 100_000, maxLagEvents: 10 });
    const { connect, settle } = test;
    const early = connect();
    await settle();
    const slow = connect({ from: 0, onLag: 'snapshot', weight: 100 });
    await stream(test, 400);
    await catchUp([early, slow], 400, settle);
    expect(slow.viewer.snapshots.map(({ reason }) => reason)).toEqual(['slow']);
    expect(slow.viewer.fold).toEqual(early.viewer.fold);
  });

  it('and has been given more bytes than a snapshot would be worth gets one', async () => {
    const test = setUp({ maxBufferedBytes: 100_000, maxLagBytes: 200_000 });
    const { connect, settle } = test;
    const slow = connect({ from: 0, onLag: 'snapshot' });
    await stream(test, 4_000);
    await catchUp([slow], 4_000, settle);
    expect(slow.viewer.snapshots.map(({ reason }) => reason)).toEqual(['slow']);
  });

  it('is disconnected in the end, and told how far each subscription got', async () => {
    const test = setUp({ maxBufferedBytes: 100_000 });
    const { host, clock, connect, steps, buffered } = test;
    const slow = connect({ from: 0 });
    await stream(test, 2_000);
    await clock.advance(30_000);
    expect(slow.link.endedWith).toMatchObject({ code: 'SLOW_CONSUMER' });
    slow.link.drain();
    const error = slow.link.frames.at(-1);
    expect(() => slow.viewer.read(slow.link.frames)).toThrow('SLOW_CONSUMER');
    const cursor = encodeCursor({ epoch: host.log.epoch, seq: slow.viewer.position ?? -1 });
    expect(error).toMatchObject({ frame: 'error', error: { details: { cursors: { s: cursor } } } });
    expect(await steps('disconnected')).toBe(1);
    await clock.advance(1_000);
    expect(buffered.bytes).toBe(0);
  });
});

describe('delivery', () => {
  const viewer = fc.record({
    weight: fc.constantFrom(1, 100, 2_000),
    filter: fc.constantFrom<Filter>({}, { runId: 'run-1' }, { types: ['message', 'run', 'usage'] }),
    onLag: fc.constantFrom<OnLag>('replay', 'snapshot'),
    isFromSnapshot: fc.boolean(),
    from: fc.nat(100),
  });
  /** Streams of one kind of event, side by side: what can be merged, and what must not be. */
  const piece = fc.record({
    kind: fc.constantFrom<Kind>(
      'message.delta',
      'task.progress',
      'usage.recorded',
      'agent.heartbeat',
      'log.written',
    ),
    run: fc.constantFrom('run-1', 'run-2'),
    who: fc.constantFrom('x', 'y'),
    count: fc.integer({ min: 1, max: 40 }),
    pauseMs: fc.constantFrom(0, 1, 400),
  });
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ append: piece }) },
    { weight: 3, arbitrary: fc.record({ drain: fc.nat(7) }) },
    { weight: 1, arbitrary: fc.record({ join: viewer }) },
    { weight: 2, arbitrary: fc.record({ turns: fc.integer({ min: 1, max: 3 }) }) },
  );
  const script = fc.array(step, { maxLength: 80, size: 'max' });

  it('gives every viewer the fold of the log, and each seq once, whatever happens when', async () => {
    let [merged, skipped] = [0, 0];
    await fc.assert(
      fc.asyncProperty(script, async (acts) => {
        const test = setUp({ maxLagEvents: 20, maxBufferedBytes: 200_000 });
        const { host, connect, settle, steps } = test;
        const viewers: Connected[] = [connect({ from: 0, weight: 500 })];
        await host.append(...['run-1', 'run-2'].map(begun));
        for (const act of acts) {
          if ('append' in act) await host.append(...streamOf(act.append, host.log.head()));
          else if ('turns' in act) await settle(act.turns);
          else if ('drain' in act) viewers[act.drain % viewers.length]?.link.drain();
          else if (viewers.length < 6) {
            const { isFromSnapshot, from, ...options } = act.join;
            const start = isFromSnapshot ? {} : { from: Math.min(from, host.log.head()) };
            viewers.push(connect({ ...options, ...start }));
          }
        }
        await settle();
        await catchUp(viewers, host.log.head(), settle);
        const { events } = await host.log.read({ from: 1, limit: 10_000 });
        for (const one of viewers) checkView(one, events);
        merged += await steps('coalesced');
        skipped += await steps('snapshot');
      }),
      { numRuns: 60 },
    );
    // The property is empty where nothing of it happens.
    expect(merged).toBeGreaterThan(0);
    expect(skipped).toBeGreaterThan(0);
  }, 60_000);
});

type Kind = 'message.delta' | 'task.progress' | 'usage.recorded' | 'agent.heartbeat' | 'log.written';

interface Piece {
  readonly kind: Kind;
  readonly run: string;
  readonly who: string;
  readonly count: number;
  readonly pauseMs: number;
}

const START = Date.UTC(2026, 0, 1);
const begun = (runId: string): EventInput => ({
  type: 'run.created',
  runId,
  time: START,
  data: { name: runId },
});

/** Events of one stream, each `pauseMs` after the one before. */
function streamOf({ kind, run, who, count, pauseMs }: Piece, head: number): EventInput[] {
  const data = (index: number) => {
    switch (kind) {
      case 'message.delta':
        return { messageId: who, kind: 'text', text: `${index} ` };
      case 'task.progress':
        return { done: index, total: count };
      case 'usage.recorded':
        return { usage: { inputTokens: index, outputTokens: 1 }, cost: { nanoUsd: 5, basis: 'list' } };
      case 'log.written':
        return { level: 'info', message: `${index}` };
      case 'agent.heartbeat':
        return {};
    }
  };
  const scope = { runId: run, agentId: who, ...(kind === 'task.progress' ? { taskId: who } : {}) };
  return Array.from(
    { length: count },
    (_, index) =>
      ({ type: kind, time: START + head * 10 + index * pauseMs, ...scope, data: data(index) }) as EventInput,
  );
}

/** Compares what a viewer made of its frames with the log itself. */
function checkView({ viewer, filter, from }: Connected, log: readonly FleetEvent[]): void {
  const selected = log.filter(compileFilter(filter));
  const last = viewer.snapshots.at(-1)?.seq;
  const begin = viewer.snapshots[0]?.reason === 'start' || from === undefined ? 0 : from;
  const isWhole = begin === 0 || viewer.snapshots.length > 0;
  if (isWhole)
    expect(withoutHead(viewer.fold)).toEqual(withoutHead(encodeState(reduce(emptyState(), selected))));
  // After the last snapshot each selected event was told once, by itself or merged.
  const told = viewer.events
    .filter(({ seq }) => seq > (last ?? begin))
    .flatMap(({ seq, covers: [first, end] = [seq, seq] }) =>
      Array.from({ length: end - first + 1 }, (_, index) => first + index),
    );
  expect(told).toEqual(selected.map(({ seq }) => seq).filter((seq) => seq > (last ?? begin)));
}

/** A view of some events has not come as far as the log. */
function withoutHead(state: unknown): unknown {
  const { seq: _seq, time: _time, ...rest } = state as Record<string, unknown>;
  return rest;
}
