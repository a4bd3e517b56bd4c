import { NO_AGENT, spanTimes } from '@fleetglass/core/client';
import type { Lane, LaneSpan, SpanState } from '@fleetglass/core/client';
import type { SpanKind } from '@fleetglass/core/protocol';

/** What a bar looks like: its kind, that it went wrong, or how dear it was. */
export type BarLook = SpanKind | 'failed' | 'cancelled' | CostLook;

/** Share of the most expensive span: below a half, from a half, from three quarters; or not known. */
export type CostLook = 'low' | 'half' | 'most' | 'unpriced';

export const LOOKS: readonly BarLook[] = [
  ...(['model', 'tool', 'mcp', 'retrieval', 'handoff', 'custom', 'cancelled', 'failed'] as const),
  ...(['low', 'unpriced', 'half', 'most'] as const),
];

/** What colours bars: their kind, or their share of the most expensive span, in nano-dollars. */
export type Paint = 'kind' | { readonly top: number };

const KINDS = new Set<string>(LOOKS.slice(0, 6));
const PLACES = new Map<string, number>(LOOKS.map((look, at) => [look, at]));
/** Place of what failed in {@link LOOKS}. */
export const FAILED = LOOKS.indexOf('failed');

/** Place of a span's look in {@link LOOKS}. */
export function placeOfLook(span: SpanState, paint: Paint): number {
  // Nearly all of them: without a look into a table.
  if (paint === 'kind' && (span.status === 'ok' || span.status === 'running')) {
    if (span.kind === 'model') return 0;
    if (span.kind === 'tool') return 1;
  }
  return PLACES.get(lookOf(span, paint)) as number;
}

/** Kinds and statuses that a newer producer names are drawn as steps and kinds that we know. */
export function lookOf(span: SpanState, paint: Paint): BarLook {
  if (paint !== 'kind') return costLook(span, paint.top);
  if (span.status === 'error') return 'failed';
  if (span.status === 'cancelled') return 'cancelled';
  return kindOf(span);
}

export const kindOf = ({ kind }: SpanState): SpanKind => (KINDS.has(kind) ? kind : 'custom');

function costLook(span: SpanState, top: number): CostLook {
  const share = shareOf(span, top);
  if (share >= 0.75) return 'most';
  if (share >= 0.5) return 'half';
  return span.cost.unknownCalls > 0 ? 'unpriced' : 'low';
}

/** Share that a span's known cost is of the most expensive one's. */
export const shareOf = ({ cost }: SpanState, top: number): number => (top > 0 ? cost.nanoUsd / top : 0);

interface SpanFacts {
  readonly failed: number;
  /** Whether some still run. */
  readonly running: boolean;
  /** A bit for each of {@link LOOKS}. */
  readonly looks: number;
}

const known = new WeakMap<readonly LaneSpan[], SpanFacts>();

/** What a lane's spans hold; they are looked at once, as long as none changes. */
export function factsOf(spans: readonly LaneSpan[]): SpanFacts {
  let facts = known.get(spans);
  if (!facts) {
    let [failed, looks] = [0, 0];
    for (let at = 0; at < spans.length; at += 1) {
      const look = placeOfLook((spans[at] as LaneSpan).span, 'kind');
      if (look === FAILED) failed += 1;
      looks |= 1 << look;
    }
    known.set(spans, (facts = { failed, running: spanTimes(spans).last === Infinity, looks }));
  }
  return facts;
}

/** The same of all lanes together. */
export function sumFacts(
  lanes: readonly Lane[],
): SpanFacts & { readonly agents: number; readonly spans: number } {
  let [failed, agents, spans, looks] = [0, 0, 0, 0];
  let running = false;
  for (const lane of lanes) {
    const facts = factsOf(lane.spans);
    failed += facts.failed;
    running ||= facts.running;
    if (lane.agent.id !== NO_AGENT) agents += 1;
    spans += lane.spans.length;
    looks |= facts.looks;
  }
  return { failed, running, agents, spans, looks };
}

/** Cost of the most expensive span in nano-dollars. */
export function topCost(lanes: readonly Lane[]): number {
  let top = 0;
  for (const { spans } of lanes) for (const { span } of spans) top = Math.max(top, span.cost.nanoUsd);
  return top;
}
