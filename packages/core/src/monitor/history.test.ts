import { describe, expect, it } from 'vitest';
import { emptyState, reduce } from '../projection/reduce.js';
import { createLog } from '../testing/log-builder.js';
import { createSeededRandom } from '../testing/seeded-random.js';
import { createHistory } from './history.js';

function recorded(count: number) {
  const { events, append, advance } = createLog(0);
  append('run.created', { runId: 'r' }, { name: 'r' });
  while (events.length < count) {
    advance(5);
    append('task.created', { runId: 'r', taskId: `t${events.length}` }, { name: `t${events.length}` });
  }
  return events;
}

describe('the recent past', () => {
  it('is the same at any moment, whatever was looked at before', () => {
    const events = recorded(6_000);
    const history = createHistory(0, emptyState(), { events: 4_000, stateEvery: 1_500 });
    let live = emptyState();
    const random = createSeededRandom(8);
    for (let i = 0; i < events.length; i += 100) {
      const batch = events.slice(i, i + 100);
      live = reduce(live, batch);
      history.add(batch, live);
      const wanted = history.first + Math.floor(random() * (live.seq - history.first + 1));
      expect(history.stateAt(wanted)?.seq).toBe(wanted);
    }
    expect(live.seq - history.first).toBeGreaterThanOrEqual(4_000);
    // No more than one stretch is kept beyond what was asked for.
    expect(live.seq - history.first).toBeLessThan(4_000 + 2 * 1_500);
    for (let seq = history.first; seq <= live.seq; seq += 371) {
      const state = history.stateAt(seq);
      expect(state?.runs.get('r')?.tasks.length).toBe(seq - 1);
      expect([...(state?.tasks.ids() ?? [])]).toEqual(
        events.slice(1, seq).map(({ taskId }) => `r/${taskId}`),
      );
    }
    expect(history.stateAt(history.first - 1)).toBeUndefined();
    expect(history.stateAt(live.seq)?.seq).toBe(live.seq);
  });
});
