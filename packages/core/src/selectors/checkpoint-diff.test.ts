import { describe, expect, it } from 'vitest';
import { emptyState, reduce } from '../projection/reduce.js';
import { createLog } from '../testing/log-builder.js';
import { diffCheckpoints, selectForks } from './checkpoint-diff.js';
import { selectCheckpoints } from './checkpoints.js';

const run = { runId: 'r' };
const input = { kind: 'inline', value: { dir: '.', depth: 1 } } as const;

function recorded() {
  const { events, append } = createLog(0);
  append('run.created', run, { name: 'review', graph: { nodes: [{ name: 'a' }], edges: [] }, input });
  const end = (taskId: string, output: Parameters<typeof append<'task.completed'>>[2]['output']) => {
    append('task.created', { ...run, taskId }, { name: taskId });
    append('task.completed', { ...run, taskId }, output ? { output } : {});
  };
  end('scan', { kind: 'inline', value: { files: ['a', 'b'], depth: 1 } });
  end('plan', { kind: 'inline', value: { depth: 2 } });
  end('large', { kind: 'blob', ref: 'x', bytes: 90_000, mediaType: 'application/json', preview: '{' });
  end('odd', { kind: 'inline', value: 'only words' });
  end('silent', undefined);
  append('run.created', { runId: 'fork' }, { name: 'review', forkOf: { runId: 'r', checkpointId: 'plan' } });
  const state = reduce(emptyState(), events);
  return { state, checkpoints: selectCheckpoints(state, 'r') };
}

describe('the difference of two checkpoints', () => {
  it('tells what a task added and changed, and who wrote it', () => {
    const { checkpoints } = recorded();
    const first = diffCheckpoints(checkpoints, 0, 1, input);
    expect(first.fields.map(({ field, change, after, task }) => [field, change, after, task?.id])).toEqual([
      ['files', 'added', ['a', 'b'], 'scan'],
    ]);
    expect(diffCheckpoints(checkpoints, 1, 2, input).fields).toMatchObject([
      { field: 'depth', change: 'changed', before: 1, after: 2, task: { id: 'plan' } },
    ]);
  });

  it('reaches over any distance, from nothing and backwards', () => {
    const { checkpoints } = recorded();
    const all = diffCheckpoints(checkpoints, -1, checkpoints.length - 1, input);
    expect(all.fields.map(({ field, change }) => [field, change])).toEqual([
      ['depth', 'added'],
      ['dir', 'added'],
      ['files', 'added'],
    ]);
    expect(
      diffCheckpoints(checkpoints, 2, 0, input).fields.map(({ field, change }) => [field, change]),
    ).toEqual([
      ['depth', 'changed'],
      ['files', 'removed'],
    ]);
  });

  it('names the commits whose fields are not here', () => {
    const { checkpoints } = recorded();
    const { fields, opaque } = diffCheckpoints(checkpoints, 2, 5, input);
    expect(fields).toEqual([]);
    expect(opaque.map(({ task, payload }) => [task.id, payload.kind])).toEqual([
      ['large', 'blob'],
      ['odd', 'inline'],
    ]);
  });
});

it('knows the forks of a run, and keeps the list while they do not change', () => {
  const { state } = recorded();
  expect(selectForks(state, 'r').map(({ id }) => id)).toEqual(['fork']);
  const later = reduce(state, [{ v: 1, seq: 900, time: 5, type: 'run.started', runId: 'r', data: {} }]);
  expect(selectForks(later, 'r')).toBe(selectForks(state, 'r'));
});
