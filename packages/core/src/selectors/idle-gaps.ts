import type { LaneSpan } from './pack-spans.js';
import { endOf, spanTimes } from './pack-spans.js';
import type { TimeWindow } from './timeline.js';

/** Share of the whole from which on a gap is worth naming. */
const LEAST_SHARE = 0.05;

/** So many of the spans before a time are looked at, whether they last. */
const NEAR = 8;

/**
 * Whether in every so small part of the window that a gap of `least` would hold one of them whole, some span starts or
 * lasts throughout: then there is no gap, which is known without a look at each span.
 */
function isBusyThroughout(
  lanes: readonly { readonly spans: readonly LaneSpan[] }[],
  { from, to }: TimeWindow,
  least: number,
): boolean {
  const part = least / 2;
  const count = Math.floor((to - from) / part);
  for (let at = 0; at < count; at += 1) {
    const begin = from + at * part;
    if (!lanes.some(({ spans }) => isBusyWithin(spans, begin, begin + part))) return false;
  }
  return true;
}

/** Says yes only where it is so; spans are in the order of their starts. */
function isBusyWithin(spans: readonly LaneSpan[], from: number, to: number): boolean {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle] as LaneSpan).span.startedAt >= from) high = middle;
    else low = middle + 1;
  }
  if (low < spans.length && (spans[low] as LaneSpan).span.startedAt < to) return true;
  for (let at = low - 1; at >= Math.max(0, low - NEAR); at -= 1)
    if (endOf((spans[at] as LaneSpan).span) >= to) return true;
  return false;
}

/** Work of one lane without the pauses that are no longer than `pause`, which are never looked at again. */
interface Work {
  readonly pause: number;
  readonly pieces: readonly TimeWindow[];
}

const known = new WeakMap<readonly LaneSpan[], Work>();

/** A lane is looked at again when a shorter pause counts than before, or only much longer ones do. */
function workOf(spans: readonly LaneSpan[], least: number): readonly TimeWindow[] {
  const last = known.get(spans);
  if (last && last.pause <= least && last.pause * 8 > least) return last.pieces;
  // Half of it, so that a run that is played backwards finds it too.
  const pause = least / 2;
  const { starts, ends } = spanTimes(spans);
  const pieces: { from: number; to: number }[] = [];
  let piece: { from: number; to: number } | undefined;
  for (let at = 0; at < starts.length; at += 1) {
    const [from, to] = [starts[at] as number, ends[at] as number];
    if (!piece || from - piece.to > pause) pieces.push((piece = { from, to }));
    else if (to > piece.to) piece.to = to;
  }
  known.set(spans, { pause, pieces });
  return pieces;
}

/**
 * Stretches of `window` in which no span ran on any lane, each longer than a share of it; in the order of time. A lane is
 * looked at once as long as its spans stay the same, so that it can follow a live run.
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
  if (!(least > 0) || isBusyThroughout(lanes, { from, to }, least)) return [];
  const busy = lanes
    .flatMap(({ spans }) => workOf(spans, least))
    .filter((work) => work.to >= from && work.from <= to)
    .sort((a, b) => a.from - b.from);
  if (busy.length === 0) return [];
  const gaps: TimeWindow[] = [];
  let free = from;
  for (const work of [...busy, { from: to, to }]) {
    if (work.from - free > least) gaps.push({ from: free, to: work.from });
    free = Math.max(free, work.to);
  }
  return gaps;
}
