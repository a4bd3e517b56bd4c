import type { ZoneOffset } from '@fleetglass/core';
import { z } from '@hono/zod-openapi';

const HOUR = 3_600_000;

const utc: ZoneOffset = () => 0;
/** What is known about a run is remembered for each of these functions: few zones are in use at a time. */
const zones = new Map<string, ZoneOffset>();
const MOST_ZONES = 8;
const MOST_HOURS = 50_000;

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** A time zone in a query; days and hours are those of its clocks. */
export const timeZone = z
  .string()
  .max(64)
  .refine(isZone, 'Invalid time zone: expected a name such as Europe/Vienna')
  .default('UTC');

function createZone(name: string): ZoneOffset {
  const format = new Intl.DateTimeFormat('en', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const byHour = new Map<number, number>();
  return (time) => {
    // Clocks are changed at whole hours of UTC, but for a few zones at half of one.
    const slot = Math.floor(time / (HOUR / 2));
    let offset = byHour.get(slot);
    if (offset === undefined) {
      const parts = Object.fromEntries(
        format.formatToParts(slot * (HOUR / 2)).map(({ type, value }) => [type, Number(value)]),
      );
      const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
      offset = Date.UTC(year, month - 1, day, hour, minute, second) - slot * (HOUR / 2);
      if (byHour.size >= MOST_HOURS) byHour.clear();
      byHour.set(slot, offset);
    }
    return offset;
  };
}

/** How far a zone is ahead of UTC; the same function for the same name. */
export function zoneOffset(name: string): ZoneOffset {
  if (name === 'UTC') return utc;
  const zone = zones.get(name) ?? createZone(name);
  zones.delete(name);
  zones.set(name, zone);
  if (zones.size > MOST_ZONES) zones.delete(zones.keys().next().value as string);
  return zone;
}
