import type { Lane, LaneSpan } from '@fleetglass/core/client';
import { placeOf } from './time-axis.js';
import type { TimeAxis } from './time-axis.js';

/** Columns of the minimap. */
export const COLUMNS = 240;

/** How many spans ran in each column, and where something failed. */
export interface RunProfile {
  readonly busy: Int32Array;
  readonly failed: Uint8Array;
  readonly most: number;
}

interface LaneProfile {
  readonly axis: TimeAxis;
  readonly now: number;
  readonly busy: Int32Array;
  readonly failed: Uint8Array;
}

const known = new WeakMap<readonly LaneSpan[], LaneProfile>();

function profileOf(spans: readonly LaneSpan[], axis: TimeAxis, now: number): LaneProfile {
  const last = known.get(spans);
  const runs = spans.some(({ span }) => span.endedAt === undefined);
  if (last?.axis === axis && (last.now === now || !runs)) return last;
  const busy = new Int32Array(COLUMNS + 1);
  const failed = new Uint8Array(COLUMNS);
  const scale = COLUMNS / axis.length;
  const columnOf = (time: number): number => Math.floor(placeOf(axis, time) * scale);
  for (const { span } of spans) {
    const from = Math.max(0, columnOf(span.startedAt));
    const to = Math.min(COLUMNS - 1, columnOf(Math.max(span.startedAt, span.endedAt ?? now)));
    if (to < from) continue;
    // Steps up and down, summed below: a span is looked at once, however long it is.
    busy[from] = (busy[from] as number) + 1;
    busy[to + 1] = (busy[to + 1] as number) - 1;
    if (span.status === 'error') failed[to] = 1;
  }
  for (let column = 1; column < COLUMNS; column += 1)
    busy[column] = (busy[column] as number) + (busy[column - 1] as number);
  const profile = { axis, now, busy, failed };
  known.set(spans, profile);
  return profile;
}

/** The whole run in a few columns. A lane is looked at again only when it changed, grows, or the axis did. */
export function createRunProfile(lanes: readonly Lane[], axis: TimeAxis, now: number): RunProfile {
  const busy = new Int32Array(COLUMNS);
  const failed = new Uint8Array(COLUMNS);
  let most = 1;
  for (const { spans } of lanes) {
    const lane = profileOf(spans, axis, now);
    for (let column = 0; column < COLUMNS; column += 1) {
      const sum = (busy[column] as number) + (lane.busy[column] as number);
      busy[column] = sum;
      if (sum > most) most = sum;
      if (lane.failed[column]) failed[column] = 1;
    }
  }
  return { busy, failed, most };
}

/** Outline of how many ran, in a box of {@link COLUMNS} by `height`. */
export function drawProfile({ busy, most }: RunProfile, height: number): string {
  let path = `M0 ${height}`;
  let last = 0;
  busy.forEach((count, column) => {
    if (count !== last) path += `H${column}V${height - Math.round((count / most) * height * 10) / 10}`;
    last = count;
  });
  return `${path}H${COLUMNS}V${height}z`;
}

/** Marks where something failed. */
export function drawFailures({ failed }: RunProfile, height: number): string {
  let path = '';
  failed.forEach((one, column) => {
    if (one) path += `M${column} 0h1.5v${height}h-1.5z`;
  });
  return path;
}
