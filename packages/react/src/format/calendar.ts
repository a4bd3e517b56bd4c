import { later } from './later.js';

/** Where days and months begin in one time zone. */
export interface Calendar {
  /** Beginning of the day of a moment, in milliseconds since the epoch. */
  readonly startOfDay: (ms: number) => number;
  /** Beginning of the month of a moment, in milliseconds since the epoch. */
  readonly startOfMonth: (ms: number) => number;
}

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
        second: 'numeric',
      }),
  );
  const partsOf = (ms: number): { readonly [type: string]: number } =>
    Object.fromEntries(
      format()
        .formatToParts(ms)
        .map(({ type, value }) => [type, Number(value)]),
    );
  /** What has to be added to UTC there and then. */
  const offsetAt = (ms: number): number => {
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = partsOf(ms);
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
  };
  const start = (ms: number, dayOf: (day: number) => number): number => {
    if (!Number.isFinite(ms) || Math.abs(ms) > 8e15) return ms;
    const { year = 0, month = 1, day = 1 } = partsOf(ms);
    const local = Date.UTC(year, month - 1, dayOf(day));
    // The clocks may have been changed in between.
    return local - offsetAt(local - offsetAt(ms));
  };
  return { startOfDay: (ms) => start(ms, (day) => day), startOfMonth: (ms) => start(ms, () => 1) };
}
