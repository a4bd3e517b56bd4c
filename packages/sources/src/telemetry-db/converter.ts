import { NANO_PER_USD, systemClock, usdToNano } from '@fleetglass/core';
import type { PriceTable } from '@fleetglass/core';
import type { EventInput } from '@fleetglass/core/protocol';
import { firstLine, text } from '../lib/guards.js';
import type { ModelCall } from '../lib/run-calls.js';
import type { RunWriter } from '../lib/run-writer.js';
import { createRunWriter } from '../lib/run-writer.js';
import { parseTime } from '../lib/time.js';
import type { UsageCounts } from '../lib/usage-counts.js';
import { INCLUSIVE } from '../lib/usage-counts.js';
import { createDailySums } from './daily-sums.js';

/** Columns of the table `invocations`; one that a database lacks is absent from its rows. */
export const INVOCATION_COLUMNS = [
  'invocation_id',
  'timestamp',
  'agent_name',
  'tool_name',
  'model_name',
  'prompt_tokens',
  'completion_tokens',
  'total_tokens',
  'cost_usd',
  'latency_ms',
  'status',
  'error_message',
  'privacy_level',
] as const;

/** A row of `invocations`, with whatever its columns hold. */
export type InvocationRow = { readonly [C in (typeof INVOCATION_COLUMNS)[number]]?: unknown };

/** A row of `daily_costs`; several of one date are added up. */
export interface DailyCostRow {
  readonly date?: unknown;
  readonly total_cost_usd?: unknown;
}

/** Prices and ids of a telemetry's run. */
export interface TelemetryConverterOptions {
  readonly prices: PriceTable;
  /** @default 'telemetry-db' */
  readonly runId?: string;
  /** Name of the run. @default 'Telemetry' */
  readonly name?: string;
  /** The present in milliseconds: prices of calls without a time. @default the machine's clock */
  readonly now?: () => number;
}

/** Turns rows of a telemetry database into events, in constant memory. Never throws on odd values. */
export interface TelemetryConverter {
  /** The database lacks something; the run says what. */
  missing(what: string): EventInput[];
  /** @param rowId the row's own number, which names it in ids and warnings */
  invocation(row: InvocationRow, rowId: number): EventInput[];
  /** Only compared with the invocations of its day, never counted. */
  dailyCost(row: DailyCostRow): void;
  /** Says which days differ, and ends the run. */
  end(): EventInput[];
}

/** No call costs more; a greater number is none, and would only serve to overflow a sum. */
const MAX_USD = 10_000;
const MAX_LATENCY_MS = 31 * 86_400_000;
const NAME_LENGTH = 200;
const MESSAGE_LENGTH = 2_000;
const COUNTS = { input: 'prompt_tokens', output: 'completion_tokens' } as const;

/**
 * Converts the tables `invocations` and `daily_costs` that services keep of their model calls. The database is one run:
 * its agents are those of the rows and each invocation is a span of its agent, so that totals, agents and the line of
 * cost over time hold for the whole history; rows name no runs of their own, and a run for each day would cut what went
 * on at midnight and give each agent as many entries as days.
 *
 * A row's `timestamp` is when it was written, at the end of its call; the call began `latency_ms` before. `cost_usd`
 * counts and the list price stands beside it; 0 for a call that used tokens is the column's default and no price. The
 * text of an error is shown only where `privacy_level` is `full`.
 */
export function createTelemetryConverter(options: TelemetryConverterOptions): TelemetryConverter {
  const { prices, runId = 'telemetry-db', name = 'Telemetry', now = () => systemClock.now() } = options;
  const run = createRunWriter({
    format: 'telemetry-db',
    prices,
    convention: INCLUSIVE,
    runId,
    fallbackRunId: runId,
    fallbackName: name,
    now,
  });
  run.describe({ runId, name });
  const days = createDailySums();
  let recordedNanoUsd = 0;
  let hidden = 0;

  function recordedCost(row: InvocationRow, hasTokens: boolean): number | undefined {
    const { cost_usd: usd } = row;
    if (usd === undefined || usd === null) return undefined;
    if (typeof usd !== 'number' || !Number.isFinite(usd) || usd < 0 || usd > MAX_USD) {
      run.warn('cost_usd is no amount that a call can cost and was left out.');
      return undefined;
    }
    if (usd === 0 && hasTokens) return undefined;
    const nanoUsd = usdToNano(usd);
    if (recordedNanoUsd + nanoUsd > Number.MAX_SAFE_INTEGER) {
      run.warn('cost_usd was left out: the sum is too large to be exact.');
      return undefined;
    }
    recordedNanoUsd += nanoUsd;
    return nanoUsd;
  }

  function outcomeOf(row: InvocationRow): Pick<ModelCall, 'status' | 'error'> {
    const { status } = row;
    if (status === 'success' || status === undefined || status === null) return { status: 'ok' };
    if (status !== 'error' && status !== 'timeout') {
      run.warn('The status is neither success, error nor timeout; it is shown as an error.');
    }
    return {
      status: 'error',
      error: { code: status === 'timeout' ? 'TIMEOUT' : 'MODEL_ERROR', message: why(row) },
    };
  }

  function why({ error_message: message, privacy_level: privacy, status }: InvocationRow): string {
    if (privacy === 'full') {
      const said = text(message)?.slice(0, MESSAGE_LENGTH);
      return said ?? (status === 'timeout' ? 'The call took too long.' : 'The call failed.');
    }
    hidden += 1;
    return `The reason is not shown: its privacy level is ${privacy === 'none' ? 'none' : 'metadata'}.`;
  }

  function write(row: InvocationRow, rowId: number, start: number, end: number): void {
    const model = wordOf(row.model_name);
    const tool = wordOf(row.tool_name);
    const agentId = wordOf(row.agent_name) ?? 'unknown';
    const id = wordOf(row.invocation_id) ?? `row-${String(rowId)}`;
    const counts = countsOf(run, row);
    const outcome = outcomeOf(row);
    const used = (counts.input ?? 0) + (counts.output ?? 0);
    const cost = recordedCost(row, used > 0);
    days.add(end, cost ?? 0);
    if (model === undefined && tool !== undefined && used === 0 && cost === undefined) {
      run.openTool({ id, name: tool, agentId, input: {} }, start);
      const { status, error } = outcome;
      run.closeTool(id, { isError: status === 'error', ...error }, end);
      return;
    }
    run.call({
      id,
      agentId,
      name: tool ?? model,
      model,
      start,
      end,
      counts: counts.input === undefined && counts.output === undefined ? undefined : counts,
      recordedNanoUsd: cost,
      ...outcome,
    });
  }

  return {
    missing(what) {
      run.beside({ file: 'schema' });
      run.warn(`The database has no ${what}.`);
      return run.take();
    },
    invocation(row, rowId) {
      const written = parseTime(row.timestamp);
      const latency = latencyOf(row.latency_ms);
      const start = written === undefined ? undefined : Math.max(0, written - latency);
      const begun = run.begin({ file: 'invocations', item: rowId }, start);
      if (written === undefined) run.warn('timestamp is no time; the row has that of the one before it.');
      write(row, rowId, begun, written ?? begun);
      return run.take();
    },
    dailyCost({ date, total_cost_usd: usd }) {
      const isAmount = typeof usd === 'number' && Number.isFinite(usd) && usd >= 0 && usd < 1e6;
      if (typeof date === 'string' && isAmount) days.expect(date.slice(0, 10), usdToNano(usd));
    },
    end() {
      run.beside({ file: 'daily_costs' });
      for (const { day, expected, found } of days.differences()) {
        run.warn(
          `On ${day} the table daily_costs says ${usd(expected)} USD, the invocations add up to ${usd(found)} USD: the invocations count.`,
        );
      }
      if (hidden > 0) run.fact('hiddenReasons', hidden);
      return run.finish();
    },
  };
}

const usd = (nanoUsd: number): string => (nanoUsd / NANO_PER_USD).toFixed(6);

function wordOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  const said = text(value);
  return said === undefined ? undefined : firstLine(said, NAME_LENGTH) || undefined;
}

function latencyOf(value: unknown): number {
  return typeof value === 'number' && value >= 0 && value <= MAX_LATENCY_MS ? Math.round(value) : 0;
}

/** Tokens of a row; where it tells only their sum they count as input, which it says. */
function countsOf(run: RunWriter, row: InvocationRow): UsageCounts {
  const counts = run.counts(row, COUNTS);
  const { input: total } = run.counts(row, { input: 'total_tokens' });
  if (total === undefined) return counts;
  const sum = (counts.input ?? 0) + (counts.output ?? 0);
  if (sum === total) return counts;
  if (sum === 0) {
    run.warn('Only total_tokens is told: all of it counts as input, which is cheaper than output.');
    return { input: total };
  }
  run.warn(`total_tokens is ${String(total)}, its parts are ${String(sum)}: the parts count.`);
  return counts;
}
