import { ZERO_COST } from '../model/cost.js';
import type { CostTotals } from '../model/cost.js';
import { addUsage, ZERO_USAGE } from '../model/usage.js';
import type { EventScope, FleetEvent } from '../protocol/event.js';
import type { SpanKind, SpanStatus } from '../protocol/events/span.js';
import type { Cost } from '../protocol/usage.js';
import { note } from './feed.js';
import type { Fold, Handlers } from './fold.js';
import { own, SCOPE, setScope } from './fold.js';
import { chooseForgotten } from './forget.js';
import type { Fields } from './guard.js';
import { amount, cost, count, failure, flag, oneOf, payload, put, take, text, usage } from './guard.js';
import { spanKey } from './keys.js';
import { append } from './list.js';
import { addToSeries, copySeries } from './series.js';
import type { RunState, SpanState, Totals } from './state.js';
import type { Draft } from './table.js';
import { blank } from './table.js';
import {
  addTotals,
  contribution,
  costTotals,
  copyTotals,
  difference,
  plusCost,
  ZERO_TOTALS,
} from './totals.js';

/** Most spans that a run keeps. */
export const MAX_SPANS = 20_000;

/** How a span ended. */
export const endedStatus = oneOf<SpanStatus>('ok', 'error', 'cancelled');
/** What a span does. */
export const spanKind = oneOf<SpanKind>('model', 'tool', 'retrieval', 'handoff', 'mcp', 'custom');

type StoredSpan = Omit<SpanState, 'key'>;

export const SPAN: Fields<StoredSpan> = {
  ...SCOPE,
  id: text,
  parentSpanId: text,
  kind: spanKind,
  name: text,
  model: text,
  provider: text,
  status: oneOf('running', 'ok', 'error', 'cancelled'),
  startedAt: amount,
  endedAt: amount,
  cost: costTotals,
  usage,
  computedNanoUsd: count,
  reservedNanoUsd: count,
  overrunNanoUsd: count,
  firstTokenMs: count,
  reused: flag,
  error: failure,
  input: payload,
  output: payload,
};

const NO_SPAN = blank<SpanState>(SPAN);

export function newSpan(runId: string | undefined, id: string, startedAt: number): Draft<SpanState> {
  const key = spanKey(runId, id);
  const span: Draft<SpanState> = {
    ...NO_SPAN,
    key,
    id,
    kind: 'custom',
    name: id,
    status: 'running',
    startedAt,
  };
  span.cost = ZERO_COST;
  span.usage = ZERO_USAGE;
  put(span, 'runId', runId);
  return span;
}

/** Adds to the totals of run, agent and task, and to the run's spend over time. */
function account(
  { run, agent: current, agents, tasks }: Fold,
  { runId, agentId, taskId }: EventScope,
  time: number,
  part: Totals,
): void {
  if (agentId !== undefined) {
    const agent = current?.value.id === agentId ? current : agents.find(runId, agentId);
    if (agent) addTotals(own(agent, 'totals', copyTotals), part);
  }
  const task = taskId === undefined ? undefined : tasks.find(runId, taskId);
  if (task) addTotals(own(task, 'totals', copyTotals), part);
  if (!run) return;
  addTotals(own(run, 'totals', copyTotals), part);
  if (part.cost.nanoUsd === 0) return;
  addToSeries(own(run, 'spend', copySeries), time, part.cost.nanoUsd);
}

/** Nano-dollars that a span holds back from its run's budget: while it runs, what was reserved for it. */
const reserved = ({ status, reused, reservedNanoUsd = 0 }: SpanState): number =>
  status === 'running' && !reused ? reservedNanoUsd : 0;

/** Changes a span and corrects every total by the difference. */
function change(fold: Fold, time: number, span: Draft<SpanState>, apply: () => void): void {
  const before = contribution(span);
  const held = reserved(span);
  apply();
  const part = difference(contribution(span), before);
  if (part) account(fold, span, time, part);
  if (fold.run) fold.run.value.reservedNanoUsd += reserved(span) - held;
}

function forgetSpans(fold: Fold, run: Draft<RunState>, time: number): void {
  const { spans } = fold;
  const { gone, kept } = chooseForgotten(run.spans, (key) => spans.peek(key)?.status === 'running');
  for (const key of gone) {
    const span = spans.edit(key)?.value;
    // Its end would count all of it once more.
    if (span?.status === 'running') change(fold, time, span, () => (span.reused = true));
    spans.remove(key);
  }
  run.spans = kept;
  run.forgotten = { ...run.forgotten, spans: run.forgotten.spans + gone.length };
}

/** The span's row; an event that names a span which is not there makes it. */
function spanOf(fold: Fold, event: FleetEvent, kind: SpanKind, name: unknown): Draft<SpanState> | undefined {
  const { runId, spanId, time } = event;
  if (spanId === undefined) return undefined;
  const known = fold.spans.find(runId, spanId);
  if (known) return known.value;
  const span = newSpan(runId, spanId, time);
  span.kind = kind;
  span.name = text(name) ?? kind;
  setScope(span, event);
  put(span, 'parentSpanId', event.parentSpanId);
  account(fold, event, time, contribution(span));
  fold.spans.add(runId, spanId, span, span.key);
  const run = fold.run?.value;
  if (run) {
    run.spans = append(run.spans, span.key);
    if (run.spans.length > MAX_SPANS) forgetSpans(fold, run, time);
  }
  return span;
}

/**
 * Cost of a span that has ended. Without a known amount a model call is unknown: what was recorded while it ran stays
 * as the part that is known.
 */
export function finalCost(
  given: Cost | undefined,
  span: Pick<SpanState, 'cost' | 'kind' | 'reused'>,
): CostTotals {
  if (span.reused) return ZERO_COST;
  if (given?.nanoUsd !== undefined) return plusCost(ZERO_COST, given);
  return given || span.kind === 'model' ? { ...span.cost, unknownCalls: 1 } : span.cost;
}

export const spanHandlers: Handlers<'span'> = {
  'span.started': (fold, event, data) => {
    const kind = spanKind(data['kind']) ?? 'custom';
    const span = spanOf(fold, event, kind, data['name']);
    if (span?.status !== 'running') return;
    take<StoredSpan>(span, data, SPAN, ['name', 'model', 'provider', 'input']);
    if (span.kind === kind && data['reservedNanoUsd'] === undefined) return;
    change(fold, event.time, span, () => {
      span.kind = kind;
      put(span, 'reservedNanoUsd', count(data['reservedNanoUsd']));
    });
  },
  'span.updated': (fold, event, data) => {
    const span = spanOf(fold, event, 'custom', data['name']);
    if (span) take<StoredSpan>(span, data, SPAN, ['name', 'model', 'provider', 'input']);
  },
  'span.ended': (fold, event, data) => {
    const model = text(data['model']);
    const span = spanOf(fold, event, model === undefined ? 'custom' : 'model', model);
    if (!span) return;
    change(fold, event.time, span, () => {
      span.status = endedStatus(data['status']) ?? 'ok';
      take<StoredSpan>(span, data, SPAN, ['usage', 'reused']);
      span.cost = finalCost(cost(data['cost']), span);
    });
    span.endedAt = event.time;
    put(span, 'computedNanoUsd', cost(data['computedCost'])?.nanoUsd);
    take<StoredSpan>(span, data, SPAN, ['model', 'output', 'error', 'firstTokenMs', 'overrunNanoUsd']);
    const failed = span.status === 'error';
    if (!failed && span.kind !== 'model' && span.kind !== 'tool') return;
    const cutOff = span.status === 'cancelled' ? span.status : undefined;
    note(fold, event, span.name, span.error?.message ?? cutOff, failed ? 'error' : undefined);
  },
};

export const usageHandlers: Handlers<'usage'> = {
  'usage.recorded': (fold, event, data) => {
    const tokens = usage(data['usage']) ?? ZERO_USAGE;
    const price = cost(data['cost']);
    let spent = price ? plusCost(ZERO_COST, price) : ZERO_COST;
    let modelCalls = 0;
    if (event.spanId === undefined) {
      modelCalls = count(data['calls']) ?? 0;
      if (price?.nanoUsd === undefined) spent = { ...ZERO_COST, unknownCalls: modelCalls || 1 };
    } else {
      const span = spanOf(fold, event, 'model', data['model']);
      // What comes after the end is in the end's own figures already.
      if (span?.status !== 'running') return;
      put(span, 'model', text(data['model']));
      span.usage = addUsage(span.usage, tokens);
      // One call is unknown once, however often that is said.
      if (spent.unknownCalls && span.cost.unknownCalls) spent = ZERO_COST;
      if (price && spent !== ZERO_COST) span.cost = plusCost(span.cost, price);
    }
    account(fold, event, event.time, { ...ZERO_TOTALS, cost: spent, usage: tokens, modelCalls });
  },
};
