import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyState, reduce } from '../projection/reduce.js';
import { legalLogs } from '../testing/arbitraries.js';
import { createLog } from '../testing/log-builder.js';
import type { EventDataMap } from '../protocol/event.js';
import { selectFleetFeed } from './fleet-feed.js';
import { taskNodeKey } from './task-index.js';
import { selectTaskRows } from './task-rows.js';
import type { TaskRowOptions } from './task-rows.js';
import { selectMessageIds, selectPrompt, selectSpansOf } from './task-spans.js';
import { selectTaskAgents, selectTaskIdsBelow, selectTaskSummary } from './task-summary.js';
import { selectTaskTree } from './tasks.js';

const run = { runId: 'r' };
type Created = Partial<EventDataMap['task.created']>;

function create() {
  const { events, append, advance } = createLog(0);
  append('run.created', run, { name: 'run' });
  const task = (taskId: string, data: Created = {}, agentId?: string) =>
    append('task.created', { ...run, taskId, ...(agentId ? { agentId } : {}) }, { name: taskId, ...data });
  const spend = (taskId: string, nanoUsd: number | undefined, spanId = `s-${taskId}`) => {
    append('span.started', { ...run, taskId, spanId }, { kind: 'model', name: 'm' });
    const usage = { inputTokens: 10, outputTokens: 5 };
    const cost = nanoUsd === undefined ? { basis: 'unknown' as const } : { basis: 'list' as const, nanoUsd };
    append('span.ended', { ...run, taskId, spanId }, { status: 'ok', usage, cost });
  };
  return { append, advance, task, spend, state: () => reduce(emptyState(), events) };
}

const options = (rest: Partial<TaskRowOptions> = {}): TaskRowOptions => ({ isOpen: () => true, ...rest });
const keys = (log: ReturnType<typeof create>, rest?: Partial<TaskRowOptions>) =>
  selectTaskRows(log.state(), 'r', options(rest)).rows.map(({ node }) => node.key);

describe('fan-outs', () => {
  it('stand above their branches, with how many were announced', () => {
    const log = create();
    log.task('plan');
    for (const index of [0, 1]) log.task(`b${index}`, { node: 'review', branch: { index, of: 3 } });
    log.task('sum', { parentTaskId: 'b1' });
    log.task('end');
    expect(
      selectTaskTree(log.state(), 'r').map(({ key, depth, children, below, branches }) => [
        key,
        depth,
        children,
        below,
        branches,
      ]),
    ).toEqual([
      ['task/plan', 0, 0, 0, undefined],
      ['fanOut/b0', 0, 2, 3, 3],
      ['task/b0', 1, 0, 0, undefined],
      ['task/b1', 1, 1, 1, undefined],
      ['task/sum', 2, 0, 0, undefined],
      ['task/end', 0, 0, 0, undefined],
    ]);
  });

  it('begin anew when a branch comes again, and are none with one branch', () => {
    const log = create();
    for (const [id, index] of [
      ['a', 0],
      ['b', 1],
      ['c', 0],
      ['d', 1],
    ] as const)
      log.task(id, { node: 'n', branch: { index, of: 2 } });
    log.task('e', { node: 'n', branch: { index: 0, of: 1 } });
    expect(keys(log)).toEqual(['fanOut/a', 'task/a', 'task/b', 'fanOut/c', 'task/c', 'task/d', 'task/e']);
  });
});

describe('sums of a task', () => {
  it('hold each call once, whatever is unknown, and how far those below are', () => {
    const log = create();
    log.task('top', {}, 'A');
    log.task('left', { parentTaskId: 'top' }, 'B');
    log.task('right', { parentTaskId: 'top' }, 'B');
    log.task('deep', { parentTaskId: 'left' });
    log.append('task.started', { ...run, taskId: 'left' }, { attempt: 1 });
    log.spend('top', 100);
    log.spend('left', 20);
    log.spend('deep', undefined);
    log.advance(50);
    log.append('task.completed', { ...run, taskId: 'left' }, {});
    const state = log.state();
    const summary = selectTaskSummary(state, 'r', taskNodeKey('top'));
    expect(summary).toMatchObject({ tasks: 3, ended: 1, counts: { completed: 1, queued: 2 }, startedAt: 0 });
    expect(summary?.totals.cost).toEqual({ nanoUsd: 120, byBasis: { list: 120 }, unknownCalls: 1 });
    expect(summary).not.toHaveProperty('endedAt');
    expect(selectTaskSummary(state, 'r', taskNodeKey('left'))?.totals.cost.nanoUsd).toBe(20);
    expect(selectTaskSummary(state, 'r', taskNodeKey('right'))).toMatchObject({ tasks: 0, ended: 0 });
    expect(selectTaskSummary(state, 'r', 'task/nobody')).toBeUndefined();
    expect(selectTaskIdsBelow(state, 'r', taskNodeKey('left'))).toEqual(['left', 'deep']);
    expect(
      selectTaskAgents(state, 'r', taskNodeKey('top')).map(({ agentId, tasks, totals }) => [
        agentId,
        tasks,
        totals.cost.nanoUsd,
      ]),
    ).toEqual([
      ['A', 1, 100],
      ['B', 2, 20],
      [undefined, 1, 0],
    ]);
  });

  it('add up to the run, over any log; agents add up to the task', () => {
    fc.assert(
      fc.property(legalLogs(fc), (events) => {
        const state = reduce(emptyState(), events);
        for (const { id, tasks } of state.runs.values()) {
          const nodes = selectTaskTree(state, id);
          expect(nodes.filter(({ branches }) => branches === undefined)).toHaveLength(tasks.length);
          const tops = nodes
            .filter(({ depth }) => depth === 0)
            .map(({ key }) => selectTaskSummary(state, id, key));
          const all = [...state.tasks.values()].filter(({ runId }) => runId === id);
          const sum = (list: readonly ({ totals: { cost: { nanoUsd: number } } } | undefined)[]) =>
            list.reduce((total, row) => total + (row?.totals.cost.nanoUsd ?? 0), 0);
          expect(sum(tops)).toBe(sum(all));
          for (const { key, depth } of nodes)
            if (depth === 0)
              expect(sum(selectTaskAgents(state, id, key))).toBe(sum([selectTaskSummary(state, id, key)]));
        }
      }),
    );
  });
});

describe('rows of the tree', () => {
  function filled() {
    const log = create();
    log.task('top', { complexity: 'complex' });
    log.task('one', { parentTaskId: 'top', complexity: 'simple', type: 'bugfix' });
    log.task('two', { parentTaskId: 'top' }, 'CODER');
    log.task('other');
    return log;
  }

  it('leave out what is below a closed node', () => {
    expect(keys(filled(), { isOpen: ({ id }) => id !== 'top' })).toEqual(['task/top', 'task/other']);
  });

  it('show what fits with all that stands above it, and say which is which', () => {
    const log = filled();
    const find = (rest: Partial<TaskRowOptions>) => selectTaskRows(log.state(), 'r', options(rest));
    const found = find({ text: 'BUG one' });
    expect(
      found.rows.map(({ node, fits, position, siblings }) => [node.id, fits, position, siblings]),
    ).toEqual([
      ['top', false, 1, 1],
      ['one', true, 1, 1],
    ]);
    expect([found.fitting, found.tasks]).toEqual([1, 4]);
    expect(find({ complexity: 'complex' }).rows.map(({ node }) => node.id)).toEqual(['top']);
    expect(find({ text: 'coder', status: 'queued' }).fitting).toBe(1);
    expect(find({ status: 'failed' }).rows).toEqual([]);
  });

  it('keep their identity where nothing changes', () => {
    const log = filled();
    const kept = options();
    const before = selectTaskRows(log.state(), 'r', kept);
    log.append('task.started', { ...run, taskId: 'one' }, { attempt: 1 });
    expect(selectTaskRows(log.state(), 'r', kept)).toBe(before);
    log.task('last');
    const after = selectTaskRows(log.state(), 'r', kept);
    expect(after.rows[1]).toBe(before.rows[1]);
    expect(after.rows[1]?.node).toBe(before.rows[1]?.node);
    expect(after.rows).toHaveLength(5);
  });

  it('survive a chain of 20,000 tasks', () => {
    const log = create();
    for (let i = 0; i < 20_000; i += 1) log.task(`t${i}`, i === 0 ? {} : { parentTaskId: `t${i - 1}` });
    expect(selectTaskRows(log.state(), 'r', options()).rows.at(-1)?.node.depth).toBe(19_999);
    expect(selectTaskSummary(log.state(), 'r', 'task/t0')?.tasks).toBe(19_999);
  });
});

it('finds spans, messages and the prompt of a task', () => {
  const log = create();
  log.task('a', {}, 'A');
  log.spend('a', 1);
  log.spend('b', 1);
  const say = (messageId: string, role: 'user' | 'assistant' | 'system', taskId = 'a') =>
    log.append('message.appended', { ...run, taskId, agentId: 'A' }, { messageId, role, parts: [] });
  say('0', 'user', 'b');
  say('1', 'system');
  say('2', 'user');
  say('3', 'assistant');
  say('4', 'user');
  const state = log.state();
  expect(selectSpansOf(state, 'r', { taskId: 'a' }).map(({ id }) => id)).toEqual(['s-a']);
  expect(selectSpansOf(state, 'r')).toHaveLength(2);
  expect(selectMessageIds(state, 'r', { taskId: 'a' })).toEqual(['1', '2', '3', '4']);
  expect(selectMessageIds(state, 'r', { agentId: 'A' })).toHaveLength(5);
  expect(selectPrompt(state, 'r', 'a').map(({ id }) => id)).toEqual(['1', '2']);
});

describe('the feed of a fleet', () => {
  it('has the newest lines of all runs in the order of the log', () => {
    fc.assert(
      fc.property(legalLogs(fc), fc.integer({ min: 1, max: 30 }), (events, limit) => {
        const state = reduce(emptyState(), events);
        const all = [...state.runs.values()].flatMap(({ id, feed }) =>
          feed.map((entry) => ({ runId: id, entry })),
        );
        all.sort((a, b) => a.entry.seq - b.entry.seq);
        expect(selectFleetFeed(state, limit)).toEqual(all.slice(-limit));
        expect(selectFleetFeed(state, limit)).toBe(selectFleetFeed(state, limit));
      }),
    );
  });
});
