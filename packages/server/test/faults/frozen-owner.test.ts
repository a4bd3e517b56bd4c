import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as after } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  append,
  createOrchestrator,
  END,
  isFleetglassError,
  send,
  START,
  StateGraph,
  systemClock,
} from '@fleetglass/core';
import type { Clock, Store } from '@fleetglass/core';
import { createSqliteStore, isProcessGone, processOwner } from '@fleetglass/server';
import { bundleProgram } from './bundle-program.js';

let folder: string;
let file: string;
let program: string;
const children: ChildProcessWithoutNullStreams[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fleetglass-frozen-'));
  file = join(folder, 'log.sqlite');
  program = await bundleProgram('frozen-child', folder);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Whether the file may be written. */
async function isFree(): Promise<boolean> {
  try {
    await createSqliteStore({ file, durability: 'normal' }).close();
    return true;
  } catch (error) {
    if (isFleetglassError(error, 'STORE_FAILED')) return false;
    throw error;
  }
}

/** A child that owns the run, stopped by SIGSTOP in the middle of a task. */
async function freezeOwner(leaseTtlMs: number) {
  const child = spawn(process.execPath, ['--no-warnings', program, file, String(leaseTtlMs)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  }) as unknown as ChildProcessWithoutNullStreams;
  children.push(child);
  const said: string[] = [];
  let note = (): void => undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(line);
    note();
  });
  const hears = async (line: string): Promise<void> => {
    while (!said.includes(line)) await new Promise<void>((resolve) => (note = resolve));
  };
  await hears('middle');
  child.kill('SIGSTOP');
  // SQLite lets nobody write while a process is stopped inside a write: then it is stopped again after that.
  while (!(await isFree())) {
    child.kill('SIGCONT');
    await after(20);
    child.kill('SIGSTOP');
  }
  return {
    said,
    hears,
    wake(): void {
      child.kill('SIGCONT');
      child.stdin.write('go on\n');
    },
    /** Ends it in good order. @returns its exit code */
    async leave(): Promise<number | null> {
      const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
      child.stdin.end();
      return closed;
    },
  };
}

interface Job {
  notes: string[];
  report?: string;
}

/** The same graph, whose branches end. */
const graph = () =>
  new StateGraph<Job, Partial<Job>, string>({ name: 'frozen', reducers: { notes: append } })
    .addNode('plan', () => undefined)
    .addNode('read', async (state: Job & { file: string }, ctx) => {
      await ctx.tool('look', () => state.file);
      return { notes: [await ctx.tool('look again', () => state.file)] };
    })
    .addNode('report', (state) => ({ report: state.notes.join() }))
    .addEdge(START, 'plan')
    .addConditionalEdges('plan', () => ['a', 'b', 'c'].map((name) => send('read', { file: name })), [
      send('read'),
    ])
    .addJoin('read', 'report')
    .addEdge('report', END);

/** Takes the run over in this process as soon as its lease allows, and finishes it. */
async function takeOver(store: Store, leaseTtlMs: number, clock: Clock): Promise<unknown> {
  const orchestrator = createOrchestrator({
    store,
    owner: processOwner(),
    isOwnerGone: isProcessGone,
    leaseTtlMs,
    clock,
  });
  const completed = new Promise((resolve) => orchestrator.emitter.on('run.completed', resolve));
  orchestrator.register('frozen', graph());
  await completed;
  const result = await orchestrator.get('run')?.result;
  await orchestrator.close();
  return result;
}

/** Everything that a store holds of the run. */
const contents = async (store: Store) => ({
  events: (await store.read({ from: 1, filter: { runId: 'run' }, limit: 100_000 })).events,
  run: await store.load('run'),
  ledger: await store.ledger(),
});

/** What is in the log besides the run: nothing, or what the former owner says that it had to drop. */
async function checkRest(store: Store): Promise<void> {
  const { events } = await store.read({ from: 1, limit: 100_000 });
  const rest = events.filter(({ runId }) => runId !== 'run');
  for (const { type, data } of rest) expect([type, data['reason']]).toEqual(['system.dropped', 'lease-lost']);
}

describe('an owner that is frozen while another process takes its run over', () => {
  it('changes nothing when it wakes after three leases, is told, and lives on', async () => {
    const leaseTtlMs = 400;
    const owner = await freezeOwner(leaseTtlMs);
    const frozenAt = Date.now();
    const store = createSqliteStore({ file, durability: 'normal' });
    await takeOver(store, leaseTtlMs, systemClock);
    // The fault itself: it lasts for three leases of real time.
    await after(Math.max(0, frozenAt + 3 * leaseTtlMs - Date.now()));
    const left = await contents(store);
    expect(left.events.filter(({ type }) => type === 'run.completed')).toHaveLength(1);

    owner.wake();
    await owner.hears('result LEASE_LOST');
    expect(await owner.leave()).toBe(0);
    expect(owner.said.filter((line) => line.startsWith('fatal'))).toEqual([]);
    expect(owner.said).not.toContain('result completed');
    const reopened = createSqliteStore({ file, durability: 'normal' });
    expect(await contents(reopened)).toEqual(left);
    await checkRest(reopened);
    await reopened.close();
    await store.close();
  });

  it('has its very next commit refused, long before its own timers tell it that the lease is gone', async () => {
    const leaseTtlMs = 60_000;
    const owner = await freezeOwner(leaseTtlMs);
    const store = createSqliteStore({ file, durability: 'normal', clock: later(3 * leaseTtlMs) });
    await takeOver(store, leaseTtlMs, later(3 * leaseTtlMs));
    const left = await contents(store);

    owner.wake();
    await owner.hears('result LEASE_LOST');
    await owner.hears('tool LEASE_LOST');
    expect(await owner.leave()).toBe(0);
    expect(owner.said.filter((line) => line.startsWith('fatal'))).toEqual([]);
    expect(await contents(store)).toEqual(left);
    await checkRest(store);
    await store.close();
  });
});

/** The machine's clock as another machine may have it. */
function later(ms: number): Clock {
  return { ...systemClock, now: () => systemClock.now() + ms };
}
