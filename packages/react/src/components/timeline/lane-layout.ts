import type { Lane, LaneSegment, LaneSpan, SpanState } from '@fleetglass/core/client';
import type { SpanKind } from '@fleetglass/core/protocol';
import { xOf } from './time-scale.js';
import type { TimeScale } from './time-scale.js';

/** Height of a row of spans, and the free line below it, in pixels. */
export const ROW_HEIGHT = 12;
export const ROW_GAP = 2;
/** Rows of a lane at most; what does not fit shares the last one. */
export const MAX_ROWS = 6;
export const MIN_LANE_HEIGHT = 44;
export const LANE_PADDING = 8;

const LEAST_WIDTH = 2;

/** Rows that a lane gets on screen. */
export const rowCountOf = ({ rows }: Pick<Lane, 'rows'>): number => Math.min(rows, MAX_ROWS);

/** Row in which a span is drawn. */
export const rowOf = ({ row }: LaneSpan): number => Math.min(row, MAX_ROWS - 1);

/** Spans that share the last row because there were too many at once. */
export function countSqueezed({ spans, rows }: Pick<Lane, 'spans' | 'rows'>): number {
  return rows > MAX_ROWS ? spans.filter(({ row }) => row >= MAX_ROWS).length : 0;
}

export function laneHeight(rowCount: number): number {
  return Math.max(MIN_LANE_HEIGHT, rowCount * (ROW_HEIGHT + ROW_GAP) + 2 * LANE_PADDING);
}

/** What a span looks like: its kind, or that it failed. */
export type BarLook = SpanKind | 'failed';

/** One path a look, and one for what still runs. */
export interface LanePaths {
  readonly done: readonly { readonly look: BarLook; readonly d: string }[];
  readonly running: readonly { readonly look: BarLook; readonly d: string }[];
}

/** Place of a kind's bar inside its row: models fill it, the others are told by height and position. */
const BAR: { readonly [L in BarLook]: { readonly top: number; readonly height: number } } = {
  model: { top: 0, height: ROW_HEIGHT },
  failed: { top: 0, height: ROW_HEIGHT },
  custom: { top: 0, height: 3 },
  tool: { top: 3, height: ROW_HEIGHT - 6 },
  mcp: { top: 3, height: ROW_HEIGHT - 6 },
  retrieval: { top: ROW_HEIGHT - 5, height: 5 },
  handoff: { top: 1, height: ROW_HEIGHT - 2 },
};

/** Distance from the top of the lane to a row. */
export function rowTop(rowCount: number, row: number): number {
  const used = rowCount * (ROW_HEIGHT + ROW_GAP) - ROW_GAP;
  return (laneHeight(rowCount) - used) / 2 + row * (ROW_HEIGHT + ROW_GAP);
}

export function lookOf(span: SpanState): BarLook {
  return span.status === 'error' ? 'failed' : Object.hasOwn(BAR, span.kind) ? span.kind : 'custom';
}

/** Bars of a lane. Those that touch on screen and look alike become one, so that cost is bounded by the width. */
export function drawLane(lane: Pick<Lane, 'spans' | 'rows'>, scale: TimeScale, now: number): LanePaths {
  const rowCount = rowCountOf(lane);
  const done = new Map<BarLook, string[]>();
  const running = new Map<BarLook, string[]>();
  const open = new Map<string, { readonly look: BarLook; readonly row: number; from: number; to: number }>();
  const close = (bar: { readonly look: BarLook; readonly row: number; from: number; to: number }): void => {
    add(done, bar.look, draw(bar.look, bar.from, bar.to, rowTop(rowCount, bar.row)));
  };

  for (const placed of lane.spans) {
    const { span } = placed;
    const row = rowOf(placed);
    const look = lookOf(span);
    const from = xOf(scale, span.startedAt);
    const to = Math.max(from + LEAST_WIDTH, xOf(scale, span.endedAt ?? now));
    if (span.endedAt === undefined) {
      add(running, look, draw(look, from, to, rowTop(rowCount, row)));
      continue;
    }
    const key = `${row}${look}`;
    const last = open.get(key);
    if (last && from - last.to < 1) {
      last.to = Math.max(last.to, to);
      continue;
    }
    if (last) close(last);
    // A hair of space keeps neighbours that follow each other apart.
    open.set(key, { look, row, from, to: Math.max(from + LEAST_WIDTH, to - 0.5) });
  }
  for (const bar of open.values()) close(bar);
  return { done: join(done), running: join(running) };
}

function add(paths: Map<BarLook, string[]>, look: BarLook, d: string): void {
  const list = paths.get(look);
  if (list) list.push(d);
  else paths.set(look, [d]);
}

const join = (paths: Map<BarLook, string[]>) =>
  [...paths].map(([look, parts]) => ({ look, d: parts.join('') }));

const round = (value: number): number => Math.round(value * 10) / 10;

function draw(look: BarLook, from: number, to: number, top: number): string {
  const { top: offset, height } = BAR[look];
  const [x, y, width] = [round(from), round(top + offset), round(to - from)];
  if (look === 'handoff') {
    const half = height / 2;
    return `M${x} ${y + half}l${half} ${-half}l${half} ${half}l${-half} ${half}z`;
  }
  if (look === 'failed') return `M${x} ${y}h${width}v${height}h${-width}z`;
  return `M${x} ${y}h${width}v${height}h${-width}z`;
}

/** A stretch of time in which an agent had one status, in pixels. */
export interface StatusStretch {
  readonly status: LaneSegment['status'];
  readonly from: number;
  readonly to: number;
}

/** Statuses of a lane as stretches in pixels; neighbours that touch and are equal become one. */
export function statusStretches(
  segments: readonly LaneSegment[],
  scale: TimeScale,
  now: number,
): readonly StatusStretch[] {
  const stretches: { status: LaneSegment['status']; from: number; to: number }[] = [];
  for (const segment of segments) {
    const from = xOf(scale, segment.from);
    const to = xOf(scale, segment.to ?? now);
    const last = stretches.at(-1);
    if (last && last.status === segment.status && from - last.to < 1) last.to = Math.max(last.to, to);
    else if (to - from >= 0.5) stretches.push({ status: segment.status, from: round(from), to: round(to) });
  }
  return stretches;
}

/** The span under a point of a lane, or the nearest within `slack` pixels of its row. */
export function spanAt(
  lane: Pick<Lane, 'spans' | 'rows'>,
  scale: TimeScale,
  now: number,
  point: { readonly x: number; readonly y: number },
  slack = 6,
): LaneSpan | undefined {
  const first = rowTop(rowCountOf(lane), 0) + ROW_HEIGHT / 2;
  const row = Math.round((point.y - first) / (ROW_HEIGHT + ROW_GAP));
  let best: LaneSpan | undefined;
  let distance = slack;
  for (const placed of lane.spans) {
    if (rowOf(placed) !== row) continue;
    const from = xOf(scale, placed.span.startedAt);
    const to = Math.max(from + LEAST_WIDTH, xOf(scale, placed.span.endedAt ?? now));
    const away = point.x < from ? from - point.x : Math.max(0, point.x - to);
    // Of several under the point the last to start lies on top.
    if (away > distance || (away === distance && away > 0)) continue;
    best = placed;
    distance = away;
  }
  return best;
}
