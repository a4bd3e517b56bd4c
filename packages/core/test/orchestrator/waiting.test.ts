import { describe, expect, it } from 'vitest';
import { createDeferred } from '../../src/lib/deferred.js';
import { append } from '../../src/orchestrator/graph/reducer.js';
import { END, send, START } from '../../src/orchestrator/graph/graph-definition.js';
import { StateGraph } from '../../src/orchestrator/graph/graph.js';
import { createHarness, createProvider, flatPrices, settle, until } from './harness.js';

interface State {
  said?: string[];
}

describe('a run of which some tasks wait', () => {
  it('waits when the last of the others has ended, and goes on with a decision', async () => {
    const { orchestrator, of } = createHarness();
    const work = createDeferred<undefined>();
    const graph = new StateGraph<State, State>({ name: 'mixed', reducers: { said: append<string> } })
      .addNode('ask', async (_state, ctx) => ({ said: [(await ctx.approve({ title: 'Go?' })).decision] }))
      .addNode('work', async () => {
        await work.promise;
        return { said: ['worked'] };
      })
      .addEdge(START, 'ask')
      .addEdge(START, 'work')
      .addEdge('ask', END)
      .addEdge('work', END);
    const run = orchestrator.start(graph, {});
    await until(async () => (await of('task.waiting')).length === 1);
    expect(run.status).toBe('running');
    work.resolve(undefined);
    await until(() => run.status === 'waiting');
    expect((await of('run.waiting')).map(({ data }) => data.reason)).toEqual(['approval']);
    await run.decide((await of('approval.requested'))[0]?.data.approvalId ?? '', 'approve');
    expect((await run.result).said?.sort()).toEqual(['approve', 'worked']);
    expect((await of('run.resumed')).length).toBe(1);
  });

  it('of a function waits too', async () => {
    const { orchestrator, of } = createHarness();
    const work = createDeferred<undefined>();
    const run = orchestrator.run('mixed', (ctx) =>
      Promise.all([
        ctx.task('ask', (task) => task.approve({ title: 'Go?' })),
        ctx.task('work', () => work.promise),
      ]).then(([{ decision }]) => decision),
    );
    await until(async () => (await of('task.waiting')).length === 1);
    expect(run.status).toBe('running');
    work.resolve(undefined);
    await until(() => run.status === 'waiting');
    await run.decide((await of('approval.requested'))[0]?.data.approvalId ?? '', 'approve');
    expect(await run.result).toBe('approve');
  });
});

describe('tasks that wait for money', () => {
  it('keep their place in the run: what goes on when it is there is no more than may run at once', async () => {
    let running = 0;
    let most = 0;
    const provider = createProvider(async () => {
      running += 1;
      most = Math.max(most, running);
      await settle(1);
      running -= 1;
      return {};
    });
    const { orchestrator, of } = createHarness({ prices: flatPrices(), concurrency: 2 });
    const graph = new StateGraph<State, State, string>({
      name: 'calls',
      reducers: { said: append<string> },
    })
      .addNode('plan', () => ({}))
      .addNode(
        'call',
        async (_state, ctx) => {
          const request = { provider, model: 'm', prompt: 'hi', maxOutputTokens: 10 };
          return { said: [(await ctx.model(request)).text] };
        },
        { concurrency: 1 },
      )
      .addNode('join', () => ({}))
      .addEdge(START, 'plan')
      .addConditionalEdges('plan', () => Array.from({ length: 6 }, () => send('call')), ['call'])
      .addJoin('call', 'join');
    const run = orchestrator.start(graph, {}, { budget: { usd: 0.000_01, onLimit: 'ask' } });
    await until(async () => (await of('approval.requested')).length === 1);
    await settle(20);
    expect((await of('task.waiting')).length).toBe(1);

    // Other runs have the place that it cannot use.
    const other = new StateGraph<State, State>({ name: 'other' })
      .addNode('a', () => ({}))
      .addNode('b', () => ({}))
      .addEdge(START, 'a')
      .addEdge(START, 'b');
    await orchestrator.start(other, {}).result;

    const [asked] = await of('approval.requested');
    await run.decide(asked?.data.approvalId ?? '', { decision: 'raise', data: { limit: 1_000_000_000 } });
    expect((await run.result).said?.length).toBe(6);
    expect(most).toBe(1);
  });
});
