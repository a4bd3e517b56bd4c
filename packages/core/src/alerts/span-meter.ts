import { cost, text } from '../projection/guard.js';
import type { Data } from '../projection/guard.js';
import type { FleetEvent } from '../protocol/event.js';
import type { Cost } from '../protocol/usage.js';
import { createSubjectTable } from './subject-table.js';

/** A difference of cost. Calls without a known price are counted, never taken for 0. */
export interface Spent {
  readonly nanoUsd: number;
  readonly unknownCalls: number;
  /** The amount comes from a simulated model. */
  readonly simulated: boolean;
}

/** What is remembered of a span. */
export interface SpanFacts {
  readonly kind: string;
  readonly name: string;
}

interface Span {
  kind: string;
  name: string;
  ended: boolean;
  nanoUsd: number;
  unknownCalls: number;
}

/**
 * Tells what each event adds to the cost, by the rules of the fold: amounts recorded while a span runs are provisional
 * and its end replaces them, whatever comes after the end or again is not counted twice, a reused result costs nothing.
 */
export interface SpanMeter {
  /** @returns the span and what was spent; both absent for an event of neither */
  read(event: FleetEvent, data: Data): { readonly spent?: Spent; readonly span?: SpanFacts };
  endRun(runId: string): void;
}

const NOTHING = Object.freeze({});

const change = (span: Span, nanoUsd: number, unknownCalls: number, price?: Cost): Spent | undefined => {
  const spent: Spent = {
    nanoUsd: nanoUsd - span.nanoUsd,
    unknownCalls: unknownCalls - span.unknownCalls,
    simulated: price?.basis === 'simulated',
  };
  span.nanoUsd = nanoUsd;
  span.unknownCalls = unknownCalls;
  return spent.nanoUsd === 0 && spent.unknownCalls === 0 ? undefined : spent;
};

/** @param limit spans that are remembered */
export function createSpanMeter(limit: number): SpanMeter {
  const spans = createSubjectTable<Span>(limit);

  const recorded = (span: Span, price: Cost | undefined): Spent | undefined => {
    if (span.ended || !price) return undefined;
    if (price.basis === 'unknown') return change(span, span.nanoUsd, 1, price);
    return change(span, span.nanoUsd + price.nanoUsd, span.unknownCalls, price);
  };

  const finished = (span: Span, data: Data): Spent | undefined => {
    const price = cost(data['cost']);
    span.ended = true;
    if (data['reused'] === true) return change(span, 0, 0);
    if (price?.nanoUsd !== undefined) return change(span, price.nanoUsd, 0, price);
    const isUnknown = price !== undefined || span.kind === 'model';
    return change(span, span.nanoUsd, isUnknown ? 1 : span.unknownCalls, price);
  };

  return {
    read(event, data) {
      const { type } = event;
      const isUsage = type === 'usage.recorded';
      if (!isUsage && type !== 'span.started' && type !== 'span.ended') return NOTHING;
      const spanId = text(event.spanId);
      if (spanId === undefined) {
        if (!isUsage) return NOTHING;
        const { basis, nanoUsd } = cost(data['cost']) ?? { basis: 'unknown' };
        const isUnknown = nanoUsd === undefined;
        const spent: Spent = {
          nanoUsd: nanoUsd ?? 0,
          unknownCalls: isUnknown ? 1 : 0,
          simulated: basis === 'simulated',
        };
        return { spent };
      }
      const model = text(data['model']);
      const kind = isUsage || (type === 'span.ended' && model !== undefined) ? 'model' : 'custom';
      const create = (): Span => ({ kind, name: model ?? kind, ended: false, nanoUsd: 0, unknownCalls: 0 });
      const span = spans.use(text(event.runId), spanId, create);
      if (type === 'span.started') {
        span.kind = text(data['kind']) ?? span.kind;
        span.name = text(data['name']) ?? span.name;
        return { span };
      }
      const spent = isUsage ? recorded(span, cost(data['cost'])) : finished(span, data);
      return spent ? { spent, span } : { span };
    },
    endRun: (runId) => spans.removeRun(runId),
  };
}
