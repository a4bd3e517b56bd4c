import type { Json } from '../../lib/json.js';

const FNV_PRIME = 0x01000193;

/** JSON with sorted keys: equal values give equal text. */
export function canonical(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const fields = value as { readonly [key: string]: Json };
  return `{${Object.keys(fields)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(fields[key] as Json)}`)
    .join(',')}}`;
}

/**
 * Tells whether two requests are the same. 64 bits in two lanes of FNV-1a
 * (https://datatracker.ietf.org/doc/html/draft-eastlake-fnv): against mistakes, not against an attacker.
 */
export function hashRequest(request: Json): string {
  const text = canonical(request);
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, FNV_PRIME);
    high = Math.imul(high ^ (unit + i), FNV_PRIME);
  }
  return (low >>> 0).toString(16).padStart(8, '0') + (high >>> 0).toString(16).padStart(8, '0');
}
