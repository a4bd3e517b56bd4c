import { describe, expect, it } from 'vitest';
import { createLog } from '../testing/log-builder.js';
import { withinBounds } from './bounds.js';
import { emptyState, reduce } from './reduce.js';

const bounds = { runs: 2, rows: 3 };

function fleet(runs: number): ReturnType<typeof createLog> {
  const log = createLog();
  for (let i = 0; i < runs; i += 1) {
    const runId = `run_${i}`;
    const scope = { runId, agentId: 'A', taskId: 'T', spanId: 'S' };
    log.append('run.created', { runId }, { name: runId });
    log.append('agent.joined', { runId, agentId: 'A' }, { name: 'A' });
    log.append('task.created', { runId, agentId: 'A', taskId: 'T' }, { name: 'T' });
    log.append('span.started', scope, { kind: 'tool', name: 'read' });
    log.append('message.delta', scope, { messageId: 'M', kind: 'text', text: 'x' });
    log.append('alert.raised', { runId }, { alertId: 'L', rule: 'r', severity: 'info', message: 'm' });
  }
  return log;
}

describe('withinBounds', () => {
  it('returns the state itself while nothing is too much', () => {
    const { events, append } = fleet(2);
    append('run.completed', { runId: 'run_0' }, {});
    append('run.completed', { runId: 'run_1' }, {});
    const state = reduce(emptyState(), events);
    expect(withinBounds(state, bounds)).toBe(state);
  });

  it('forgets the runs that finished first, with all that is in them', () => {
    const { events, append, advance } = fleet(5);
    for (const i of [3, 0, 4, 1]) {
      advance(10);
      append('run.completed', { runId: `run_${i}` }, {});
    }
    const state = withinBounds(reduce(emptyState(), events), bounds);
    expect(state.runs.ids()).toEqual(['run_1', 'run_2', 'run_4']);
    for (const name of ['agents', 'tasks', 'spans', 'messages', 'alerts'] as const) {
      expect([...state[name].values()].map(({ runId }) => runId)).toEqual(['run_1', 'run_2', 'run_4']);
    }
  });

  it('never forgets a run that is not over', () => {
    const state = reduce(emptyState(), fleet(5).events);
    expect(withinBounds(state, bounds).runs.size).toBe(5);
  });

  it('forgets the oldest rows without a run of their own', () => {
    const { events } = fleet(6);
    const loose = events.filter(({ type, runId }) => !type.startsWith('run.') || runId === 'run_0');
    const state = withinBounds(reduce(emptyState(), loose), bounds);
    expect(state.tasks.ids()).toEqual(['run_0/T', 'run_4/T', 'run_5/T']);
  });

  it('goes on folding afterwards', () => {
    const { events, append } = fleet(5);
    for (const i of [0, 1, 2, 3]) append('run.completed', { runId: `run_${i}` }, {});
    const state = withinBounds(reduce(emptyState(), events), bounds);
    append('task.created', { runId: 'run_4', taskId: 'T2' }, { name: 'T2' });
    append('run.created', { runId: 'run_0' }, { name: 'again' });
    const next = reduce(state, events.slice(-2));
    expect(next.runs.ids()).toEqual(['run_2', 'run_3', 'run_4', 'run_0']);
    expect(next.runs.get('run_4')?.tasks.length).toBe(2);
    expect(state.runs.has('run_0')).toBe(false);
  });
});
