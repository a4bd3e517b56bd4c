import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/log/memory-store.js';
import type { Store } from '../../src/log/store.js';
import type { Launch } from '../../src/orchestrator/history/registry.js';
import { END, send, START } from '../../src/orchestrator/graph/graph-definition.js';
import { StateGraph } from '../../src/orchestrator/graph/graph.js';
import { append } from '../../src/orchestrator/graph/reducer.js';
import type { RunContext } from '../../src/orchestrator/calls/context.js';
import { createSimulatedClock } from '../../src/testing/simulated-clock.js';
import { createHarness, createProvider, dyingStore, flatPrices, settle, until } from './harness.js';

interface State {
  files: string[];
  notes: string[];
  rounds?: number;
  report?: string;
}

/** What the outside world counts: nothing of it may happen more often than a crash in the worst place allows. */
interface World {
  readonly finished: Map<string, number>;
  readonly tools: Map<string, number>;
  readonly provider: ReturnType<typeof createProvider>;
}

const count = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1);

function makeWorld(): World & { readonly graph: () => StateGraph<State, Partial<State>, string> } {
  const world: World = {
    finished: new Map(),
    tools: new Map(),
    provider: createProvider(({ messages }) => ({ text: `answer to ${messages[0]?.content ?? ''}` })),
  };
  const graph = (): StateGraph<State, Partial<State>, string> =>
    new StateGraph<State, Partial<State>, string>({ name: 'job', reducers: { notes: append } })
      .addNode('plan', async (state, ctx) => {
        const { text } = await ctx.model({
          provider: world.provider,
          model: 'm',
          prompt: `plan ${state.files.length}`,
        });
        return { notes: [text], rounds: 0 };
      })
      .addNode('read', async (state: State & { file: string }, ctx) => {
        const lines = await ctx.tool('read', () => {
          count(world.tools, state.file);
          return state.file.length;
        });
        const { text } = await ctx.model({
          provider: world.provider,
          model: 'm',
          prompt: `review ${state.file}`,
        });
        return { notes: [`${state.file}:${lines}:${text}`] };
      })
      .addNode('merge', (state) => ({ rounds: (state.rounds ?? 0) + 1 }))
      .addNode('idle', () => undefined)
      .addNode('report', async (state, ctx) => {
        const id = await ctx.once('id', () => {
          count(world.tools, 'once');
          return 7;
        });
        return { report: `${id}: ${state.notes.length} notes` };
      })
      .addEdge(START, 'plan')
      .addConditionalEdges('plan', (state) => state.files.map((file) => send('read', { file })), [
        send('read'),
      ])
      .addJoin('read', 'merge')
      .addConditionalEdges('merge', (state) => ((state.rounds ?? 0) < 2 ? 'plan2' : 'report'), [
        'plan2',
        'report',
        'idle',
      ])
      .addNode('plan2', () => undefined)
      .addEdge('plan2', 'merge')
      .addEdge('report', END);
  return { ...world, graph };
}

const input = { files: ['a', 'bb', 'ccc'], notes: [] };

/** State without what depends on when something was committed. */
const facts = (state: State) => ({ ...state, notes: [...state.notes].sort() });

async function uninterrupted() {
  const world = makeWorld();
  const { orchestrator, store } = createHarness({ prices: flatPrices() });
  const run = orchestrator.start(world.graph(), input, { budget: { usd: 1 } });
  const state = facts(await run.result);
  return { state, commits: (await store.load(run.id))!.version, calls: world.provider.calls.length };
}

/** Lets the process die after a number of commits, again and again if asked, and lets another take the run up. */
async function withCrash(deaths: readonly number[]) {
  const world = makeWorld();
  const disk = createMemoryStore();
  let runId = 'run-1';
  for (const [at, after] of deaths.entries()) {
    const { orchestrator } = createHarness({
      store: dyingStore(disk, after),
      prices: flatPrices(),
      owner: `owner-${at}`,
      isOwnerGone: () => true,
    });
    orchestrator.register('job', world.graph());
    if (at === 0) {
      const run = orchestrator.start(world.graph(), input, { id: runId, budget: { usd: 1 } });
      runId = run.id;
      await run.result.catch(() => undefined);
    } else {
      const { resumed, refused } = await orchestrator.recover();
      expect(refused.filter(({ error }) => error.code !== 'STORE_CLOSED')).toEqual([]);
      await Promise.all(resumed.map((run) => run.result.catch(() => undefined)));
    }
    await settle();
  }
  const { orchestrator, events } = createHarness({
    store: disk,
    prices: flatPrices(),
    owner: 'last',
    isOwnerGone: () => true,
  });
  orchestrator.register('job', world.graph());
  const { resumed } = await orchestrator.recover();
  const state = resumed[0] ? facts((await resumed[0].result) as State) : undefined;
  return { world, state, disk, runId, events: await events() };
}

describe('recovery', () => {
  it('ends in the same state whichever commit the process dies before, and repeats no finished task', async () => {
    const expected = await uninterrupted();
    expect(expected.commits).toBeGreaterThan(15);
    for (let after = 1; after < expected.commits; after += 1) {
      const { world, state, disk, runId, events } = await withCrash([after]);
      expect(state, `after ${after}`).toEqual(expected.state);
      const completed = events.filter(({ type }) => type === 'task.completed').map(({ taskId }) => taskId);
      expect(completed.length, `after ${after}`).toBe(new Set(completed).size);
      // One call may have been answered and not recorded for each task that ran at the time.
      expect(world.provider.calls.length).toBeLessThanOrEqual(expected.calls + 3);
      for (const [, times] of world.tools) expect(times).toBeLessThanOrEqual(2);
      const ledger = await disk.ledger({ runId });
      const settled = ledger.filter(({ kind }) => kind === 'settled');
      expect(settled).toHaveLength(expected.calls);
      const open = new Set(ledger.filter(({ kind }) => kind === 'reserved').map(({ callId }) => callId));
      for (const { kind, callId } of ledger) if (kind !== 'reserved') open.delete(callId);
      expect(open.size).toBe(0);
    }
  });

  it('survives crash after crash', async () => {
    const expected = await uninterrupted();
    const { state } = await withCrash([2, 2, 3, 2, 4, 3, 2, 3]);
    expect(state).toEqual(expected.state);
  });

  it('tells that it goes on, and what was in flight', async () => {
    const expected = await uninterrupted();
    let abandoned = 0;
    for (let after = 1; after < expected.commits; after += 1) {
      const { events, disk, runId } = await withCrash([after]);
      const resumed = events.filter(
        ({ type, data }) => type === 'run.started' && data['resumedFrom'] !== undefined,
      );
      expect(resumed).toHaveLength(1);
      expect(resumed[0]?.data['resumedFrom']).toBe(after);
      const entries = (await disk.ledger({ runId })).filter(({ kind }) => kind === 'abandoned');
      const alerts = events.filter(
        ({ type, data }) => type === 'alert.raised' && data['rule'] === 'abandoned-call',
      );
      expect(alerts).toHaveLength(entries.length);
      abandoned += entries.length;
    }
    expect(abandoned).toBeGreaterThan(0);
  });

  it('counts abandoned reservations against the limit', async () => {
    const disk = createMemoryStore();
    const provider = createProvider(() => new Promise(() => undefined));
    const asking = (using: ReturnType<typeof createProvider>): Launch => ({
      run: (ctx: RunContext) =>
        ctx.model({ provider: using, model: 'm', prompt: 'x'.repeat(1_000), maxOutputTokens: 1_000 }),
    });
    // 1,000 tokens at 1,000 and 1,000 at 5,000 nano-dollars.
    const options = { id: 'r', budget: { usd: 0.009 } };
    const first = createHarness({
      store: dyingStore(disk, 3),
      prices: flatPrices(),
      owner: 'a',
      isOwnerGone: () => true,
    });
    const launch = asking(provider);
    first.orchestrator.run('ask', 'run' in launch ? launch.run : () => undefined, options);
    await until(() => provider.calls.length === 1);
    const second = createHarness({ store: disk, prices: flatPrices(), owner: 'b', isOwnerGone: () => true });
    second.orchestrator.register('ask', () => asking(createProvider()));
    const { resumed } = await second.orchestrator.recover();
    await expect(resumed[0]?.result).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
  });

  it('leaves runs alone that have ended, are unknown or belong to a living process', async () => {
    const clock = createSimulatedClock();
    const disk = createMemoryStore({ clock });
    const first = createHarness({ store: disk, clock, owner: 'a' });
    const world = makeWorld();
    await first.orchestrator.start(world.graph(), input).result;
    first.orchestrator.run('other', () => new Promise(() => undefined));
    await settle();
    const second = createHarness({ store: disk, clock, owner: 'b' });
    second.orchestrator.register('job', world.graph());
    second.orchestrator.register('other', () => ({ run: () => 'taken over' }));
    expect(await second.orchestrator.recover()).toEqual({ resumed: [], refused: [] });
    // Its renewals keep it alive; without them its time runs out.
    await clock.advance(60_000);
    expect((await second.orchestrator.recover()).resumed).toEqual([]);
    const third = createHarness({ store: disk, clock, owner: 'c' });
    await first.orchestrator.close();
    expect((await third.orchestrator.recover()).refused.map(({ error }) => error.code)).toEqual([
      'NOT_FOUND',
    ]);
    const { resumed } = await second.orchestrator.recover();
    expect(await resumed[0]?.result).toBe('taken over');
  });

  it('aborts a run whose lease someone else took', async () => {
    const disk = createMemoryStore();
    const { orchestrator } = createHarness({ store: disk, owner: 'a' });
    let aborted: unknown;
    const run = orchestrator.run('long', async (ctx) => {
      ctx.signal.addEventListener('abort', () => {
        aborted = ctx.signal.reason;
      });
      await until(() => aborted !== undefined);
    });
    await settle();
    await disk.acquireLease({ runId: run.id, owner: 'b', ttlMs: 1_000, isGone: () => true });
    await run.pause();
    await expect(run.result).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(aborted).toMatchObject({ code: 'LEASE_LOST' });
    expect(orchestrator.size).toBe(0);
  });

  it('goes on where a paused run stood, still paused', async () => {
    const disk = createMemoryStore();
    const world = makeWorld();
    const first = createHarness({ store: disk, owner: 'a' });
    first.orchestrator.register('job', world.graph());
    const run = first.orchestrator.start(world.graph(), input);
    await run.pause();
    await settle();
    await first.orchestrator.close();
    await expect(run.result).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    const second = createHarness({ store: disk, owner: 'b' });
    second.orchestrator.register('job', world.graph());
    const { resumed } = await second.orchestrator.recover();
    await settle();
    expect(resumed[0]?.status).toBe('paused');
    await resumed[0]?.resume();
    expect(facts((await resumed[0]?.result) as State)).toEqual((await uninterrupted()).state);
  });

  it('keeps the attempt that a task had reached', async () => {
    const disk = createMemoryStore();
    const attempts: number[] = [];
    const graph = () =>
      new StateGraph<{ n?: number }>({ name: 'flaky' })
        .addNode(
          'try',
          (_, ctx) => {
            attempts.push(ctx.attempt);
            if (ctx.attempt < 3) throw new Error('no');
          },
          { retry: { attempts: 3, backoff: { baseMs: 0, maxMs: 0 } } },
        )
        .addEdge(START, 'try');
    const first = createHarness({ store: dyingStore(disk, 2), owner: 'a', isOwnerGone: () => true });
    await first.orchestrator.start(graph(), {}).result.catch(() => undefined);
    const second = createHarness({ store: disk, owner: 'b', isOwnerGone: () => true });
    second.orchestrator.register('flaky', graph());
    await (
      await second.orchestrator.recover()
    ).resumed[0]?.result;
    expect(attempts).toEqual([1, 2, 3]);
  });

  it('keeps nothing for recovery where a run asks for no checkpoints', async () => {
    const disk = createMemoryStore();
    const world = makeWorld();
    const first = createHarness({ store: disk });
    const run = first.orchestrator.start(world.graph(), input, { checkpoint: false });
    await run.result;
    expect((await disk.load(run.id))?.records).toEqual([]);
    expect(await first.of('run.completed')).toHaveLength(1);
  });
});

describe('a run without a graph', () => {
  const work = (world: World, nested: string[]): Launch => ({
    run: async (ctx: RunContext) => {
      const parts = await Promise.all(
        ['a', 'b'].map((name) =>
          ctx.agent(name, async (agent) => {
            nested.push(name);
            const { text } = await agent.model({ provider: world.provider, model: 'm', prompt: name });
            return agent.task('check', async (task) => {
              await task.tool('lint', () => {
                count(world.tools, name);
                return 1;
              });
              return text;
            });
          }),
        ),
      );
      return parts.join();
    },
  });

  it('runs again from its top with what was recorded', async () => {
    const whole = makeWorld();
    const plain = createHarness();
    const launch = work(whole, []);
    const run = plain.orchestrator.run('fn', 'run' in launch ? launch.run : () => undefined);
    const expected = await run.result;
    const commits = (await plain.store.load(run.id))!.version;
    for (let after = 1; after < commits; after += 1) {
      const world = makeWorld();
      const disk: Store = createMemoryStore();
      const nested: string[] = [];
      const first = createHarness({ store: dyingStore(disk, after), owner: 'a', isOwnerGone: () => true });
      const started = work(world, nested);
      await first.orchestrator
        .run('fn', 'run' in started ? started.run : () => undefined)
        .result.catch(() => undefined);
      await settle();
      const second = createHarness({ store: disk, owner: 'b', isOwnerGone: () => true });
      second.orchestrator.register('fn', () => work(world, nested));
      const { resumed } = await second.orchestrator.recover();
      expect(await resumed[0]?.result).toBe(expected);
      expect(world.provider.calls.length).toBeLessThanOrEqual(4);
      const completed = (await second.of('task.completed')).map(({ taskId }) => taskId);
      expect(completed).toHaveLength(new Set(completed).size);
    }
  });
});
