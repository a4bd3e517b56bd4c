import type { CostTotals, FleetState, RunState, UsageTotals } from '@fleetglass/core/client';
import { exactUsd, tableToCsv } from '@fleetglass/core/client';
import type { CsvValue } from '@fleetglass/core/client';
import { recordOf } from './run-record.js';

/*
 * Columns are read by programs: they are the same in every language, and those of spans bear the names that
 * `toCsv` of the sources gives them. That one reads a stream of events and this one what a monitor holds, so they share
 * no more than names.
 */
const USAGE = [
  'input_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
] as const;

const COST = ['cost_usd', 'simulated_usd', 'calls_without_price'] as const;

const usageCells = (usage: UsageTotals): readonly CsvValue[] => [
  usage.inputTokens,
  usage.cacheReadTokens,
  usage.cacheWrite5mTokens,
  usage.cacheWrite1hTokens,
  usage.outputTokens,
  usage.reasoningTokens,
];

/** An amount of which nothing is known is empty, never 0. */
const costCells = (cost: CostTotals): readonly CsvValue[] => [
  cost.unknownCalls > 0 && cost.nanoUsd === 0 ? undefined : exactUsd(cost.nanoUsd),
  exactUsd(cost.byBasis.simulated ?? 0),
  cost.unknownCalls,
];

const iso = (time: number | undefined): string | undefined =>
  time !== undefined && Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : undefined;

const between = (from: number | undefined, to: number | undefined): number | undefined =>
  from === undefined || to === undefined ? undefined : to - from;

/** A line for each run, with its outcome, cost and tokens. */
export function runsToCsv(runs: readonly RunState[]): string {
  return tableToCsv(
    [
      'run',
      'name',
      'thread',
      'status',
      'reason',
      'priority',
      'source',
      'created',
      'started',
      'ended',
      'duration_ms',
      ...COST,
      ...USAGE,
      'model_calls',
      'tool_calls',
      'tool_errors',
      'error',
    ],
    runs.map((run) => [
      run.id,
      run.name,
      run.threadId,
      run.status,
      run.reason,
      run.priority,
      run.source,
      iso(run.createdAt),
      iso(run.startedAt),
      iso(run.endedAt),
      between(run.startedAt ?? run.createdAt, run.endedAt),
      ...costCells(run.totals.cost),
      ...usageCells(run.totals.usage),
      run.totals.modelCalls,
      run.totals.toolCalls,
      run.totals.toolErrors,
      run.error?.message,
    ]),
  );
}

/** A line for each model call, tool and hand-off of a run that is held. */
export function runToCsv(state: FleetState, runId: string): string | undefined {
  const record = recordOf(state, runId);
  if (!record) return undefined;
  return tableToCsv(
    [
      'run',
      'agent',
      'task',
      'span',
      'parent',
      'kind',
      'name',
      'model',
      'provider',
      'status',
      'started',
      'ended',
      'duration_ms',
      ...USAGE,
      ...COST,
      'error',
    ],
    record.spans.map((span) => [
      span.runId,
      span.agentId,
      span.taskId,
      span.id,
      span.parentSpanId,
      span.kind,
      span.name,
      span.model,
      span.provider,
      span.status,
      iso(span.startedAt),
      iso(span.endedAt),
      between(span.startedAt, span.endedAt),
      ...usageCells(span.usage),
      ...costCells(span.cost),
      span.error?.message,
    ]),
  );
}
