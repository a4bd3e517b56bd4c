import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/log/memory-store.js';
import type { ApprovalRequest } from '../../src/orchestrator/calls/context.js';
import { START } from '../../src/orchestrator/graph/graph-definition.js';
import { StateGraph } from '../../src/orchestrator/graph/graph.js';
import { createSimulatedClock } from '../../src/testing/simulated-clock.js';
import { createHarness, dyingStore, settle, until } from './harness.js';

interface State {
  said?: string[];
}

/** A task for each request, all at once. */
const asking = (...requests: readonly ApprovalRequest[]) => {
  const graph = new StateGraph<State, State, string>({
    name: 'asking',
    reducers: { said: (current = [], update) => [...current, ...update] },
  });
  requests.forEach((request, index) => {
    graph.addNode(`ask${index}`, async (_state, ctx) => {
      const { decision, note } = await ctx.approve(request);
      return { said: [`${request.title} ${decision} ${note ?? ''}`.trim()] };
    });
    graph.addEdge(START, `ask${index}`);
  });
  return graph;
};

describe('several approvals at once', () => {
  it('are decided each for itself, in any order', async () => {
    const { orchestrator, of } = createHarness();
    const run = orchestrator.start(asking({ title: 'a' }, { title: 'b' }, { title: 'c' }), {});
    await until(async () => (await of('approval.requested')).length === 3);
    const ids = (await of('approval.requested')).map(({ data }) => data.approvalId);
    expect(new Set(ids).size).toBe(3);
    await run.decide(ids[2] ?? '', 'approve');
    await run.decide(ids[0] ?? '', { decision: 'reject', note: 'no' });
    await run.decide(ids[1] ?? '', 'approve');
    expect([...((await run.result).said ?? [])].sort()).toEqual(['a reject no', 'b approve', 'c approve']);
    await expect(run.decide(ids[0] ?? '', 'approve')).rejects.toMatchObject({ code: 'RUN_ENDED' });
  });
});

describe('an approval that expires', () => {
  it('counts as decided where the request says how', async () => {
    const clock = createSimulatedClock();
    const { orchestrator, of } = createHarness({ clock });
    const request = { title: 'Deploy?', options: ['yes', 'no'], expiresInMs: 60_000, onExpiry: 'no' };
    const run = orchestrator.start(asking(request), {});
    await settle();
    expect((await of('approval.requested'))[0]?.data.expiresAt).toBe(clock.now() + 60_000);
    await clock.advance(59_999);
    expect(run.status).toBe('waiting');
    await clock.advance(1);
    expect((await run.result).said).toEqual(['Deploy? no Nobody answered in time.']);
    expect((await of('approval.expired')).length).toBe(1);
    expect((await of('approval.decided'))[0]?.data).toMatchObject({ decision: 'no' });
  });

  it('[SEC-34] fails the request otherwise, and is open to no answer any more', async () => {
    const clock = createSimulatedClock();
    const { orchestrator, of } = createHarness({ clock });
    const run = orchestrator.start(asking({ title: 'Deploy?', expiresInMs: 60_000 }, { title: 'other' }), {});
    await settle();
    const [first] = await of('approval.requested');
    await clock.advance(60_000);
    await expect(run.result).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect((await of('approval.expired')).map(({ data }) => data.approvalId)).toContain(
      first?.data.approvalId,
    );
    expect(clock.pending).toBe(0);
  });

  it('refuses a default that nobody could choose', async () => {
    const { orchestrator } = createHarness();
    const run = orchestrator.start(asking({ title: 'x', expiresInMs: 5, onExpiry: 'maybe' }), {});
    await expect(run.result).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('a decision', () => {
  it('[SEC-34] counts for what was shown only: a repetition with one other argument is asked again', async () => {
    const { orchestrator, of } = createHarness();
    const commands = ['ls /tmp', 'ls /tmq', 'ls /tmq'];
    const decisions: string[] = [];
    const graph = new StateGraph<State, State, string>({ name: 'tool' })
      .addNode(
        'tool',
        async (_state, ctx) => {
          const command = commands[decisions.length] ?? '';
          decisions.push((await ctx.approve({ title: 'Run?', details: { command } })).decision);
          if (decisions.length < 3) throw new Error('again');
          return {};
        },
        { retry: { attempts: 3, backoff: { baseMs: 0, maxMs: 0 } } },
      )
      .addEdge(START, 'tool');
    const run = orchestrator.start(graph, {});
    for (const [asked, decision] of ['approve', 'reject'].entries()) {
      await until(async () => (await of('approval.requested')).length === asked + 1);
      await run.decide((await of('approval.requested'))[asked]?.data.approvalId ?? '', decision);
    }
    await run.result;
    expect(new Set((await of('approval.requested')).map(({ data }) => data.approvalId)).size).toBe(2);
    expect(decisions).toEqual(['approve', 'reject', 'reject']);
    expect((await of('approval.requested')).map(({ data }) => data.details)).toEqual([
      { command: 'ls /tmp' },
      { command: 'ls /tmq' },
    ]);
  });
});

describe('after a crash', () => {
  it('a question is open again under the same id and until the same time, and takes an answer given to either', async () => {
    const clock = createSimulatedClock();
    const disk = createMemoryStore({ clock });
    const graph = asking({ title: 'Deploy?', expiresInMs: 60_000, onExpiry: 'reject' });
    const first = createHarness({ clock, store: dyingStore(disk, 100), owner: 'one' });
    first.orchestrator.start(graph, {}, { id: 'r' });
    await settle();
    const asked = (await first.of('approval.requested'))[0]?.data;
    await clock.advance(40_000);

    const heir = createHarness({ clock, store: disk, owner: 'two', isOwnerGone: () => true });
    heir.orchestrator.register('asking', graph);
    await heir.orchestrator.recover();
    await settle();
    const again = (await heir.of('approval.requested')).at(-1)?.data;
    expect(again).toEqual(asked);
    await heir.orchestrator.get('r')?.decide(asked?.approvalId ?? '', 'approve');
    await until(() => heir.orchestrator.get('r') === undefined);
    expect((await heir.of('run.completed')).length).toBe(1);
  });

  it('[SEC-34] an answer to what was asked before does not count for something else that is asked there now', async () => {
    const disk = createMemoryStore();
    const wipe = (command: string) => asking({ title: 'Run?', details: { command } });
    const first = createHarness({ store: dyingStore(disk, 100), owner: 'one' });
    first.orchestrator.start(wipe('ls'), {}, { id: 'r' });
    await until(async () => (await first.of('approval.requested')).length === 1);
    const seen = (await first.of('approval.requested'))[0]?.data.approvalId ?? '';

    const heir = createHarness({ store: disk, owner: 'two', isOwnerGone: () => true });
    heir.orchestrator.register('asking', wipe('rm -r /'));
    const decide = (approvalId: string, commandId: string) =>
      heir.orchestrator.host.commands.execute(
        { type: 'decide', runId: 'r', approvalId, decision: 'approve' },
        { commandId },
      );
    // Before it is asked, and after.
    await expect(decide(seen, 'c1')).rejects.toMatchObject({ code: 'APPROVAL_NOT_FOUND' });
    await expect(decide(seen, 'c2')).rejects.toMatchObject({ code: 'APPROVAL_NOT_FOUND' });
    expect((await heir.of('approval.expired')).map(({ data }) => data.approvalId)).toEqual([seen]);
    expect(await heir.of('approval.decided')).toEqual([]);
    await decide((await heir.of('approval.requested')).at(-1)?.data.approvalId ?? '', 'c3');
    await until(async () => (await heir.of('run.completed')).length === 1);
  });

  it('a decision takes up a run that nobody has recovered yet', async () => {
    const disk = createMemoryStore();
    const graph = asking({ title: 'Deploy?' });
    const first = createHarness({ store: dyingStore(disk, 100), owner: 'one' });
    first.orchestrator.start(graph, {}, { id: 'r' });
    await until(async () => (await first.of('approval.requested')).length === 1);
    const heir = createHarness({ store: disk, owner: 'two', isOwnerGone: () => true });
    heir.orchestrator.register('asking', graph);
    await heir.orchestrator.host.commands.execute({ type: 'resume', runId: 'r' }, { commandId: 'c0' });
    await until(async () => (await heir.of('approval.requested')).length === 2);
    const approvalId = (await heir.of('approval.requested'))[1]?.data.approvalId ?? '';
    await heir.orchestrator.host.commands.execute(
      { type: 'decide', runId: 'r', approvalId, decision: 'approve' },
      { commandId: 'c1' },
    );
    await until(async () => (await heir.of('run.completed')).length === 1);
  });
});
