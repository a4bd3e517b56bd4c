import { describe, expect, it } from 'vitest';
import { FleetglassError } from '../../src/errors/fleetglass-error.js';
import type { ErrorCode } from '../../src/errors/error-code.js';
import { createMemoryStore } from '../../src/log/memory-store.js';
import type { Commit, Store } from '../../src/log/store.js';
import { END, send, START } from '../../src/orchestrator/graph/graph-definition.js';
import { StateGraph } from '../../src/orchestrator/graph/graph.js';
import { append } from '../../src/orchestrator/graph/reducer.js';
import type { StoreTrouble } from '../../src/orchestrator/run/services.js';
import { createSimulatedClock } from '../../src/testing/simulated-clock.js';
import { createHarness, createProvider, flatPrices, settle, until } from './harness.js';

/** A store whose writes fail while it is told so, as on a full disk: nothing of what it refuses is kept. */
function failingStore(store: Store) {
  let code: ErrorCode | undefined;
  let accepted = Infinity;
  const attempts: Commit[] = [];
  const refuse = (): FleetglassError | undefined =>
    code === undefined || accepted > 0
      ? undefined
      : new FleetglassError(code, 'The disk is full.', { cause: new Error('ENOSPC') });
  const failing: Store = {
    ...store,
    async commit(commit) {
      attempts.push(commit);
      const error = refuse();
      if (error) throw error;
      accepted -= 1;
      return store.commit(commit);
    },
    async append(drafts, options) {
      const error = refuse();
      if (error) throw error;
      return store.append(drafts, options);
    },
    async acquireLease(request) {
      const error = refuse();
      if (error) throw error;
      return store.acquireLease(request);
    },
    async renewLease(lease, ttlMs) {
      const error = refuse();
      if (error) throw error;
      return store.renewLease(lease, ttlMs);
    },
  };
  return {
    store: failing,
    attempts,
    /** Takes some more commits, then refuses whatever is written. */
    fail(afterCommits = 0, withCode: ErrorCode = 'STORE_FAILED') {
      code = withCode;
      accepted = afterCommits;
    },
    heal() {
      code = undefined;
      accepted = Infinity;
    },
  };
}

interface State {
  files: string[];
  notes: string[];
  report?: string;
}

function makeJob() {
  const bodies: string[] = [];
  const provider = createProvider();
  const graph = new StateGraph<State, Partial<State>, string>({ name: 'job', reducers: { notes: append } })
    .addNode('plan', (_, ctx) => {
      bodies.push(ctx.taskId);
    })
    .addNode('read', async (state: State & { file: string }, ctx) => {
      bodies.push(ctx.taskId);
      const size = await ctx.tool('size', () => state.file.length);
      const { text } = await ctx.model({ provider, model: 'm', prompt: state.file });
      ctx.log('info', `read ${state.file}`);
      return { notes: [`${state.file} ${size} ${text}`] };
    })
    .addNode('report', (state, ctx) => {
      bodies.push(ctx.taskId);
      return { report: state.notes.join(', ') };
    })
    .addEdge(START, 'plan')
    .addConditionalEdges('plan', (state) => state.files.map((file) => send('read', { file })), [send('read')])
    .addJoin('read', 'report')
    .addEdge('report', END);
  return { graph, bodies, provider };
}

const input = { files: ['a', 'bb', 'ccc'], notes: [] };
const finalState = {
  files: ['a', 'bb', 'ccc'],
  notes: ['a 1 ok', 'bb 2 ok', 'ccc 3 ok'],
  report: 'a 1 ok, bb 2 ok, ccc 3 ok',
};

function setUp(options: { leaseTtlMs?: number } = {}) {
  const clock = createSimulatedClock();
  const memory = createMemoryStore({ clock });
  const disk = failingStore(memory);
  const troubles: StoreTrouble[] = [];
  const harness = createHarness({
    store: disk.store,
    clock,
    prices: flatPrices(),
    onStoreTrouble: (trouble) => void troubles.push(trouble),
    ...options,
  });
  return { clock, memory, disk, troubles, ...harness, ...makeJob() };
}

/** No gap, each task ended once, every call settled once, and versions without holes. */
async function checkBooks(store: Store, runId: string, calls: number): Promise<void> {
  const { events } = await store.read({ from: 1, limit: 100_000 });
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  const ended = events.filter(({ type }) => type === 'task.completed').map(({ taskId }) => taskId);
  expect(new Set(ended).size).toBe(ended.length);
  const ledger = await store.ledger({ runId });
  const settled = ledger.filter(({ kind }) => kind === 'settled').map(({ callId }) => callId);
  expect(new Set(settled).size).toBe(calls);
  expect(settled.length).toBe(calls);
}

describe('a store that fails', () => {
  it('holds the run at whichever commit it fails, and loses and repeats nothing', async () => {
    const whole = setUp();
    const undisturbed = whole.orchestrator.start(whole.graph, input, { budget: { usd: 1 } });
    expect(await undisturbed.result).toEqual(finalState);
    const commits = whole.disk.attempts.length;
    expect(commits).toBeGreaterThan(10);
    for (let after = 1; after < commits; after += 1) {
      const { clock, disk, troubles, orchestrator, graph, bodies, provider, memory } = setUp();
      disk.fail(after);
      const run = orchestrator.start(graph, input, { budget: { usd: 1 } });
      await until(() => troubles.length === 1, `trouble after ${after}`);
      // Of a run that is over only the word is missing.
      const status = after < commits - 1 ? 'paused' : 'running';
      expect(run.status).toBe(status);
      expect(troubles[0]).toMatchObject({
        runId: run.id,
        error: { code: 'STORE_FAILED', cause: new Error('ENOSPC') },
      });
      await clock.advance(3_600_000);
      await settle();
      expect(run.status, `after ${after}`).toBe(status);
      disk.heal();
      await clock.advance(5_000);
      await until(() => run.status === 'completed', `the end after ${after}`);
      expect(await run.result).toEqual(finalState);
      expect(troubles).toHaveLength(2);
      expect(troubles[1]).toEqual({ runId: run.id });
      expect([...bodies].sort()).toEqual([...whole.bodies].sort());
      expect(provider.calls).toHaveLength(3);
      await checkBooks(memory, run.id, 3);
    }
  });

  it('tells in the log that the run was paused for the store, and that it goes on', async () => {
    const { clock, disk, orchestrator, graph, of } = setUp();
    disk.fail(4);
    const run = orchestrator.start(graph, input);
    await settle();
    disk.heal();
    await clock.advance(5_000);
    await run.result;
    expect((await of('run.paused')).map(({ data }) => data)).toEqual([
      { reason: 'store', message: 'The disk is full.' },
    ]);
    expect(await of('run.resumed')).toHaveLength(1);
  });

  it('asks again ever more seldom, and at once when the run is resumed', async () => {
    const { clock, disk, orchestrator, graph } = setUp();
    disk.fail(4);
    const run = orchestrator.start(graph, input);
    await settle();
    const asked = async (ms: number): Promise<number> => {
      const before = disk.attempts.length;
      await clock.advance(ms);
      return disk.attempts.length - before;
    };
    // Held are what failed and the word that the run is paused.
    const held = await asked(200);
    expect(held).toBeGreaterThan(0);
    const [first, later] = [await asked(5_000), await asked(60_000)];
    expect(first / held).toBeGreaterThanOrEqual(3);
    expect(later / held).toBeLessThanOrEqual(24);
    expect(later / held).toBeGreaterThanOrEqual(12);
    disk.heal();
    await run.resume();
    await run.result;
  });

  it('leaves a run paused that a person paused meanwhile, until a person resumes it', async () => {
    const { clock, disk, orchestrator, graph, troubles } = setUp();
    disk.fail(4);
    const run = orchestrator.start(graph, input);
    await until(() => troubles.length === 1);
    await run.pause();
    disk.heal();
    await clock.advance(60_000);
    expect(troubles).toHaveLength(2);
    expect(run.status).toBe('paused');
    await run.resume();
    expect(await run.result).toEqual(finalState);
  });

  it('cancels a held run when the store takes it, whose tasks are told at once', async () => {
    const { clock, disk, orchestrator, of } = setUp();
    let aborted = false;
    const run = orchestrator.run('long', (ctx) => {
      disk.fail();
      ctx.signal.addEventListener('abort', () => (aborted = true));
      void ctx.tool('write', () => null).catch(() => undefined);
      return new Promise(() => undefined);
    });
    await settle();
    await run.cancel('enough');
    expect(aborted).toBe(true);
    disk.heal();
    await clock.advance(5_000);
    await expect(run.result).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await of('run.cancelled')).toHaveLength(1);
  });

  it('does not count the time that a task waits for the store against its limit', async () => {
    const { clock, disk, orchestrator, troubles } = setUp();
    const graph = new StateGraph<{ done?: boolean }>({ name: 'timed' })
      .addNode(
        'work',
        async (_, ctx) => {
          disk.fail();
          await ctx.once('stored', () => 1);
          return { done: true };
        },
        { timeoutMs: 1_000, idleTimeoutMs: 500 },
      )
      .addEdge(START, 'work');
    const run = orchestrator.start(graph, {});
    await until(() => troubles.length === 1);
    await clock.advance(60_000);
    disk.heal();
    await clock.advance(5_000);
    expect(await run.result).toEqual({ done: true });
  });

  it('keeps a lease that could not be renewed when nobody took it, and lets go when somebody did', async () => {
    const kept = setUp();
    kept.disk.fail(4);
    const run = kept.orchestrator.start(kept.graph, input);
    await settle();
    await kept.clock.advance(60_000);
    kept.disk.heal();
    await kept.clock.advance(5_000);
    expect(await run.result).toEqual(finalState);

    const lost = setUp();
    lost.disk.fail(4);
    const taken = lost.orchestrator.start(lost.graph, input);
    await settle();
    await lost.clock.advance(60_000);
    await lost.memory.acquireLease({ runId: taken.id, owner: 'another', ttlMs: 60_000 });
    const { version } = (await lost.memory.load(taken.id))!;
    lost.disk.heal();
    await lost.clock.advance(5_000);
    await expect(taken.result).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect((await lost.memory.load(taken.id))!.version).toBe(version);
  });

  it.each(['LEASE_LOST', 'VERSION_CONFLICT', 'STATE_NOT_JSON', 'SCHEMA_TOO_NEW', 'STORE_CLOSED'] as const)(
    'gives the run up when it refuses for good with %s',
    async (code) => {
      const { disk, orchestrator, graph, troubles } = setUp();
      disk.fail(4, code);
      const run = orchestrator.start(graph, input);
      await expect(run.result).rejects.toMatchObject({ code });
      expect(troubles).toEqual([]);
      expect(orchestrator.size).toBe(0);
    },
  );

  it('refuses a run that it cannot even begin', async () => {
    const { disk, orchestrator, graph, memory } = setUp();
    disk.fail();
    const run = orchestrator.start(graph, input);
    await expect(run.result).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(await memory.listRuns()).toEqual([]);
    disk.heal();
    expect(await orchestrator.start(graph, input).result).toEqual(finalState);
  });

  it('lets the orchestrator close while runs are held, and another one take them up', async () => {
    const { disk, orchestrator, graph, troubles, memory, clock } = setUp();
    disk.fail(6);
    const run = orchestrator.start(graph, input);
    await until(() => troubles.length === 1);
    await orchestrator.close();
    await expect(run.result).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await clock.advance(10_000);
    const second = createHarness({ store: memory, clock, prices: flatPrices() });
    second.orchestrator.register('job', makeJob().graph);
    const { resumed } = await second.orchestrator.recover();
    expect(await resumed[0]?.result).toEqual(finalState);
  });

  it('gives a run up that holds more than memory should, which goes on from what is stored', async () => {
    const { disk, orchestrator, clock, memory } = setUp();
    disk.fail(2);
    const run = orchestrator.run('chatty', async (ctx) => {
      for (;;) await ctx.span('step', () => undefined);
    });
    await expect(run.result).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(orchestrator.size).toBe(0);
    await clock.advance(10_000);
    const second = createHarness({ store: memory, clock });
    second.orchestrator.register('chatty', () => ({ run: () => 'done' }));
    expect(await (await second.orchestrator.recover()).resumed[0]?.result).toBe('done');
  });

  it('drops what is only observed, counts it, and says so once it can', async () => {
    const { clock, disk, orchestrator, of, troubles } = setUp();
    const lines = 50_000;
    const run = orchestrator.run('talker', async (ctx) => {
      await ctx.once('begun', () => 1);
      disk.fail();
      for (let i = 0; i < lines; i += 1) {
        ctx.log('info', `line ${i}`);
        if (i % 1_000 === 0) await settle(1);
      }
      await ctx.once('said', () => 1);
    });
    await until(() => troubles.length === 1);
    expect(orchestrator.emitter.stats).toMatchObject({ pending: 0, dropped: lines });
    disk.heal();
    await clock.advance(5_000);
    await run.result;
    const dropped = (await of('system.dropped')).map(({ data }) => data);
    expect(dropped).toEqual([{ reason: 'store-failed', counts: { 'log.written': lines } }]);
    expect(await of('log.written')).toEqual([]);
  });

  it('takes runs up by itself once it works, when it failed as the process began', async () => {
    const { orchestrator, graph, memory, clock, troubles, disk } = setUp();
    disk.fail(6);
    const { id } = orchestrator.start(graph, input);
    await until(() => troubles.length === 1);
    await orchestrator.close();
    const later = failingStore(memory);
    later.fail();
    const second = createHarness({ store: later.store, clock, prices: flatPrices() });
    second.orchestrator.register('job', makeJob().graph);
    await clock.advance(30_000);
    await settle();
    expect(second.orchestrator.get(id)).toBeUndefined();
    later.heal();
    await until(async () => {
      await clock.advance(10_000);
      return (await second.of('run.completed')).length === 1;
    });
  });

  it('holds each run by itself', async () => {
    const { clock, disk, orchestrator, graph, troubles } = setUp();
    disk.fail(9);
    const runs = [1, 2, 3, 4].map(() => orchestrator.start(graph, input, { budget: { usd: 1 } }));
    await until(() => troubles.length === 4);
    disk.heal();
    await clock.advance(5_000);
    for (const run of runs) expect(await run.result).toEqual(finalState);
  });
});
