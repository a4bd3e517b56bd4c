import { describe, expect, it } from 'vitest';
import { emptyState, reduce } from '../projection/reduce.js';
import { createLog } from '../testing/log-builder.js';
import { mergeMoments, momentsOf, nextMoment, selectMoments } from './replay-moments.js';

const run = { runId: 'r' };

function recorded() {
  const { events, append, advance } = createLog(0);
  append('run.created', run, { name: 'review' });
  append('run.started', run, {});
  for (let task = 0; task < 150; task += 1) {
    const scope = { ...run, taskId: `t${task}` };
    append('task.created', scope, { name: `Task ${task}` });
    append('task.started', scope, { attempt: 1 });
    advance(10);
    append('task.progress', scope, { done: 1 });
    if (task === 3) append('task.failed', scope, { attempt: 1, error: { code: 'X', message: 'no' } });
    else append('task.completed', scope, {});
  }
  append('approval.requested', run, { approvalId: 'a', title: 'Publish?' });
  return { events, state: reduce(emptyState(), events) };
}

describe('moments of a run', () => {
  it('are ends of tasks that the feed has forgotten, and the news that it holds', () => {
    const { state } = recorded();
    const moments = selectMoments(state, 'r');
    expect(moments.filter(({ kind }) => kind === 'failure').map(({ subject }) => subject)).toEqual([
      'Task 3',
    ]);
    expect(moments.at(-1)).toMatchObject({ kind: 'decision', type: 'approval.requested' });
    expect(moments.filter(({ type }) => type === 'task.completed').length).toBe(149);
    const seqs = moments.map(({ seq }) => seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
  });

  it('are the same array while none is added', () => {
    const { state } = recorded();
    const later = reduce(state, [
      { v: 1, seq: 9_000, time: 5, type: 'task.progress', ...run, taskId: 't149', data: { done: 1 } },
    ]);
    expect(later).not.toBe(state);
    expect(selectMoments(later, 'r')).toBe(selectMoments(state, 'r'));
    expect(selectMoments(state, 'nobody')).toEqual([]);
  });

  it('are stepped to from any position', () => {
    const moments = selectMoments(recorded().state, 'r');
    expect(nextMoment(moments, 0, 1)?.seq).toBe(moments[0]?.seq);
    expect(nextMoment(moments, moments[4]?.seq ?? 0, 1)).toBe(moments[5]);
    expect(nextMoment(moments, moments[4]?.seq ?? 0, -1)).toBe(moments[3]);
    expect(nextMoment(moments, Infinity, 1)).toBeUndefined();
  });

  it('leave out what nobody looks for, and types that are not known', () => {
    const event = (seq: number, type: string) => ({ v: 1, seq, time: 1, type, data: {} });
    const moments = momentsOf([
      event(1, 'run.labelled'),
      event(2, 'constructor'),
      event(3, 'budget.reached'),
    ]);
    expect(moments.map(({ seq, kind }) => [seq, kind])).toEqual([[3, 'budget']]);
    expect(
      mergeMoments(moments, momentsOf([event(3, 'run.failed'), event(2, 'run.started')])).map(
        ({ type }) => type,
      ),
    ).toEqual(['run.started', 'budget.reached']);
  });
});
