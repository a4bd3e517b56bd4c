import type { FleetEvent } from '@fleetglass/core/protocol';

/** An event as it travels: its JSON, and what a stream tells beside it. */
export interface EventLine {
  readonly seq: number;
  readonly type: string;
  readonly text: string;
}

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

/** Lines of a batch's events; their texts were perhaps made for storage already. */
export function linesOf(events: readonly FleetEvent[]): readonly EventLine[] {
  const texts = known.get(events);
  return events.map((event, index) => ({
    seq: event.seq,
    type: event.type,
    text: texts?.[index] ?? eventText(event),
  }));
}
