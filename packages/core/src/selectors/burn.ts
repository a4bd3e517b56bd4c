import { isFinal } from '../model/status.js';
import type { RunState } from '../projection/state.js';
import type { Series } from '../projection/series.js';

const MINUTE = 60_000;

/** Below this a rate says nothing. */
const LEAST_AGE_MS = 5_000;

/** A young run is averaged over at least this long, so that its first call does not look like a fire. */
const LEAST_WINDOW_MS = 20_000;

/** What of a run its burn rate follows from. */
export type Spending = Pick<
  RunState,
  'status' | 'spend' | 'totals' | 'createdAt' | 'startedAt' | 'endedAt' | 'lastEventAt'
>;

/** How fast a run spends, in nano-dollars. `undefined` is unknown and is shown as "—". */
export interface Burn {
  /** Over the trailing minute; over the whole run once it is over. */
  readonly perMinute?: number;
  /** Over the trailing five minutes. */
  readonly perMinute5?: number;
  /** 60 times {@link Burn.perMinute}. */
  readonly perHour?: number;
  /** Calls without a price are missing: shown with "≥". */
  readonly lowerBound: boolean;
}

/** Amount from the beginning up to `time`; a bucket counts by the share of it that has passed. */
function amountUntil({ start, stepMs, values }: Series, time: number): number {
  const position = Math.max(0, (time - start) / stepMs);
  const whole = Math.min(values.length, Math.floor(position));
  let sum = 0;
  for (let i = 0; i < whole; i += 1) sum += values[i] ?? 0;
  return sum + (values[whole] ?? 0) * (position - whole);
}

/** Amount after `time`; a bucket counts by the share of it that comes after. */
export function amountSince(series: Series, time: number): number {
  let sum = 0;
  for (const value of series.values) sum += value;
  return Math.max(0, sum - amountUntil(series, time));
}

const windowAt = (age: number, length: number): number => Math.min(length, Math.max(LEAST_WINDOW_MS, age));

/**
 * Amount a minute over the trailing `windowMs`: the amount of the window divided by its length. A run younger than the
 * window is averaged over its age, at least over 20 s.
 *
 * @returns `undefined` in the first 5 s of the run
 */
export function ratePerMinute(
  series: Series,
  since: number,
  now: number,
  windowMs = MINUTE,
): number | undefined {
  const age = now - since;
  if (age < LEAST_AGE_MS) return undefined;
  // A viewer's clock that is behind does not lose the newest amounts.
  const end = Math.max(now, series.start + series.values.length * series.stepMs);
  const amount = amountUntil(series, end) - amountUntil(series, now - windowMs);
  return (Math.max(0, amount) / windowAt(age, windowMs)) * MINUTE;
}

/**
 * Burn rate of a run. While it runs see {@link ratePerMinute}; when it is over, all it has spent divided by its
 * duration. Unknown while no call has a known price.
 *
 * @param now milliseconds since the epoch; in replay the moment shown
 */
export function selectBurn(run: Spending, now: number): Burn {
  const { nanoUsd, unknownCalls } = run.totals.cost;
  const since = run.startedAt ?? run.createdAt;
  const lowerBound = unknownCalls > 0;
  if (lowerBound && nanoUsd === 0) return { lowerBound };
  const end = run.endedAt ?? run.lastEventAt;
  const average = isFinal(run.status) && end > since ? (nanoUsd / (end - since)) * MINUTE : undefined;
  const perMinute = average ?? ratePerMinute(run.spend, since, now);
  const perMinute5 = average ?? ratePerMinute(run.spend, since, now, 5 * MINUTE);
  if (perMinute === undefined || perMinute5 === undefined) return { lowerBound };
  return { perMinute, perMinute5, perHour: 60 * perMinute, lowerBound };
}

/**
 * Burn rate of several runs together, over the trailing minute and five minutes: what all of them spent in the window
 * divided by its length. Runs that are over count as long as they spent within it. A group younger than the window is
 * averaged over its age, at least over 20 s. Unknown while none of those that spent lately has a known price.
 *
 * @param now milliseconds since the epoch; in replay the moment shown
 */
export function selectBurnOf(runs: Iterable<Spending>, now: number): Burn {
  let [one, five, age, known] = [0, 0, 0, false];
  let lowerBound = false;
  for (const { spend, totals, lastEventAt, createdAt, startedAt } of runs) {
    age = Math.max(age, now - (startedAt ?? createdAt));
    if (lastEventAt < now - 5 * MINUTE) continue;
    one += amountSince(spend, now - MINUTE);
    five += amountSince(spend, now - 5 * MINUTE);
    lowerBound ||= totals.cost.unknownCalls > 0;
    known ||= totals.cost.nanoUsd > 0;
  }
  if (age < LEAST_AGE_MS || (lowerBound && !known)) return { lowerBound };
  const perMinute = (one / windowAt(age, MINUTE)) * MINUTE;
  return {
    perMinute,
    perMinute5: (five / windowAt(age, 5 * MINUTE)) * MINUTE,
    perHour: 60 * perMinute,
    lowerBound,
  };
}

/**
 * What several runs spent over time, as one series that is ready to be drawn: their amounts since `since` in equal
 * buckets, at most about 450. An amount is spread evenly over the time of its own bucket.
 */
export function selectSpendOf(runs: Iterable<Spending>, since: number, now: number): Series {
  const length = now > since ? now - since : 1;
  const stepMs = 1000 * 2 ** Math.max(0, Math.ceil(Math.log2(length / 450_000)));
  const start = Math.floor(since / stepMs) * stepMs;
  const values = new Array<number>(Math.floor((since + length - start) / stepMs) + 1).fill(0);
  const end = start + values.length * stepMs;
  for (const { spend, lastEventAt } of runs) {
    if (lastEventAt < since) continue;
    const first = Math.max(0, Math.floor((since - spend.start) / spend.stepMs));
    for (let index = first; index < spend.values.length; index += 1) {
      const amount = spend.values[index] ?? 0;
      if (amount === 0) continue;
      const from = Math.max(start, spend.start + index * spend.stepMs);
      const to = Math.min(end, spend.start + (index + 1) * spend.stepMs);
      for (let at = from; at < to;) {
        const slot = Math.floor((at - start) / stepMs);
        const next = Math.min(to, start + (slot + 1) * stepMs);
        values[slot] = (values[slot] ?? 0) + (amount * (next - at)) / spend.stepMs;
        at = next;
      }
    }
  }
  return { start, stepMs, values };
}

/**
 * The rate at up to `columns` moments from `since` to `now`, ready to be drawn; the last one is
 * {@link ratePerMinute}'s. Work is O(buckets + columns), and a series has at most 512 buckets whatever its age.
 */
export function selectSpendLine(
  series: Series,
  since: number,
  now: number,
  columns: number,
): readonly number[] {
  const { start, stepMs, values } = series;
  if (values.length === 0 || columns < 1) return [];
  const first = Math.min(0, Math.floor((since - start) / stepMs));
  const last = Math.max(values.length, Math.ceil((now - start) / stepMs)) - 1;
  const width = Math.max(1, Math.round(MINUTE / stepMs));
  const rates: number[] = [];
  const wanted = Math.min(columns, last - first + 1);
  const sums = [0];
  for (const value of values) sums.push((sums.at(-1) ?? 0) + value);
  const sumBefore = (index: number): number => sums[Math.max(0, Math.min(values.length, index))] ?? 0;
  for (let column = 1; column <= wanted; column += 1) {
    const index = first + Math.round((column * (last - first + 1)) / wanted) - 1;
    const age = start + (index + 1) * stepMs - since;
    const amount = sumBefore(index + 1) - sumBefore(index + 1 - width);
    rates.push((Math.max(0, amount) / Math.max(stepMs, windowAt(age, MINUTE))) * MINUTE);
  }
  return rates;
}
