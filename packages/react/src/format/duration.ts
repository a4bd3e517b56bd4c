import { later } from './later.js';

/** Writes lengths of time in the given locale. */
export interface DurationFormat {
  /** Two largest units, for elapsed times that tick: "4s", "3m 04s", "2h 05m", "3d 4h". */
  readonly duration: (ms: number) => string;
  /** The same, with parts of a second where they matter: "340ms", "4.2s". */
  readonly preciseDuration: (ms: number) => string;
  /** The largest unit alone, for ages that nobody reads to the second: "4s", "3m", "2h", "5d". */
  readonly roughDuration: (ms: number) => string;
  /** The same, exact enough to tell times apart that lie `stepMs` from each other: "12.34s", "3m 04.2s". */
  readonly axisDuration: (ms: number, stepMs: number) => string;
  /** A span of time that a person chooses, in whole hours or days: "1 hour", "7 days". */
  readonly period: (ms: number) => string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function createDurationFormat(locale: string): DurationFormat {
  const unit = (name: string, options?: Intl.NumberFormatOptions): ((value: number) => string) => {
    const made = later(
      () => new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'narrow', ...options }),
    );
    return (value) => made().format(value);
  };
  const milliseconds = unit('millisecond', { maximumFractionDigits: 0 });
  const tenths = unit('second', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const [seconds, minutes, hours, days] = [unit('second'), unit('minute'), unit('hour'), unit('day')];
  const paddedSeconds = unit('second', { minimumIntegerDigits: 2 });
  const paddedMinutes = unit('minute', { minimumIntegerDigits: 2 });

  /** Seconds with so many decimals, alone and after minutes. */
  const exact = [1, 2, 3].map((digits) => {
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return [unit('second', options), unit('second', { ...options, minimumIntegerDigits: 2 })] as const;
  });

  const duration = (ms: number): string => {
    const time = Math.max(0, ms);
    if (time < MINUTE) return seconds(Math.floor(time / SECOND));
    if (time < HOUR) {
      const rest = paddedSeconds(Math.floor((time % MINUTE) / SECOND));
      return `${minutes(Math.floor(time / MINUTE))} ${rest}`;
    }
    if (time < DAY) {
      const rest = paddedMinutes(Math.floor((time % HOUR) / MINUTE));
      return `${hours(Math.floor(time / HOUR))} ${rest}`;
    }
    return `${days(Math.floor(time / DAY))} ${hours(Math.floor((time % DAY) / HOUR))}`;
  };
  const [longHours, longDays] = ['hour', 'day'].map((name) => unit(name, { unitDisplay: 'long' })) as [
    (value: number) => string,
    (value: number) => string,
  ];
  return {
    duration,
    roughDuration(ms) {
      const time = Math.max(0, ms);
      if (time < MINUTE) return seconds(Math.floor(time / SECOND));
      if (time < HOUR) return minutes(Math.floor(time / MINUTE));
      return time < DAY ? hours(Math.floor(time / HOUR)) : days(Math.floor(time / DAY));
    },
    period: (ms) => (ms > DAY ? longDays(Math.round(ms / DAY)) : longHours(Math.round(ms / HOUR))),
    axisDuration(ms, stepMs) {
      const time = Math.max(0, ms);
      const [alone, padded] = exact[stepMs < 10 ? 2 : stepMs < 100 ? 1 : 0] ?? [];
      if (stepMs >= SECOND || time >= HOUR || !alone || !padded) return duration(time);
      if (time < MINUTE) return alone(time / SECOND);
      return `${minutes(Math.floor(time / MINUTE))} ${padded((time % MINUTE) / SECOND)}`;
    },
    preciseDuration(ms) {
      if (ms < SECOND) return milliseconds(Math.max(0, Math.round(ms)));
      return ms < 10 * SECOND ? tenths(Math.floor(ms / 100) / 10) : duration(ms);
    },
  };
}
