import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/log/memory-store.js';
import type { TaskContext } from '../../src/orchestrator/calls/context.js';
import { END, START } from '../../src/orchestrator/graph/graph-definition.js';
import { StateGraph } from '../../src/orchestrator/graph/graph.js';
import { createSimulatedClock } from '../../src/testing/simulated-clock.js';
import type { Harness } from './harness.js';
import { createHarness, createProvider, flatPrices, settle, until } from './harness.js';

const PARK_AFTER_MS = 1_000;

interface State {
  said?: string;
}

/** One task that pays for a call, then asks. */
function createAsking(provider = createProvider(), onTask: (ctx: TaskContext) => void = () => undefined) {
  return new StateGraph<State, State>({ name: 'asking' })
    .addNode('ask', async (_state, ctx) => {
      onTask(ctx);
      await ctx.model({ provider, model: 'm', messages: [{ role: 'user', content: 'hi' }] });
      const { decision } = await ctx.approve({ title: 'Deploy?' });
      return { said: decision };
    })
    .addEdge(START, 'ask')
    .addEdge('ask', END);
}

const decide = (harness: Harness, approvalId: string, runId = 'r') =>
  harness.orchestrator.host.commands.execute(
    { type: 'decide', runId, approvalId, decision: 'approve' },
    { commandId: `decide ${approvalId}` },
  );

const asked = async (harness: Harness): Promise<string> =>
  (await harness.of('approval.requested')).at(-1)?.data.approvalId ?? '';

describe('a run that waits for a person', () => {
  it('leaves memory, and the decision lets it go on without paying again', async () => {
    const clock = createSimulatedClock();
    const provider = createProvider();
    const errors: unknown[] = [];
    const harness = createHarness({ clock, parkAfterMs: PARK_AFTER_MS, prices: flatPrices() });
    const graph = createAsking(provider, ({ signal }) =>
      signal.addEventListener('abort', () => errors.push(signal.reason)),
    );
    harness.orchestrator.register('asking', graph);
    const run = harness.orchestrator.start(graph, {}, { id: 'r' });
    await until(() => run.status === 'waiting');
    await clock.advance(PARK_AFTER_MS - 1);
    expect(harness.orchestrator.size).toBe(1);
    await clock.advance(1);
    await until(() => harness.orchestrator.size === 0);
    expect(errors).toMatchObject([{ code: 'SUSPENDED' }]);
    expect(run.status).toBe('waiting');
    expect(await harness.of('approval.expired')).toEqual([]);

    await decide(harness, await asked(harness));
    expect(await run.result).toEqual({ said: 'approve' });
    expect(run.status).toBe('completed');
    expect(provider.calls.length).toBe(1);
    expect((await harness.of('approval.decided')).length).toBe(1);
    expect((await harness.of('run.completed')).length).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('is steered through its handle all the same', async () => {
    const clock = createSimulatedClock();
    const harness = createHarness({ clock, parkAfterMs: PARK_AFTER_MS, prices: flatPrices() });
    const graph = createAsking();
    harness.orchestrator.register('asking', graph);
    const run = harness.orchestrator.start(graph, {}, { id: 'r' });
    await until(() => run.status === 'waiting');
    await clock.advance(PARK_AFTER_MS);
    await until(() => harness.orchestrator.size === 0);
    expect(harness.orchestrator.get('r')).toBe(run);
    await run.cancel('No longer wanted.');
    await expect(run.result).rejects.toMatchObject({ code: 'CANCELLED' });
    await run.cancel();
    await expect(run.decide(await asked(harness), 'approve')).rejects.toMatchObject({ code: 'RUN_ENDED' });
  });

  it('is taken up for its first expiry', async () => {
    const clock = createSimulatedClock();
    const harness = createHarness({ clock, parkAfterMs: PARK_AFTER_MS });
    const graph = new StateGraph<State, State>({ name: 'asking' })
      .addNode('ask', async (_state, ctx) => {
        const request = { title: 'Deploy?', expiresInMs: 60_000, onExpiry: 'reject' };
        return { said: (await ctx.approve(request)).decision };
      })
      .addEdge(START, 'ask');
    harness.orchestrator.register('asking', graph);
    const run = harness.orchestrator.start(graph, {});
    await until(() => run.status === 'waiting');
    await clock.advance(59_999);
    expect(harness.orchestrator.size).toBe(0);
    await clock.advance(1);
    expect(await run.result).toEqual({ said: 'reject' });
  });

  it('stays while a call is in flight, while nobody could make it again, and where it is told to', async () => {
    const clock = createSimulatedClock();
    let release = (): void => undefined;
    const busy = new StateGraph<State, State>({ name: 'busy' })
      .addNode('both', async (_state, ctx) => {
        const [, { decision }] = await Promise.all([
          ctx.tool('slow', () => new Promise<string>((resolve) => (release = () => resolve('done')))),
          ctx.approve({ title: 'Deploy?' }),
        ]);
        return { said: decision };
      })
      .addEdge(START, 'both');
    const harness = createHarness({ clock, parkAfterMs: PARK_AFTER_MS, prices: flatPrices() });
    harness.orchestrator.register('busy', busy);
    harness.orchestrator.register('asking', createAsking());
    harness.orchestrator.start(busy, {}, { id: 'busy' });
    const unknown = harness.orchestrator.start(createAsking(), {}, { name: 'nobody knows' });
    const { signal } = new AbortController();
    const bound = harness.orchestrator.start(createAsking(), {}, { signal });
    await until(async () => (await harness.of('run.waiting')).length === 3);
    await clock.advance(10 * PARK_AFTER_MS);
    expect(harness.orchestrator.size).toBe(3);
    release();
    await settle();
    await clock.advance(PARK_AFTER_MS);
    await until(() => harness.orchestrator.size === 2);
    await unknown.cancel();
    await bound.cancel();
  });

  it('goes on when the decision comes in the moment of leaving', async () => {
    const clock = createSimulatedClock();
    const memory = createMemoryStore({ clock });
    const decideNow: (() => void)[] = [];
    // The decision arrives after the run has asked the store to park it and before the store has answered.
    const store = {
      ...memory,
      commit: (commit: Parameters<typeof memory.commit>[0]) => {
        const stored = memory.commit(commit);
        if (commit.writes.some(({ key, value }) => key === 'parked' && value !== null)) decideNow[0]?.();
        return stored;
      },
    };
    const harness = createHarness({ clock, store, parkAfterMs: PARK_AFTER_MS, prices: flatPrices() });
    const graph = createAsking();
    harness.orchestrator.register('asking', graph);
    const run = harness.orchestrator.start(graph, {}, { id: 'r' });
    await until(() => run.status === 'waiting');
    const approvalId = await asked(harness);
    decideNow.push(() => void run.decide(approvalId, 'approve'));
    await clock.advance(PARK_AFTER_MS);
    expect(await run.result).toEqual({ said: 'approve' });
    expect((await store.load('r', { prefix: 'parked' }))?.records).toEqual([]);
  });

  it('is not taken up by recovery, yet by whoever decides', async () => {
    const clock = createSimulatedClock();
    const store = createMemoryStore({ clock });
    const provider = createProvider();
    const graph = createAsking(provider);
    const first = createHarness({
      clock,
      store,
      owner: 'one',
      parkAfterMs: PARK_AFTER_MS,
      prices: flatPrices(),
    });
    first.orchestrator.register('asking', graph);
    const run = first.orchestrator.start(graph, {}, { id: 'r' });
    await until(() => run.status === 'waiting');
    await clock.advance(PARK_AFTER_MS);
    await until(() => first.orchestrator.size === 0);
    const { result } = run;
    await first.orchestrator.close();
    await expect(result).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });

    const heir = createHarness({ clock, store, owner: 'two', prices: flatPrices() });
    heir.orchestrator.register('asking', graph);
    expect(await heir.orchestrator.recover()).toEqual({ resumed: [], refused: [] });
    const approvalId = await asked(heir);
    // At once: before the task has asked again.
    await Promise.all([
      decide(heir, approvalId),
      heir.orchestrator.host.commands.execute({ type: 'resume', runId: 'r' }, { commandId: 'c' }),
    ]);
    await until(async () => (await heir.of('run.completed')).length === 1);
    expect(provider.calls.length).toBe(1);
    expect((await heir.of('run.started')).length).toBe(2);
  });

  it('parks a function too, and a budget that a person may raise', async () => {
    const clock = createSimulatedClock();
    const provider = createProvider();
    const harness = createHarness({ clock, parkAfterMs: PARK_AFTER_MS, prices: flatPrices() });
    const work = async (ctx: TaskContext): Promise<string> => {
      await ctx.model({
        provider,
        model: 'm',
        messages: [{ role: 'user', content: 'hi' }],
        maxOutputTokens: 10,
      });
      return 'paid';
    };
    const budget = { usd: 0.000_01, onLimit: 'ask' } as const;
    harness.orchestrator.register('work', () => ({ run: work, options: { budget } }));
    const run = harness.orchestrator.run('work', work, { id: 'r', budget });
    await until(() => run.status === 'waiting');
    await clock.advance(PARK_AFTER_MS);
    await until(() => harness.orchestrator.size === 0);
    await run.decide(await asked(harness), 'raise');
    expect(await run.result).toBe('paid');
    expect(provider.calls.length).toBe(1);
    expect((await harness.of('budget.raised')).length).toBe(1);
  });
});

describe('a decision for a question that its task never asks again', () => {
  it('is refused when the run is over', async () => {
    const clock = createSimulatedClock();
    const harness = createHarness({ clock, parkAfterMs: PARK_AFTER_MS });
    let asks = true;
    const graph = new StateGraph<State, State>({ name: 'asking' })
      .addNode('ask', async (_state, ctx) => {
        if (asks) await ctx.approve({ title: 'Deploy?' });
        else await settle();
        return { said: 'nothing' };
      })
      .addEdge(START, 'ask');
    harness.orchestrator.register('asking', graph);
    const run = harness.orchestrator.start(graph, {}, { id: 'r' });
    await until(() => run.status === 'waiting');
    await clock.advance(PARK_AFTER_MS);
    await until(() => harness.orchestrator.size === 0);
    asks = false;
    await expect(decide(harness, await asked(harness))).rejects.toMatchObject({ code: 'APPROVAL_NOT_FOUND' });
    expect(await run.result).toEqual({ said: 'nothing' });
  });
});
