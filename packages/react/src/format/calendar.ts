import { later } from './later.js';

/** Where days and months begin in one time zone. */
export interface Calendar {
  /** What has to be added to UTC there and then, in milliseconds; the same function as long as the format. */
  readonly offsetAt: (ms: number) => number;
  /** Beginning of the day of a moment, in milliseconds since the epoch. */
  readonly startOfDay: (ms: number) => number;
  /** Beginning of the month of a moment, in milliseconds since the epoch. */
  readonly startOfMonth: (ms: number) => number;
}

/** No zone changes its clocks within less. */
const STEP = 900_000;
const MAX_KNOWN = 50_000;

/**
 * @param timeZone IANA name
 * @default timeZone the browser's own
 */
export function createCalendar(timeZone?: string): Calendar {
  const format = later(
    () =>
      new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
        ...(timeZone === undefined ? {} : { timeZone }),
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
      }),
  );
  const known = new Map<number, number>();
  const offsetAt = (ms: number): number => {
    if (!isDate(ms)) return 0;
    const step = Math.floor(ms / STEP);
    const found = known.get(step);
    if (found !== undefined) return found;
    const parts = format().formatToParts(step * STEP);
    const {
      year = 0,
      month = 1,
      day = 1,
      hour = 0,
      minute = 0,
    }: { readonly [type: string]: number } = Object.fromEntries(
      parts.map(({ type, value }) => [type, Number(value)]),
    );
    const offset = Date.UTC(year, month - 1, day, hour, minute) - step * STEP;
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(step, offset);
    return offset;
  };
  const start = (ms: number, dayOf: (day: number) => number): number => {
    if (!isDate(ms)) return ms;
    const here = new Date(ms + offsetAt(ms));
    const local = Date.UTC(here.getUTCFullYear(), here.getUTCMonth(), dayOf(here.getUTCDate()));
    // The clocks may have been changed in between.
    return local - offsetAt(local - offsetAt(ms));
  };
  return { offsetAt, startOfDay: (ms) => start(ms, (day) => day), startOfMonth: (ms) => start(ms, () => 1) };
}

const isDate = (ms: number): boolean => Number.isFinite(ms) && Math.abs(ms) <= 8e15;
