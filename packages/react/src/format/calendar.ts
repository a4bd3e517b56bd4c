import { createZoneOffset } from '@fleetglass/core/client';
import type { ZoneOffset } from '@fleetglass/core/client';

/** Where days and months begin in one time zone. */
export interface Calendar {
  /** What has to be added to UTC there and then, in milliseconds; the same function as long as the format. */
  readonly offsetAt: ZoneOffset;
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
  const offsetAt = createZoneOffset(timeZone);
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
