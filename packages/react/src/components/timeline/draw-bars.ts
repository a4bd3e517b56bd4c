import type { LaneSegment, LaneSpan } from '@fleetglass/core/client';
import type { AgentStatus } from '@fleetglass/core/protocol';
import { firstReaching, lookAt } from './bar-index.js';
import type { BarIndex, BarRow } from './bar-index.js';
import type { LaneLayout } from './lane-layout.js';
import { barBox, rowTop } from './lane-layout.js';
import type { BarLook } from './paint.js';
import { rawX, timeAt, xOf } from './time-scale.js';
import type { TimeScale } from './time-scale.js';

/** A bar that is wide enough to hold its name. */
export interface NamedBar {
  readonly placed: LaneSpan;
  readonly x: number;
  readonly width: number;
  readonly row: number;
}

/** Bars of one look. */
export interface BarPath {
  readonly look: BarLook;
  readonly d: string;
  /** Height of bars that are too narrow for an outline: each is a piece of a line so thick. */
  readonly slim?: number;
}

/** One path a look, and one more of what is narrow. */
export interface LanePaths {
  readonly done: readonly BarPath[];
  /** What still runs, up to the edge: it is seen up to the present. */
  readonly running: readonly BarPath[];
  /** The widest first. */
  readonly named: readonly NamedBar[];
}

/** Pixels that a bar takes at least. */
export const LEAST_WIDTH = 2;
/** Below this width nothing is left to see between the two edges of a bar. */
const SLIM_WIDTH = 3;
/** A bar holds a name from this width on. */
export const NAMED_WIDTH = 46;
/** Names in a lane at most. */
const MOST_NAMED = 10;
/** Where spans are denser than one in this many pixels, a column of pixels is drawn as what begins it. */
const DENSE = 4;

/**
 * Bars of a lane that are in view. A row is walked by jumps: what ends within the pixels of the bar drawn last is never
 * looked at, so that cost is bounded by the width and not by the number of spans.
 */
export function drawBars(index: BarIndex, layout: LaneLayout, scale: TimeScale): LanePaths {
  const done: Paths = new Map();
  const slim: Paths = new Map();
  const running: Paths = new Map();
  const named: NamedBar[] = [];
  const walk = (row: BarRow, number: number): void => {
    const top = rowTop(layout, number);
    let bar: { look: BarLook; from: number; to: number } | undefined;
    const close = (): void => {
      if (!bar) return;
      const { look, from, to } = bar;
      if (to - from < SLIM_WIDTH && look !== 'handoff')
        add(slim, look, drawSlim(look, from, to, top, layout));
      else add(done, look, draw(look, from, to, top, layout));
      bar = undefined;
    };
    const firstTime = timeAt(scale, -LEAST_WIDTH);
    const lastTime = timeAt(scale, scale.width + LEAST_WIDTH);
    let at = firstReaching(row.reach, firstTime);
    const least = isDense(row, at, lastTime, scale.width) ? DENSE : LEAST_WIDTH;
    while (at < row.starts.length && (row.starts[at] as number) <= lastTime) {
      const end = row.ends[at] as number;
      // In a shared row some end before the view begins although another one reaches into it.
      if (end < firstTime) {
        at += 1;
        continue;
      }
      const look = lookAt(row, at);
      const from = Math.max(-LEAST_WIDTH, rawX(scale, row.starts[at] as number));
      const to = Math.min(scale.width + LEAST_WIDTH, Math.max(from + LEAST_WIDTH, rawX(scale, end)));
      if (to - from >= NAMED_WIDTH) {
        // A handoff's sign stands at its beginning.
        const x = Math.max(0, from) + (look === 'handoff' ? barBox(layout, look).height : 0);
        named.push({
          placed: row.spans[at] as LaneSpan,
          x,
          width: Math.min(scale.width, to) - x,
          row: number,
        });
      }
      if (end === Number.POSITIVE_INFINITY) add(running, look, draw(look, from, to, top, layout));
      else if (
        bar &&
        bar.look === look &&
        from - bar.to < 1 &&
        to - from < NAMED_WIDTH &&
        bar.to - bar.from < NAMED_WIDTH
      )
        bar.to = Math.max(bar.to, to);
      else {
        close();
        // A hair of space keeps neighbours that follow each other apart.
        bar = { look, from, to: Math.max(from + LEAST_WIDTH, to - 1) };
      }
      at += 1;
      const next = timeAt(scale, Math.max(to, from + least));
      if (at < row.ends.length && (row.ends[at] as number) < next) at = firstReaching(row.reach, next, at);
    }
    close();
  };
  index.rows.forEach(walk);
  index.failed.forEach(walk);
  named.sort((a, b) => b.width - a.width);
  const slims = join(slim).map((path) => ({ ...path, slim: barBox(layout, path.look).height }));
  return {
    done: [...slims, ...join(done)].sort(failedLast),
    running: join(running),
    named: unique(named).slice(0, MOST_NAMED),
  };
}

function isDense(row: BarRow, from: number, lastTime: number, width: number): boolean {
  const most = from + width / (2 * DENSE);
  return most < row.starts.length && (row.starts[Math.floor(most)] as number) <= lastTime;
}

/** What failed is walked twice. */
function unique<T extends { readonly placed: LaneSpan }>(named: readonly T[]): readonly T[] {
  const seen = new Set<LaneSpan>();
  return named.filter(({ placed }) => !seen.has(placed) && seen.add(placed));
}

type Paths<K = BarLook> = Map<K, string[]>;

function add<K>(paths: Paths<K>, look: K, d: string): void {
  const parts = paths.get(look);
  if (parts) parts.push(d);
  else paths.set(look, [d]);
}

const join = (paths: Paths): readonly BarPath[] =>
  [...paths].map(([look, parts]) => ({ look, d: parts.join('') })).sort(failedLast);

const failedLast = (a: BarPath, b: BarPath): number =>
  Number(a.look === 'failed') - Number(b.look === 'failed');

/** To a tenth. Put together from whole numbers, which is several times as fast as writing a fraction. */
function round(value: number): string {
  const tenths = Math.round(Math.abs(value) * 10);
  const rest = tenths % 10;
  const whole = (tenths - rest) / 10;
  return `${value < 0 && tenths > 0 ? '-' : ''}${rest === 0 ? whole : `${whole}.${rest}`}`;
}

function draw(look: BarLook, from: number, to: number, top: number, layout: LaneLayout): string {
  const { offset, height } = barBox(layout, look);
  // Strokes lie on the edge: half a pixel inside they are sharp.
  const [x, y, width] = [round(from + 0.5), top + offset + 0.5, round(Math.max(0.5, to - from - 1))];
  if (look === 'handoff') {
    const half = Math.floor(height / 2);
    return `M${x} ${y + half}l${half} ${-half}l${half} ${half}l${-half} ${half}z`;
  }
  return `M${x} ${y}h${width}v${height - 1}h-${width}z`;
}

/** Along the middle of its row. */
function drawSlim(look: BarLook, from: number, to: number, top: number, layout: LaneLayout): string {
  const { offset, height } = barBox(layout, look);
  return `M${round(from)} ${top + offset + height / 2}h${round(to - from)}`;
}

/** Statuses of a lane that are drawn: one path each, and the one that lasts, up to the edge. */
export interface StatusBands {
  readonly over: readonly { readonly status: AgentStatus; readonly d: string }[];
  readonly open: { readonly status: AgentStatus; readonly d: string } | undefined;
}

/** Statuses that a lane shows as a band. */
const BANDS: readonly AgentStatus[] = ['active', 'waiting', 'failed'];

/** Neighbours that touch and are equal become one band. */
export function drawBands(segments: readonly LaneSegment[], scale: TimeScale, height: number): StatusBands {
  const over: Paths<AgentStatus> = new Map();
  let band: { readonly status: AgentStatus; readonly from: number; to: number } | undefined;
  const close = (): void => {
    if (!band || !BANDS.includes(band.status)) return;
    add(over, band.status, rect(band.from, band.to, height));
  };
  for (const { status, from: start, to: end } of segments) {
    const from = xOf(scale, start);
    const to = end === undefined ? scale.width : xOf(scale, end);
    if (band?.status === status && from - band.to < 1) band.to = Math.max(band.to, to);
    else if (end === undefined || to - from >= 0.5) {
      close();
      band = { status, from, to };
    }
  }
  const last = segments.at(-1);
  const isOpen = band !== undefined && last?.to === undefined && BANDS.includes(band.status);
  if (!isOpen) close();
  return {
    over: [...over].map(([status, parts]) => ({ status, d: parts.join('') })),
    open: isOpen && band ? { status: band.status, d: rect(band.from, scale.width + 9, height) } : undefined,
  };
}

function rect(from: number, to: number, height: number): string {
  const width = round(Math.max(1, to - from));
  return `M${round(from)} 2h${width}v${height - 4}h-${width}z`;
}

/** When a span ends, or that it lasts until now. */
const endAt = (row: BarRow, at: number, now: number): number => {
  const end = row.ends[at] as number;
  return end === Number.POSITIVE_INFINITY ? now : end;
};

/** The span under a point of a lane, or the nearest within `slack` pixels of its row. */
export function spanAt(
  index: BarIndex,
  layout: LaneLayout,
  scale: TimeScale,
  now: number,
  point: { readonly x: number; readonly y: number },
  slack = 6,
): LaneSpan | undefined {
  const number = Math.floor((point.y - rowTop(layout, 0)) / layout.rowHeight);
  const row = index.rows[number];
  if (!row) return undefined;
  let best: LaneSpan | undefined;
  let distance = slack;
  const lastTime = timeAt(scale, point.x + slack);
  for (
    let at = firstReaching(row.reach, timeAt(scale, point.x - slack - LEAST_WIDTH));
    at < row.starts.length;
    at += 1
  ) {
    if ((row.starts[at] as number) > lastTime) break;
    const from = rawX(scale, row.starts[at] as number);
    const to = Math.max(from + LEAST_WIDTH, rawX(scale, endAt(row, at, now)));
    const away = point.x < from ? from - point.x : Math.max(0, point.x - to);
    // Of several under the point the last to start lies on top.
    if (away > distance || (away === distance && away > 0)) continue;
    best = row.spans[at];
    distance = away;
  }
  return best;
}
