import { describe, expect, it } from 'vitest';
import { createDeferred } from '../../src/lib/deferred.js';
import { send, START } from '../../src/orchestrator/graph/graph-definition.js';
import { StateGraph } from '../../src/orchestrator/graph/graph.js';
import { append } from '../../src/orchestrator/graph/reducer.js';
import { createSimulatedClock } from '../../src/testing/simulated-clock.js';
import { createHarness, createProvider, settle, until } from './harness.js';

interface Notes {
  notes?: string[];
}

describe('retry', () => {
  it('tries again after a growing delay and tells each failure', async () => {
    const clock = createSimulatedClock();
    const { orchestrator, of } = createHarness({ clock, random: () => 1 });
    let calls = 0;
    const graph = new StateGraph<Notes>()
      .addNode(
        'flaky',
        (_, ctx) => {
          calls += 1;
          if (calls < 3) throw new Error(`failure ${calls}`);
          return { notes: [`attempt ${ctx.attempt}`] };
        },
        { retry: { attempts: 3, backoff: { baseMs: 100, factor: 2 } } },
      )
      .addEdge(START, 'flaky');
    const run = orchestrator.start(graph, {});
    await clock.advance(99);
    expect(calls).toBe(1);
    await clock.advance(1);
    expect(calls).toBe(2);
    await clock.advance(200);
    expect(await run.result).toEqual({ notes: ['attempt 3'] });
    expect(
      (await of('task.retrying')).map(({ data }) => [data.attempt, data.delayMs, data.error.message]),
    ).toEqual([
      [1, 100, 'failure 1'],
      [2, 200, 'failure 2'],
    ]);
    expect((await of('task.started')).map(({ data }) => data.attempt)).toEqual([1, 2, 3]);
  });

  it('gives up after its last attempt, and at once where the policy says so', async () => {
    const { orchestrator } = createHarness();
    let calls = 0;
    const failing = (retryOn?: () => boolean) =>
      new StateGraph<Notes>()
        .addNode(
          'bad',
          () => {
            calls += 1;
            throw new Error('always');
          },
          { retry: { attempts: 2, backoff: { baseMs: 0, maxMs: 0 }, ...(retryOn ? { retryOn } : {}) } },
        )
        .addEdge(START, 'bad');
    await expect(orchestrator.start(failing(), {}).result).rejects.toMatchObject({ code: 'TASK_FAILED' });
    expect(calls).toBe(2);
    await expect(
      orchestrator.start(
        failing(() => false),
        {},
      ).result,
    ).rejects.toMatchObject({ code: 'TASK_FAILED' });
    expect(calls).toBe(3);
    await expect(
      orchestrator.start(
        failing(() => {
          throw new Error('The policy is broken.');
        }),
        {},
      ).result,
    ).rejects.toMatchObject({ code: 'TASK_FAILED', message: 'always' });
    expect(calls).toBe(4);
  });

  it('uses recorded results of tools and once again, and asks the model anew', async () => {
    const count = { tool: 0, once: 0, runs: 0 };
    const provider = createProvider();
    const graph = (reuse: 'tools' | 'all') =>
      new StateGraph<Notes>()
        .addNode(
          'work',
          async (_, ctx) => {
            await ctx.tool('list', () => (count.tool += 1));
            await ctx.once('id', () => (count.once += 1));
            const { reused } = await ctx.model({ provider, model: 'm', prompt: 'hi' });
            count.runs += 1;
            if (count.runs % 2 === 1) throw new Error('again');
            return { notes: [`reused ${reused}`] };
          },
          { retry: { attempts: 2, reuse, backoff: { baseMs: 0, maxMs: 0 } } },
        )
        .addEdge(START, 'work');
    const { orchestrator, of } = createHarness();
    expect(await orchestrator.start(graph('tools'), {}).result).toEqual({ notes: ['reused false'] });
    expect({ ...count, model: provider.calls.length }).toEqual({ tool: 1, once: 1, runs: 2, model: 2 });
    expect(await orchestrator.start(graph('all'), {}).result).toEqual({ notes: ['reused true'] });
    expect({ ...count, model: provider.calls.length }).toEqual({ tool: 2, once: 2, runs: 4, model: 3 });
    expect((await of('span.ended')).filter(({ data }) => data.reused)).toHaveLength(3);
  });

  it('asks anew when the request is another one', async () => {
    const provider = createProvider();
    let runs = 0;
    const graph = new StateGraph<Notes>()
      .addNode(
        'work',
        async (_, ctx) => {
          runs += 1;
          await ctx.tool('read', () => runs, { input: { file: `f${runs}` } });
          await ctx.model({ provider, model: 'm', prompt: `hi ${runs}` });
          if (runs === 1) throw new Error('again');
          return { notes: [String(await ctx.tool('read', () => 7, { input: 'other' }))] };
        },
        { retry: { attempts: 2, reuse: 'all', backoff: { baseMs: 0, maxMs: 0 } } },
      )
      .addEdge(START, 'work');
    const { orchestrator } = createHarness();
    expect(await orchestrator.start(graph, {}).result).toEqual({ notes: ['7'] });
    expect(provider.calls).toHaveLength(2);
  });
});

describe('a timeout', () => {
  it('aborts the attempt, ignores what it still reports, and is worth a retry', async () => {
    const clock = createSimulatedClock();
    const { orchestrator, of, events } = createHarness({ clock, random: () => 0 });
    const late = createDeferred<undefined>();
    const reasons: unknown[] = [];
    const graph = new StateGraph<Notes>()
      .addNode(
        'slow',
        async (_, ctx) => {
          if (ctx.attempt === 2) return { notes: ['second'] };
          ctx.signal.addEventListener('abort', () => reasons.push(ctx.signal.reason));
          await late.promise;
          ctx.log('info', 'too late');
          await ctx.tool('late', () => 1);
          return { notes: ['first'] };
        },
        { timeoutMs: 1_000, retry: { attempts: 2 } },
      )
      .addEdge(START, 'slow');
    const run = orchestrator.start(graph, {});
    await clock.advance(1_000);
    expect((await of('task.retrying'))[0]?.data.error.code).toBe('TIMEOUT');
    await clock.advance(1_000);
    expect(await run.result).toEqual({ notes: ['second'] });
    expect(reasons).toHaveLength(1);
    const count = (await events()).length;
    late.resolve(undefined);
    await settle();
    expect(await events()).toHaveLength(count);
    expect(clock.pending).toBe(0);
  });

  it('does not count the time that a person takes to decide', async () => {
    const clock = createSimulatedClock();
    const { orchestrator, of } = createHarness({ clock });
    const graph = new StateGraph<Notes>()
      .addNode(
        'ask',
        async (_, ctx) => {
          await ctx.approve({ title: 'Well?' });
          return { notes: ['decided'] };
        },
        { timeoutMs: 1_000 },
      )
      .addEdge(START, 'ask');
    const run = orchestrator.start(graph, {});
    await clock.advance(60_000);
    await run.decide((await of('approval.requested'))[0]!.data.approvalId, 'approve');
    expect(await run.result).toEqual({ notes: ['decided'] });
  });
});

describe('places', () => {
  /** Fans out to `count` tasks and keeps the greatest number that ran at once. */
  function crowd(count: number, options: { concurrency?: number } = {}) {
    const seen = { now: 0, most: 0, order: [] as number[] };
    const graph = new StateGraph<{ done: number[] }>({ reducers: { done: append } })
      .addNode(
        'work',
        async (state: { i: number }) => {
          seen.now += 1;
          seen.most = Math.max(seen.most, seen.now);
          seen.order.push(state.i);
          await settle(1);
          seen.now -= 1;
          return { done: [state.i] };
        },
        options,
      )
      .addConditionalEdges(START, () => Array.from({ length: count }, (_, i) => send('work', { i })));
    return { graph, seen };
  }

  it('are limited for a run, a node, and all runs', async () => {
    for (const [harness, node, run] of [
      [{}, {}, { concurrency: 3 }],
      [{}, { concurrency: 3 }, {}],
      [{ concurrency: 3 }, {}, {}],
    ] as const) {
      const { orchestrator } = createHarness(harness);
      const { graph, seen } = crowd(10, node);
      const state = await orchestrator.start(graph, { done: [] }, run).result;
      expect(state.done).toHaveLength(10);
      expect(seen.most).toBe(3);
      expect(seen.order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
  });

  it('are shared by all runs of an orchestrator', async () => {
    const { orchestrator } = createHarness({ concurrency: 2 });
    const { graph, seen } = crowd(5);
    await Promise.all([1, 2, 3].map(() => orchestrator.start(graph, { done: [] }).result));
    expect(seen.most).toBe(2);
  });

  it('go to the most urgent task first', async () => {
    const order: string[] = [];
    const graph = new StateGraph<Notes>();
    for (const priority of ['low', 'normal', 'critical', 'high'] as const) {
      graph.addNode(priority, () => void order.push(priority), { priority });
      (graph as StateGraph<Notes, Notes, string>).addEdge(START, priority);
    }
    const { orchestrator } = createHarness();
    await orchestrator.start(graph, {}, { concurrency: 1 }).result;
    expect(order).toEqual(['critical', 'high', 'normal', 'low']);
  });
});

describe('fairness', () => {
  it('lets timers and I/O run while thousands of steps follow each other', async () => {
    let turns = 0;
    const { orchestrator } = createHarness({
      nextMacrotask: async () => {
        turns += 1;
      },
    });
    const graph = new StateGraph<{ n: number }>({ maxIterations: 10_000 })
      .addNode('spin', (state) => ({ n: state.n + 1 }))
      .addEdge(START, 'spin')
      .addConditionalEdges('spin', (state) => (state.n < 2_500 ? 'spin' : []));
    expect(await orchestrator.start(graph, { n: 0 }).result).toEqual({ n: 2_500 });
    expect(turns).toBeGreaterThanOrEqual(2);
    await until(() => orchestrator.size === 0);
  });
});
