import type { FleetEvent } from '@fleetglass/core/protocol';

/** Keyed by the array: one look-up serves a whole batch, and the text lives as long as the batch does. */
const known = new WeakMap<readonly FleetEvent[], readonly string[]>();

/** Text of one event; one that JSON cannot hold keeps its place and loses its data. */
export function eventText(event: FleetEvent): string {
  try {
    return JSON.stringify(event);
  } catch {
    const { v, seq, time, type } = event;
    return JSON.stringify({ v, seq, time, type, data: {} });
  }
}

/** Remembers texts that were made for storing, so that delivering does not make them again. */
export function rememberTexts(events: readonly FleetEvent[], texts: readonly string[]): void {
  known.set(events, texts);
}

/** JSON texts of a batch's events, each made once for storage and every viewer. */
export function textsOf(events: readonly FleetEvent[]): readonly string[] {
  let texts = known.get(events);
  if (!texts) {
    texts = events.map(eventText);
    known.set(events, texts);
  }
  return texts;
}
