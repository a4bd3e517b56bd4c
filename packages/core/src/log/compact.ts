import type { FleetEvent } from '../protocol/event.js';
import { MERGEABLE_TYPES, mergeEvents } from '../protocol/merge.js';

const SECOND_MS = 1_000;
/** Most characters of text in one merged event. */
const MAX_TEXT = 16_384;

const firstOf = ({ covers, seq }: FleetEvent): number => covers?.[0] ?? seq;

/** Longer text is left in pieces, so that no event grows without end. */
function isShort({ data }: FleetEvent): boolean {
  const { text } = data;
  return typeof text !== 'string' || text.length <= MAX_TEXT;
}

/** `b` merged into `a`, when it follows it directly and within the same second of the clock. */
function join(a: FleetEvent, b: FleetEvent): FleetEvent | undefined {
  const follows = firstOf(b) === a.seq + 1 && b.time >= a.time;
  // Amounts over time fall into buckets of whole seconds.
  if (!follows || Math.floor(a.time / SECOND_MS) !== Math.floor(b.time / SECOND_MS)) return undefined;
  const merged = mergeEvents(a, b);
  return merged && isShort(merged) ? { ...merged, covers: [firstOf(a), b.seq] } : undefined;
}

/**
 * The same log in fewer events: neighbours of one entity that only continue each other become one, which `covers`
 * their `seq`. Folding the result gives the state that folding the input gives. The first of such a sequence is left
 * alone, because the time of an entity's first event is part of the state.
 *
 * @param events in ascending order of `seq`
 */
export function compact(events: readonly FleetEvent[]): FleetEvent[] {
  const result: FleetEvent[] = [];
  let canGrow = false;
  for (const event of events) {
    const last = result.at(-1);
    const continues =
      last !== undefined && MERGEABLE_TYPES.has(event.type) && mergeEvents(last, event) !== undefined;
    const joined = continues && canGrow ? join(last, event) : undefined;
    if (joined) {
      result[result.length - 1] = joined;
      continue;
    }
    result.push(event);
    canGrow = continues;
  }
  return result;
}
