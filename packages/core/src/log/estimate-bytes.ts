import type { EventDraft } from '../protocol/event.js';

const ENVELOPE = 200;
const MAX_DEPTH = 64;

function sizeOf(value: unknown, depth: number): number {
  if (typeof value === 'string') return 24 + value.length;
  if (typeof value !== 'object' || value === null) return 8;
  if (depth === 0) return 8;
  let size = 32;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) size += sizeOf(value[i], depth - 1);
    return size;
  }
  for (const key in value) size += 8 + sizeOf((value as Record<string, unknown>)[key], depth - 1);
  return size;
}

/** About how many bytes of memory an event holds; cheap rather than exact. */
export function estimateBytes(event: EventDraft): number {
  return ENVELOPE + sizeOf(event.data, MAX_DEPTH);
}

/** About how many bytes of memory a JSON value holds. */
export function estimateValueBytes(value: unknown): number {
  return sizeOf(value, MAX_DEPTH);
}
