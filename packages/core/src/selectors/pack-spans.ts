import type { SpanState } from '../projection/state.js';
import { healParents } from './parents.js';

/** A span in its place on a lane. */
export interface LaneSpan {
  readonly span: SpanState;
  /** Row in which it overlaps no other one; 0 is the first. A span lies below its parent. */
  readonly row: number;
  /** Ancestors on the same lane. */
  readonly depth: number;
}

export interface PackedSpans {
  /** By start. */
  readonly spans: readonly LaneSpan[];
  /** Rows that the spans need, at least 1. */
  readonly rows: number;
}

/** When the spans of a lane ran, in their order: what is asked of all of them at once is found without a look at each. */
export interface SpanTimes {
  readonly starts: Float64Array;
  /** Infinity while a span runs; never before its start. */
  readonly ends: Float64Array;
  /** Latest of the ends; minus infinity without a span. */
  readonly last: number;
}

/** Rows of a lane at most; what does not fit shares the last one. */
export const MAX_LANE_ROWS = 64;

/** When a span ended, infinity while it runs. Clocks go wrong: a span never ends before it starts. */
export const endOf = ({ startedAt, endedAt = Infinity }: SpanState): number =>
  endedAt > startedAt ? endedAt : startedAt;

const known = new WeakMap<readonly LaneSpan[], SpanTimes>();

/** Times of a lane's spans; the same object for the same spans. */
export function spanTimes(spans: readonly LaneSpan[]): SpanTimes {
  let times = known.get(spans);
  if (!times) {
    times = timesOf(spans.map(({ span }) => span)).times;
    known.set(spans, times);
  }
  return times;
}

/** All that is asked of each span, in one look: whoever has very many has them in no cache. */
function timesOf(spans: readonly SpanState[]): {
  readonly times: SpanTimes;
  readonly isSorted: boolean;
  readonly isNested: boolean;
} {
  const starts = new Float64Array(spans.length);
  const ends = new Float64Array(spans.length);
  let [last, before] = [-Infinity, -Infinity];
  let [isSorted, isNested] = [true, false];
  for (let at = 0; at < spans.length; at += 1) {
    const { startedAt, endedAt = Infinity, parentSpanId } = spans[at] as SpanState;
    const end = endedAt > startedAt ? endedAt : startedAt;
    starts[at] = startedAt;
    ends[at] = end;
    if (end > last) last = end;
    if (startedAt < before) isSorted = false;
    if (parentSpanId !== undefined) isNested = true;
    before = startedAt;
  }
  return { times: { starts, ends, last }, isSorted, isNested };
}

/**
 * Puts spans into rows: each tree of spans takes as many rows as it needs, the first that are free at its start, so that
 * a span stands below its parent and nothing else comes between them.
 *
 * @param last what was made of most of these spans before: what keeps its place keeps its identity
 */
export function packSpans(given: readonly SpanState[], last?: PackedSpans): PackedSpans {
  let spans = given;
  const { isSorted, isNested, ...first } = timesOf(spans);
  let { times } = first;
  if (!isSorted) {
    spans = [...spans].sort((a, b) => a.startedAt - b.startedAt);
    ({ times } = timesOf(spans));
  }
  const parents = isNested ? healParents(spans, idOf, parentIdOf) : new Int32Array(spans.length).fill(-1);
  const tree = createTree(parents, times);
  const { order, rows, heights, starts, ends, firsts } = tree;
  const depths = new Int32Array(spans.length);
  // Whoever has children comes after them.
  for (let next = order.length - 1; next >= 0; next -= 1) {
    const parent = order[next] as number;
    const [from, to] = [firsts[parent + 1] as number, firsts[parent + 2] as number];
    if (from === to) continue;
    heights[parent] = Math.min(MAX_LANE_ROWS, 1 + stack(tree, from, to));
    for (let place = from; place < to; place += 1) {
      const child = tree.children[place] as number;
      starts[parent] = Math.min(starts[parent] as number, starts[child] as number);
      ends[parent] = Math.max(ends[parent] as number, ends[child] as number);
    }
  }
  const height = stack(tree, 0, firsts[1] as number);
  for (let next = firsts[1] as number; next < order.length; next += 1) {
    const at = order[next] as number;
    const parent = parents[at] as number;
    rows[at] = Math.min(MAX_LANE_ROWS - 1, (rows[parent] as number) + 1 + (rows[at] as number));
    depths[at] = (depths[parent] as number) + 1;
  }
  const placed: LaneSpan[] = [];
  for (let at = 0; at < spans.length; at += 1) {
    const span = spans[at] as SpanState;
    const row = rows[at] as number;
    const depth = depths[at] as number;
    const before = last?.spans[at];
    const isSame = before?.span === span && before.row === row && before.depth === depth;
    placed.push(isSame ? before : { span, row, depth });
  }
  known.set(placed, times);
  return { spans: placed, rows: Math.max(1, height) };
}

const idOf = (span: SpanState): string => span.id;
const parentIdOf = (span: SpanState): string | undefined => span.parentSpanId;

interface Tree {
  /** Of each span with all that is below it: a child may begin before its parent and outlive it. */
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly heights: Int32Array;
  /** How far below its parent a span lies, until it is known how far below the top. */
  readonly rows: Int32Array;
  /** Those of one parent stand together: of `parent` from `firsts[parent + 1]` on, at the top under -1. */
  readonly children: Int32Array;
  readonly firsts: Int32Array;
  /** Parents before their children, what stands at the top first. */
  readonly order: Int32Array;
}

function createTree(parents: Int32Array, { starts, ends }: SpanTimes): Tree {
  const count = parents.length;
  const firsts = new Int32Array(count + 3);
  for (let at = 0; at < count; at += 1) {
    const place = (parents[at] as number) + 3;
    firsts[place] = (firsts[place] as number) + 1;
  }
  for (let place = 1; place < firsts.length; place += 1)
    firsts[place] = (firsts[place] as number) + (firsts[place - 1] as number);
  // Filling moves each place on by what is put there: afterwards each is where the next one's begin.
  const children = new Int32Array(count);
  for (let at = 0; at < count; at += 1) {
    const place = (parents[at] as number) + 2;
    children[firsts[place] as number] = at;
    firsts[place] = (firsts[place] as number) + 1;
  }
  const tops = firsts[1] as number;
  let order = children;
  if (tops < count) {
    order = children.slice();
    let end = tops;
    for (let next = 0; next < end; next += 1) {
      const parent = order[next] as number;
      for (let at = firsts[parent + 1] as number; at < (firsts[parent + 2] as number); at += 1)
        order[end++] = children[at] as number;
    }
  }
  return {
    // Only children change the extent of others.
    starts: tops < count ? starts.slice() : starts,
    ends: tops < count ? ends.slice() : ends,
    heights: new Int32Array(count).fill(1),
    rows: new Int32Array(count),
    children,
    firsts,
    order,
  };
}

/** When each row is free again; used anew for each stack. */
const freeAt = new Float64Array(MAX_LANE_ROWS);

/** Stacks siblings with all that is below them; `rows` then says how far below the parent. Returns the rows in use. */
function stack({ starts, ends, heights, rows, children }: Tree, from: number, to: number): number {
  for (let place = from + 1; place < to; place += 1) {
    if ((starts[children[place - 1] as number] as number) <= (starts[children[place] as number] as number))
      continue;
    children.subarray(from, to).sort((a, b) => (starts[a] as number) - (starts[b] as number) || a - b);
    break;
  }
  let used = 0;
  for (let place = from; place < to; place += 1) {
    const at = children[place] as number;
    const height = heights[at] as number;
    const base = Math.min(firstFree(used, starts[at] as number, height), MAX_LANE_ROWS - height);
    rows[at] = base;
    for (let row = base; row < base + height; row += 1) {
      const end = ends[at] as number;
      if (row >= used || (freeAt[row] as number) < end) freeAt[row] = end;
    }
    used = Math.max(used, base + height);
  }
  return used;
}

/** The first of `height` neighbouring rows that are free from a time on. */
function firstFree(used: number, time: number, height: number): number {
  let free = 0;
  for (let row = 0; row < used; row += 1) {
    free = (freeAt[row] as number) <= time ? free + 1 : 0;
    if (free === height) return row - height + 1;
  }
  return used - free;
}
