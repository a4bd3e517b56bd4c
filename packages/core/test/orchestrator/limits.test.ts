import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDeferred } from '../../src/lib/deferred.js';
import { createMemoryStore } from '../../src/log/memory-store.js';
import type { BudgetList } from '../../src/orchestrator/budgets/budget-options.js';
import { send, START } from '../../src/orchestrator/graph/graph-definition.js';
import { StateGraph } from '../../src/orchestrator/graph/graph.js';
import type { ModelRequest } from '../../src/orchestrator/calls/model-provider.js';
import { append } from '../../src/orchestrator/graph/reducer.js';
import { periodAt } from '../../src/orchestrator/budgets/shared-budgets.js';
import { createSeededRandom } from '../../src/testing/seeded-random.js';
import { createSimulatedClock } from '../../src/testing/simulated-clock.js';
import { createHarness, createProvider, dyingStore, flatPrices, settle, until } from './harness.js';

/** Ten input tokens at 1,000 nano-dollars; ten of output at 5,000 each: 60,000. */
const TEN = 'ten tokens';
const COST = 60_000;
const usd = (nanoUsd: number): number => nanoUsd / 1e9;

const ask = (provider = createProvider(), more: Partial<ModelRequest> = {}): ModelRequest => ({
  provider,
  model: 'm',
  prompt: TEN,
  maxOutputTokens: 10,
  ...more,
});

/** `calls` tasks in a row, each with one call. */
const chain = (calls: number, provider = createProvider(), options = {}) => {
  const graph = new StateGraph<{ done: number[] }, { done?: number[] }, string>({
    name: 'chain',
    reducers: { done: append },
  });
  for (let i = 0; i < calls; i += 1) {
    graph.addNode(
      `n${i}`,
      async (_state, ctx) => {
        await ctx.model(ask(provider));
        return { done: [i] };
      },
      options,
    );
    graph.addEdge(i === 0 ? START : `n${i - 1}`, `n${i}`);
  }
  return graph;
};

describe('a limit in tokens', () => {
  it('holds and settles tokens beside money', async () => {
    const { orchestrator, of } = createHarness({ prices: flatPrices() });
    const run = orchestrator.start(chain(5), {}, { budget: [{ usd: 1 }, { tokens: 70 }] });
    await expect(run.result).rejects.toMatchObject({
      code: 'BUDGET_EXCEEDED',
      details: { budgetId: 'run:tokens', requested: 20, remaining: 10, limit: 70 },
    });
    expect((await of('span.ended')).length).toBe(3);
    expect((await of('budget.set')).map(({ data }) => [data.budgetId, data.unit, data.limit])).toEqual([
      ['run', 'usd', 1_000_000_000],
      ['run:tokens', 'tokens', 70],
    ]);
  });

  it('counts calls without a price', async () => {
    const { orchestrator } = createHarness();
    const run = orchestrator.start(chain(3), {}, { budget: { tokens: 40 } });
    await expect(run.result).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
  });

  it('buys as much output as is left', async () => {
    const { orchestrator } = createHarness({ prices: flatPrices() });
    const provider = createProvider();
    await orchestrator.run('one', (ctx) => ctx.model({ provider, model: 'm', prompt: TEN }), {
      budget: { tokens: 3_000 },
    }).result;
    expect(provider.calls[0]?.maxOutputTokens).toBe(2_990);
  });
});

describe('limits of roles, threads and periods', () => {
  it('count every node of a role', async () => {
    const { orchestrator } = createHarness({ prices: flatPrices() });
    const run = orchestrator.start(
      chain(4, createProvider(), { role: 'REVIEWER' }),
      {},
      {
        roleBudgets: { REVIEWER: { usd: usd(2 * COST) }, BUILDER: { usd: 0 } },
      },
    );
    await expect(run.result).rejects.toMatchObject({ details: { budgetId: 'role:REVIEWER' } });
  });

  it('count the runs of a thread together, also after a restart', async () => {
    const store = createMemoryStore();
    const options = { prices: flatPrices(), store, threadBudget: { usd: usd(3 * COST) } };
    const first = createHarness(options);
    await first.orchestrator.start(chain(2), {}, { threadId: 'a' }).result;
    await first.orchestrator.start(chain(3), {}, { threadId: 'b' }).result;
    await first.orchestrator.start(chain(5), {}).result;
    const second = createHarness(options);
    await expect(second.orchestrator.start(chain(2), {}, { threadId: 'a' }).result).rejects.toMatchObject({
      details: { budgetId: 'thread:a' },
    });
    const set = (await second.of('budget.set')).map(({ data, threadId }) => [data.budgetId, threadId]);
    expect(set).toEqual([
      ['thread:a', 'a'],
      ['thread:b', 'b'],
      ['thread:a', 'a'],
    ]);
  });

  it('begin anew with the period', async () => {
    const clock = createSimulatedClock(Date.UTC(2026, 0, 31, 23));
    const { orchestrator } = createHarness({
      prices: flatPrices(),
      clock,
      budget: [
        { usd: usd(2 * COST), period: 'day' },
        { usd: usd(3 * COST), period: 'month' },
      ],
    });
    const run = (calls: number) => orchestrator.start(chain(calls), {}).result;
    await run(2);
    await expect(run(1)).rejects.toMatchObject({ details: { budgetId: 'fleet:day' } });
    await clock.advance(2 * 3_600_000);
    await run(2);
    await clock.advance(24 * 3_600_000);
    await expect(run(2)).rejects.toMatchObject({ details: { budgetId: 'fleet:month' } });
  });

  it('know days, weeks from Monday on, and months', () => {
    const at = (text: string): number => Date.parse(`${text}T00:00:00Z`);
    const numbers = (period: 'day' | 'week' | 'month', ...days: string[]) =>
      new Set(days.map((day) => periodAt(period, at(day)))).size;
    expect(numbers('day', '2026-11-21', '2026-11-22')).toBe(2);
    expect(numbers('week', '2026-11-16', '2026-11-22')).toBe(1);
    expect(numbers('week', '2026-11-22', '2026-11-23')).toBe(2);
    expect(numbers('month', '2026-11-01', '2026-11-30')).toBe(1);
    expect(numbers('month', '2025-12-31', '2026-01-01')).toBe(2);
  });
});

describe('onLimit: ask', () => {
  const asking = async (
    budget: BudgetList = { usd: usd(2 * COST), onLimit: 'ask' },
    provider = createProvider(),
  ) => {
    const harness = createHarness({ prices: flatPrices() });
    const run = harness.orchestrator.start(chain(4, provider), {}, { budget });
    const question = async () => (await harness.of('approval.requested')).at(-1)?.data;
    await until(async () => (await question()) !== undefined, 'the question');
    return { ...harness, run, provider, question };
  };

  it('lets the task wait for a person, who raises the limit; the run goes on where it was', async () => {
    const { run, question, of, provider, orchestrator } = await asking();
    const asked = await question();
    expect(asked).toMatchObject({
      title: "Budget 'run' is used up. Raise it?",
      options: ['raise', 'stop'],
      details: { budgetId: 'run', unit: 'usd', spent: 2 * COST, limit: 2 * COST, requested: COST },
    });
    expect(run.status).toBe('waiting');
    await orchestrator.host.commands.execute(
      {
        type: 'decide',
        runId: run.id,
        approvalId: asked?.approvalId ?? '',
        decision: 'raise',
        data: { limit: 4 * COST },
      },
      { commandId: 'c', actor: { id: 'u', name: 'Ada' } },
    );
    expect(await run.result).toEqual({ done: [0, 1, 2, 3] });
    expect(provider.calls.length).toBe(4);
    expect((await of('budget.raised'))[0]?.data).toEqual({
      budgetId: 'run',
      limit: 4 * COST,
      by: { id: 'u', name: 'Ada' },
    });
  });

  it('raises to what it suggested where the person names no limit', async () => {
    const { run, question, of } = await asking();
    const asked = await question();
    await run.decide(asked?.approvalId ?? '', 'raise');
    await run.result;
    const suggested = asked?.details?.['suggestedLimit'];
    expect(suggested).toBe(4 * COST);
    expect((await of('budget.raised'))[0]?.data.limit).toBe(suggested);
  });

  it('stops the run when the person says so', async () => {
    const { run, question, of } = await asking();
    await run.decide((await question())?.approvalId ?? '', 'stop');
    await expect(run.result).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
    expect((await of('run.stopped'))[0]?.data.reason).toBe('budget');
  });

  it('asks once for many tasks', async () => {
    const { orchestrator, of } = createHarness({ prices: flatPrices() });
    const graph = new StateGraph<{ done: number[] }, { done?: number[] }, string>({
      reducers: { done: append },
    })
      .addNode('call', async (state: { i: number }, ctx) => {
        await ctx.model(ask());
        return { done: [state.i] };
      })
      .addConditionalEdges(START, () => [0, 1, 2, 3, 4].map((i) => send('call', { i })), [send('call')]);
    const run = orchestrator.start(graph, {}, { budget: { usd: 0, onLimit: 'ask' } });
    await until(async () => (await of('approval.requested')).length > 0);
    await settle(20);
    const questions = await of('approval.requested');
    expect(questions.length).toBe(1);
    await run.decide(questions[0]?.data.approvalId ?? '', { decision: 'raise', data: { limit: 5 * COST } });
    expect((await run.result).done).toEqual([0, 1, 2, 3, 4]);
  });

  it('asks again after a crash, and not again when the limit was raised before it', async () => {
    const provider = createProvider();
    const disk = createMemoryStore();
    const graph = chain(4, provider);
    const begin = createHarness({ prices: flatPrices(), store: dyingStore(disk, 1_000), owner: 'one' });
    begin.orchestrator.start(graph, {}, { id: 'r', budget: { usd: usd(2 * COST), onLimit: 'ask' } });
    await until(async () => (await begin.of('approval.requested')).length === 1);
    const heir = createHarness({ prices: flatPrices(), store: disk, owner: 'two', isOwnerGone: () => true });
    heir.orchestrator.register('chain', graph);
    const [run] = (await heir.orchestrator.recover()).resumed;
    await until(async () => (await heir.of('approval.requested')).length === 2);
    const question = (await heir.of('approval.requested')).at(-1)?.data.approvalId ?? '';
    await run?.decide(question, { decision: 'raise', data: { limit: 4 * COST } });
    expect(await run?.result).toEqual({ done: [0, 1, 2, 3] });
    expect(provider.calls.length).toBe(4);
  });
});

describe('onLimit: downgrade', () => {
  const cheaper = {
    ...flatPrices(),
    cost: ({ model, usage }: Parameters<ReturnType<typeof flatPrices>['cost']>[0]) =>
      ({
        nanoUsd: (usage.inputTokens * 1_000 + usage.outputTokens * 5_000) / (model === 'small' ? 10 : 1),
        basis: 'list',
      }) as const,
  };

  it('makes the call with the cheaper model and says so', async () => {
    const { orchestrator, of } = createHarness({ prices: cheaper });
    const provider = createProvider();
    const run = orchestrator.start(
      chain(3, provider),
      {},
      {
        budget: { usd: usd(2.5 * COST), onLimit: 'downgrade', downgradeTo: 'small' },
      },
    );
    await run.result;
    expect(provider.calls.map(({ model }) => model)).toEqual(['m', 'm', 'small']);
    expect((await of('span.started')).map(({ data }) => data.model)).toEqual(['m', 'm', 'small']);
    expect((await of('budget.reached'))[0]?.data).toMatchObject({ budgetId: 'run', action: 'downgrade' });
  });

  it('stops when the cheaper model does not fit either', async () => {
    const { orchestrator } = createHarness({ prices: cheaper });
    const run = orchestrator.start(
      chain(9),
      {},
      {
        budget: { usd: usd(1.15 * COST), onLimit: 'downgrade', downgradeTo: 'small' },
      },
    );
    await expect(run.result).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
  });
});

describe('a stream that uses more than was reserved', () => {
  it('is aborted, settled with what it used, and told', async () => {
    const { orchestrator, of, store } = createHarness({ prices: flatPrices() });
    const aborted = createDeferred<unknown>();
    const provider = createProvider(async (_call, { signal, onUsage }) => {
      onUsage({ inputTokens: 10, outputTokens: 5 });
      onUsage({ inputTokens: 10, outputTokens: 50 });
      if (signal.aborted) aborted.resolve(signal.reason);
      throw signal.reason;
    });
    const run = orchestrator.run('one', (ctx) => ctx.model(ask(provider)), { budget: { usd: 1 } });
    await expect(run.result).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
    expect(await aborted.promise).toMatchObject({ code: 'BUDGET_EXCEEDED' });
    const settled = (await store.ledger()).find(({ kind }) => kind === 'settled');
    expect(settled?.nanoUsd).toBe(10 * 1_000 + 50 * 5_000);
    expect((await of('span.ended'))[0]?.data).toMatchObject({ status: 'error', overrunNanoUsd: 200_000 });
    expect((await of('alert.raised'))[0]?.data.rule).toBe('overrun');
  });

  it('goes on where no hard limit holds it', async () => {
    const { orchestrator } = createHarness({ prices: flatPrices() });
    const provider = createProvider((_call, { onUsage }) => {
      onUsage({ inputTokens: 10, outputTokens: 50 });
      return { outputTokens: 50 };
    });
    const run = orchestrator.run('one', (ctx) => ctx.model(ask(provider)), {
      budget: { usd: usd(COST), onLimit: 'warn' },
    });
    expect((await run.result).usage.outputTokens).toBe(50);
  });
});

describe('limits of a run in steps and seconds', () => {
  it('stop before the task that would pass them', async () => {
    const { orchestrator, of } = createHarness();
    const ran: number[] = [];
    const graph = new StateGraph({ name: 'loop', maxIterations: 1_000 })
      .addNode('again', () => void ran.push(1))
      .addEdge(START, 'again')
      .addEdge('again', 'again');
    const run = orchestrator.start(graph, {}, { budget: { steps: 7 } });
    await expect(run.result).rejects.toMatchObject({
      code: 'BUDGET_EXCEEDED',
      details: { budgetId: 'run:steps' },
    });
    expect(ran.length).toBe(7);
    expect((await of('run.stopped'))[0]?.data.reason).toBe('steps');
  });

  it('bound the tasks of a function', async () => {
    const { orchestrator } = createHarness();
    let opened = 0;
    const run = orchestrator.run(
      'many',
      async (ctx) => {
        for (;;) await ctx.task('one', () => void (opened += 1));
      },
      { budget: { steps: 4 } },
    );
    await expect(run.result).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
    // The function itself is the first step.
    expect(opened).toBe(3);
  });

  it('pause, and go on when they are raised', async () => {
    const { orchestrator } = createHarness();
    const run = orchestrator.start(chain(4), {}, { budget: { steps: 2, onLimit: 'pause' } });
    await until(() => run.status === 'paused');
    await orchestrator.host.commands.execute(
      { type: 'setBudget', runId: run.id, budgetId: 'run:steps', limit: 10 },
      { commandId: 'c' },
    );
    await run.resume();
    expect((await run.result).done).toEqual([0, 1, 2, 3]);
  });

  it('warn and stop when the time is over, whatever runs', async () => {
    const clock = createSimulatedClock();
    const { orchestrator, of } = createHarness({ clock });
    const aborted: unknown[] = [];
    const run = orchestrator.run(
      'slow',
      (ctx) =>
        new Promise<void>((_resolve, reject) => {
          ctx.signal.addEventListener('abort', () => {
            aborted.push(ctx.signal.reason);
            reject(ctx.signal.reason as Error);
          });
        }),
      { budget: { seconds: 10 } },
    );
    await settle();
    await clock.advance(8_000);
    expect((await of('budget.warned')).map(({ data }) => data.spent)).toEqual([8]);
    expect(run.status).toBe('running');
    await clock.advance(2_000);
    await expect(run.result).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
    expect(aborted.length).toBe(1);
    expect((await of('run.stopped'))[0]?.data.reason).toBe('time');
    expect(clock.pending).toBe(0);
  });

  it('count on from the beginning of the run after a restart', async () => {
    const clock = createSimulatedClock();
    const disk = createMemoryStore({ clock });
    const never = () =>
      new StateGraph({ name: 'never' })
        .addNode('n', () => new Promise<undefined>(() => undefined))
        .addEdge(START, 'n');
    const begin = createHarness({ clock, store: dyingStore(disk, 100), owner: 'one' });
    begin.orchestrator.start(never(), {}, { budget: { seconds: 10 } });
    await settle();
    await clock.advance(6_000);
    const heir = createHarness({ clock, store: disk, owner: 'two', isOwnerGone: () => true });
    heir.orchestrator.register('never', never());
    const [run] = (await heir.orchestrator.recover()).resumed;
    await clock.advance(3_999);
    expect(run?.status).toBe('running');
    await clock.advance(1);
    await expect(run?.result).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
  });
});

describe('impossible limits', () => {
  it.each([
    ['no amount', {}],
    ['two amounts', { usd: 1, tokens: 1 }],
    ['half a step', { steps: 1.5 }],
    ['a downgrade to nothing', { usd: 1, onLimit: 'downgrade' }],
    ['a downgrade of time', { seconds: 1, onLimit: 'downgrade', downgradeTo: 'm' }],
    ['two limits in one unit', [{ usd: 1 }, { usd: 2 }]],
  ])('%s are refused', async (_what, budget) => {
    const { orchestrator } = createHarness();
    const run = orchestrator.run('x', () => 1, { budget: budget as unknown as BudgetList });
    await expect(run.result).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('steps of an agent are refused', async () => {
    const { orchestrator } = createHarness();
    const run = orchestrator.run('x', () => 1, { agentBudgets: { A: { steps: 1 } } });
    await expect(run.result).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('P5 over the whole tree', () => {
  it('no limit of any scope or unit is passed by more than calls in flight overran, crash or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.nat(),
          width: fc.integer({ min: 1, max: 6 }),
          run: fc.integer({ min: 0, max: 12 * COST }),
          tokens: fc.integer({ min: 0, max: 200 }),
          role: fc.integer({ min: 0, max: 12 * COST }),
          thread: fc.integer({ min: 0, max: 12 * COST }),
          onLimit: fc.constantFrom('stop' as const, 'ask' as const, 'pause' as const),
          failing: fc.double({ min: 0, max: 0.4, noNaN: true }),
          dies: fc.option(fc.integer({ min: 2, max: 30 }), { nil: undefined }),
        }),
        async (plan) => {
          const random = createSeededRandom(plan.seed);
          let paid = 0;
          let used = 0;
          const provider = createProvider(async ({ maxOutputTokens }) => {
            await settle(Math.floor(random() * 2));
            if (random() < plan.failing) throw new Error('overloaded');
            const outputTokens = Math.floor(maxOutputTokens * random());
            paid += 10_000 + outputTokens * 5_000;
            used += 10 + outputTokens;
            return { outputTokens };
          });
          const graph = new StateGraph<{ done: number[] }, { done?: number[] }, string>({
            name: 'tree',
            reducers: { done: append },
          })
            .addNode(
              'work',
              async (state: { i: number }, ctx) => {
                await ctx.model(ask(provider));
                await ctx.model(ask(provider, { prompt: 'other ten!' }));
                return { done: [state.i] };
              },
              { role: 'R', onError: 'skip', retry: { attempts: 2, backoff: { baseMs: 0, maxMs: 0 } } },
            )
            .addConditionalEdges(
              START,
              () => Array.from({ length: plan.width }, (_, i) => send('work', { i })),
              [send('work')],
            );
          const disk = createMemoryStore();
          const common = { prices: flatPrices(), threadBudget: { usd: usd(plan.thread) } };
          const first = createHarness({
            ...common,
            store: plan.dies === undefined ? disk : dyingStore(disk, plan.dies),
            owner: 'one',
          });
          const run = first.orchestrator.start(
            graph,
            {},
            {
              id: 'r',
              threadId: 't',
              budget: [{ usd: usd(plan.run), onLimit: plan.onLimit }, { tokens: plan.tokens }],
              roleBudgets: { R: { usd: usd(plan.role) } },
            },
          );
          run.result.catch(() => undefined);
          await settle(40);
          if (plan.dies !== undefined) {
            const heir = createHarness({ ...common, store: disk, owner: 'two', isOwnerGone: () => true });
            heir.orchestrator.register('tree', graph);
            const { resumed } = await heir.orchestrator.recover();
            for (const { result } of resumed) result.catch(() => undefined);
            await settle(60);
          }
          const limit = Math.min(plan.run, plan.role, plan.thread);
          expect(paid).toBeLessThanOrEqual(limit);
          expect(used).toBeLessThanOrEqual(plan.tokens);
          const settled = (await disk.ledger()).filter(({ kind }) => kind === 'settled');
          const sum = settled.reduce((total, { nanoUsd = 0 }) => total + nanoUsd, 0);
          // What a dead process had paid and could not store is held as abandoned.
          if (plan.dies === undefined) expect(sum).toBe(paid);
          else expect(sum).toBeLessThanOrEqual(paid);
        },
      ),
      { numRuns: 150 },
    );
  });
});
