import { spanTimes } from '@fleetglass/core/client';
import type { Lane, LaneSpan } from '@fleetglass/core/client';
import { factsOf } from './paint.js';
import { placeOf, timeOf } from './time-axis.js';
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
  /** Column of the present. */
  readonly present: number;
  readonly busy: Int32Array;
  readonly failed: Uint8Array;
}

const known = new WeakMap<readonly LaneSpan[], LaneProfile>();

/** Column of a time; before the first and after the last one too. */
const columnOf = (axis: TimeAxis, time: number): number =>
  Math.floor((placeOf(axis, time) * COLUMNS) / axis.length);

/** The present as far as the minimap tells it: it moves on by columns. */
export const presentOf = (axis: TimeAxis, now: number): number =>
  timeOf(axis, ((columnOf(axis, now) + 0.5) * axis.length) / COLUMNS);

function profileOf(spans: readonly LaneSpan[], axis: TimeAxis, present: number): LaneProfile {
  const last = known.get(spans);
  const { failed: failures, running } = factsOf(spans);
  if (last?.axis === axis && (last.present === present || !running)) return last;
  const busy = new Int32Array(COLUMNS + 1);
  const failed = new Uint8Array(COLUMNS);
  const { starts, ends } = spanTimes(spans);
  // Without folds a place is the time since the start, which is quicker.
  const scale = COLUMNS / axis.length;
  const plain = axis.folds.length === 0;
  const column = (time: number): number =>
    plain ? Math.floor((time - axis.start) * scale) : columnOf(axis, time);
  for (let at = 0; at < starts.length; at += 1) {
    const end = ends[at] as number;
    const from = Math.max(0, column(starts[at] as number));
    const to = end === Infinity ? Math.max(from, present) : Math.min(COLUMNS - 1, column(end));
    if (to < from || from >= COLUMNS) continue;
    // Steps up and down, summed below: a span is looked at once, however long it is.
    busy[from] = (busy[from] as number) + 1;
    busy[to + 1] = (busy[to + 1] as number) - 1;
    if (failures > 0 && spans[at]?.span.status === 'error') failed[to] = 1;
  }
  for (let at = 1; at < COLUMNS; at += 1) busy[at] = (busy[at] as number) + (busy[at - 1] as number);
  const profile = { axis, present, busy, failed };
  known.set(spans, profile);
  return profile;
}

/** The whole run in a few columns. A lane is looked at again only when it changed, grows, or the axis did. */
export function createRunProfile(lanes: readonly Lane[], axis: TimeAxis, now: number): RunProfile {
  const busy = new Int32Array(COLUMNS);
  const failed = new Uint8Array(COLUMNS);
  const present = Math.min(COLUMNS - 1, columnOf(axis, now));
  let most = 1;
  for (const { spans } of lanes) {
    if (spans.length === 0) continue;
    const lane = profileOf(spans, axis, present);
    for (let column = 0; column < COLUMNS; column += 1)
      busy[column] = (busy[column] as number) + (lane.busy[column] as number);
    if (factsOf(spans).failed === 0) continue;
    for (let column = 0; column < COLUMNS; column += 1) if (lane.failed[column]) failed[column] = 1;
  }
  for (const count of busy) if (count > most) most = count;
  return { busy, failed, most };
}

/** The last profile where the new one says the same: what is drawn of it stays. */
export function keepProfile(last: RunProfile | undefined, next: RunProfile): RunProfile {
  if (last?.most !== next.most) return next;
  for (let column = 0; column < COLUMNS; column += 1)
    if (last.busy[column] !== next.busy[column] || last.failed[column] !== next.failed[column]) return next;
  return last;
}

/** Outline of how many ran, in a box of {@link COLUMNS} by `height`. */
export function drawProfile({ busy, most }: RunProfile, height: number): string {
  let path = `M0 ${height}`;
  let last = 0;
  for (let column = 0; column < COLUMNS; column += 1) {
    const count = busy[column] as number;
    if (count !== last) path += `H${column}V${Math.round((1 - count / most) * height * 10) / 10}`;
    last = count;
  }
  return `${path}H${COLUMNS}V${height}z`;
}

/** Marks where something failed. */
export function drawFailures({ failed }: RunProfile, height: number): string {
  let path = '';
  for (let column = 0; column < COLUMNS; column += 1)
    if (failed[column]) path += `M${column} 0h1.5v${height}h-1.5z`;
  return path;
}
