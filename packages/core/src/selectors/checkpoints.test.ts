import { describe, expect, it } from 'vitest';
import { emptyState, reduce } from '../projection/reduce.js';
import type { FleetState } from '../projection/state.js';
import { createLog } from '../testing/log-builder.js';
import type { Append } from '../testing/log-builder.js';
import { checkpointAt, selectCheckpoints } from './checkpoints.js';
import { selectOutlook } from './outlook.js';

const run = { runId: 'r' };
const graph = { nodes: [{ name: 'read' }], edges: [] };

function write(more: (append: Append) => void, created: object = { graph }): FleetState {
  const { events, append } = createLog(0);
  append('run.created', run, { name: 'review', ...created });
  append('run.started', run, {});
  more(append);
  return reduce(emptyState(), events);
}

/** A task that makes one call; without `end` it runs on. */
function work(append: Append, taskId: string, nanoUsd: number, role = 'reviewer'): () => void {
  const scope = { ...run, taskId };
  append('task.created', scope, { name: taskId, role });
  append('task.started', scope, { attempt: 1 });
  append('usage.recorded', scope, {
    usage: { inputTokens: 1, outputTokens: 1 },
    cost: { nanoUsd, basis: 'list' },
  });
  return () => append('task.completed', scope, {});
}

describe('selectCheckpoints', () => {
  it('follows the order of ends, also within one millisecond, and sums what was spent by then', () => {
    const state = write((append) => {
      const first = work(append, 'a', 10);
      const second = work(append, 'b', 5);
      work(append, 'c', 3);
      second();
      first();
    });
    const checkpoints = selectCheckpoints(state, 'r');
    expect(checkpoints.map(({ id, completed, spent }) => [id, completed, spent.nanoUsd])).toEqual([
      ['start', 0, 0],
      ['b', 1, 5],
      ['a', 2, 15],
    ]);
    expect(checkpoints[1]?.spent.byBasis).toEqual({ list: 5 });
  });

  it('finds the one at a position', () => {
    const state = write((append) => work(append, 'a', 10)());
    const checkpoints = selectCheckpoints(state, 'r');
    const seq = checkpoints[1]?.seq ?? 0;
    expect(checkpointAt(checkpoints, seq)?.id).toBe('a');
    expect(checkpointAt(checkpoints, seq - 1)?.id).toBe('start');
  });

  it('keeps its identity while no task completes', () => {
    const { events, append } = createLog(0);
    append('run.created', run, { name: 'review', graph });
    const end = work(append, 'a', 10);
    const open = reduce(emptyState(), events);
    const before = selectCheckpoints(open, 'r');
    append('log.written', run, { level: 'info', message: 'x' });
    expect(selectCheckpoints(reduce(open, events), 'r')).toBe(before);
    end();
    expect(selectCheckpoints(reduce(open, events), 'r')).toHaveLength(2);
  });

  it('has none where nothing can be forked', () => {
    expect(
      selectCheckpoints(
        write(() => undefined, {}),
        'r',
      ),
    ).toEqual([]);
    expect(
      selectCheckpoints(
        write(() => undefined, { graph, source: 'claude-code' }),
        'r',
      ),
    ).toEqual([]);
    expect(selectCheckpoints(emptyState(), 'r')).toEqual([]);
  });
});

describe('selectOutlook', () => {
  it('is unknown while nothing is done', () => {
    const state = write((append) => void work(append, 'a', 10));
    expect(selectOutlook(state, 'r')).toEqual({ openTasks: 1, nanoUsd: undefined });
  });

  it('expects of an open task what completed ones of its role cost, less what it has cost', () => {
    const state = write((append) => {
      work(append, 'a', 10)();
      work(append, 'b', 30)();
      work(append, 'plan', 1_000, 'planner')();
      work(append, 'c', 5);
      append('task.created', { ...run, taskId: 'd' }, { name: 'd', role: 'reviewer' });
    });
    expect(selectOutlook(state, 'r')).toEqual({ openTasks: 2, nanoUsd: 15 + 20 });
  });

  it('learns nothing from what was reused', () => {
    const state = write((append) => {
      work(append, 'a', 10)();
      append('task.created', { ...run, taskId: 'b' }, { name: 'b', role: 'reviewer' });
      append('task.completed', { ...run, taskId: 'b' }, { reused: true });
      append('task.created', { ...run, taskId: 'c' }, { name: 'c', role: 'reviewer' });
    });
    expect(selectOutlook(state, 'r').nanoUsd).toBe(10);
    const [, , reused] = selectCheckpoints(state, 'r');
    expect(reused?.task).toMatchObject({ status: 'completed', reason: 'reused' });
    expect(state.runs.get('r')?.feed.at(-2)).toMatchObject({ type: 'task.completed', detail: 'reused' });
  });
});
