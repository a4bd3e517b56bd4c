import { FleetglassError } from '../errors/fleetglass-error.js';
import { DAY_MS, HOUR_MS, ROLLUP_DIMENSIONS } from '../projection/rollup-cells.js';
import type { RollupCell } from '../projection/rollup-cells.js';
import type { RollupColumn } from '../projection/rollup-sums.js';
import { emptySums, ROLLUP_COLUMNS } from '../projection/rollup-sums.js';
import type { RollupDimension, RollupQuery, RollupRow } from './rollups.js';

/** What has to be read to answer a {@link RollupQuery}: hours from `from` until before `to`. */
export interface RollupPlan {
  readonly from: number;
  readonly to: number;
  readonly by: RollupDimension | undefined;
  readonly key: string | undefined;
  readonly limit: number | undefined;
  /** Beginning of the row that an hour or a day counts in. */
  readonly startOf: (time: number) => number;
}

/** Greatest number of milliseconds that a `Date` can show. */
const MAX_TIME = 8.64e15;

const PERIODS: ReadonlySet<string> = new Set(['hour', 'day', 'total']);

const bad = (message: string): FleetglassError => new FleetglassError('BAD_INPUT', message);

/** @throws FleetglassError `BAD_INPUT` for a senseless query */
export function planRollup({ from = 0, to = MAX_TIME, period, by, key, limit }: RollupQuery): RollupPlan {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || to > MAX_TIME || to < from) {
    throw bad('`from` and `to` are milliseconds since the epoch, and `from` is not after `to`.');
  }
  if (!PERIODS.has(period)) {
    throw bad('`period` is `hour`, `day` or `total`.');
  }
  if (by !== undefined && !ROLLUP_DIMENSIONS.includes(by)) {
    throw bad(`\`by\` is one of ${ROLLUP_DIMENSIONS.join(', ')}.`);
  }
  if (by === undefined && (key !== undefined || limit !== undefined)) {
    throw bad('`key` and `limit` are for sums that are broken down: say `by` what.');
  }
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit >= 1)) {
    throw bad('`limit` is a whole number of at least 1.');
  }
  const step = period === 'day' ? DAY_MS : HOUR_MS;
  const first = Math.floor(from / step) * step;
  return {
    from: first,
    to: Math.min(Math.ceil(to / step) * step, MAX_TIME),
    by,
    key,
    limit,
    startOf: period === 'total' ? () => first : (time) => Math.floor(time / step) * step,
  };
}

interface Summed {
  readonly start: number;
  readonly key: string;
  readonly sums: number[];
}

/** Collects what belongs to the rows of an answer. */
export interface RollupRows {
  /** @param start beginning of an hour or a day that the plan covers */
  add(start: number, key: string, sums: readonly number[]): void;
  addCell(cell: RollupCell): void;
  /** @throws FleetglassError `COST_OVERFLOW` */
  rows(): RollupRow[];
}

/** Adds up what a store finds into the rows that a plan asks for. */
export function createRollupRows({ from, to, by, key: wanted, limit, startOf }: RollupPlan): RollupRows {
  const summed = new Map<string, Summed>();

  const add = (time: number, key: string, sums: readonly number[]): void => {
    const start = startOf(time);
    const id = `${String(start)} ${key}`;
    let row = summed.get(id);
    if (!row) summed.set(id, (row = { start, key, sums: emptySums() }));
    for (let i = 0; i < sums.length; i += 1) row.sums[i] = (row.sums[i] ?? 0) + (sums[i] ?? 0);
  };

  return {
    add,
    addCell({ start, keys, sums }) {
      if (start < from || start >= to) return;
      const key = by === undefined ? '' : (keys[by] ?? '');
      if (wanted === undefined || key === wanted) add(start, key, sums);
    },
    rows() {
      const found = [...summed.values()].filter(({ sums }) => sums.some((sum) => sum !== 0));
      const kept = limit === undefined ? undefined : dearest(found, limit);
      return found
        .filter(({ key }) => kept?.has(key) ?? true)
        .sort((a, b) => a.start - b.start || compare(a, b))
        .map(({ start, key, sums }) => rowOf(start, key, sums));
    },
  };
}

const MONEY = (['billed', 'list', 'custom', 'simulated'] as const).map((name) =>
  ROLLUP_COLUMNS.indexOf(name),
);
const CALLS = ROLLUP_COLUMNS.indexOf('modelCalls');

const nanoUsdOf = (sums: readonly number[]): number =>
  MONEY.reduce((sum, place) => sum + (sums[place] ?? 0), 0);

/** The dearest first, then those with most calls. */
function compare(a: Summed, b: Summed): number {
  const byCost = nanoUsdOf(b.sums) - nanoUsdOf(a.sums);
  return byCost || (b.sums[CALLS] ?? 0) - (a.sums[CALLS] ?? 0) || (a.key < b.key ? -1 : 1);
}

function dearest(rows: readonly Summed[], limit: number): ReadonlySet<string> {
  const byKey = new Map<string, Summed>();
  for (const { key, sums } of rows) {
    const total = byKey.get(key) ?? { start: 0, key, sums: emptySums() };
    byKey.set(key, total);
    for (let i = 0; i < sums.length; i += 1) total.sums[i] = (total.sums[i] ?? 0) + (sums[i] ?? 0);
  }
  const ranked = [...byKey.values()].sort(compare).slice(0, limit);
  return new Set(ranked.map(({ key }) => key));
}

/** The answer to a question whose sums no number holds exactly. */
export const rollupOverflow = (): FleetglassError =>
  new FleetglassError(
    'COST_OVERFLOW',
    'A sum left the range of exact integers; ask for shorter spans of time.',
  );

function rowOf(start: number, key: string, sums: readonly number[]): RollupRow {
  const of = (name: RollupColumn): number => sums[PLACES[name]] ?? 0;
  const nanoUsd = nanoUsdOf(sums);
  if (!sums.every(Number.isSafeInteger) || !Number.isSafeInteger(nanoUsd)) throw rollupOverflow();
  const byBasis: Record<string, number> = {};
  for (const name of ['billed', 'list', 'custom', 'simulated'] as const) {
    if (of(name) !== 0) byBasis[name] = of(name);
  }
  return {
    start,
    ...(key === '' ? {} : { key }),
    cost: { nanoUsd, byBasis, unknownCalls: of('unknownCalls') },
    usage: {
      inputTokens: of('inputTokens'),
      cacheReadTokens: of('cacheReadTokens'),
      cacheWrite5mTokens: of('cacheWrite5mTokens'),
      cacheWrite1hTokens: of('cacheWrite1hTokens'),
      outputTokens: of('outputTokens'),
      reasoningTokens: of('reasoningTokens'),
    },
    modelCalls: of('modelCalls'),
    toolCalls: of('toolCalls'),
    toolErrors: of('toolErrors'),
    modelErrors: of('modelErrors'),
    runs: {
      started: of('runsStarted'),
      completed: of('runsCompleted'),
      failed: of('runsFailed'),
      cancelled: of('runsCancelled'),
      stopped: of('runsStopped'),
    },
    tasks: {
      started: of('tasksStarted'),
      completed: of('tasksCompleted'),
      failed: of('tasksFailed'),
      cancelled: of('tasksCancelled'),
      stopped: of('tasksStopped'),
      skipped: of('tasksSkipped'),
      retries: of('retries'),
    },
    durations: {
      run: { count: of('runCount'), totalMs: of('runMs') },
      task: { count: of('taskCount'), totalMs: of('taskMs') },
      model: { count: of('modelCount'), totalMs: of('modelMs') },
      tool: { count: of('toolCount'), totalMs: of('toolMs') },
    },
  };
}

const PLACES = Object.fromEntries(ROLLUP_COLUMNS.map((name, place) => [name, place])) as {
  readonly [N in RollupColumn]: number;
};
