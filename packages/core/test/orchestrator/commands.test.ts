import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/log/memory-store.js';
import { START } from '../../src/orchestrator/graph/graph-definition.js';
import { StateGraph } from '../../src/orchestrator/graph/graph.js';
import type { Command } from '../../src/protocol/command.js';
import type { Actor } from '../../src/protocol/payload.js';
import type { Harness } from './harness.js';
import { createHarness, until } from './harness.js';

interface State {
  said?: string;
}

const createGraph = (onTask: () => void = () => undefined) =>
  new StateGraph<State, State>({ name: 'asking' })
    .addNode('first', () => ({}))
    .addNode('ask', async (_state, ctx) => {
      onTask();
      return { said: (await ctx.approve({ title: 'Go?' })).decision };
    })
    .addEdge(START, 'first')
    .addEdge('first', 'ask');

/** Two lives of a process over one store. */
function createLives(graph = createGraph()) {
  const store = createMemoryStore();
  let lives = 0;
  return {
    next(): Harness {
      lives += 1;
      const life = createHarness({
        store,
        owner: `life ${lives}`,
        isOwnerGone: () => true,
        recovery: 'manual',
      });
      life.orchestrator.register('asking', graph);
      return life;
    },
  };
}

const execute = ({ orchestrator }: Harness, command: Command, commandId = 'cmd_1', actor?: Actor) =>
  orchestrator.host.commands.execute(command, { commandId, ...(actor ? { actor } : {}) });

const start: Command = { type: 'start', name: 'asking', input: {} };

describe('a command that is sent again after a restart', () => {
  it('starts no second run', async () => {
    const lives = createLives();
    const first = lives.next();
    const started = await execute(first, start);
    await first.orchestrator.close();
    const second = lives.next();
    expect(await execute(second, start)).toEqual(started);
    expect((await second.orchestrator.list()).length).toBe(1);
    expect(await execute(second, start, 'cmd_2')).not.toEqual(started);
    expect((await second.orchestrator.list()).length).toBe(2);
  });

  it('forks no second time', async () => {
    const lives = createLives();
    const first = lives.next();
    await execute(first, start);
    await until(async () => (await first.of('approval.requested')).length === 1);
    const fork: Command = { type: 'fork', runId: 'run_1', checkpointId: 'first-1' };
    const forked = await execute(first, fork, 'cmd_fork');
    await first.orchestrator.close();
    const second = lives.next();
    expect(await execute(second, fork, 'cmd_fork')).toEqual(forked);
    expect((await second.orchestrator.list()).length).toBe(2);
    expect((await second.of('checkpoint.forked')).length).toBe(1);
  });

  it('is acknowledged as carried out, whether the run goes on or is over', async () => {
    const lives = createLives();
    const first = lives.next();
    await execute(first, start);
    await until(async () => (await first.of('approval.requested')).length === 1);
    const pause: Command = { type: 'pause', runId: 'run_1' };
    const resume: Command = { type: 'resume', runId: 'run_1' };
    await execute(first, pause, 'cmd_pause');
    await execute(first, resume, 'cmd_resume');
    await first.orchestrator.close();

    const second = lives.next();
    await execute(second, pause, 'cmd_pause');
    expect((await second.of('run.paused')).length).toBe(1);
    const decide: Command = {
      type: 'decide',
      runId: 'run_1',
      approvalId: (await second.of('approval.requested')).at(-1)?.data.approvalId ?? '',
      decision: 'approve',
    };
    await execute(second, decide, 'cmd_decide');
    await until(async () => (await second.of('run.completed')).length === 1);
    await second.orchestrator.close();

    const third = lives.next();
    await execute(third, decide, 'cmd_decide');
    await execute(third, resume, 'cmd_resume');
    await expect(execute(third, decide, 'cmd_another')).rejects.toMatchObject({ code: 'RUN_ENDED' });
    expect((await third.of('approval.decided')).length).toBe(1);
  });

  it('cancels once', async () => {
    const lives = createLives();
    const first = lives.next();
    await execute(first, start);
    const cancel: Command = { type: 'cancel', runId: 'run_1' };
    await execute(first, cancel, 'cmd_cancel');
    await until(async () => (await first.of('run.cancelled')).length === 1);
    await first.orchestrator.close();
    const second = lives.next();
    await execute(second, cancel, 'cmd_cancel');
    await expect(execute(second, cancel, 'cmd_other')).rejects.toMatchObject({ code: 'RUN_ENDED' });
  });

  it('that another client made up does not pass for the one that started a run', async () => {
    const lives = createLives();
    const first = lives.next();
    first.orchestrator.start(createGraph(), {}, { id: 'run_1' });
    await until(async () => (await first.of('approval.requested')).length === 1);
    await expect(execute(first, start)).rejects.toMatchObject({ code: 'RUN_EXISTS' });
  });
});

describe('the same id from two actors', () => {
  const [ann, bob] = [{ id: 'ann' }, { id: 'bob' }];

  it('means two commands: none is told what came of the other, or keeps it from being carried out', async () => {
    const lives = createLives();
    const first = lives.next();
    const own = (await execute(first, start, 'cmd_1', ann)) as { readonly runId: string };
    expect(await execute(first, start, 'cmd_1', bob)).not.toEqual(own);
    expect(await execute(first, start, 'cmd_1')).not.toEqual(own);
    expect(await execute(first, start, 'cmd_1', ann)).toEqual(own);
    expect((await first.orchestrator.list()).length).toBe(3);
    await until(async () => (await first.of('approval.requested')).length === 3);
    const { runId } = own;
    await execute(first, { type: 'pause', runId }, 'cmd_2', ann);
    await execute(first, { type: 'resume', runId }, 'cmd_2', bob);
    expect((await first.of('run.resumed')).map(({ data }) => data.by)).toEqual([bob]);
    await first.orchestrator.close();

    const second = lives.next();
    expect(await execute(second, start, 'cmd_1', ann)).toEqual(own);
    await execute(second, { type: 'pause', runId }, 'cmd_2', ann);
    expect((await second.of('run.paused')).length).toBe(1);
    await execute(second, { type: 'cancel', runId }, 'cmd_2', { id: 'cy' });
    expect((await second.of('run.cancelled')).map(({ data }) => data.by)).toEqual([{ id: 'cy' }]);
    await expect(
      execute(second, { type: 'cancel', runId }, JSON.stringify(['ann', 'cmd_2'])),
    ).rejects.toMatchObject({ code: 'RUN_ENDED' });
  });
});
