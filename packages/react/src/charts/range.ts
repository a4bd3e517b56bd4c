import { MAX_DAYS } from '@fleetglass/core/client';

/** Which days a chart shows: the newest ones, or those between two dates of the provider's time zone. Serialisable. */
export type AnalyticsRange =
  | { readonly days: number }
  /** ISO 8601 dates, `2026-11-21`, both included. */
  | { readonly from: string; readonly to: string };

export const RANGES = [30, 60, 90] as const;

const DAY = 86_400_000;

/** First and last day of a range, counted from the epoch. */
export function daysOfRange(
  range: AnalyticsRange,
  today: number,
): { readonly from: number; readonly to: number } {
  if ('days' in range) {
    const days = Math.max(1, Math.min(MAX_DAYS, Math.floor(range.days) || 1));
    return { from: today - days + 1, to: today };
  }
  const [from = today, to = today] = [range.from, range.to].map(dayOfIso);
  return from <= to ? { from: Math.max(from, to - MAX_DAYS + 1), to } : { from: to, to };
}

export function dayOfIso(date: string): number | undefined {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(time) ? undefined : time / DAY;
}

export const isoOfDay = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);
