import { NANO_PER_USD } from '@fleetglass/core/client';
import type { ZoneOffset } from '@fleetglass/core/client';
import type { Format } from '../format/format.js';

/** Days and hours of the provider's time zone, and how axes are written. */
export interface Zone {
  readonly offsetAt: ZoneOffset;
  /** Beginning of a day in milliseconds since the epoch. */
  readonly startOf: (day: number) => number;
  /** "21 Nov 2026" */
  readonly date: (ms: number) => string;
  /** "21 Nov", where there is little room. */
  readonly shortDate: (ms: number) => string;
  /** "Mon"; 0 is Monday. */
  readonly weekday: (index: number) => string;
  /** "14:00" */
  readonly hour: (hour: number) => string;
  /** Nano-dollars where there is little room: "$1.5K", "$0.50", "$0.002". */
  readonly axisMoney: (nanoUsd: number) => string;
  /** A length of time without small units: "30s", "5m", "1h". */
  readonly roundDuration: (ms: number) => string;
}

const DAY = 86_400_000;

const UNITS = [
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

const zones = new WeakMap<Format, Zone>();

/** The same object for the same format, so that what is known about a run is remembered for it. */
export function zoneOf(format: Format): Zone {
  let zone = zones.get(format);
  if (!zone) zones.set(format, (zone = createZone(format)));
  return zone;
}

function createZone({ locale, timeZone, offsetAt }: Format): Zone {
  const zone = timeZone === undefined ? {} : { timeZone };
  const write = (options: Intl.DateTimeFormatOptions): ((ms: number) => string) => {
    const format = new Intl.DateTimeFormat(locale, options);
    return (ms) => (Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? format.format(ms) : '');
  };
  const usd = { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' } as const;
  const cents = new Intl.NumberFormat(locale, usd);
  const money = new Intl.NumberFormat(locale, {
    ...usd,
    notation: 'compact',
    minimumSignificantDigits: 1,
    maximumSignificantDigits: 3,
  });
  const weekday = write({ weekday: 'short', timeZone: 'UTC' });
  const hour = write({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'UTC' });
  return {
    offsetAt,
    startOf(day) {
      const local = day * DAY;
      return local - offsetAt(local - offsetAt(local));
    },
    date: write({ ...zone, dateStyle: 'medium' }),
    shortDate: write({ ...zone, day: 'numeric', month: 'short' }),
    // The fifth day of 1970 was a Monday.
    weekday: (index) => weekday((index + 4) * DAY),
    hour: (at) => hour(at * 3_600_000),
    axisMoney(nano) {
      const dollars = nano / NANO_PER_USD;
      const isTenths = dollars < 1_000 && !Number.isInteger(dollars) && Number.isInteger(10 * dollars);
      return (isTenths ? cents : money).format(dollars);
    },
    roundDuration(ms) {
      const [name, size] = UNITS.find((unit) => ms >= unit[1]) ?? ['second', 1_000];
      return new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'narrow' }).format(
        ms / size,
      );
    },
  };
}
