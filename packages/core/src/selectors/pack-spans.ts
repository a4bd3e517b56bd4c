import type { SpanState } from '../projection/state.js';
import { childrenOf, healParents } from './parents.js';

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

/** Rows of a lane at most; what does not fit shares the last one. */
export const MAX_LANE_ROWS = 64;

/** When a span ended, infinity while it runs. Clocks go wrong: a span never ends before it starts. */
export const endOf = ({ startedAt, endedAt = Infinity }: SpanState): number => Math.max(startedAt, endedAt);

/**
 * Puts spans into rows: each tree of spans takes as many rows as it needs, the first that are free at its start, so that
 * a span stands below its parent and nothing else comes between them.
 */
export function packSpans(given: readonly SpanState[]): PackedSpans {
  const spans = sortedBy(given, (span) => span.startedAt);
  const parents = healParents(
    spans,
    (span) => span.id,
    (span) => span.parentSpanId,
  );
  const children = childrenOf(parents);
  const order = [...(children.get(-1) ?? [])];
  for (let next = 0; next < order.length; next += 1) {
    for (const child of children.get(order[next] as number) ?? []) order.push(child);
  }
  const tree: Tree = {
    starts: Float64Array.from(spans, (span) => span.startedAt),
    ends: Float64Array.from(spans, endOf),
    heights: new Int32Array(spans.length).fill(1),
  };
  const rows = new Int32Array(spans.length);
  for (let at = order.length - 1; at >= 0; at -= 1) {
    const parent = order[at] as number;
    const below = children.get(parent);
    if (!below) continue;
    tree.heights[parent] = Math.min(MAX_LANE_ROWS, 1 + stack(below, tree, rows));
    for (const child of below) {
      tree.starts[parent] = Math.min(tree.starts[parent] as number, tree.starts[child] as number);
      tree.ends[parent] = Math.max(tree.ends[parent] as number, tree.ends[child] as number);
    }
  }
  const height = stack(children.get(-1) ?? [], tree, rows);
  const depths = new Int32Array(spans.length);
  for (const at of order) {
    const parent = parents[at] as number;
    if (parent < 0) continue;
    rows[at] = Math.min(MAX_LANE_ROWS - 1, (rows[parent] as number) + 1 + (rows[at] as number));
    depths[at] = (depths[parent] as number) + 1;
  }
  return {
    spans: spans.map((span, at) => ({ span, row: rows[at] as number, depth: depths[at] as number })),
    rows: Math.max(1, height),
  };
}

/** Of each span with all that is below it: a child may begin before its parent and outlive it. */
interface Tree {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly heights: Int32Array;
}

/** Stacks siblings with all that is below them; `rows` then says how far below the parent. Returns the rows in use. */
function stack(siblings: readonly number[], { starts, ends, heights }: Tree, rows: Int32Array): number {
  const freeAt: number[] = [];
  const startOf = (at: number): number => starts[at] as number;
  for (const at of sortedBy(siblings, startOf)) {
    const height = heights[at] as number;
    const base = Math.min(firstFree(freeAt, startOf(at), height), Math.max(0, MAX_LANE_ROWS - height));
    rows[at] = base;
    for (let row = base; row < base + height; row += 1)
      freeAt[row] = Math.max(freeAt[row] ?? -Infinity, ends[at] as number);
  }
  return freeAt.length;
}

/** The first of `height` neighbouring rows that are free from a time on. */
function firstFree(freeAt: readonly number[], time: number, height: number): number {
  let free = 0;
  for (let row = 0; row < freeAt.length; row += 1) {
    free = (freeAt[row] as number) <= time ? free + 1 : 0;
    if (free === height) return row - height + 1;
  }
  return freeAt.length - free;
}

/** A sorted copy, or the same array where it is in order already, which most are. */
function sortedBy<T>(items: readonly T[], valueOf: (item: T) => number): readonly T[] {
  for (let at = 1; at < items.length; at += 1) {
    if (valueOf(items[at - 1] as T) > valueOf(items[at] as T))
      return [...items].sort((a, b) => valueOf(a) - valueOf(b));
  }
  return items;
}
