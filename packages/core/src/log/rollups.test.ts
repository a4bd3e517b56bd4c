import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compact } from './compact.js';
import { createRollupRows, planRollup } from './rollup-rows.js';
import type { RollupDimension, RollupQuery, RollupRow } from './rollups.js';
import { createLog } from '../testing/log-builder.js';
import { hostileEvents, legalLogs } from '../testing/arbitraries.js';
import type { FleetEvent } from '../protocol/event.js';
import { HOUR_MS, ROLLUP_DIMENSIONS } from '../projection/rollup-cells.js';
import type { RollupCell } from '../projection/rollup-cells.js';
import { createRollupFold } from '../projection/rollup-fold.js';
import { emptyState, reduce } from '../projection/reduce.js';
import type { Totals } from '../projection/state.js';
import { addTotals, copyTotals, ZERO_TOTALS } from '../projection/totals.js';

const cellsOf = (events: readonly FleetEvent[]): RollupCell[] => createRollupFold().fold(events).values();

function rowsOf(cells: readonly RollupCell[], query: RollupQuery): RollupRow[] {
  const rows = createRollupRows(planRollup(query));
  for (const cell of cells) rows.addCell(cell);
  return rows.rows();
}

const totalOf = (cells: readonly RollupCell[]): RollupRow | undefined =>
  rowsOf(cells, { period: 'total' })[0];

/** The part of a row that the fold knows too, without classes and bases that are 0. */
function pruned({ cost, usage, modelCalls, toolCalls, toolErrors }: Totals): unknown {
  const whole = (record: object) =>
    Object.fromEntries(Object.entries(record).filter(([, value]) => value !== 0));
  return { ...cost, byBasis: whole(cost.byBasis), usage: whole(usage), modelCalls, toolCalls, toolErrors };
}

const sumOf = (parts: Iterable<Totals>): Totals => {
  const sum = copyTotals(ZERO_TOTALS);
  for (const part of parts) addTotals(sum, part);
  return sum;
};

describe('rollups', () => {
  it('add up to the totals of the fold, broken down by anything and however the log is cut', () => {
    fc.assert(
      fc.property(legalLogs(fc), fc.nat(200), (log, cut) => {
        const state = reduce(emptyState(), log);
        const cells = cellsOf(log);
        const runs = [...state.runs.values()];
        const expected = pruned(sumOf(runs.map(({ totals }) => totals)));
        expect(pruned(totalOf(cells) ?? ZERO_TOTALS)).toEqual(expected);
        for (const by of ROLLUP_DIMENSIONS) {
          const rows = rowsOf(cells, { period: 'hour', by });
          expect(pruned(sumOf(rows))).toEqual(expected);
        }
        for (const { id, totals } of runs) {
          const [row] = rowsOf(cells, { period: 'total', by: 'run', key: id });
          expect(pruned(row ?? ZERO_TOTALS)).toEqual(pruned(totals));
        }
        const fold = createRollupFold();
        const parts = [...fold.fold(log.slice(0, cut)).values(), ...fold.fold(log.slice(cut)).values()];
        expect(rowsOf(parts, { period: 'hour', by: 'agent' })).toEqual(
          rowsOf(cells, { period: 'hour', by: 'agent' }),
        );
      }),
    );
  });

  it('count what runs and tasks came to as the fold does', () => {
    fc.assert(
      fc.property(legalLogs(fc), (log) => {
        const state = reduce(emptyState(), log);
        const row = totalOf(cellsOf(log));
        const count = (items: Iterable<{ readonly status: string }>, status: string) =>
          [...items].filter((item) => item.status === status).length;
        for (const status of ['completed', 'failed', 'cancelled', 'stopped'] as const) {
          expect(row?.runs[status] ?? 0).toBe(count(state.runs.values(), status));
          expect(row?.tasks[status] ?? 0).toBe(count(state.tasks.values(), status));
        }
        const timed = [...state.tasks.values()].filter(({ endedAt }) => endedAt !== undefined);
        expect(row?.durations.task ?? { count: 0, totalMs: 0 }).toEqual({
          count: timed.filter(({ startedAt }) => startedAt !== undefined).length,
          totalMs: timed.reduce(
            (sum, { startedAt, endedAt = 0 }) => sum + endedAt - (startedAt ?? endedAt),
            0,
          ),
        });
      }),
    );
  });

  it('go on from what a run told before when they have forgotten it', () => {
    fc.assert(
      fc.property(legalLogs(fc), fc.integer({ min: 1, max: 7 }), (log, size) => {
        let folded: readonly FleetEvent[] = [];
        const fold = createRollupFold({
          maxKnown: 1,
          history: (runId) => folded.filter((event) => event.runId === runId),
        });
        const parts: RollupCell[] = [];
        for (let i = 0; i < log.length; i += size) {
          parts.push(...fold.fold(log.slice(i, i + size)).values());
          folded = log.slice(0, i + size);
          if (i % 2 === 0) fold.forget();
        }
        expect(rowsOf(parts, { period: 'hour', by: 'model' })).toEqual(
          rowsOf(cellsOf(log), { period: 'hour', by: 'model' }),
        );
      }),
    );
  });

  it('are the same for a log whose deltas were merged', () => {
    fc.assert(
      fc.property(legalLogs(fc), (log) => {
        expect(totalOf(cellsOf(compact(log)))).toEqual(totalOf(cellsOf(log)));
      }),
    );
  });

  it('survive anything in the place of events', () => {
    fc.assert(
      fc.property(fc.array(hostileEvents(fc), { maxLength: 20 }), (values) => {
        const events = values.filter((value) => typeof value === 'object' && value !== null);
        const rows = createRollupRows(planRollup({ period: 'total', by: 'agent' }));
        for (const cell of cellsOf(events as FleetEvent[])) {
          expect(cell.sums.every(Number.isFinite)).toBe(true);
          rows.addCell(cell);
        }
        // Sums that no number holds exactly are refused, not rounded.
        try {
          rows.rows();
        } catch (error) {
          expect(error).toMatchObject({ code: 'COST_OVERFLOW' });
        }
      }),
    );
  });

  it('put what was provisionally spent into its own hour, and the correction into that of the end', () => {
    const log = createLog(0);
    const scope = { runId: 'r', agentId: 'a', spanId: 's' };
    log.append('span.started', scope, { kind: 'model', name: 'm', model: 'm' });
    const usage = { inputTokens: 10, outputTokens: 5 };
    log.append('usage.recorded', scope, { usage, cost: { basis: 'list', nanoUsd: 700 } });
    log.advance(HOUR_MS + 1);
    log.append('span.ended', scope, {
      status: 'ok',
      usage: { inputTokens: 10, outputTokens: 9 },
      cost: { basis: 'billed', nanoUsd: 500 },
    });
    const rows = rowsOf(cellsOf(log.events), { period: 'hour', by: 'model' });
    expect(rows.map(({ start, key, cost, modelCalls }) => [start, key, cost.byBasis, modelCalls])).toEqual([
      [0, 'm', { list: 700 }, 1],
      [HOUR_MS, 'm', { list: -700, billed: 500 }, 0],
    ]);
    expect(rows[1]?.usage.outputTokens).toBe(4);
    expect(rows[1]?.durations.model).toEqual({ count: 1, totalMs: HOUR_MS + 1 });
  });

  it('count a call without a price as unpriced, never as free', () => {
    const log = createLog(0);
    log.append('span.ended', { runId: 'r', spanId: 's' }, { status: 'ok', model: 'm' });
    log.append('usage.recorded', { runId: 'r' }, { usage: { inputTokens: 1, outputTokens: 1 }, calls: 3 });
    const total = totalOf(cellsOf(log.events));
    expect([total?.modelCalls, total?.cost]).toEqual([4, { nanoUsd: 0, byBasis: {}, unknownCalls: 4 }]);
  });

  it('follow a task to the agent, role and type that it gets later', () => {
    const log = createLog(0);
    log.append('agent.joined', { runId: 'r', agentId: 'b' }, { name: 'b', role: 'reviewer' });
    log.append('task.created', { runId: 'r', taskId: 't', agentId: 'a' }, { name: 't', role: 'analyst' });
    log.append('task.started', { runId: 'r', taskId: 't', agentId: 'a' }, { attempt: 1 });
    log.append('task.assigned', { runId: 'r', taskId: 't', agentId: 'b' }, {});
    log.append('task.updated', { runId: 'r', taskId: 't', agentId: 'b' }, { type: 'audit' });
    log.append('task.completed', { runId: 'r', taskId: 't', agentId: 'b' }, {});
    const cells = cellsOf(log.events);
    const keys = (by: RollupDimension) =>
      rowsOf(cells, { period: 'total', by }).map(({ key, tasks }) => [key, tasks.started, tasks.completed]);
    expect([keys('agent'), keys('role'), keys('taskType')]).toEqual([
      [['b', 1, 1]],
      [['reviewer', 1, 1]],
      [['audit', 1, 1]],
    ]);
  });

  it('refuse a sum that no number holds exactly, and senseless questions', () => {
    const log = createLog(0);
    const cost = { basis: 'list', nanoUsd: Number.MAX_SAFE_INTEGER } as const;
    const usage = { inputTokens: 0, outputTokens: 0 };
    for (let i = 0; i < 2; i += 1) {
      log.append('usage.recorded', { runId: 'r' }, { usage, cost });
      log.advance(HOUR_MS);
    }
    const cells = cellsOf(log.events);
    expect(rowsOf(cells, { period: 'hour' })).toHaveLength(2);
    expect(() => rowsOf(cells, { period: 'total' })).toThrow(/exact/);
    for (const query of [
      { period: 'week' },
      { period: 'hour', from: 2, to: 1 },
      { period: 'hour', from: -1 },
      { period: 'hour', by: 'colour' },
      { period: 'hour', key: 'a' },
      { period: 'hour', by: 'agent', limit: 0 },
    ]) {
      expect(() => planRollup(query as RollupQuery)).toThrow(/`/);
    }
  });
});
