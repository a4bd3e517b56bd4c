import v8 from 'node:v8';
import vm from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/protocol/command.js';
import { END, send, START } from '../../src/orchestrator/graph/graph-definition.js';
import { StateGraph } from '../../src/orchestrator/graph/graph.js';
import { append } from '../../src/orchestrator/graph/reducer.js';
import { createDeferred } from '../../src/lib/deferred.js';
import { createHarness, createProvider, settle, until } from './harness.js';

const ada = { id: 'u1', name: 'Ada' };

/** Two steps; the first waits until it is told to go on or its signal aborts. */
function waiting() {
  const gate = createDeferred<undefined>();
  const aborted: unknown[] = [];
  const graph = new StateGraph<{ steps: string[] }>({ name: 'waiting', reducers: { steps: append } })
    .addNode(
      'first',
      async (_, ctx) => {
        ctx.signal.addEventListener('abort', () => {
          aborted.push(ctx.signal.reason);
          gate.resolve(undefined);
        });
        await gate.promise;
        return { steps: ['first'] };
      },
      { agent: 'WORKER' },
    )
    .addNode('second', () => ({ steps: ['second'] }))
    .addEdge(START, 'first')
    .addEdge('first', 'second')
    .addEdge('second', END);
  return { graph, gate, aborted };
}

describe('cancel', () => {
  it('reaches the signal of every running task, from a command, and names who asked', async () => {
    const { orchestrator, of } = createHarness();
    const aborted: number[] = [];
    const graph = new StateGraph<{ n?: number }>()
      .addNode(
        'work',
        (state: { i: number }, ctx) =>
          new Promise<undefined>((_, reject) => {
            ctx.signal.addEventListener('abort', () => {
              aborted.push(state.i);
              reject(ctx.signal.reason as Error);
            });
          }),
      )
      .addConditionalEdges(START, () => [0, 1, 2].map((i) => send('work', { i })));
    const run = orchestrator.start(graph, {});
    await until(() => run.status === 'running');
    await settle();
    await orchestrator.host.commands.execute(
      { type: 'cancel', runId: run.id, message: 'enough' },
      { commandId: 'c1', actor: ada },
    );
    await expect(run.result).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(aborted).toEqual([0, 1, 2]);
    expect(await of('task.cancelled')).toHaveLength(3);
    expect((await of('run.cancelled'))[0]?.data).toEqual({ message: 'enough', by: ada });
    expect(run.status).toBe('cancelled');
  });

  it('follows the signal that the run was given', async () => {
    const { orchestrator } = createHarness();
    const { graph, aborted } = waiting();
    const outside = new AbortController();
    const run = orchestrator.start(graph, { steps: [] }, { signal: outside.signal });
    await settle();
    outside.abort();
    await expect(run.result).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(aborted).toHaveLength(1);
  });

  it('ends the spans of tools that ignore the signal', async () => {
    const { orchestrator, of, events } = createHarness();
    const gate = createDeferred<number>();
    const run = orchestrator.run('dig', (ctx) =>
      Promise.all([ctx.tool('deaf', () => gate.promise), ctx.span('outer', () => gate.promise)]),
    );
    await until(async () => (await of('span.started')).length === 2);
    await run.cancel();
    await expect(run.result).rejects.toMatchObject({ code: 'CANCELLED' });
    const count = (await events()).length;
    gate.resolve(1);
    await settle();
    expect((await of('span.ended')).map(({ data }) => data.status)).toEqual(['cancelled', 'cancelled']);
    expect(await events()).toHaveLength(count);
  });

  it('ends a model call whose provider heeds the signal, and tells it', async () => {
    const { orchestrator, of } = createHarness();
    const provider = createProvider(
      (_, { signal }) =>
        new Promise((__, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    );
    const run = orchestrator.run('ask', (ctx) => ctx.model({ provider, model: 'm', prompt: 'hello' }));
    await until(() => provider.calls.length === 1);
    await run.cancel();
    await expect(run.result).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await of('span.ended'))[0]?.data).toMatchObject({ status: 'cancelled' });
    expect(await of('run.cancelled')).toHaveLength(1);
  });
});

describe('a finished run', () => {
  it('leaves nothing of itself in memory', async () => {
    v8.setFlagsFromString('--expose-gc');
    const gc = vm.runInNewContext('gc') as () => void;
    const { orchestrator } = createHarness();
    const start = async (): Promise<WeakRef<object>[]> => {
      const refs: WeakRef<object>[] = [];
      const graph = new StateGraph<{ big?: number[] }>()
        .addNode('work', (state: { payload: object }, ctx) => {
          refs.push(new WeakRef(ctx), new WeakRef(ctx.signal), new WeakRef(state));
        })
        .addConditionalEdges(START, () => [0, 1, 2].map((i) => send('work', { payload: { i } })));
      const run = orchestrator.start(graph, {});
      await run.result;
      refs.push(new WeakRef(run));
      return refs;
    };
    const refs = [...(await start()), ...(await start())];
    expect(orchestrator.size).toBe(0);
    await until(() => {
      gc();
      return refs.every((ref) => ref.deref() === undefined);
    }, 'the garbage collector');
    expect(refs).toHaveLength(20);
  });
});

describe('pause', () => {
  it('lets running tasks finish, starts no new one, and goes on after resume', async () => {
    const { orchestrator, of } = createHarness();
    const { graph, gate } = waiting();
    const run = orchestrator.start(graph, { steps: [] });
    await until(() => run.status === 'running');
    await settle();
    await orchestrator.host.commands.execute(
      { type: 'pause', runId: run.id },
      { commandId: 'p', actor: ada },
    );
    expect(run.status).toBe('paused');
    gate.resolve(undefined);
    await settle();
    expect((await of('task.completed')).map(({ taskId }) => taskId)).toEqual(['first-1']);
    expect((await of('task.created')).map(({ taskId }) => taskId)).toEqual(['first-1', 'second-2']);
    expect(await of('task.started')).toHaveLength(1);
    await orchestrator.host.commands.execute(
      { type: 'resume', runId: run.id },
      { commandId: 'r', actor: ada },
    );
    expect(await run.result).toEqual({ steps: ['first', 'second'] });
    expect((await of('run.paused'))[0]?.data).toEqual({ reason: 'command', by: ada });
    expect((await of('run.resumed'))[0]?.data).toEqual({ by: ada });
  });

  it('gives way to waiting again when everything still waits', async () => {
    const { orchestrator, of } = createHarness();
    const run = orchestrator.run('ask', (ctx) => ctx.approve({ title: 'Go?' }));
    await until(() => run.status === 'waiting');
    await run.pause();
    expect(run.status).toBe('paused');
    await run.resume();
    expect(run.status).toBe('waiting');
    expect((await of('run.waiting')).map(({ data }) => data.reason)).toEqual(['approval', 'approval']);
    await run.cancel();
    await expect(run.result).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('can be cancelled while it lasts', async () => {
    const { orchestrator } = createHarness();
    const { graph, gate } = waiting();
    const run = orchestrator.start(graph, { steps: [] });
    await settle();
    await run.pause();
    gate.resolve(undefined);
    await settle();
    await run.cancel();
    await expect(run.result).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('an approval', () => {
  const asking = () =>
    new StateGraph<{ answer?: string }>()
      .addNode('ask', async (_, ctx) => ({ answer: (await ctx.approve({ title: 'Publish?' })).decision }), {
        agent: 'EDITOR',
        timeoutMs: 60_000,
      })
      .addEdge(START, 'ask');

  it('makes its task, agent and run wait until someone decides', async () => {
    const { orchestrator, of, events } = createHarness();
    const run = orchestrator.start(asking(), {});
    await until(() => run.status === 'waiting');
    const [request] = await of('approval.requested');
    expect(request?.data).toMatchObject({ title: 'Publish?' });
    expect((await of('task.waiting'))[0]?.data).toMatchObject({ reason: 'approval' });
    expect((await of('run.waiting'))[0]?.data).toMatchObject({ reason: 'approval' });
    expect((await of('agent.status')).at(-1)?.data).toEqual({ status: 'waiting', activity: 'Publish?' });
    const { commands } = orchestrator.host;
    const decide = (decision: string): Command => ({
      type: 'decide',
      runId: run.id,
      approvalId: request!.data.approvalId,
      decision,
      note: 'fine',
    });
    await expect(commands.execute(decide('maybe'), { commandId: 'd0' })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    await commands.execute(decide('approve'), { commandId: 'd1', actor: ada });
    await expect(commands.execute(decide('reject'), { commandId: 'd2' })).rejects.toMatchObject({
      code: 'APPROVAL_NOT_FOUND',
    });
    expect(await run.result).toEqual({ answer: 'approve' });
    expect((await of('approval.decided'))[0]?.data).toMatchObject({
      decision: 'approve',
      note: 'fine',
      by: ada,
    });
    const types = (await events()).map(({ type }) => type);
    expect(types.indexOf('task.resumed')).toBeGreaterThan(types.indexOf('approval.decided'));
    expect(types).toContain('run.resumed');
  });

  it('expires when its run is cancelled', async () => {
    const { orchestrator, of } = createHarness();
    const run = orchestrator.start(asking(), {});
    await until(() => run.status === 'waiting');
    await run.cancel();
    await expect(run.result).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await of('approval.expired')).toHaveLength(1);
  });

  it('gives its place to others while it waits', async () => {
    const { orchestrator } = createHarness();
    const done: string[] = [];
    const graph = new StateGraph<{ n?: number }>()
      .addNode('ask', async (_, ctx) => {
        await ctx.approve({ title: 'Go?' });
        done.push('ask');
      })
      .addNode('other', () => void done.push('other'))
      .addEdge(START, 'ask')
      .addEdge(START, 'other');
    const { store } = orchestrator;
    const run = orchestrator.start(graph, {}, { concurrency: 1 });
    await until(() => done.length === 1);
    expect(done).toEqual(['other']);
    const { events } = await store.read({ from: 1 });
    const asked = events.find(({ type }) => type === 'approval.requested');
    await run.decide(String(asked?.data['approvalId']), 'approve');
    await run.result;
    expect(done).toEqual(['other', 'ask']);
  });
});

describe('commands', () => {
  it('carries the same id out once', async () => {
    const { orchestrator } = createHarness();
    const { graph, gate } = waiting();
    gate.resolve(undefined);
    orchestrator.register('waiting', (input) => ({ graph, input: input ?? { steps: [] } }));
    const { commands } = orchestrator.host;
    const start: Command = { type: 'start', name: 'waiting' };
    const [first, again] = await Promise.all([
      commands.execute(start, { commandId: 's' }),
      commands.execute(start, { commandId: 's' }),
    ]);
    expect(again).toEqual(first);
    expect(await orchestrator.store.listRuns()).toHaveLength(1);
    expect(first).toEqual({ runId: (await orchestrator.store.listRuns())[0] });
  });

  it('are refused with a clear code', async () => {
    const { orchestrator } = createHarness();
    const { graph, gate } = waiting();
    gate.resolve(undefined);
    const run = orchestrator.start(graph, { steps: [] });
    await run.result;
    let id = 0;
    const code = async (command: unknown): Promise<unknown> =>
      orchestrator.host.commands.execute(command as Command, { commandId: String((id += 1)) }).then(
        () => 'done',
        (error: unknown) => (error as { code: string }).code,
      );
    expect(await code({ type: 'cancel', runId: run.id })).toBe('RUN_ENDED');
    expect(await code({ type: 'pause', runId: run.id })).toBe('RUN_ENDED');
    expect(await code({ type: 'cancel', runId: 'nope' })).toBe('RUN_NOT_FOUND');
    expect(await code({ type: 'cancel' })).toBe('BAD_INPUT');
    expect(await code({ type: 'start', name: 'nope' })).toBe('NOT_FOUND');
    expect(await code({ type: 'fork', runId: 'nope', checkpointId: 'start' })).toBe('RUN_NOT_FOUND');
    expect(await code({ type: 'fork', runId: run.id, checkpointId: 'start' })).toBe('NOT_FOUND');
    expect(await code({ type: 'fork', runId: run.id, checkpointId: 'start', patch: [] })).toBe('BAD_INPUT');
    expect(await code({ type: 'explode' })).toBe('UNKNOWN_COMMAND');
    expect(await code({ type: 'setBudget', budgetId: 'fleet:day', limit: 5 })).toBe('NOT_FOUND');
    expect(await code({ type: 'setBudget', budgetId: 'run', limit: Number.NaN })).toBe('BAD_INPUT');
    expect(await code(null)).toBe('BAD_INPUT');
    expect(await code('cancel')).toBe('BAD_INPUT');
  });

  it('refuses an id that exists', async () => {
    const { orchestrator } = createHarness();
    const { graph, gate } = waiting();
    const first = orchestrator.start(graph, { steps: [] }, { id: 'mine' });
    expect(() => orchestrator.start(graph, { steps: [] }, { id: 'mine' })).toThrow('running already');
    gate.resolve(undefined);
    await first.result;
    const second = orchestrator.start(graph, { steps: [] }, { id: 'mine' });
    await expect(second.result).rejects.toMatchObject({ code: 'RUN_EXISTS' });
  });
});
