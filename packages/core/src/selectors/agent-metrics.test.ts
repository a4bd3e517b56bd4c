import { describe, expect, it } from 'vitest';
import { emptyState, reduce } from '../projection/reduce.js';
import type { FleetState } from '../projection/state.js';
import { createLog } from '../testing/log-builder.js';
import { selectAgentMetrics, selectFleetAgentMetrics } from './agent-metrics.js';

interface Work {
  readonly completed?: number;
  readonly failed?: number;
  readonly running?: number;
  readonly concurrency?: number;
}

/** Runs in which agent A did its tasks. */
function write(works: readonly Work[]): FleetState {
  const { events, append } = createLog(0);
  works.forEach(({ completed = 0, failed = 0, running = 0, concurrency }, index) => {
    const run = { runId: `r${index}` };
    const agent = { ...run, agentId: 'A' };
    append('run.created', run, { name: 'review' });
    append('run.started', run, {});
    append('agent.joined', agent, { name: 'A', ...(concurrency === undefined ? {} : { concurrency }) });
    for (let i = 0; i < completed + failed + running; i += 1) {
      const task = { ...agent, taskId: `t${i}` };
      append('task.created', task, { name: 'work' });
      append('task.started', task, { attempt: 1 });
      if (i < completed) append('task.completed', task, {});
      else if (i < completed + failed)
        append('task.failed', task, { attempt: 1, error: { code: 'TASK_FAILED', message: 'no' } });
    }
  });
  return reduce(emptyState(), events);
}

const tierOf = (work: Work): string | undefined => selectAgentMetrics(write([work]), 'r0', 'A')?.tier;

describe('metrics of an agent', () => {
  it('count its tasks and compare them with its places', () => {
    const state = write([{ completed: 3, failed: 1, running: 2, concurrency: 4 }]);
    expect(selectAgentMetrics(state, 'r0', 'A')).toEqual({
      completedTasks: 3,
      failedTasks: 1,
      runningTasks: 2,
      successRate: 0.75,
      load: 0.5,
      tier: 'unrated',
    });
    expect(selectAgentMetrics(state, 'r0', 'B')).toBeUndefined();
  });

  it('have no success rate before the first task has ended', () => {
    const metrics = selectAgentMetrics(write([{ running: 2 }]), 'r0', 'A');
    expect(metrics).not.toHaveProperty('successRate');
    expect(metrics?.load).toBe(2);
  });

  it('give a tier once there is enough to go by', () => {
    expect(tierOf({ completed: 4 })).toBe('unrated');
    expect(tierOf({ completed: 5 })).toBe('elite');
    expect(tierOf({ completed: 19, failed: 1 })).toBe('elite');
    expect(tierOf({ completed: 9, failed: 1 })).toBe('standard');
    expect(tierOf({ completed: 7, failed: 3 })).toBe('standard');
    expect(tierOf({ completed: 6, failed: 4 })).toBe('probation');
    const strict = { rated: 2, elite: 1, probation: 0.9 };
    expect(selectAgentMetrics(write([{ completed: 2 }]), 'r0', 'A', strict)?.tier).toBe('elite');
  });

  it('of a fleet add up those of its runs', () => {
    const state = write([
      { completed: 2, running: 1 },
      { completed: 1, failed: 2 },
    ]);
    expect(selectFleetAgentMetrics(state, 'A')).toEqual({
      completedTasks: 3,
      failedTasks: 2,
      runningTasks: 1,
      successRate: 0.6,
      load: 0.5,
      tier: 'probation',
    });
    expect(selectFleetAgentMetrics(state, 'A')).toBe(selectFleetAgentMetrics(state, 'A'));
    expect(selectFleetAgentMetrics(state, 'nobody')).toBeUndefined();
  });
});
