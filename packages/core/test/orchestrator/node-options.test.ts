import { describe, expect, it } from 'vitest';
import { END, send, START } from '../../src/orchestrator/graph/graph-definition.js';
import { StateGraph } from '../../src/orchestrator/graph/graph.js';
import { append, ephemeral } from '../../src/orchestrator/graph/reducer.js';
import { createSimulatedClock } from '../../src/testing/simulated-clock.js';
import { createHarness, settle } from './harness.js';

interface State {
  n: number;
  log: string[];
  hint?: string;
}

const input = { n: 1, log: [] };
const graphOf = (options = {}) =>
  new StateGraph<State, Partial<State>, string>({ reducers: { log: append }, ...options });
const never = (): Promise<undefined> => new Promise(() => undefined);

describe('idleTimeoutMs', () => {
  it('ends an attempt that gives no sign of life, and only that', async () => {
    const clock = createSimulatedClock();
    const { orchestrator } = createHarness({ clock });
    let beat = (): void => undefined;
    const graph = graphOf()
      .addNode(
        'work',
        (_state, ctx) => {
          beat = ctx.heartbeat;
          return never();
        },
        { idleTimeoutMs: 100 },
      )
      .addEdge(START, 'work');
    const run = orchestrator.start(graph, input);
    await settle();
    for (let i = 0; i < 10; i += 1) {
      await clock.advance(90);
      beat();
    }
    expect(run.status).toBe('running');
    await clock.advance(100);
    await expect(run.result).rejects.toMatchObject({ code: 'TIMEOUT', details: { timeoutMs: 100 } });
  });

  it('counts whatever is reported as a sign of life, and no time that is spent waiting for a person', async () => {
    const clock = createSimulatedClock();
    const { orchestrator, of } = createHarness({ clock });
    const graph = graphOf()
      .addNode(
        'work',
        async (_state, ctx) => {
          await ctx.approve({ title: 'Go on?' });
          ctx.log('info', 'going on');
          return never();
        },
        { idleTimeoutMs: 100 },
      )
      .addEdge(START, 'work');
    const run = orchestrator.start(graph, input);
    await settle();
    await clock.advance(10_000);
    expect(run.status).toBe('waiting');
    await run.decide((await of('approval.requested'))[0]?.data.approvalId ?? '', 'approve');
    await settle();
    await clock.advance(99);
    expect(run.status).toBe('running');
    await clock.advance(1);
    await expect(run.result).rejects.toMatchObject({ code: 'TIMEOUT' });
  });
});

describe('cache', () => {
  const cached = (ran: string[], key?: (state: Readonly<State>) => number) =>
    graphOf({ name: 'cached' })
      .addNode(
        'slow',
        async (state) => {
          ran.push(`slow ${state.n}`);
          return { log: [`slow ${state.n}`] };
        },
        { cache: { ttlMs: 1_000, ...(key ? { key } : {}) } },
      )
      .addEdge(START, 'slow');

  it('takes over what the node returned for the same state, until it is too old', async () => {
    const clock = createSimulatedClock();
    const { orchestrator, of } = createHarness({ clock });
    const ran: string[] = [];
    const graph = cached(ran);
    const run = async (n: number) => (await orchestrator.start(graph, { n, log: [] }).result).log;
    expect(await run(1)).toEqual(['slow 1']);
    expect(await run(1)).toEqual(['slow 1']);
    expect(await run(2)).toEqual(['slow 2']);
    expect(ran).toEqual(['slow 1', 'slow 2']);
    expect((await of('task.completed')).map(({ data }) => data.reused ?? false)).toEqual([
      false,
      true,
      false,
    ]);
    await clock.advance(1_000);
    await run(1);
    expect(ran).toEqual(['slow 1', 'slow 2', 'slow 1']);
  });

  it('depends on what the key says', async () => {
    const { orchestrator } = createHarness();
    const ran: string[] = [];
    const graph = cached(ran, ({ n }) => n % 2);
    for (const n of [1, 3, 2, 5]) await orchestrator.start(graph, { n, log: [] }).result;
    expect(ran).toEqual(['slow 1', 'slow 2']);
  });

  it('keeps no failure', async () => {
    const { orchestrator } = createHarness();
    let calls = 0;
    const graph = graphOf()
      .addNode(
        'flaky',
        () => {
          calls += 1;
          if (calls === 1) throw new Error('not yet');
          return { log: ['done'] };
        },
        { cache: { ttlMs: 1_000 }, retry: { attempts: 2, backoff: { baseMs: 0, maxMs: 0 } } },
      )
      .addEdge(START, 'flaky');
    expect((await orchestrator.start(graph, input).result).log).toEqual(['done']);
  });
});

describe('an ephemeral field', () => {
  const passing = { reducers: { log: append, hint: ephemeral<string> } };

  it('is seen by the tasks that follow directly, and by no one after them', async () => {
    const { orchestrator } = createHarness();
    const see = (name: string) => (state: Readonly<State>) => ({ log: [`${name}:${state.hint ?? '-'}`] });
    const graph = new StateGraph<State, Partial<State>, string>(passing)
      .addNode('a', () => ({ hint: 'left' }))
      .addNode('b', see('b'))
      .addNode('c', see('c'))
      .addNode('d', see('d'))
      .addEdge(START, 'a')
      .addEdge('a', 'b')
      .addEdge('a', 'c')
      .addEdge('b', 'd')
      .addEdge('c', 'd');
    const state = await orchestrator.start(graph, input).result;
    expect(state).toEqual({ n: 1, log: ['b:left', 'c:left', 'd:-'] });
  });

  it('is the last one where several writers meet, and no part of the result', async () => {
    const { orchestrator } = createHarness();
    const graph = new StateGraph<State, Partial<State>, string>(passing)
      .addNode('part', (state: State & { i: number }) => ({ hint: `from ${state.i}` }))
      .addNode('all', (state) => ({ log: [state.hint ?? '-'], hint: 'out' }))
      .addConditionalEdges(START, () => [1, 2, 3].map((i) => send('part', { i })), [send('part')])
      .addJoin('part', 'all')
      .addEdge('all', END);
    expect(await orchestrator.start(graph, input).result).toEqual({ n: 1, log: ['from 3'] });
  });
});

describe('toMermaid', () => {
  it('draws nodes, agents and edges, and escapes hostile names', () => {
    const graph = graphOf()
      .addNode('plan', () => undefined, { agent: 'PLANNER' })
      .addNode('a"]; click b "javascript:x"', () => undefined)
      .addEdge(START, 'plan')
      .addConditionalEdges('plan', () => END, ['a"]; click b "javascript:x"', END]);
    expect(graph.toMermaid().split('\n')).toEqual([
      'flowchart TD',
      '  n0([start])',
      '  n1["plan<br/>PLANNER"]',
      '  n2["a#34;#93;#59; click b #34;javascript:x#34;"]',
      '  n3([end])',
      '  n0 --> n1',
      '  n1 -.-> n2',
      '  n1 -.-> n3',
      '',
    ]);
  });

  it('tells the joins of a fan-out', () => {
    const graph = graphOf()
      .addNode('plan', () => undefined)
      .addNode('part', () => undefined)
      .addNode('whole', () => undefined)
      .addEdge(START, 'plan')
      .addConditionalEdges('plan', () => [send('part')], [send('part')])
      .addJoin('part', 'whole');
    expect(graph.toMermaid()).toContain('  n2 ==> n3');
  });
});
