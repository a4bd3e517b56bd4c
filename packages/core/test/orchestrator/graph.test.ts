import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createDeferred } from '../../src/lib/deferred.js';
import { END, send, START } from '../../src/orchestrator/graph/graph-definition.js';
import { StateGraph } from '../../src/orchestrator/graph/graph.js';
import { append } from '../../src/orchestrator/graph/reducer.js';
import { createHarness, settle, until } from './harness.js';

const Review = z.object({
  files: z.array(z.string()),
  findings: z.array(z.string()).default([]),
  report: z.string().default(''),
});

const review = () =>
  new StateGraph({ name: 'review', state: Review, reducers: { findings: append } })
    .addNode('analyst', () => undefined, { agent: 'ANALYST', role: 'analyst' })
    .addNode('reviewer', async (state: { file: string }) => ({ findings: [`${state.file}: fine`] }), {
      agent: 'REVIEWER',
    })
    .addNode('summariser', (state) => ({ report: state.findings.join('\n') }))
    .addEdge(START, 'analyst')
    .addConditionalEdges('analyst', (state) => state.files.map((file) => send('reviewer', { file })))
    .addJoin('reviewer', 'summariser')
    .addEdge('summariser', END);

describe('a graph', () => {
  it('runs from its input to its final state', async () => {
    const { orchestrator } = createHarness();
    const state = await orchestrator.start(review(), { files: ['a', 'b', 'c'] }).result;
    expect(state).toEqual({
      files: ['a', 'b', 'c'],
      findings: ['a: fine', 'b: fine', 'c: fine'],
      report: 'a: fine\nb: fine\nc: fine',
    });
  });

  it('closes an empty fan-out', async () => {
    const { orchestrator } = createHarness();
    expect(await orchestrator.start(review(), { files: [] }).result).toMatchObject({ report: '' });
  });

  it('tells its whole life by itself', async () => {
    const { orchestrator, events } = createHarness();
    await orchestrator.start(review(), { files: ['a', 'b'] }, { threadId: 't', labels: { team: 'x' } })
      .result;
    const log = await events();
    expect(log.every((event) => event.threadId === 't')).toBe(true);
    expect(log.map(({ type, agentId, taskId }) => [type, agentId, taskId].filter(Boolean).join(' '))).toEqual(
      [
        'run.created',
        'run.started',
        'edge.taken',
        'agent.joined ANALYST',
        'task.created ANALYST analyst-1',
        'task.started ANALYST analyst-1',
        'agent.status ANALYST',
        'task.completed ANALYST analyst-1',
        'edge.taken',
        'agent.joined REVIEWER',
        'task.created REVIEWER reviewer-2',
        'task.created REVIEWER reviewer-3',
        'task.started REVIEWER reviewer-2',
        'task.started REVIEWER reviewer-3',
        'agent.status ANALYST',
        'agent.status REVIEWER',
        'task.completed REVIEWER reviewer-2',
        'task.completed REVIEWER reviewer-3',
        'edge.taken',
        'task.created summariser-4',
        'task.started summariser-4',
        'agent.status REVIEWER',
        'task.completed summariser-4',
        'edge.taken',
        'agent.status ANALYST',
        'agent.status REVIEWER',
        'run.completed',
      ],
    );
  });

  it('commits a task with what follows from it, so that every version is a whole', async () => {
    const { orchestrator, store } = createHarness();
    const run = orchestrator.start(review(), { files: ['a', 'b'] });
    await run.result;
    const stored = await store.load(run.id);
    // Beginning, analyst, two reviewers, summariser, end.
    expect(stored?.version).toBe(6);
    expect(stored?.records.map(({ key, version }) => `${key}@${version}`)).toEqual([
      'run@1',
      'task/analyst-1@2',
      'task/reviewer-2@3',
      'task/reviewer-3@4',
      'task/summariser-4@5',
      'end@6',
    ]);
  });

  it('starts a task as soon as its own inputs are there, however slow its siblings are', async () => {
    const slow = createDeferred<undefined>();
    const ran: string[] = [];
    const graph = new StateGraph<{ n?: number }>()
      .addNode('slow', () => slow.promise)
      .addNode('fast', () => void ran.push('fast'))
      .addNode('next', () => void ran.push('next'))
      .addNode('last', () => void ran.push('last'))
      .addEdge(START, 'slow')
      .addEdge(START, 'fast')
      .addEdge('fast', 'next')
      .addEdge('slow', 'last')
      .addEdge('next', 'last');
    const { orchestrator } = createHarness();
    const run = orchestrator.start(graph, {});
    await until(() => ran.includes('next'));
    expect(ran).toEqual(['fast', 'next']);
    slow.resolve(undefined);
    await run.result;
    expect(ran).toEqual(['fast', 'next', 'last']);
  });

  it('skips what no taken edge leads to and says so', async () => {
    const graph = new StateGraph<{ ok?: boolean; done?: string }>()
      .addNode('check', () => ({ ok: true }))
      .addNode('yes', () => ({ done: 'yes' }))
      .addNode('no', () => ({ done: 'no' }))
      .addNode('undo', () => undefined)
      .addEdge(START, 'check')
      .addConditionalEdges('check', (state) => (state.ok ? 'yes' : 'no'), ['yes', 'no'])
      .addEdge('no', 'undo');
    const { orchestrator, of } = createHarness();
    expect(await orchestrator.start(graph, {}).result).toEqual({ ok: true, done: 'yes' });
    expect((await of('task.skipped')).map(({ taskId }) => taskId?.split('-')[0])).toEqual(['no', 'undo']);
  });

  it('nests groups: each join closes the innermost', async () => {
    const graph = new StateGraph<{ parts: string[]; sums?: string[]; all?: string }>({
      reducers: { parts: append, sums: append },
    })
      .addNode('folder', () => undefined)
      .addNode('file', (state: { folder: string; file: string }) => ({
        parts: [`${state.folder}/${state.file}`],
      }))
      .addNode('sum', (state: { folder: string; parts: string[] }) => ({
        sums: [`${state.folder}:${state.parts.join('+')}`],
      }))
      .addNode('total', (state) => ({ all: (state.sums ?? []).join(' ') }))
      .addConditionalEdges(START, () => ['x', 'y', 'z'].map((folder) => send('folder', { folder })), [
        send('folder'),
      ])
      .addConditionalEdges(
        'folder',
        (state: { folder: string }) =>
          state.folder === 'y' ? [] : ['1', '2'].map((file) => send('file', { file })),
        [send('file')],
      )
      .addJoin('file', 'sum')
      .addJoin('sum', 'total');
    const { orchestrator } = createHarness();
    const state = await orchestrator.start(graph, { parts: [] }).result;
    expect(state.all).toBe('x:x/1+x/2 y: z:z/1+z/2');
    expect(state.parts).toEqual(['x/1', 'x/2', 'z/1', 'z/2']);
  });

  it('loops until its condition says otherwise', async () => {
    const graph = new StateGraph<{ tries: number }>()
      .addNode('draft', (state) => ({ tries: state.tries + 1 }))
      .addNode('judge', () => undefined)
      .addEdge(START, 'draft')
      .addEdge('draft', 'judge')
      .addConditionalEdges('judge', (state) => (state.tries < 4 ? 'draft' : END));
    const { orchestrator, of } = createHarness();
    expect(await orchestrator.start(graph, { tries: 0 }).result).toEqual({ tries: 4 });
    expect((await of('edge.taken')).filter(({ data }) => data.to === 'draft')).toHaveLength(4);
  });

  it('[SEC-33] is stopped, not failed, when a loop passes its limit', async () => {
    const graph = new StateGraph<{ n?: number }>({ maxIterations: 3 })
      .addNode('spin', () => undefined)
      .addEdge(START, 'spin')
      .addEdge('spin', 'spin');
    const { orchestrator, of } = createHarness();
    const run = orchestrator.start(graph, {});
    await expect(run.result).rejects.toMatchObject({ code: 'STEP_LIMIT' });
    expect(run.status).toBe('stopped');
    expect(await of('run.stopped')).toHaveLength(1);
  });

  it('fails the later of two overlapping writes to a plain field and names both', async () => {
    const graph = new StateGraph<{ winner?: string }>()
      .addNode('left', () => ({ winner: 'left' }))
      .addNode('right', () => ({ winner: 'right' }))
      .addEdge(START, 'left')
      .addEdge(START, 'right');
    const { orchestrator } = createHarness();
    await expect(orchestrator.start(graph, {}).result).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
      details: { field: 'winner', tasks: ['left-1', 'right-2'] },
    });
  });

  it('refuses an update that is not JSON, with its path', async () => {
    const graph = new StateGraph<{ at?: { when: unknown }[] }>()
      .addNode('clock', () => ({ at: [{ when: new Map() }] }))
      .addEdge(START, 'clock');
    const { orchestrator } = createHarness();
    await expect(orchestrator.start(graph, {}).result).rejects.toMatchObject({
      code: 'STATE_NOT_JSON',
      message: expect.stringContaining('$[0].when') as string,
    });
  });

  it('refuses an input that its schema refuses, and starts nothing', async () => {
    const { orchestrator, events } = createHarness();
    const wrong = { files: 'a' } as unknown as { files: string[] };
    await expect(orchestrator.start(review(), wrong).result).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(await events()).toEqual([]);
    expect(orchestrator.size).toBe(0);
  });

  it('fails with the error of its task, cancels the siblings and keeps quiet afterwards', async () => {
    const aborted: unknown[] = [];
    const late = createDeferred<undefined>();
    const graph = new StateGraph<{ n?: number }>()
      .addNode('bad', async () => {
        await settle(2);
        throw Object.assign(new Error('disk full'), { code: 'ENOSPC' });
      })
      .addNode('long', async (_, ctx) => {
        ctx.signal.addEventListener('abort', () => aborted.push(ctx.signal.reason));
        await late.promise;
        ctx.log('info', 'still here');
        return { n: 1 };
      })
      .addEdge(START, 'bad')
      .addEdge(START, 'long');
    const { orchestrator, events, of } = createHarness();
    const run = orchestrator.start(graph, {});
    await expect(run.result).rejects.toMatchObject({ code: 'TASK_FAILED', message: 'disk full' });
    expect(aborted).toHaveLength(1);
    expect((await of('task.failed'))[0]?.data).toMatchObject({ attempt: 1, error: { code: 'ENOSPC' } });
    expect((await of('task.cancelled')).map(({ taskId }) => taskId)).toEqual(['long-2']);
    const count = (await events()).length;
    late.resolve(undefined);
    await settle();
    expect(await events()).toHaveLength(count);
    expect((await events()).at(-1)?.type).toBe('run.failed');
  });

  it('goes on without a branch that failed where the node says so', async () => {
    const graph = new StateGraph<{ notes: string[]; report?: string }>({ reducers: { notes: append } })
      .addNode(
        'read',
        (state: { file: string }) => {
          if (state.file === 'b') throw new Error('unreadable');
          return { notes: [state.file] };
        },
        { onError: 'skip' },
      )
      .addNode('report', (state) => ({ report: state.notes.join() }))
      .addConditionalEdges(START, () => ['a', 'b', 'c'].map((file) => send('read', { file })))
      .addJoin('read', 'report');
    const { orchestrator, of } = createHarness();
    expect(await orchestrator.start(graph, { notes: [] }).result).toMatchObject({ report: 'a,c' });
    expect(await of('task.failed')).toHaveLength(1);
    expect(await of('run.failed')).toHaveLength(0);
  });

  it('fails instead of hanging when a reducer or a condition throws', async () => {
    const broken = () => {
      throw new Error('no');
    };
    const { orchestrator } = createHarness();
    const reducer = new StateGraph<{ sum: number }>({ reducers: { sum: broken } })
      .addNode('a', () => ({ sum: 1 }))
      .addNode('b', () => undefined)
      .addEdge(START, 'a')
      .addEdge('a', 'b');
    await expect(orchestrator.start(reducer, { sum: 0 }).result).rejects.toMatchObject({
      code: 'TASK_FAILED',
    });
    const condition = new StateGraph<{ sum: number }>()
      .addNode('a', () => undefined)
      .addEdge(START, 'a')
      .addConditionalEdges('a', broken, [END]);
    await expect(orchestrator.start(condition, { sum: 0 }).result).rejects.toMatchObject({
      code: 'TASK_FAILED',
    });
    const first = new StateGraph<{ sum: number }>()
      .addNode('a', () => undefined)
      .addConditionalEdges(START, broken, ['a']);
    await expect(orchestrator.start(first, { sum: 0 }).result).rejects.toMatchObject({ code: 'TASK_FAILED' });
    expect(orchestrator.size).toBe(0);
  });

  it('does not let a node change the state in place', async () => {
    const graph = new StateGraph<{ n: number }>()
      .addNode('cheat', (state) => {
        (state as { n: number }).n = 7;
      })
      .addEdge(START, 'cheat');
    const { orchestrator } = createHarness();
    await expect(orchestrator.start(graph, { n: 1 }).result).rejects.toMatchObject({ code: 'TASK_FAILED' });
  });

  it('stores a large output apart', async () => {
    const graph = new StateGraph<{ text?: string }>()
      .addNode('write', () => ({ text: 'x'.repeat(50_000) }))
      .addEdge(START, 'write');
    const { orchestrator, of, store } = createHarness();
    await orchestrator.start(graph, {}).result;
    const output = (await of('task.completed'))[0]?.data.output;
    expect(output?.kind).toBe('blob');
    const blob = output?.kind === 'blob' ? await store.getBlob(output.ref) : undefined;
    expect(JSON.parse(new TextDecoder().decode(blob?.bytes))).toEqual({ text: 'x'.repeat(50_000) });
  });

  it('shows no secret in its events, and still hands it on', async () => {
    const key = `sk-ant-api03-${'Ab1'.repeat(12)}`;
    const graph = new StateGraph<{ config?: string; length?: number }>()
      .addNode('read', () => ({ config: `key ${key}` }), { title: (state) => `read ${state.config ?? key}` })
      .addNode('use', async (state, ctx) => {
        await ctx.tool('call', () => `used ${key}`, { input: { key } });
        if (state.config?.includes(key)) throw new Error(`refused ${key}`);
      })
      .addEdge(START, 'read')
      .addEdge('read', 'use');
    const { orchestrator, events } = createHarness();
    await expect(orchestrator.start(graph, {}).result).rejects.toThrow('refused');
    const log = JSON.stringify(await events());
    expect(log).toContain('[redacted]');
    expect(log).not.toContain(key);
  });

  it('answers a fan-out of thousands without a listener a branch', async () => {
    const graph = new StateGraph<{ sums: number[] }>({ reducers: { sums: append } })
      .addNode('work', async (state: { i: number }, ctx) => ({ sums: [ctx.signal.aborted ? -1 : state.i] }))
      .addNode('join', () => undefined)
      .addConditionalEdges(START, () => Array.from({ length: 1_500 }, (_, i) => send('work', { i })))
      .addJoin('work', 'join');
    const { orchestrator } = createHarness();
    const { sums } = await orchestrator.start(graph, { sums: [] }).result;
    expect(sums).toEqual(Array.from({ length: 1_500 }, (_, i) => i));
  });
});
