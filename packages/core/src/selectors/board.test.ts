import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyState, reduce } from '../projection/reduce.js';
import { legalLogs } from '../testing/arbitraries.js';
import { createLog } from '../testing/log-builder.js';
import { hasBoard, selectBoard } from './board.js';

const run = { runId: 'r' };

function create() {
  const { events, append } = createLog(0);
  append('run.created', run, { name: 'board' });
  append('run.labelled', run, { labels: {}, facts: { columns: ['inbox', 'assigned', 'done'] } });
  for (const agentId of ['A', 'B']) append('agent.joined', { ...run, agentId }, { name: agentId });
  const task = (taskId: string, to?: string, agentId?: string) => {
    append('task.created', { ...run, taskId }, { name: taskId });
    if (agentId !== undefined) append('task.assigned', { ...run, taskId, agentId }, {});
    if (to !== undefined) append('task.moved', { ...run, taskId }, { to });
  };
  return { append, task, state: () => reduce(emptyState(), events) };
}

const shape = (board: ReturnType<typeof selectBoard>) =>
  board.columns.map(({ name, tasks }) => [name, ...tasks]);

describe('a board', () => {
  it('has the columns that the run names, the empty ones too, then what else there is', () => {
    const { task, state } = create();
    task('1', 'done');
    task('2', 'review');
    task('3', 'inbox');
    task('4', 'inbox');
    const board = selectBoard(state(), run);
    expect(shape(board)).toEqual([['inbox', 'r/3', 'r/4'], ['assigned'], ['done', 'r/1'], ['review', 'r/2']]);
    expect(board.count).toBe(4);
  });

  it('puts a task that was never moved into the column of its status', () => {
    const { append, task, state } = create();
    task('1');
    append('task.started', { ...run, taskId: '1' }, { attempt: 1 });
    expect(shape(selectBoard(state(), run)).at(-1)).toEqual(['running', 'r/1']);
  });

  it('shows the columns that are asked for and no others', () => {
    const { task, state } = create();
    task('1', 'done');
    task('2', 'inbox');
    const board = selectBoard(state(), { ...run, columns: ['done', 'archive'] });
    expect(shape(board)).toEqual([['done', 'r/1'], ['archive']]);
    expect(board.count).toBe(1);
  });

  it('counts by agent, and what nobody has apart', () => {
    const { task, state } = create();
    task('1', 'assigned', 'B');
    task('2', 'assigned', 'A');
    task('3', 'assigned');
    task('4', 'assigned', 'B');
    const [, assigned] = selectBoard(state(), run).columns;
    expect(assigned?.lanes).toEqual([
      { agentId: 'B', tasks: ['r/1', 'r/4'] },
      { agentId: 'A', tasks: ['r/2'] },
      { tasks: ['r/3'] },
    ]);
  });

  it('holds the tasks of all runs when none is named, and none of an unknown run', () => {
    const { append, task, state } = create();
    task('1', 'done');
    append('run.created', { runId: 's' }, { name: 'other' });
    append('task.created', { runId: 's', taskId: '1' }, { name: 'other' });
    expect(shape(selectBoard(state()))).toEqual([
      ['done', 'r/1'],
      ['queued', 's/1'],
    ]);
    expect(selectBoard(state(), { runId: 'nobody' })).toEqual({ columns: [], count: 0 });
  });

  it('keeps what does not change: the whole while nothing moves, other columns while one task does', () => {
    const { append, task, state } = create();
    task('1', 'assigned', 'A');
    task('2', 'done', 'A');
    task('3', 'inbox');
    const before = selectBoard(state(), run);
    append('task.updated', { ...run, taskId: '1' }, { name: 'renamed' });
    expect(selectBoard(state(), run)).toBe(before);
    append('task.moved', { ...run, taskId: '3' }, { to: 'done' });
    const after = selectBoard(state(), run);
    expect(after).not.toBe(before);
    expect(after.columns[1]).toBe(before.columns[1]);
    expect(after.columns[2]).not.toBe(before.columns[2]);
    expect(after.columns[2]?.lanes[0]).toBe(before.columns[2]?.lanes[0]);
  });

  it('holds each task once', () => {
    fc.assert(
      fc.property(legalLogs(fc), (events) => {
        const state = reduce(emptyState(), events);
        const { columns, count } = selectBoard(state);
        const keys = columns.flatMap(({ tasks }) => tasks);
        expect([...keys].sort()).toEqual([...state.tasks.values()].map(({ key }) => key).sort());
        expect(count).toBe(keys.length);
        for (const { tasks, lanes } of columns)
          expect(lanes.flatMap((lane) => lane.tasks).sort()).toEqual([...tasks].sort());
      }),
    );
  });
});

describe('a board by status', () => {
  it('has the way of work, the rarer statuses only where there are tasks, and ignores where a task was moved', () => {
    const { append, task, state } = create();
    task('1', 'done');
    task('2');
    append('task.skipped', { ...run, taskId: '2' }, {});
    expect(shape(selectBoard(state(), { ...run, by: 'status' }))).toEqual([
      ['queued', 'r/1'],
      ['running'],
      ['waiting'],
      ['completed'],
      ['failed'],
      ['skipped', 'r/2'],
    ]);
  });

  it('is one of its own where the run names columns or a task was moved', () => {
    const { events, append } = createLog(0);
    append('run.created', { runId: 'plain' }, { name: 'plain' });
    append('task.created', { runId: 'plain', taskId: 't' }, { name: 't' });
    expect(hasBoard(reduce(emptyState(), events), 'plain')).toBe(false);
    append('task.moved', { runId: 'plain', taskId: 't' }, { to: 'inbox' });
    expect(hasBoard(reduce(emptyState(), events), 'plain')).toBe(true);
    expect(hasBoard(create().state(), 'r')).toBe(true);
  });
});
