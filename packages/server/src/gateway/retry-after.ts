import type { FleetglassError, Random } from '@fleetglass/core';

const SPREAD_MS = 10_000;

/**
 * Seconds for a `Retry-After` header, where the error says that later may be better. Never the same for all: who was
 * refused together would come back together.
 */
export function retryAfterOf(
  error: { readonly status: number; readonly details?: FleetglassError['details'] },
  random: Random,
): string | undefined {
  if (error.status !== 429 && error.status !== 503) return undefined;
  const least = error.details?.['retryAfterMs'];
  const wait = typeof least === 'number' ? least * (1 + random() * 0.25) : 1_000 + random() * SPREAD_MS;
  return String(Math.max(1, Math.ceil(wait / 1_000)));
}
