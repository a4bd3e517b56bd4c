import { expect } from 'vitest';
import { createEventLog } from '@fleetglass/core';
import type { Store } from '@fleetglass/core';
import { decodeEvent } from '@fleetglass/core/protocol';
import type { FleetEvent } from '@fleetglass/core/protocol';
import {
  CALLS,
  createJobOrchestrator,
  INPUT,
  NAME,
  RUN_ID,
  RUN_OPTIONS,
  TASKS,
  thirtySteps,
  TOTAL_NANO_USD,
} from './thirty-steps.js';

const readAll = async (store: Store): Promise<readonly FleetEvent[]> =>
  (await store.read({ from: 1, limit: 100_000 })).events;

const ENDS: ReadonlySet<string> = new Set([
  'task.completed',
  'task.failed',
  'task.cancelled',
  'task.skipped',
]);

const finishedTasks = (events: readonly FleetEvent[]): string[] =>
  events.filter(({ type }) => type === 'task.completed').map(({ taskId }) => taskId ?? '');

const bodiesOf = (world: readonly string[]): Map<string, number> => {
  const bodies = new Map<string, number>();
  for (const line of world) {
    if (!line.startsWith('body ')) continue;
    const taskId = line.slice('body '.length);
    bodies.set(taskId, (bodies.get(taskId) ?? 0) + 1);
  }
  return bodies;
};

/** What a run comes to, whatever happened on the way. */
async function finalState(store: Store): Promise<unknown> {
  const [end] = (await readAll(store)).filter(({ type }) => type === 'run.completed');
  return (end?.data['output'] as { value?: unknown } | undefined)?.value;
}

/** The log has no hole, every event is legal, and everything that began ended, once. */
function checkLog(events: readonly FleetEvent[]): void {
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  for (const event of events) expect(decodeEvent(event)).toEqual(event);
  expect(events.filter(({ type }) => type === 'run.created')).toHaveLength(1);
  expect(events.filter(({ type }) => type === 'run.completed')).toHaveLength(1);
  expect(events.at(-1)?.type).toBe('run.completed');
  const ended = new Map<string, number>();
  for (const { type, taskId, seq } of events) {
    if (taskId === undefined) continue;
    expect(ended.get(taskId), `seq ${seq}: ${type} of ${taskId} after its end`).toBeUndefined();
    if (ENDS.has(type)) ended.set(taskId, seq);
  }
  const created = events.filter(({ type }) => type === 'task.created').map(({ taskId }) => taskId);
  expect(new Set(created).size).toBe(created.length);
  expect([...ended.keys()].sort()).toEqual([...created].sort());
  expect(finishedTasks(events)).toHaveLength(TASKS);
}

/** Every call is settled once and for what it cost; the accounts, the ledger and the screens agree to the nano-dollar. */
async function checkMoney(
  store: Store,
  events: readonly FleetEvent[],
): Promise<{ readonly abandoned: number }> {
  const ledger = await store.ledger({ runId: RUN_ID });
  const open = new Set<string>();
  const closed = new Set<string>();
  let settled = 0;
  let abandoned = 0;
  for (const { callId, kind, nanoUsd = 0 } of ledger) {
    if (kind === 'reserved') {
      expect(open.has(callId) || closed.has(callId), `${callId} reserved twice`).toBe(false);
      open.add(callId);
      continue;
    }
    expect(open.delete(callId), `${kind} ${callId} without a reservation`).toBe(true);
    closed.add(callId);
    if (kind === 'settled') settled += nanoUsd;
    if (kind === 'abandoned') abandoned += 1;
  }
  expect(open.size).toBe(0);
  expect(ledger.filter(({ kind }) => kind === 'settled')).toHaveLength(CALLS);
  expect(settled).toBe(TOTAL_NANO_USD);
  // The account tells when it has reached the total, and would tell if it went beyond.
  const warned = events.filter(({ type }) => type === 'budget.warned');
  expect(warned.map(({ data }) => data['spent'])).toEqual([TOTAL_NANO_USD]);
  const log = createEventLog(store);
  const { state } = await log.stateAt(store.head(), {});
  const run = state.runs.get(RUN_ID);
  expect(run?.totals.cost).toEqual({
    nanoUsd: TOTAL_NANO_USD,
    byBasis: { list: TOTAL_NANO_USD },
    // Nobody knows whether a call in flight was paid: the total is a lower bound.
    unknownCalls: abandoned,
  });
  expect(run?.reservedNanoUsd).toBe(0);
  return { abandoned };
}

/** Checks the whole of a run that is over. */
export async function checkRun(store: Store, expected: unknown): Promise<{ readonly abandoned: number }> {
  const events = await readAll(store);
  expect(await finalState(store)).toEqual(expected);
  checkLog(events);
  return checkMoney(store, events);
}

export interface Recovered {
  /** Whether there was anything left to do. */
  readonly wasOpen: boolean;
  readonly abandoned: number;
}

/**
 * Takes up what a process left, in this one, and checks everything that may not depend on where it was killed.
 *
 * @param world what had happened outside when it was killed
 * @param expected final state of an undisturbed run
 */
export async function recoverAndCheck(
  store: Store,
  world: readonly string[],
  expected: unknown,
  options: Parameters<typeof createJobOrchestrator>[0],
): Promise<Recovered> {
  const before = await readAll(store);
  const finished = new Set(finishedTasks(before));
  const executed = bodiesOf(world);
  const lines: string[] = [];
  const graph = thirtySteps((line) => void lines.push(line));
  const orchestrator = createJobOrchestrator({ ...options, store });
  orchestrator.register(NAME, graph);
  const { resumed, refused } = await orchestrator.recover();
  expect(refused).toEqual([]);
  const [run] = resumed;
  await run?.result;
  await orchestrator.close();
  if (before.length === 0) {
    // It died before the run began.
    expect([world, lines]).toEqual([[], []]);
    return { wasOpen: false, abandoned: 0 };
  }

  const after = await readAll(store);
  // What a viewer has seen stays.
  expect(after.slice(0, before.length)).toEqual(before);
  const again = bodiesOf(lines);
  for (const taskId of finished) {
    expect(executed.get(taskId), `${taskId} had finished`).toBe(1);
    expect(again.get(taskId), `${taskId} had finished, and was executed again`).toBeUndefined();
  }
  // The others ran once more at most: what they had begun was cut off.
  for (const times of again.values()) expect(times).toBe(1);
  expect(new Set([...finished, ...again.keys()]).size).toBe(TASKS);
  const { abandoned } = await checkRun(store, expected);
  return { wasOpen: run !== undefined, abandoned };
}

/** What an undisturbed run comes to. */
export async function undisturbed(store: Store): Promise<unknown> {
  const graph = thirtySteps(() => undefined);
  const orchestrator = createJobOrchestrator({ store });
  const state = await orchestrator.start(graph, INPUT, RUN_OPTIONS).result;
  await orchestrator.close();
  return state;
}
