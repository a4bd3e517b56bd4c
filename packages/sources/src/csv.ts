/**
 * Writes recordings as a table of calls.
 *
 * @packageDocumentation
 */
import { csvLine, exactUsd } from '@fleetglass/core';
import type { CostBasis, EventInput, Usage } from '@fleetglass/core/protocol';
import { createBoundedMap } from './lib/bounded-map.js';

type Started = Extract<EventInput, { type: 'span.started' }>;
type Ended = Extract<EventInput, { type: 'span.ended' }>;

/** Columns of the table, in their order. */
export const CSV_COLUMNS = [
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
  'input_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
  'cost_usd',
  'cost_basis',
  'list_price_usd',
  'error',
] as const;

/** Spans that are open at once; beyond it the oldest is written without an end. */
const MAX_OPEN = 10_000;

/**
 * A table of every span (model calls, tools, hand-offs), one line each, as it ends: RFC 4180 with a header. Text that a
 * spreadsheet would run as a formula begins with an apostrophe. Unknown amounts are empty, never 0; costs are USD with
 * nine decimals, so that they are exact.
 */
export async function* toCsv(
  batches: AsyncIterable<readonly EventInput[]> | Iterable<readonly EventInput[]>,
): AsyncGenerator<string, void, undefined> {
  const open = createBoundedMap<string, Started>(MAX_OPEN);
  yield csvLine(CSV_COLUMNS);
  for await (const events of batches) {
    let rows = '';
    for (const event of events) {
      const key = `${event.runId ?? ''}\n${event.spanId ?? ''}`;
      if (event.type === 'span.started') {
        const forgotten = open.set(key, event);
        if (forgotten) rows += rowOf(forgotten, undefined);
      } else if (event.type === 'span.ended') {
        rows += rowOf(open.get(key), event);
        open.delete(key);
      }
    }
    if (rows !== '') yield rows;
  }
  let rest = '';
  for (const started of open.values()) rest += rowOf(started, undefined);
  if (rest !== '') yield rest;
}

function rowOf(started: Started | undefined, ended: Ended | undefined): string {
  const at = ended ?? started;
  const usage: Partial<Usage> = ended?.data.usage ?? {};
  const cost = ended?.data.cost;
  const [from, to] = [started?.time, ended?.time];
  const basis: CostBasis | undefined = cost?.basis;
  return csvLine([
    at?.runId,
    at?.agentId,
    at?.taskId,
    at?.spanId,
    at?.parentSpanId,
    started?.data.kind,
    started?.data.name,
    ended?.data.model ?? started?.data.model,
    started?.data.provider,
    ended?.data.status ?? 'running',
    from === undefined ? undefined : new Date(from).toISOString(),
    to === undefined ? undefined : new Date(to).toISOString(),
    from === undefined || to === undefined ? undefined : to - from,
    usage.inputTokens,
    usage.cacheReadTokens,
    usage.cacheWrite5mTokens,
    usage.cacheWrite1hTokens,
    usage.outputTokens,
    usage.reasoningTokens,
    exactUsd(cost?.nanoUsd),
    basis,
    exactUsd((ended?.data.computedCost ?? (basis === 'list' ? cost : undefined))?.nanoUsd),
    ended?.data.error?.message,
  ]);
}
