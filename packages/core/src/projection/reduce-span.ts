import { ZERO_COST } from '../model/cost.js';
import type { CostTotals } from '../model/cost.js';
import { addUsage, ZERO_USAGE } from '../model/usage.js';
import type { EventScope, FleetEvent } from '../protocol/event.js';
import type { SpanKind } from '../protocol/events/span.js';
import type { Cost } from '../protocol/usage.js';
import { note } from './feed.js';
import type { Fold, Handlers } from './fold.js';
import { setScope } from './fold.js';
import { chooseForgotten } from './forget.js';
import { cost, count, failure, oneOf, payload, put, text, usage } from './guard.js';
import { spanKey } from './keys.js';
import { append } from './list.js';
import { addToSeries } from './series.js';
import type { SpanState, Totals } from './state.js';
import type { Draft } from './table.js';
import { addTotals, contribution, plusCost, totalsOf, UNKNOWN_CALL, ZERO_TOTALS } from './totals.js';

/** Most spans that a run keeps. */
export const MAX_SPANS = 5_000;

export const spanKind = oneOf(['model', 'tool', 'retrieval', 'handoff', 'mcp', 'custom']);
export const spanStatus = oneOf(['ok', 'error', 'cancelled']);

/** Adds to the totals of run, agent and task, and to the run's spend over time. */
function account(
  fold: Fold,
  { runId, agentId, taskId }: EventScope,
  time: number,
  part: Totals,
  sign: 1 | -1,
): void {
  const { run } = fold;
  const agent = fold.agent?.value.id === agentId ? fold.agent : fold.agentIn(runId, agentId);
  const task = fold.taskIn(runId, taskId);
  if (agent) addTotals(totalsOf(agent), part, sign);
  if (task) addTotals(totalsOf(task), part, sign);
  if (!run) return;
  addTotals(totalsOf(run), part, sign);
  if (part.cost.nanoUsd === 0) return;
  if (!run.owned.has('spend')) {
    run.owned.add('spend');
    run.value.spend = { ...run.value.spend, values: [...run.value.spend.values] };
  }
  addToSeries(run.value.spend as Parameters<typeof addToSeries>[0], time, sign * part.cost.nanoUsd);
}

/** Nano-dollars that a span holds back from its run's budget: while it runs, what was reserved for it. */
const reserved = (span: SpanState): number => (span.status === 'running' ? (span.reservedNanoUsd ?? 0) : 0);

/** Changes a span and corrects every total by the difference. */
function change(fold: Fold, time: number, span: Draft<SpanState>, apply: () => void): void {
  const before = contribution(span);
  const held = reserved(span);
  apply();
  account(fold, span, time, before, -1);
  account(fold, span, time, contribution(span), 1);
  if (fold.run) fold.run.value.reservedNanoUsd += reserved(span) - held;
}

function forgetSpans(fold: Fold, time: number): void {
  const run = fold.run?.value;
  if (!run) return;
  const { gone, kept } = chooseForgotten(run.spans, (key) => fold.spans.peek(key)?.status === 'running');
  for (const key of gone) {
    const span = fold.spans.edit(key)?.value;
    // Its end would count all of it once more.
    if (span?.status === 'running') change(fold, time, span, () => (span.reused = true));
    fold.spans.remove(key);
  }
  run.spans = kept;
  run.forgotten = { ...run.forgotten, spans: run.forgotten.spans + gone.length };
}

/** The span's row; an event that names a span which is not there makes it. */
function spanOf(fold: Fold, event: FleetEvent, kind: SpanKind, name: string): Draft<SpanState> | undefined {
  const { runId, spanId, time } = event;
  if (spanId === undefined) return undefined;
  const key = spanKey(runId, spanId);
  const known = fold.spans.edit(key);
  if (known) return known.value;
  const span: Draft<SpanState> = {
    key,
    id: spanId,
    kind,
    name,
    status: 'running',
    startedAt: time,
    cost: ZERO_COST,
    usage: ZERO_USAGE,
  };
  setScope(span, event);
  put(span, 'parentSpanId', event.parentSpanId);
  account(fold, event, time, contribution(span), 1);
  fold.spans.add(key, span);
  const { run } = fold;
  if (run) {
    run.value.spans = append(run.value.spans, key);
    if (run.value.spans.length > MAX_SPANS) forgetSpans(fold, time);
  }
  return span;
}

/**
 * Cost of a span that has ended. Without a known amount a model call is unknown: what was recorded while it ran stays
 * as the part that is known.
 */
function finalCost(given: Cost | undefined, span: SpanState): CostTotals {
  if (given?.nanoUsd !== undefined) return plusCost(ZERO_COST, given);
  if (given || span.kind === 'model') return { ...span.cost, unknownCalls: 1 };
  return span.cost;
}

export const spanHandlers: Handlers<'span'> = {
  'span.started': (fold, event, data) => {
    const kind = spanKind(data['kind']) ?? 'custom';
    const span = spanOf(fold, event, kind, text(data['name']) ?? kind);
    if (!span || span.status !== 'running') return;
    put(span, 'name', text(data['name']));
    put(span, 'model', text(data['model']));
    put(span, 'provider', text(data['provider']));
    put(span, 'input', payload(data['input']));
    const reservation = count(data['reservedNanoUsd']);
    if (reservation === undefined && span.kind === kind) return;
    change(fold, event.time, span, () => {
      span.kind = kind;
      put(span, 'reservedNanoUsd', reservation);
    });
  },
  'span.updated': (fold, event, data) => {
    const span = spanOf(fold, event, 'custom', 'custom');
    if (!span) return;
    put(span, 'name', text(data['name']));
    put(span, 'model', text(data['model']));
    put(span, 'provider', text(data['provider']));
  },
  'span.ended': (fold, event, data) => {
    const model = text(data['model']);
    const kind = model === undefined ? 'custom' : 'model';
    const span = spanOf(fold, event, kind, model ?? kind);
    if (!span) return;
    change(fold, event.time, span, () => {
      if (data['reused'] === true) span.reused = true;
      span.status = spanStatus(data['status']) ?? 'ok';
      span.usage = usage(data['usage']) ?? span.usage;
      span.cost = span.reused ? ZERO_COST : finalCost(cost(data['cost']), span);
    });
    span.endedAt = event.time;
    put(span, 'model', model);
    put(span, 'computedNanoUsd', cost(data['computedCost'])?.nanoUsd);
    put(span, 'output', payload(data['output']));
    put(span, 'error', failure(data['error']));
    put(span, 'firstTokenMs', count(data['firstTokenMs']));
    put(span, 'overrunNanoUsd', count(data['overrunNanoUsd']));
    const failed = span.status === 'error';
    if (!failed && span.kind !== 'model' && span.kind !== 'tool') return;
    const facts = { subject: span.name, detail: span.error?.message };
    note(fold, event, failed ? { ...facts, severity: 'error' } : facts);
  },
};

export const usageHandlers: Handlers<'usage'> = {
  'usage.recorded': (fold, event, data) => {
    const tokens = usage(data['usage']) ?? ZERO_USAGE;
    const price = cost(data['cost']);
    if (event.spanId === undefined) {
      const total = price?.nanoUsd === undefined ? UNKNOWN_CALL : plusCost(ZERO_COST, price);
      account(fold, event, event.time, { ...ZERO_TOTALS, usage: tokens, cost: total }, 1);
      return;
    }
    const span = spanOf(fold, event, 'model', text(data['model']) ?? 'model');
    // What comes after the end is in the end's own figures already.
    if (!span || span.status !== 'running') return;
    put(span, 'model', text(data['model']));
    span.usage = addUsage(span.usage, tokens);
    let spent = ZERO_COST;
    if (price?.nanoUsd !== undefined) {
      spent = plusCost(ZERO_COST, price);
      span.cost = plusCost(span.cost, price);
    } else if (price && span.cost.unknownCalls === 0) {
      spent = UNKNOWN_CALL;
      span.cost = { ...span.cost, unknownCalls: 1 };
    }
    account(fold, event, event.time, { ...ZERO_TOTALS, usage: tokens, cost: spent }, 1);
  },
};
