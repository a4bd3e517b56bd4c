import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFinal } from '../model/status.js';
import { withinBounds } from '../projection/bounds.js';
import { emptyState, reduce } from '../projection/reduce.js';
import type { FleetState, RunState } from '../projection/state.js';
import { createTable } from '../projection/table.js';
import { createLog } from '../testing/log-builder.js';
import { selectDropped } from './dropped.js';
import { selectCostSince, selectOpenCost } from './fleet-cost.js';
import { selectFleetCounts, selectFleetUsage } from './fleet.js';
import { followTable } from './follow-table.js';
import { selectNeeds } from './needs.js';
import { selectRunCounts } from './runs.js';
import { selectRunFacets } from './runs-facets.js';
import { selectStartables } from './runs-startable.js';
import { selectRunSearch } from './search-runs.js';
import type { RunColumn, RunFilters, RunQuery } from './search-runs.js';

/** The same state in tables of its own, which follow from no others. */
function apart(state: FleetState): FleetState {
  const copy = <T extends object>(table: { ids(): readonly string[]; get(id: string): T | undefined }) =>
    createTable(table.ids().map((id) => [id, { ...table.get(id) } as T] as const));
  return { ...state, runs: copy(state.runs), agents: copy(state.agents) };
}

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom('create', 'join', 'work', 'spend', 'lose', 'end', 'fail', 'pause', 'ask', 'forget'),
    run: fc.integer({ min: 0, max: 5 }),
    amount: fc.integer({ min: 0, max: 3 }),
  }),
  { maxLength: 60 },
);
type Step = typeof steps extends fc.Arbitrary<readonly (infer S)[]> ? S : never;

/** A state after each of the steps. */
function* statesOf(made: readonly Step[]): Iterable<FleetState> {
  const log = createLog(0);
  let state = emptyState();
  let created = 0;
  const open: string[] = [];
  for (const { kind, run, amount } of made) {
    const runId = open[run % Math.max(1, open.length)];
    if (kind === 'create' || runId === undefined) {
      const id = `run-${(created += 1)}`;
      open.push(id);
      const graph = { nodes: [], edges: [], ...(amount > 1 ? { inputSchema: { type: 'object' } } : {}) };
      const data = {
        name: `graph ${amount % 2}`,
        labels: { team: `${amount}` },
        ...(amount > 0 ? { graph } : {}),
      };
      log.append('run.created', { runId: id }, { ...data, ...(run === 0 ? { source: 'codex' } : {}) });
    } else if (kind === 'join') log.append('agent.joined', { runId, agentId: `A${amount}` }, { name: 'A' });
    else if (kind === 'work')
      log.append('agent.status', { runId, agentId: `A${amount}` }, { status: run > 2 ? 'active' : 'idle' });
    else if (kind === 'spend')
      log.append(
        'usage.recorded',
        { runId },
        { usage: { inputTokens: amount, outputTokens: 1 }, cost: { basis: 'list', nanoUsd: amount } },
      );
    else if (kind === 'lose')
      log.append('system.dropped', { runId }, { counts: { 'log.written': amount }, reason: 'queue-full' });
    else if (kind === 'fail')
      log.append('run.failed', { runId }, { error: { code: 'X', message: `${amount}` } });
    else if (kind === 'pause') log.append('run.paused', { runId }, { reason: 'budget' });
    else if (kind === 'ask')
      log.append('approval.requested', { runId }, { approvalId: `q${amount}`, title: 'Go on?' });
    else if (kind === 'end') log.append('run.completed', { runId }, {});
    else state = withinBounds(state, { runs: amount, rows: 100 });
    log.advance(1_000);
    state = reduce(state, log.events.slice(-1));
    yield state;
  }
}

const all: readonly ((state: FleetState) => unknown)[] = [
  selectRunCounts,
  selectRunFacets,
  selectStartables,
  selectDropped,
  selectFleetCounts,
  selectFleetUsage,
  selectOpenCost,
  (state) => selectCostSince(state),
  (state) => selectCostSince(state, 5_000),
  (state) => selectNeeds(state, 10_000, 60_000),
];

describe('what follows the changes of a table', () => {
  it('is what all rows say, whatever comes, changes and goes', () => {
    fc.assert(
      fc.property(steps, (made) => {
        const seen = [...statesOf(made)].map((state) => ({
          state,
          results: all.map((select) => select(state)),
        }));
        for (const { state, results } of seen) {
          const alone = apart(state);
          expect(results).toEqual(all.map((select) => select(alone)));
        }
      }),
    );
  });

  const expectSameBack = (made: readonly Step[]): void => {
    const states = [...statesOf(made)];
    const forth = states.map((state) => all.map((select) => select(state)));
    const back = states.reverse().map((state) => all.map((select) => select(state)));
    expect(back.reverse()).toEqual(forth);
  };

  it('is the same for an earlier version as it was then', () => {
    fc.assert(fc.property(steps, expectSameBack));
  });

  it('takes what a name may be started with from its newest run, also when an older one comes back', () => {
    expectSameBack([
      { kind: 'create', run: 1, amount: 1 },
      { kind: 'fail', run: 0, amount: 0 },
      { kind: 'create', run: 1, amount: 3 },
      { kind: 'forget', run: 0, amount: 0 },
    ]);
  });

  it('puts runs that come, move and go where a new search finds them', () => {
    const columns: readonly RunColumn[] = ['started', 'cost', 'status', 'name', 'lastEvent', 'agents'];
    const query = fc.record({
      sort: fc.record({
        column: fc.constantFrom(...columns),
        direction: fc.constantFrom('ascending' as const, 'descending' as const),
      }),
      text: fc.constantFrom('', 'graph 1'),
      filters: fc.constantFrom<RunFilters>({}, { status: ['queued', 'running'] }),
    });
    fc.assert(
      fc.property(steps, query, fc.integer({ min: 1, max: 5 }), (made, wanted, every) => {
        const kept: RunQuery = wanted;
        for (const [at, state] of [...statesOf(made)].entries()) {
          if (at % every !== 0) continue;
          const before = selectRunSearch(state, kept);
          expect(before).toEqual(selectRunSearch(apart(state), { ...kept }));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('looks only at rows that changed', () => {
    const looked: string[] = [];
    const log = createLog(0);
    for (let index = 0; index < 1_000; index += 1)
      log.append('run.created', { runId: `run-${index}` }, { name: 'x' });
    const select = followTable<RunState, number>(
      (runs) => [...runs.values()].filter((run) => (looked.push(run.id), isFinal(run.status))).length,
      (last, changes) => changes.reduce((sum, { after }) => (looked.push(after?.id ?? ''), sum), last),
    );
    const state = reduce(emptyState(), log.events);
    select(state.runs);
    expect(looked).toHaveLength(1_000);
    log.append('run.started', { runId: 'run-7' }, {});
    select(reduce(state, log.events).runs);
    expect(looked.slice(1_000)).toEqual(['run-7']);
  });
});
