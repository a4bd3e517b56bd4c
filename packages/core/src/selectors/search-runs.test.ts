import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyState, reduce } from '../projection/reduce.js';
import type { FleetState } from '../projection/state.js';
import { legalLogs } from '../testing/arbitraries.js';
import { createLog } from '../testing/log-builder.js';
import { selectAgentKeys } from './agents-order.js';
import type { AgentColumn } from './agents-order.js';
import { countBy, selectRunCounts } from './runs.js';
import { selectRunFacets } from './runs-facets.js';
import { selectStartables } from './runs-startable.js';
import { selectRunSearch } from './search-runs.js';
import type { RunColumn, RunQuery } from './search-runs.js';

const HOUR = 3_600_000;

function write(): ReturnType<typeof createLog> {
  const log = createLog(0);
  const { append, advance } = log;
  append('run.created', { runId: 'a' }, { name: 'Checkout', priority: 'high', labels: { team: 'payments' } });
  append('run.started', { runId: 'a' }, {});
  append('agent.joined', { runId: 'a', agentId: 'CODER' }, { name: 'CODER', role: 'writes code' });
  append('task.created', { runId: 'a', taskId: 't' }, { name: 'Fix the retry' });
  append('task.started', { runId: 'a', taskId: 't' }, { attempt: 1 });
  advance(HOUR);
  append(
    'run.created',
    { runId: 'b' },
    { name: 'Invoices', priority: 'low', labels: { team: 'billing' }, source: 'codex' },
  );
  append('task.created', { runId: 'b', taskId: 't' }, { name: 'Read' });
  append(
    'task.failed',
    { runId: 'b', taskId: 't' },
    { attempt: 1, error: { code: 'X', message: 'Disk is full' } },
  );
  append('run.failed', { runId: 'b' }, { error: { code: 'TASK_FAILED', message: 'Gave up on the disk' } });
  advance(HOUR);
  append('run.created', { runId: 'c' }, { name: 'Search', labels: { team: 'payments' } });
  append(
    'usage.recorded',
    { runId: 'c' },
    { usage: { inputTokens: 90, outputTokens: 10 }, cost: { basis: 'unknown' } },
  );
  append(
    'usage.recorded',
    { runId: 'a' },
    { usage: { inputTokens: 5, outputTokens: 5 }, cost: { basis: 'list', nanoUsd: 7 } },
  );
  return log;
}

const state = reduce(emptyState(), write().events);
const ids = (query: RunQuery, of: FleetState = state): readonly string[] => selectRunSearch(of, query).ids;
const found = (text: string): readonly string[] => {
  const { matches } = selectRunSearch(state, { text });
  return [...matches].flatMap(([id, all]) =>
    all.map(({ field, text: around, start, end }) => `${id} ${field}: ${around.slice(start, end)}`),
  );
};

describe('search for runs', () => {
  it('says where the words were found', () => {
    expect(found('checkOUT')).toEqual(['a name: Checkout']);
    expect(found('coder')).toEqual(['a agent: CODER']);
    expect(found('retry')).toEqual(['a task: retry']);
    expect(found('full')).toEqual(['b taskError: full']);
    expect(found('gave')).toEqual(['b error: Gave']);
    expect(found('team=billing')).toEqual(['b label: team=billing']);
    expect(found('codex')).toEqual(['b source: codex']);
  });

  it('wants every word, wherever each of them is', () => {
    expect(found('retry checkout')).toEqual(['a name: Checkout', 'a task: retry']);
    expect(ids({ text: 'checkout disk' })).toEqual([]);
    expect(ids({ text: '   ' })).toEqual(['c', 'b', 'a']);
  });

  it('shortens what surrounds a find, and does not read without end', () => {
    const log = createLog(0);
    const name = `${'x'.repeat(3_000)} needle ${'y'.repeat(1_000_000)} far`;
    log.append('run.created', { runId: 'a' }, { name });
    const large = reduce(emptyState(), log.events);
    const [match] = selectRunSearch(large, { text: 'needle' }).matches.get('a') ?? [];
    expect(match?.text.length).toBeLessThan(130);
    expect(match?.text.slice(match.start, match.end)).toBe('needle');
    expect(ids({ text: 'far' }, large)).toEqual([]);
  });

  it('narrows by status, priority, label, source and time', () => {
    expect(ids({ filters: { status: ['failed', 'stopped'] } })).toEqual(['b']);
    expect(ids({ filters: { priority: ['normal'] } })).toEqual(['c']);
    expect(ids({ filters: { labels: ['team=payments'] } })).toEqual(['c', 'a']);
    expect(ids({ filters: { labels: ['constructor=x'] } })).toEqual([]);
    expect(ids({ filters: { source: [''] } })).toEqual(['c', 'a']);
    expect(ids({ filters: { within: HOUR } })).toEqual(['c', 'b']);
    expect(ids({ filters: { from: 1, to: HOUR } })).toEqual(['b']);
    expect(ids({ filters: { status: [] } })).toEqual(['c', 'b', 'a']);
    expect(selectRunSearch(state, { filters: { source: ['codex'] } }).total).toBe(3);
  });

  it('sorts by any column, what is unknown last', () => {
    const by = (column: RunColumn, direction: 'ascending' | 'descending') =>
      ids({ sort: { column, direction } }).join('');
    expect(by('name', 'ascending')).toBe('abc');
    expect(by('started', 'ascending')).toBe('abc');
    expect(by('priority', 'ascending')).toBe('acb');
    expect(by('tokens', 'descending')).toBe('cab');
    expect(by('cost', 'descending')).toBe('abc');
    expect(by('cost', 'ascending')).toBe('bac');
    expect(by('tasks', 'descending')).toBe('bac');
    expect(by('duration', 'descending')).toBe('acb');
  });

  it('keeps its result while no run of it moves', () => {
    const query: RunQuery = { text: 'e', sort: { column: 'name', direction: 'ascending' } };
    const before = selectRunSearch(state, query);
    const log = write();
    log.append('log.written', { runId: 'a' }, { level: 'info', message: 'x' });
    const after = reduce(state, log.events.slice(-1));
    expect(selectRunSearch(after, query)).toBe(before);
  });

  it('finds the same by following changes as by looking at all runs', () => {
    const column = fc.constantFrom<RunColumn>(
      'name',
      'status',
      'tokens',
      'cost',
      'started',
      'lastEvent',
      'duration',
      'tasks',
    );
    const direction = fc.constantFrom('ascending' as const, 'descending' as const);
    const asked = fc.record(
      {
        text: fc.constantFrom('', 'a', 'run'),
        filters: fc.constantFrom<RunQuery['filters']>({ status: ['running'] }, {}),
        sort: fc.record({ column, direction }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(legalLogs(fc), asked, fc.integer({ min: 1, max: 9 }), (events, made, size) => {
        const query = made as RunQuery;
        let now = emptyState();
        for (let from = 0; from < events.length; from += size) {
          now = reduce(now, events.slice(from, from + size));
          const fresh = selectRunSearch(now, { ...query });
          expect(selectRunSearch(now, query)).toEqual(fresh);
          expect(selectRunCounts(now)).toEqual(countBy(now.runs.values(), (run) => run.status));
        }
      }),
    );
  });

  it('finds what it says it found, in any log', () => {
    const query: RunQuery = { text: 'a', filters: {}, sort: { column: 'duration', direction: 'descending' } };
    fc.assert(
      fc.property(legalLogs(fc), (events) => {
        const any = reduce(emptyState(), events);
        const { ids: runs, matches } = selectRunSearch(any, query);
        expect(new Set(runs).size).toBe(runs.length);
        for (const id of runs) {
          const all = matches.get(id) ?? [];
          expect(all.some(({ text, start, end }) => text.slice(start, end).toLowerCase() === 'a')).toBe(true);
        }
      }),
    );
  });
});

describe('facets of runs', () => {
  it('are the labels and sources that there are', () => {
    expect(selectRunFacets(state)).toEqual({
      labels: ['team=billing', 'team=payments'],
      sources: ['', 'codex'],
    });
    expect(selectRunFacets(state)).toBe(selectRunFacets({ ...state }));
  });
});

describe('what can be started', () => {
  it('are the graphs that ran here, with the newest schema', () => {
    const log = createLog(0);
    const graph = { nodes: [], edges: [] };
    const newer = { type: 'object', properties: { b: {} } };
    log.append(
      'run.created',
      { runId: '1' },
      { name: 'plan', graph: { ...graph, inputSchema: { type: 'object' } } },
    );
    log.append('run.created', { runId: '2' }, { name: 'plan', graph: { ...graph, inputSchema: newer } });
    log.append('run.created', { runId: '3' }, { name: 'call', graph });
    log.append('run.created', { runId: '4' }, { name: 'function' });
    log.append('run.created', { runId: '5' }, { name: 'recorded', graph, source: 'codex' });
    const fleet = reduce(emptyState(), log.events);
    expect(selectStartables(fleet)).toEqual([{ name: 'call' }, { name: 'plan', inputSchema: newer }]);
    expect(selectStartables({ ...fleet })).toBe(selectStartables(fleet));
  });
});

describe('order of agents', () => {
  const write2 = (): FleetState => {
    const log = createLog(0);
    const add = (runId: string, agentId: string, tokens: number, cost?: number): void => {
      const scope = { runId, agentId };
      log.append('agent.joined', scope, { name: agentId });
      log.append('usage.recorded', scope, {
        usage: { inputTokens: tokens, outputTokens: 0 },
        cost: cost === undefined ? { basis: 'unknown' } : { basis: 'list', nanoUsd: cost },
      });
    };
    for (const runId of ['r', 's']) log.append('run.created', { runId }, { name: runId });
    add('r', 'B', 5, 9);
    add('r', 'A', 7);
    add('s', 'C', 6, 1);
    return reduce(emptyState(), log.events);
  };
  const agents = write2();
  const names = (runId?: string, column?: AgentColumn): string =>
    selectAgentKeys(agents, runId, column && { column, direction: 'descending' })
      .map((key) => agents.agents.get(key)?.id)
      .join('');

  it('is that of their joining, in a run the first and in the fleet the newest first', () => {
    expect(names('r')).toBe('BA');
    expect(names()).toBe('CAB');
    expect(names('gone')).toBe('');
  });

  it('follows a column, what is unknown last', () => {
    expect(names(undefined, 'tokens')).toBe('ACB');
    expect(names(undefined, 'cost')).toBe('BCA');
    expect(names('r', 'name')).toBe('BA');
    expect(selectAgentKeys({ ...agents }, 'r')).toBe(selectAgentKeys(agents, 'r'));
  });
});
