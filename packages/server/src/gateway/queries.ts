import { FleetglassError, selectBurnOf, selectSpendOf } from '@fleetglass/core';
import type { FleetState, RunState } from '@fleetglass/core';
import { encodeCursor } from '@fleetglass/core/protocol';
import type { Cursor, Filter, Json } from '@fleetglass/core/protocol';
import * as z from 'zod';
import { narrow } from './access.js';
import type { Identity } from './access.js';
import type { Tenant } from './tenant.js';

/*
 * The four requests of an earlier dashboard. They travel as commands and change nothing: what they tell, a viewer could
 * also have from the state. Whatever they called a thread is one here; a run without one is its own.
 */
const threadId = z.string().min(1).max(256);
const querySchemas = {
  'orchestrator.metrics.subscribe': z.looseObject({ threadId: threadId.optional() }),
  'orchestrator.metrics.history': z.looseObject({
    threadId,
    minutes: z.int().min(1).max(1_440).default(60),
    limit: z.int().min(1).max(1_000).default(1_000),
    offset: z.int().min(0).default(0),
  }),
  'orchestrator.cost.burn_rate': z.looseObject({ threadId }),
  'orchestrator.checkpoint.list': z.looseObject({ threadId, limit: z.int().min(1).max(1_000).default(20) }),
};

type QueryType = keyof typeof querySchemas;

/** A request as one of {@link querySchemas} reads it. */
export interface Query {
  readonly frame: 'query';
  readonly id: string;
  readonly type: QueryType;
  readonly params: unknown;
}

/** The answer to a query, and the subscription that it asked for. */
export interface QueryAnswer {
  readonly result: Json;
  readonly follow?: { readonly filter: Filter; readonly cursor: Cursor };
}

const isQueryType = (type: unknown): type is QueryType =>
  typeof type === 'string' && Object.hasOwn(querySchemas, type);

/**
 * The query in a `command` frame; `undefined` for every other frame.
 *
 * @throws FleetglassError `BAD_INPUT`
 */
export function parseQuery(value: unknown, id: string | undefined): Query | undefined {
  const { frame, command } = (value ?? {}) as { readonly frame?: unknown; readonly command?: unknown };
  if (frame !== 'command' || id === undefined) return undefined;
  const type = (command as { readonly type?: unknown } | null | undefined)?.type;
  if (!isQueryType(type)) return undefined;
  const read = querySchemas[type].safeParse(command);
  if (read.success) return { frame: 'query', id, type, params: read.data };
  const [issue] = read.error.issues;
  const path = issue?.path.join('.') ?? '';
  throw new FleetglassError(
    'BAD_INPUT',
    `Correct \`${path}\` of \`${type}\`: ${issue?.message ?? 'it is malformed'}.`,
    {
      details: { path },
    },
  );
}

const runsOf = (state: FleetState, thread: string | undefined): RunState[] =>
  [...state.runs.values()].filter(
    (run) => thread === undefined || run.threadId === thread || (run.threadId ?? run.id) === thread,
  );

/** A thread that is not there is said so: a sum of nothing would look like a thread that cost nothing. */
function knownRuns(state: FleetState, thread: string): RunState[] {
  const runs = runsOf(state, thread);
  if (runs.length > 0) return runs;
  throw new FleetglassError('RUN_NOT_FOUND', 'There is no such thread or run; list them at /api/v1/runs.');
}

const sum = (runs: readonly RunState[], of: (run: RunState) => number): number =>
  runs.reduce((total, run) => total + of(run), 0);

function metrics(runs: readonly RunState[], now: number): Record<string, Json> {
  const newest = runs.reduce<RunState | undefined>(
    (latest, run) => (!latest || run.createdAt > latest.createdAt ? run : latest),
    undefined,
  );
  return {
    runs: runs.map(({ id }) => id),
    status: newest?.status ?? null,
    cost: costOf(runs),
    inputTokens: sum(runs, ({ totals }) => totals.usage.inputTokens),
    outputTokens: sum(runs, ({ totals }) => totals.usage.outputTokens),
    modelCalls: sum(runs, ({ totals }) => totals.modelCalls),
    tasks: sum(runs, ({ taskCounts }) =>
      Object.values(taskCounts).reduce((total, count) => total + count, 0),
    ),
    checkpoints: sum(runs, ({ checkpoints }) => checkpoints.length),
    burn: burnOf(runs, now),
    time: now,
  };
}

const costOf = (runs: readonly RunState[]): Json => ({
  nanoUsd: sum(runs, ({ totals }) => totals.cost.nanoUsd),
  unknownCalls: sum(runs, ({ totals }) => totals.cost.unknownCalls),
});

const burnOf = (runs: readonly RunState[], now: number): Json => {
  const { perMinute, perMinute5, perHour, lowerBound } = selectBurnOf(runs, now);
  return {
    nanoUsdPerMinute: perMinute ?? null,
    nanoUsdPerMinute5: perMinute5 ?? null,
    nanoUsdPerHour: perHour ?? null,
    lowerBound,
  };
};

/** @throws FleetglassError that becomes the answer */
export async function answerQuery(
  query: Query,
  tenant: Tenant,
  { scope }: Identity,
  now: number,
): Promise<QueryAnswer> {
  const { log } = tenant.host;
  const { seq, state } = await log.stateAt(log.head(), narrow({}, scope));
  switch (query.type) {
    case 'orchestrator.metrics.subscribe': {
      const { threadId: thread } = query.params as { threadId?: string };
      const runs = thread === undefined ? runsOf(state, undefined) : knownRuns(state, thread);
      const isRun = runs.some(({ id, threadId: own }) => id === thread && own === undefined);
      const filter: Filter = thread === undefined ? {} : isRun ? { runId: thread } : { threadId: thread };
      return {
        result: { ...metrics(runs, now), subscription: query.id },
        follow: { filter, cursor: encodeCursor({ epoch: log.epoch, seq }) },
      };
    }
    case 'orchestrator.metrics.history': {
      const {
        threadId: thread,
        minutes,
        limit,
        offset,
      } = query.params as z.infer<(typeof querySchemas)['orchestrator.metrics.history']>;
      const { start, stepMs, values } = selectSpendOf(knownRuns(state, thread), now - minutes * 60_000, now);
      const points = values.map((nanoUsd, index) => ({ time: start + index * stepMs, nanoUsd }));
      return { result: { stepMs, total: points.length, points: points.slice(offset, offset + limit) } };
    }
    case 'orchestrator.cost.burn_rate': {
      const { threadId: thread } = query.params as { threadId: string };
      const runs = knownRuns(state, thread);
      return { result: { ...(burnOf(runs, now) as object), cost: costOf(runs), time: now } };
    }
    case 'orchestrator.checkpoint.list': {
      const { threadId: thread, limit } = query.params as { threadId: string; limit: number };
      const all = knownRuns(state, thread)
        .flatMap(({ id, checkpoints }) => checkpoints.map((checkpoint) => ({ runId: id, ...checkpoint })))
        .sort((a, b) => b.seq - a.seq);
      return { result: { total: all.length, checkpoints: all.slice(0, limit) as unknown as Json } };
    }
  }
}
