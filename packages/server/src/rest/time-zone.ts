import { createZoneOffset } from '@fleetglass/core';
import type { ZoneOffset } from '@fleetglass/core';
import * as z from 'zod';

const utc: ZoneOffset = () => 0;
/** What is known about a run is remembered for each of these functions: few zones are in use at a time. */
const zones = new Map<string, ZoneOffset>();
const MOST_ZONES = 8;

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

/** How far a zone is ahead of UTC; the same function for the same name. */
export function zoneOffset(name: string): ZoneOffset {
  if (name === 'UTC') return utc;
  const zone = zones.get(name) ?? createZoneOffset(name);
  zones.delete(name);
  zones.set(name, zone);
  if (zones.size > MOST_ZONES) zones.delete(zones.keys().next().value as string);
  return zone;
}
