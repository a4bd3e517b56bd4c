import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/log/memory-store.js';
import { START } from '../../src/orchestrator/graph/graph-definition.js';
import { StateGraph } from '../../src/orchestrator/graph/graph.js';
import { createSimulatedClock } from '../../src/testing/simulated-clock.js';
import { createHarness, dyingStore, settle, until } from './harness.js';

interface State {
  done?: boolean;
}

const createGraph = (work: () => Promise<void> = async () => undefined) =>
  new StateGraph<State, State>({ name: 'work' })
    .addNode('step', async () => {
      await work();
      return { done: true };
    })
    .addEdge(START, 'step');

const never = (): Promise<never> => new Promise(() => undefined);

/** A run whose process died in the middle of its task. */
async function leaveUnfinished() {
  const clock = createSimulatedClock();
  const disk = createMemoryStore({ clock });
  const frozen = { ...dyingStore(disk, 100), renewLease: never };
  const first = createHarness({ clock, store: frozen, owner: 'one' });
  first.orchestrator.start(createGraph(never), {}, { id: 'r' });
  await until(async () => (await first.of('task.started')).length === 1);
  return { clock, disk };
}

describe('unfinished runs', () => {
  it('go on soon after their name was registered', async () => {
    const { clock, disk } = await leaveUnfinished();
    const heir = createHarness({ clock, store: disk, owner: 'two', isOwnerGone: () => true });
    heir.orchestrator.register('work', createGraph());
    await until(async () => (await heir.of('run.completed')).length === 1);
  });

  it('of another owner go on when its lease has run out', async () => {
    const { clock, disk } = await leaveUnfinished();
    const heir = createHarness({ clock, store: disk, owner: 'two' });
    heir.orchestrator.register('work', createGraph());
    await settle();
    expect(await heir.of('run.completed')).toEqual([]);
    await clock.advance(10_000);
    await until(async () => (await heir.of('run.completed')).length === 1);
  });

  it('stay as they are where recovery is manual', async () => {
    const { clock, disk } = await leaveUnfinished();
    const heir = createHarness({
      clock,
      store: disk,
      owner: 'two',
      isOwnerGone: () => true,
      recovery: 'manual',
    });
    heir.orchestrator.register('work', createGraph());
    await settle(20);
    expect(await heir.of('run.completed')).toEqual([]);
    expect((await heir.orchestrator.recover()).resumed.map(({ id }) => id)).toEqual(['r']);
  });

  it('are reported to whoever asks in the same turn', async () => {
    const { clock, disk } = await leaveUnfinished();
    const heir = createHarness({ clock, store: disk, owner: 'two', isOwnerGone: () => true });
    heir.orchestrator.register('work', createGraph(never));
    expect((await heir.orchestrator.recover()).resumed.map(({ id }) => id)).toEqual(['r']);
    await settle(20);
    expect((await heir.of('run.started')).length).toBe(2);
  });

  it('that this graph cannot lead to are told in the log, those of other names are not', async () => {
    const { clock, disk } = await leaveUnfinished();
    const heir = createHarness({ clock, store: disk, owner: 'two', isOwnerGone: () => true });
    heir.orchestrator.register('another', createGraph());
    await settle(20);
    expect(await heir.of('log.written')).toEqual([]);
    heir.orchestrator.register('work', () => {
      throw new Error('The graph is broken.');
    });
    await until(async () => (await heir.of('log.written')).length === 1);
    expect((await heir.of('log.written'))[0]).toMatchObject({ runId: 'r', data: { level: 'error' } });
  });
});
