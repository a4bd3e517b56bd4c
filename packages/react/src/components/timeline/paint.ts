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
  /** Cost of the most expensive span in nano-dollars. */
  readonly top: number;
  readonly failed: number;
  /** Whether some still run. */
  readonly running: boolean;
  readonly looks: ReadonlySet<BarLook>;
}

const known = new WeakMap<readonly LaneSpan[], SpanFacts>();

/** What a lane's spans hold; they are looked at once, as long as none changes. */
export function factsOf(spans: readonly LaneSpan[]): SpanFacts {
  let facts = known.get(spans);
  if (!facts) {
    let [top, failed] = [0, 0];
    let running = false;
    const looks = new Set<BarLook>();
    for (const { span } of spans) {
      top = Math.max(top, span.cost.nanoUsd);
      if (span.status === 'error') failed += 1;
      if (span.endedAt === undefined) running = true;
      looks.add(lookOf(span, 'kind'));
    }
    known.set(spans, (facts = { top, failed, running, looks }));
  }
  return facts;
}

/** The same of all lanes together. */
export function sumFacts(lanes: readonly Lane[]): SpanFacts & { readonly spans: number } {
  let [top, failed, spans] = [0, 0, 0];
  let running = false;
  const looks = new Set<BarLook>();
  for (const lane of lanes) {
    const facts = factsOf(lane.spans);
    top = Math.max(top, facts.top);
    failed += facts.failed;
    running ||= facts.running;
    spans += lane.spans.length;
    for (const look of facts.looks) looks.add(look);
  }
  return { top, failed, running, spans, looks };
}
