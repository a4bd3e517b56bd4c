import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/log/memory-store.js';
import { END, send, START } from '../../src/orchestrator/graph/graph-definition.js';
import { StateGraph } from '../../src/orchestrator/graph/graph.js';
import type { Run } from '../../src/orchestrator/run/run-options.js';
import { append } from '../../src/orchestrator/graph/reducer.js';
import { createHarness, createProvider, dyingStore, flatPrices, settle, until } from './harness.js';

interface State {
  topic: string;
  notes: string[];
  tone?: string;
  text?: string;
}

/** plan → three readers → write → (polish or END), each with a model call; counts what really runs. */
function createStory() {
  const provider = createProvider(({ messages }) => ({ text: `<${messages[0]?.content ?? ''}>` }));
  const ran: string[] = [];
  const graph = new StateGraph<State, Partial<State>, string>({ name: 'story', reducers: { notes: append } })
    .addNode('plan', async (state, ctx) => {
      ran.push('plan');
      const { text } = await ctx.model({ provider, model: 'm', prompt: `plan ${state.topic}` });
      return { notes: [text], tone: 'dry' };
    })
    .addNode('read', async (state: State & { part: string }, ctx) => {
      ran.push(`read ${state.part}`);
      const { text } = await ctx.model({ provider, model: 'm', prompt: `read ${state.part}` });
      return { notes: [text] };
    })
    .addNode('write', async (state, ctx) => {
      ran.push('write');
      const prompt = `write ${state.tone ?? ''} ${state.notes.length}`;
      const { text } = await ctx.model({ provider, model: 'm', prompt });
      return { text };
    })
    .addNode('polish', (state) => {
      ran.push('polish');
      return { text: `polished ${state.text ?? ''}` };
    })
    .addEdge(START, 'plan')
    .addConditionalEdges('plan', () => ['a', 'b', 'c'].map((part) => send('read', { part })), [send('read')])
    .addJoin('read', 'write')
    .addConditionalEdges('write', (state) => (state.tone === 'warm' ? 'polish' : END), ['polish', END])
    .addEdge('polish', END);
  return { graph, provider, ran };
}

const input = { topic: 'sea', notes: [] };

async function finishedStory() {
  const story = createStory();
  const harness = createHarness({ prices: flatPrices() });
  harness.orchestrator.register('story', story.graph);
  const run = harness.orchestrator.start(story.graph, input, { budget: { usd: 1 }, threadId: 'thread' });
  const state = await run.result;
  const idOf = async (node: string): Promise<string> =>
    (await harness.orchestrator.history(run.id)).find((checkpoint) => checkpoint.node === node)?.id ?? '';
  return { ...story, ...harness, runId: run.id, state, idOf };
}

describe('history', () => {
  it('lists the end of every task with its state, what it wrote and what it cost', async () => {
    const { orchestrator, runId, provider } = await finishedStory();
    const checkpoints = await orchestrator.history(runId);
    expect(checkpoints.map(({ node, wrote }) => [node, wrote])).toEqual([
      ['__start__', []],
      ['plan', ['notes', 'tone']],
      ['read', ['notes']],
      ['read', ['notes']],
      ['read', ['notes']],
      ['write', ['text']],
    ]);
    const [first, plan] = checkpoints;
    expect(first?.state).toEqual(input);
    expect(plan?.state).toEqual({ topic: 'sea', notes: ['<plan sea>'], tone: 'dry' });
    const total = provider.calls.reduce(
      (sum, { messages }) => sum + (messages[0]?.content.length ?? 0) * 1_000 + 50_000,
      0,
    );
    expect(first?.spent).toEqual({ nanoUsd: 0, unpricedCalls: 0 });
    expect(first?.again).toEqual({ nanoUsd: total, unpricedCalls: 0 });
    expect(plan?.spent.nanoUsd).toBe('plan sea'.length * 1_000 + 50_000);
    for (const { spent, again } of checkpoints) expect(spent.nanoUsd + again.nanoUsd).toBe(total);
    expect(checkpoints.at(-1)?.again.nanoUsd).toBe(0);
  });

  it('counts calls without a price instead of calling them free', async () => {
    const { orchestrator } = createHarness({ prices: flatPrices() });
    const provider = createProvider();
    const graph = new StateGraph<State>({ name: 'g' })
      .addNode('call', async (_state, ctx) => {
        await ctx.model({ provider, model: 'unpriced-m', prompt: 'x' });
      })
      .addEdge(START, 'call');
    const run = orchestrator.start(graph, input);
    await run.result;
    const [, call] = await orchestrator.history(run.id, graph);
    expect(call?.spent).toEqual({ nanoUsd: 0, unpricedCalls: 1 });
  });

  it('says which fields changed between two checkpoints', async () => {
    const { orchestrator, runId, idOf } = await finishedStory();
    expect(await orchestrator.diff(runId, 'start', await idOf('plan'))).toEqual([
      { field: 'notes', before: [], after: ['<plan sea>'] },
      { field: 'tone', after: 'dry' },
    ]);
    expect(await orchestrator.diff(runId, 'start', 'start')).toEqual([]);
  });

  it('lists runs with how they ended', async () => {
    const { orchestrator, runId } = await finishedStory();
    const forked = await orchestrator.fork(runId, 'start');
    await forked.result;
    expect(await orchestrator.list()).toEqual([
      { runId, name: 'story', ended: 'completed', endedAt: expect.any(Number), forkOf: undefined },
      {
        runId: forked.id,
        name: 'story',
        ended: 'completed',
        endedAt: expect.any(Number),
        forkOf: { runId, checkpointId: 'start' },
      },
    ]);
  });

  it.each([
    ['an unknown run', 'nope', 'start', 'RUN_NOT_FOUND'],
    ['an unknown checkpoint', undefined, 'nope-7', 'NOT_FOUND'],
  ])('refuses %s', async (_what, other, checkpoint, code) => {
    const { orchestrator, runId } = await finishedStory();
    await expect(orchestrator.fork(other ?? runId, checkpoint)).rejects.toMatchObject({ code });
  });

  it('refuses a graph that does not fit the record', async () => {
    const { orchestrator, runId } = await finishedStory();
    const graph = new StateGraph({ name: 'story' }).addNode('other', () => undefined).addEdge(START, 'other');
    await expect(orchestrator.history(runId, graph)).rejects.toMatchObject({ code: 'GRAPH_INVALID' });
  });
});

describe('fork', () => {
  it('repeats no finished task and pays for no call that was made before', async () => {
    const { orchestrator, runId, state, provider, ran, idOf, store } = await finishedStory();
    const paid = provider.calls.length;
    ran.length = 0;
    const run = await orchestrator.fork(runId, await idOf('plan'));
    expect(await run.result).toEqual(state);
    expect(ran.sort()).toEqual(['read a', 'read b', 'read c', 'write']);
    expect(provider.calls.length).toBe(paid);
    const settled = (await store.ledger({ runId: run.id })).filter(({ kind }) => kind === 'settled');
    expect(settled.reduce((sum, { nanoUsd = 0 }) => sum + nanoUsd, 0)).toBe(0);
  });

  it('sees the patched state, takes the edges that follow from it, and pays only for calls that differ', async () => {
    const { orchestrator, runId, provider, idOf } = await finishedStory();
    const paid = provider.calls.length;
    const run = await orchestrator.fork(runId, await idOf('plan'), { patch: { tone: 'warm', notes: [] } });
    const state = (await run.result) as State;
    expect(state).toMatchObject({ tone: 'warm', text: 'polished <write warm 3>' });
    expect(state.notes).toEqual(['<read a>', '<read b>', '<read c>']);
    expect(provider.calls.slice(paid).map(({ messages }) => messages[0]?.content)).toEqual(['write warm 3']);
  });

  it('[SEC-34] asks people again: what they decided was about another run', async () => {
    const { orchestrator, of } = createHarness();
    const graph = new StateGraph<{ version: string; answer?: string }>({ name: 'deploy' })
      .addNode('prepare', () => ({ version: '1' }))
      .addNode('ask', async (_, ctx) => ({ answer: (await ctx.approve({ title: 'Deploy?' })).decision }))
      .addEdge(START, 'prepare')
      .addEdge('prepare', 'ask');
    const decideLast = async (run: Run<unknown>, decision: string): Promise<unknown> => {
      await until(() => run.status === 'waiting');
      await run.decide(String((await of('approval.requested')).at(-1)?.data.approvalId), decision);
      return run.result;
    };
    const first = orchestrator.start(graph, { version: '0' });
    expect(await decideLast(first, 'approve')).toMatchObject({ answer: 'approve' });
    const fork = await orchestrator.fork(first.id, 'prepare-1', { graph, patch: { version: '2' } });
    expect(await decideLast(fork, 'reject')).toEqual({ version: '2', answer: 'reject' });
  });

  it('patches the input at the start', async () => {
    const { orchestrator, runId } = await finishedStory();
    const run = await orchestrator.fork(runId, 'start', { patch: { topic: 'hill' } });
    expect(((await run.result) as State).notes[0]).toBe('<plan hill>');
  });

  it('re-chooses the edges of the checkpoint itself', async () => {
    const { orchestrator, runId, ran, idOf } = await finishedStory();
    ran.length = 0;
    const run = await orchestrator.fork(runId, await idOf('write'), { patch: { tone: 'warm' } });
    expect(((await run.result) as State).text).toBe('polished <write dry 4>');
    expect(ran).toEqual(['polish']);
  });

  it('tells what it took over, whose fork it is, and keeps the options of the run', async () => {
    const { orchestrator, runId, idOf, of } = await finishedStory();
    const checkpointId = await idOf('plan');
    const run = await orchestrator.fork(runId, checkpointId);
    await run.result;
    const created = (await of('run.created')).find((event) => event.runId === run.id);
    expect(created).toMatchObject({ threadId: 'thread', data: { forkOf: { runId, checkpointId } } });
    const reused = (await of('task.completed')).filter(
      ({ data, runId: own }) => own === run.id && data.reused,
    );
    expect(reused.map(({ taskId }) => taskId)).toEqual([checkpointId]);
    expect((await of('checkpoint.forked')).map(({ runId: own, data }) => [own, data])).toEqual([
      [runId, { checkpointId, forkRunId: run.id }],
    ]);
    expect((await of('budget.set')).filter((event) => event.runId === run.id)).toHaveLength(1);
  });

  it('is a command', async () => {
    const { orchestrator, runId, idOf } = await finishedStory();
    const result = await orchestrator.host.commands.execute(
      { type: 'fork', runId, checkpointId: await idOf('plan'), patch: { tone: 'warm' } },
      { commandId: 'c1', actor: { id: 'u', name: 'Ada' } },
    );
    const { runId: forked } = result as { runId: string };
    expect(((await orchestrator.get(forked)?.result) as State).tone).toBe('warm');
  });

  it('of a fork works as well', async () => {
    const { orchestrator, runId, state, idOf } = await finishedStory();
    const first = await orchestrator.fork(runId, await idOf('plan'));
    await first.result;
    const second = await orchestrator.fork(first.id, await idOf('plan'));
    expect(await second.result).toEqual(state);
  });

  it('survives a crash at any commit with its patch and the results that it took over', async () => {
    const story = await finishedStory();
    const checkpointId = await story.idOf('plan');
    const whole = await story.orchestrator.fork(story.runId, checkpointId, { patch: { tone: 'warm' } });
    const expected = await whole.result;
    const commits = (await story.store.load(whole.id))?.version ?? 0;
    expect(commits).toBeGreaterThan(4);
    for (let after = 1; after <= commits; after += 1) {
      const disk = story.store;
      const dying = createHarness({
        store: dyingStore(disk, after),
        prices: flatPrices(),
        owner: `d${after}`,
      });
      dying.orchestrator.register('story', story.graph);
      const id = `fork-${after}`;
      const run = await dying.orchestrator
        .fork(story.runId, checkpointId, { id, patch: { tone: 'warm' } })
        .catch(() => undefined);
      await run?.result.catch(() => undefined);
      await settle();
      const heir = createHarness({
        store: disk,
        prices: flatPrices(),
        owner: `h${after}`,
        isOwnerGone: () => true,
      });
      heir.orchestrator.register('story', story.graph);
      const { resumed, refused } = await heir.orchestrator.recover();
      expect(refused).toEqual([]);
      const results = await Promise.all(resumed.map(({ result }) => result));
      for (const result of results) expect(result).toEqual(expected);
      expect((await heir.orchestrator.list()).find(({ runId }) => runId === id)?.ended).toBe('completed');
    }
  });

  it('from any checkpoint of any graph, unpatched, ends as the run did', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(3), { minLength: 1, maxLength: 5 }),
        fc.nat(20),
        async (widths, at) => {
          const { orchestrator } = createHarness({ store: createMemoryStore() });
          const graph = new StateGraph<{ log: string[] }, { log?: string[] }, string>({
            name: 'random',
            reducers: { log: append },
          });
          widths.forEach((width, level) => {
            graph.addNode(`n${level}`, () => ({ log: [`n${level}`] }));
            graph.addNode(`b${level}`, (state: { log: string[]; i: number }) => ({
              log: [`b${level}.${state.i}`],
            }));
            graph.addConditionalEdges(
              `n${level}`,
              () => Array.from({ length: width }, (_, i) => send(`b${level}`, { i })),
              [send(`b${level}`)],
            );
            graph.addJoin(`b${level}`, level + 1 < widths.length ? `n${level + 1}` : END);
          });
          graph.addEdge(START, 'n0');
          const run = orchestrator.start(graph, { log: [] });
          const state = await run.result;
          const checkpoints = await orchestrator.history(run.id, graph);
          const checkpoint = checkpoints[at % checkpoints.length];
          const forked = await orchestrator.fork(run.id, checkpoint?.id ?? '', { graph });
          expect(await forked.result).toEqual(state);
          await orchestrator.close();
        },
      ),
      { numRuns: 50 },
    );
  });
});
