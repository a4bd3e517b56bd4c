import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDeferred } from '../../src/lib/deferred.js';
import type { PriceTable } from '../../src/model/price.js';
import type { BudgetOptions } from '../../src/orchestrator/budgets/budget-options.js';
import type { ModelRequest } from '../../src/orchestrator/calls/model-provider.js';
import { send, START } from '../../src/orchestrator/graph/graph-definition.js';
import { StateGraph } from '../../src/orchestrator/graph/graph.js';
import { append } from '../../src/orchestrator/graph/reducer.js';
import { createSeededRandom } from '../../src/testing/seeded-random.js';
import { createSimulatedClock } from '../../src/testing/simulated-clock.js';
import { createHarness, createProvider, flatPrices, settle, until } from './harness.js';

/** Ten input tokens at 1,000 nano-dollars; output at 5,000 each. */
const TEN = 'ten tokens';
const usd = (nanoUsd: number): number => nanoUsd / 1e9;

const ask = (provider = createProvider(), more: Partial<ModelRequest> = {}): ModelRequest => ({
  provider,
  model: 'm',
  prompt: TEN,
  ...more,
});

describe('a budget', () => {
  it('reserves before a call and settles after it, in the ledger and in the events', async () => {
    const { orchestrator, store, of } = createHarness({ prices: flatPrices() });
    const run = orchestrator.run('one', (ctx) => ctx.model(ask(createProvider(), { maxOutputTokens: 100 })), {
      budget: { usd: 1 },
    });
    const result = await run.result;
    expect(result.cost).toEqual({ nanoUsd: 60_000, basis: 'list' });
    expect((await store.ledger()).map(({ kind, nanoUsd }) => [kind, nanoUsd])).toEqual([
      ['reserved', 510_000],
      ['settled', 60_000],
    ]);
    expect((await of('span.started'))[0]?.data).toMatchObject({ kind: 'model', reservedNanoUsd: 510_000 });
    expect((await of('span.ended'))[0]?.data).toMatchObject({
      usage: { inputTokens: 10, outputTokens: 10 },
      cost: { nanoUsd: 60_000, basis: 'list' },
    });
    expect((await of('budget.set'))[0]?.data).toEqual({
      budgetId: 'run',
      scope: { kind: 'run', id: run.id },
      unit: 'usd',
      limit: 1_000_000_000,
      warnAt: [0.8],
      onLimit: 'stop',
    });
  });

  it('buys as much output as is left, at most what the model gives', async () => {
    const provider = createProvider();
    const { orchestrator } = createHarness({ prices: flatPrices() });
    const limits = async (nanoUsd: number): Promise<number | undefined> => {
      const run = orchestrator.run('one', (ctx) => ctx.model(ask(provider)), {
        budget: { usd: usd(nanoUsd) },
      });
      await run.result.catch(() => undefined);
      return provider.calls.pop()?.maxOutputTokens;
    };
    expect(await limits(1e9)).toBe(10_000);
    expect(await limits(10_000 + 5_000 * 2_000)).toBe(2_000);
    expect(await limits(10_000 + 5_000 * 2_000 - 1)).toBe(1_999);
    expect(await limits(10_000 + 5_000 * 1_024)).toBe(1_024);
    expect(await limits(10_000 + 5_000 * 1_024 - 1)).toBeUndefined();
  });

  it('takes the dearest kind of input and UTF-8 bytes for its bound', async () => {
    const prices: PriceTable = {
      cost: ({ usage }) => ({
        nanoUsd: usage.inputTokens * 10 + (usage.cacheWrite1hTokens ?? 0) * 10 + usage.outputTokens,
        basis: 'list',
      }),
      limits: () => ({ maxOutputTokens: 1_000 }),
    };
    const { orchestrator, store } = createHarness({ prices });
    const { countTokens: _, ...provider } = createProvider();
    await orchestrator.run('one', (ctx) =>
      ctx.model({ provider, model: 'm', prompt: 'ééé', maxOutputTokens: 100 }),
    ).result;
    // 6 bytes are 3 tokens, and a message's frame is 16, all written to the one-hour cache.
    expect((await store.ledger())[0]?.nanoUsd).toBe(19 * 20 + 100);
  });

  it('warns at its shares, once each, and stops the run when a call does not fit', async () => {
    const { orchestrator, of, events } = createHarness({ prices: flatPrices() });
    const run = orchestrator.run(
      'many',
      async (ctx) => {
        for (let i = 0; i < 100; i += 1) await ctx.model(ask(createProvider(), { maxOutputTokens: 10 }));
      },
      { budget: { usd: usd(250_000), warnAt: [0.2, 0.5, 1] } },
    );
    await expect(run.result).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
    expect(run.status).toBe('stopped');
    expect((await of('budget.warned')).map(({ data }) => [data.share, data.spent])).toEqual([
      [0.2, 60_000],
      [0.5, 180_000],
    ]);
    expect((await of('budget.reached'))[0]?.data).toEqual({
      budgetId: 'run',
      action: 'stop',
      spent: 240_000,
      limit: 250_000,
      requested: 60_000,
    });
    expect((await of('run.stopped'))[0]?.data).toMatchObject({ reason: 'budget' });
    expect(await of('task.stopped')).toHaveLength(1);
    expect((await events()).at(-1)?.type).toBe('run.stopped');
  });

  it('pauses where asked: a raised limit and a resume let the refused call go on', async () => {
    const { orchestrator, of } = createHarness({ prices: flatPrices() });
    const run = orchestrator.run(
      'many',
      async (ctx) => {
        for (let i = 0; i < 6; i += 1) await ctx.model(ask(createProvider(), { maxOutputTokens: 10 }));
        return 'done';
      },
      { budget: { usd: usd(130_000), onLimit: 'pause' } },
    );
    await until(() => run.status === 'paused');
    expect((await of('run.paused'))[0]?.data).toMatchObject({ reason: 'budget' });
    expect((await of('task.waiting'))[0]?.data).toMatchObject({ reason: 'budget' });
    await run.resume();
    await until(async () => (await of('run.paused')).length === 2);
    await orchestrator.host.commands.execute(
      { type: 'setBudget', runId: run.id, budgetId: 'run', limit: 1_000_000 },
      { commandId: 'b', actor: { id: 'u' } },
    );
    await settle();
    expect(run.status).toBe('paused');
    await run.resume();
    expect(await run.result).toBe('done');
    expect((await of('budget.raised'))[0]?.data).toEqual({
      budgetId: 'run',
      limit: 1_000_000,
      by: { id: 'u' },
    });
    expect(await of('budget.reached')).toHaveLength(1);
  });

  it('only tells where it is asked to warn', async () => {
    const { orchestrator, of } = createHarness({ prices: flatPrices() });
    await orchestrator.run(
      'two',
      async (ctx) => {
        for (let i = 0; i < 3; i += 1) await ctx.model(ask(createProvider(), { maxOutputTokens: 10 }));
      },
      { budget: { usd: usd(70_000), onLimit: 'warn' } },
    ).result;
    expect(await of('budget.reached')).toHaveLength(1);
    expect(await of('run.completed')).toHaveLength(1);
  });

  it('waits for calls in flight that may turn out cheaper, before it calls the limit reached', async () => {
    const gate = createDeferred<undefined>();
    const provider = createProvider(async () => {
      await gate.promise;
      return { outputTokens: 1 };
    });
    const { orchestrator, of } = createHarness({ prices: flatPrices() });
    const call = { maxOutputTokens: 100 };
    const run = orchestrator.run(
      'two',
      (ctx) =>
        Promise.all([
          ctx.task('a', (c) => c.model(ask(provider, call))),
          ctx.task('b', (c) => c.model(ask(provider, call))),
        ]),
      { budget: { usd: usd(600_000) } },
    );
    await until(async () => (await of('task.waiting')).length === 1);
    expect(provider.calls).toHaveLength(1);
    gate.resolve(undefined);
    await run.result;
    expect(provider.calls).toHaveLength(2);
    expect(await of('budget.reached')).toHaveLength(0);
    expect(await of('task.resumed')).toHaveLength(1);
  });

  it('holds for a node and for an agent too', async () => {
    const { orchestrator } = createHarness({ prices: flatPrices() });
    const graph = (budget?: BudgetOptions) =>
      new StateGraph<{ done: string[] }>({ reducers: { done: append } })
        .addNode(
          'work',
          async (state: { i: number }, ctx) => {
            await ctx.model(ask(createProvider(), { maxOutputTokens: 10 }));
            return { done: [String(state.i)] };
          },
          { agent: 'WORKER', ...(budget ? { budget } : {}) },
        )
        .addConditionalEdges(START, () => [0, 1, 2].map((i) => send('work', { i })));
    const small = { usd: usd(130_000) };
    await expect(orchestrator.start(graph(small), { done: [] }).result).rejects.toMatchObject({
      code: 'BUDGET_EXCEEDED',
      details: { budgetId: 'node:work' },
    });
    await expect(
      orchestrator.start(graph(), { done: [] }, { agentBudgets: { WORKER: small } }).result,
    ).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED', details: { budgetId: 'agent:WORKER' } });
  });

  it('is shared by all runs of a day, and starts anew on the next', async () => {
    const clock = createSimulatedClock(Date.UTC(2026, 0, 1, 12));
    const budget = { usd: usd(130_000), period: 'day' } as const;
    const first = createHarness({ prices: flatPrices(), clock, budget });
    const one = (harness = first) =>
      harness.orchestrator.run('one', (ctx) => ctx.model(ask(createProvider(), { maxOutputTokens: 10 })))
        .result;
    await one();
    const second = createHarness({ prices: flatPrices(), clock, budget, store: first.store });
    await one(second);
    const third = createHarness({ prices: flatPrices(), clock, budget, store: first.store });
    await expect(one(third)).rejects.toMatchObject({
      code: 'BUDGET_EXCEEDED',
      details: { budgetId: 'fleet:day' },
    });
    await clock.advance(86_400_000);
    await one(third);
    expect((await first.of('budget.set'))[0]).toMatchObject({
      data: { scope: { kind: 'fleet' }, period: 'day' },
    });
  });

  it('refuses, allows or assumes an unknown price, as it is told', async () => {
    const { orchestrator, store, of } = createHarness({ prices: flatPrices() });
    const call = { model: 'unpriced-1', maxOutputTokens: 10 };
    const run = (budget?: BudgetOptions) =>
      orchestrator.run('one', (ctx) => ctx.model(ask(createProvider(), call)), budget ? { budget } : {})
        .result;
    await expect(run({ usd: 1 })).rejects.toMatchObject({ code: 'UNKNOWN_PRICE' });
    expect((await run()).cost).toEqual({ basis: 'unknown' });
    expect((await run({ usd: 1, unknownPrice: 'allow' })).cost).toEqual({ basis: 'unknown' });
    expect((await of('span.ended')).at(-1)?.data.cost).toEqual({ basis: 'unknown' });
    expect((await store.ledger()).every(({ nanoUsd }) => nanoUsd === undefined)).toBe(true);
    const assumed = await run({
      usd: 1,
      unknownPrice: 'assume',
      assumedPrice: { inputUsd: 1, outputUsd: 2 },
    });
    expect(assumed.cost).toEqual({ nanoUsd: 10 * 1_000 + 10 * 2_000, basis: 'custom' });
  });

  it('refuses impossible options', async () => {
    const { orchestrator } = createHarness();
    for (const budget of [
      { usd: -1 },
      { usd: Number.NaN },
      { usd: 1, warnAt: [2] },
      { usd: 1, unknownPrice: 'assume' },
    ] as BudgetOptions[]) {
      await expect(orchestrator.run('x', () => 1, { budget }).result).rejects.toMatchObject({
        code: 'BAD_INPUT',
      });
    }
  });

  it('records an overrun and raises an alert', async () => {
    const { orchestrator, of } = createHarness({ prices: flatPrices() });
    const provider = createProvider(() => ({ outputTokens: 30 }));
    await orchestrator.run('one', (ctx) => ctx.model(ask(provider, { maxOutputTokens: 10 })), {
      budget: { usd: 1 },
    }).result;
    expect((await of('span.ended'))[0]?.data.overrunNanoUsd).toBe(100_000);
    expect((await of('alert.raised'))[0]?.data).toMatchObject({ rule: 'overrun', severity: 'warning' });
  });

  it('acts on what ctx.usage() reports', async () => {
    const { orchestrator, of } = createHarness({ prices: flatPrices() });
    const run = orchestrator.run(
      'own calls',
      async (ctx) => {
        ctx.usage({ model: 'm', usage: { inputTokens: 10, outputTokens: 10 } });
        await settle();
        ctx.usage({ model: 'm', usage: { inputTokens: 10, outputTokens: 10 } });
        await settle();
        return 'never';
      },
      { budget: { usd: usd(100_000) } },
    );
    await expect(run.result).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
    expect((await of('usage.recorded')).map(({ data }) => data.cost?.nanoUsd)).toEqual([60_000, 60_000]);
  });
});

describe('P5', () => {
  it('[SEC-33] never passes a limit but by overruns of calls in flight, and settles to the nano-dollar', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.nat(),
          limit: fc.integer({ min: 0, max: 40_000_000 }),
          nodeLimit: fc.option(fc.integer({ min: 0, max: 40_000_000 }), { nil: undefined }),
          width: fc.integer({ min: 1, max: 8 }),
          callsEach: fc.integer({ min: 1, max: 4 }),
          input: fc.integer({ min: 0, max: 3_000 }),
          output: fc.integer({ min: 0, max: 3_000 }),
          failing: fc.double({ min: 0, max: 0.5, noNaN: true }),
          overrunning: fc.constantFrom(0, 0.2),
          concurrency: fc.constantFrom(1, 3, Infinity),
          attempts: fc.integer({ min: 1, max: 3 }),
        }),
        async (plan) => {
          const random = createSeededRandom(plan.seed);
          let paid = 0;
          const provider = createProvider(async ({ maxOutputTokens, messages }) => {
            await settle(Math.floor(random() * 3));
            if (random() < plan.failing) throw new Error('overloaded');
            const factor = random() < plan.overrunning ? 2 : random();
            const outputTokens = Math.floor(maxOutputTokens * factor);
            paid += messages[0]!.content.length * plan.input + outputTokens * plan.output;
            return { outputTokens };
          });
          const graph = new StateGraph<{ done: number[] }>({ reducers: { done: append } })
            .addNode(
              'work',
              async (state: { i: number }, ctx) => {
                for (let i = 0; i < plan.callsEach; i += 1) {
                  await ctx.model(
                    ask(provider, random() < 0.5 ? { maxOutputTokens: 1 + Math.floor(random() * 500) } : {}),
                  );
                }
                return { done: [state.i] };
              },
              {
                onError: 'skip',
                retry: { attempts: plan.attempts, backoff: { baseMs: 0, maxMs: 0 } },
                ...(plan.nodeLimit === undefined ? {} : { budget: { usd: usd(plan.nodeLimit) } }),
              },
            )
            .addConditionalEdges(START, () =>
              Array.from({ length: plan.width }, (_, i) => send('work', { i })),
            );
          const { orchestrator, store, of } = createHarness({ prices: flatPrices(plan.input, plan.output) });
          const run = orchestrator.start(
            graph,
            { done: [] },
            { budget: { usd: usd(plan.limit) }, concurrency: plan.concurrency },
          );
          await run.result.catch(() => undefined);

          const ledger = await store.ledger();
          const settled = ledger.filter(({ kind }) => kind === 'settled');
          const spent = settled.reduce((sum, { nanoUsd }) => sum + (nanoUsd ?? 0), 0);
          expect(spent).toBe(paid);
          const ended = await of('span.ended');
          expect(ended.reduce((sum, { data }) => sum + (data.cost?.nanoUsd ?? 0), 0)).toBe(paid);
          const overrun = ended.reduce((sum, { data }) => sum + (data.overrunNanoUsd ?? 0), 0);
          expect(spent).toBeLessThanOrEqual(plan.limit + overrun);
          if (plan.nodeLimit !== undefined) expect(spent).toBeLessThanOrEqual(plan.nodeLimit + overrun);

          // At no moment were settled and reserved money together above the limit, overruns aside.
          const held = new Map<string, number>();
          let sum = 0;
          let overruns = 0;
          for (const { callId, kind, nanoUsd = 0 } of ledger) {
            if (kind === 'reserved') {
              held.set(callId, nanoUsd);
              sum += nanoUsd;
              expect(sum).toBeLessThanOrEqual(plan.limit + overruns);
            } else {
              const reserved = held.get(callId) ?? 0;
              sum += (kind === 'settled' ? nanoUsd : 0) - reserved;
              overruns += Math.max(0, kind === 'settled' ? nanoUsd - reserved : 0);
              held.delete(callId);
            }
          }
          expect(held.size).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  }, 30_000);
});
