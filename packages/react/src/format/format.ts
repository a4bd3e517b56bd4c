import { createCalendar } from './calendar.js';
import type { Calendar } from './calendar.js';
import { createDurationFormat } from './duration.js';
import type { DurationFormat } from './duration.js';
import { later } from './later.js';
import { createMoneyFormat } from './money.js';
import type { MoneyFormat } from './money.js';

/** Everything that a screen writes besides words. */
export interface Format extends MoneyFormat, DurationFormat, Calendar {
  /** BCP 47 tag, for a component that writes something of its own. */
  readonly locale: string;
  /** IANA name; absent means the browser's own. */
  readonly timeZone?: string;
  /** Whole number with its groups: "12,345". */
  readonly count: (value: number) => string;
  /** Short: "987", "12.3K", "4.5M". */
  readonly compact: (value: number) => string;
  /** From a share of 1: "42%". */
  readonly percent: (share: number) => string;
  /** How large something is: "512 byte", "16 kB", "1.2 MB". */
  readonly bytes: (count: number) => string;
  /** How many times as much, to a tenth: "3", "0.4", "-1.2". */
  readonly ratio: (value: number) => string;
  /** Several things in one line: "a, b, c". */
  readonly list: (items: readonly string[]) => string;
  /** Time of day to the second. */
  readonly time: (ms: number) => string;
  /** Time of day to the minute. */
  readonly shortTime: (ms: number) => string;
  /** Day and time of day to the minute, for lists; the day and its year, where that is not the year of `now`. */
  readonly dayTime: (ms: number, now?: number) => string;
  /** Date and time. */
  readonly dateTime: (ms: number) => string;
  /** ISO 8601, for the `dateTime` attribute of `<time>`. */
  readonly machineTime: (ms: number) => string;
}

/**
 * @param timeZone IANA name
 * @default timeZone the browser's own
 */
export function createFormat(locale: string, timeZone?: string): Format {
  const zone = timeZone === undefined ? {} : { timeZone };
  const dates = (options: Intl.DateTimeFormatOptions): ((ms: number) => string) => {
    const format = later(() => new Intl.DateTimeFormat(locale, { ...zone, ...options }));
    return (ms) => (isDate(ms) ? format().format(ms) : '');
  };
  const numbers = (options: Intl.NumberFormatOptions): ((value: number) => string) => {
    const format = later(() => new Intl.NumberFormat(locale, options));
    return (value) => format().format(value);
  };
  const count = numbers({ maximumFractionDigits: 0 });
  const compact = numbers({ notation: 'compact', maximumFractionDigits: 1 });
  const sizes = ['byte', 'kilobyte', 'megabyte', 'gigabyte'].map((unit) =>
    numbers({ style: 'unit', unit, maximumFractionDigits: 1 }),
  );
  const bytes = (size: number): string => {
    const steps = size < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(size) / 3));
    return sizes[steps]?.(size / 1000 ** steps) ?? '';
  };
  const list = later(() => new Intl.ListFormat(locale, { style: 'short', type: 'unit' }));
  const dayOfYear = dates({
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const day = dates({ year: 'numeric', month: 'short', day: 'numeric' });
  const year = dates({ year: 'numeric' });
  return {
    locale,
    ...zone,
    ...createMoneyFormat(locale),
    ...createDurationFormat(locale),
    ...createCalendar(timeZone),
    count,
    compact: (value) => (Math.abs(value) < 1000 ? count : compact)(value),
    percent: numbers({ style: 'percent', maximumFractionDigits: 0 }),
    bytes,
    ratio: numbers({ maximumFractionDigits: 1 }),
    list: (items) => list().format(items),
    time: dates({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }),
    shortTime: dates({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    dayTime: (ms, now) => (now === undefined || year(ms) === year(now) ? dayOfYear : day)(ms),
    dateTime: dates({ dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' }),
    machineTime: (ms) => (isDate(ms) ? new Date(ms).toISOString() : ''),
  };
}

/** Times come from the outside; what is out of a date's range must not break a screen. */
const isDate = (ms: number): boolean => Number.isFinite(ms) && Math.abs(ms) <= 8.64e15;
