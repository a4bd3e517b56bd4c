import { addUsage, NO_AMOUNT, selectAnalytics, selectRunAnalytics, sumCosts } from '@fleetglass/core';
import type {
  AnalyticsPartial,
  FleetState,
  RollupDimension,
  RollupRow,
  RunState,
  Slice,
} from '@fleetglass/core';
import type { Call } from './endpoint.js';
import type { AmountView } from './amounts.js';

const DAY = 86_400_000;
const utc = (): number => 0;

type Row = AmountView & { readonly key: string };

/** Which costs are broken down. */
export interface CostQuery {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly runId: string | undefined;
}

/** Costs of a time, from sums that are kept of the whole log, or from the runs that the state holds. */
export interface Breakdown {
  readonly source: 'rollups' | 'state';
  readonly total: AmountView;
  readonly by: { readonly [D in RollupDimension]?: readonly Row[] };
  readonly partial?: AnalyticsPartial;
}

const NOTHING: AmountView = NO_AMOUNT;

const plus = (a: AmountView, b: AmountView): AmountView => ({
  cost: sumCosts(a.cost, b.cost),
  usage: addUsage(a.usage, b.usage),
  modelCalls: a.modelCalls + b.modelCalls,
});

const withKey = (row: AmountView & { readonly key?: string }): Row => ({
  cost: row.cost,
  usage: row.usage,
  modelCalls: row.modelCalls,
  key: row.key ?? '',
});

/** The sums that a host keeps; none for whoever may see a part only, as they do not tell parts of parts. */
export function rollupsOf({ host, scope }: Call) {
  return scope === undefined ? host.rollups : undefined;
}

async function fromRollups(
  call: Call,
  { from, to }: CostQuery,
  dimensions: readonly RollupDimension[],
  limit: number,
): Promise<Breakdown | undefined> {
  const rollups = rollupsOf(call);
  if (!rollups) return undefined;
  const range = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  const totals = await rollups.read({ ...range, period: 'total' });
  const by: { [D in RollupDimension]?: readonly Row[] } = {};
  for (const dimension of dimensions) {
    const rows: readonly RollupRow[] = await rollups.read({
      ...range,
      period: 'total',
      by: dimension,
      limit,
    });
    by[dimension] = rows.map(withKey);
  }
  return { source: 'rollups', total: totals.reduce<AmountView>(plus, NOTHING), by };
}

const slices = (list: readonly Slice[]): readonly Row[] =>
  list.map((slice) => ({ ...withKey(slice), key: slice.name }));

/** Ids of agents by the name that they are shown under; the name itself where several share it. */
function idsByName({ agents }: FleetState): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  for (const { name, id } of agents.values()) ids.set(name, (ids.get(name) ?? id) === id ? id : name);
  return ids;
}

function amountOf(state: FleetState, run: RunState, days: Days | undefined): AmountView {
  if (!days) return run.totals;
  const { id: runId } = run;
  return selectAnalytics(state, { from: days.first, to: days.last, runId, offsetAt: utc }).total;
}

/** Whole days of UTC, as numbers since the epoch, both included. */
interface Days {
  readonly first: number;
  readonly last: number;
}

function daysOf({ from, to }: CostQuery, state: FleetState, now: number): Days | undefined {
  if (from === undefined && to === undefined) return undefined;
  let oldest = now;
  if (from === undefined) for (const run of state.runs.values()) oldest = Math.min(oldest, run.createdAt);
  const until = Math.max(0, (to ?? Math.max(now, state.time) + 1) - 1);
  return { first: Math.floor((from ?? oldest) / DAY), last: Math.floor(until / DAY) };
}

function fromState(
  state: FleetState,
  query: CostQuery,
  now: number,
  dimensions: readonly RollupDimension[],
): Breakdown {
  const days = daysOf(query, state, now);
  const { runId } = query;
  const chosen = runId === undefined ? [...state.runs.values()] : [state.runs.get(runId)];
  const runs = chosen.flatMap((run) => run ?? []);
  const oldest = runs.reduce((least, run) => Math.min(least, run.createdAt), now);
  const all = days ?? {
    first: Math.floor(oldest / DAY),
    last: Math.floor(Math.max(now, state.time) / DAY),
  };
  const analytics =
    (runId !== undefined && !days ? selectRunAnalytics(state, runId, utc) : undefined) ??
    selectAnalytics(state, { from: all.first, to: all.last, runId, offsetAt: utc });
  const grouped = (keyOf: (run: RunState) => string | undefined) => {
    const groups = new Map<string, AmountView>();
    for (const run of runs) {
      const amount = amountOf(state, run, days);
      const key = keyOf(run) ?? '';
      groups.set(key, plus(groups.get(key) ?? NOTHING, amount));
    }
    return [...groups].map(([key, amount]) => ({ ...amount, key }));
  };
  const readers: {
    readonly [D in RollupDimension]: () => readonly Row[];
  } = {
    agent: () => {
      const ids = idsByName(state);
      return slices(analytics.by.agent).map((row) => ({ ...row, key: ids.get(row.key) ?? row.key }));
    },
    model: () => slices(analytics.by.model),
    role: () => slices(analytics.by.role),
    taskType: () => slices(analytics.by.type),
    run: () => grouped((run) => run.id),
    thread: () => grouped((run) => run.threadId ?? run.id),
  };
  return {
    source: 'state',
    total: analytics.total,
    by: Object.fromEntries(dimensions.map((dimension) => [dimension, readers[dimension]()])),
    partial: analytics.partial,
  };
}

/** Rows of what was spent at all, the most costly first. */
const costly = (rows: readonly Row[], limit: number): readonly Row[] =>
  rows
    .filter(({ cost, usage, modelCalls }) => {
      const tokens = usage.inputTokens + usage.outputTokens;
      return modelCalls !== 0 || cost.nanoUsd !== 0 || cost.unknownCalls !== 0 || tokens !== 0;
    })
    .sort(
      (a, b) => b.cost.nanoUsd - a.cost.nanoUsd || b.modelCalls - a.modelCalls || (a.key < b.key ? -1 : 1),
    )
    .slice(0, limit);

/** Costs of what may be seen, the most costly first. */
export async function breakDown(
  call: Call,
  query: CostQuery,
  dimensions: readonly RollupDimension[],
  limit: number,
): Promise<Breakdown> {
  const kept = query.runId === undefined ? await fromRollups(call, query, dimensions, limit) : undefined;
  const found = kept ?? (await readState(call, query, dimensions));
  const by = Object.fromEntries(
    Object.entries(found.by).map(([dimension, rows]) => [dimension, costly(rows, limit)]),
  );
  return { ...found, by };
}

async function readState(
  call: Call,
  query: CostQuery,
  dimensions: readonly RollupDimension[],
): Promise<Breakdown> {
  const { state } = await (query.runId === undefined
    ? call.reader.head(call.scope)
    : call.reader.run(query.runId, call.scope));
  return fromState(state, query, call.now, dimensions);
}
