import type { SpanState } from '../projection/state.js';
import type { LaneSpan } from './pack-spans.js';
import { endOf } from './pack-spans.js';
import type { TimeWindow } from './timeline.js';

/** Share of the whole from which on a gap is worth naming. */
const LEAST_SHARE = 0.05;

/**
 * Stretches of `window` in which no span ran on any lane, each longer than a share of it; in the order of time. Takes one
 * look at each span and sorts only the few stretches that are left, so that it can follow a live run.
 *
 * @param leastShare of the window
 * @default leastShare 0.05
 */
export function findIdleGaps(
  lanes: readonly { readonly spans: readonly LaneSpan[] }[],
  { from, to }: TimeWindow,
  leastShare = LEAST_SHARE,
): readonly TimeWindow[] {
  const least = (to - from) * leastShare;
  if (!(least > 0)) return [];
  const busy: { from: number; to: number }[] = [];
  for (const { spans } of lanes) {
    let last: { from: number; to: number } | undefined;
    for (const { span } of spans) {
      const end = Math.min(to, endOf(span satisfies SpanState));
      if (end < from || span.startedAt > to) continue;
      // Within one lane, what is closer together than the shortest gap is one piece of work.
      if (last && span.startedAt - last.to <= least) last.to = Math.max(last.to, end);
      else busy.push((last = { from: Math.max(from, span.startedAt), to: end }));
    }
  }
  if (busy.length === 0) return [];
  busy.sort((a, b) => a.from - b.from);
  const gaps: TimeWindow[] = [];
  let free = from;
  for (const work of [...busy, { from: to, to }]) {
    if (work.from - free > least) gaps.push({ from: free, to: work.from });
    free = Math.max(free, work.to);
  }
  return gaps;
}
