import type { FleetEvent } from '@fleetglass/core/protocol';

/** What takes the place of a text. */
const GONE = '[redacted]';

/**
 * Fields of events whose content is what people, models and tools said, wherever they stand. Names, statuses, times,
 * tokens and costs stay.
 */
const CONTENT: ReadonlySet<string> = new Set([
  'activity',
  'args',
  'details',
  'diff',
  'facts',
  'fields',
  'input',
  'message',
  'note',
  'output',
  'parts',
  'patch',
  'preview',
  'reason_text',
  'result',
  'text',
  'value',
]);

/** The same events without what was said in them: messages, inputs, outputs, logs, details and notes. */
export function redactEvents(events: readonly FleetEvent[]): readonly FleetEvent[] {
  return events.map((event) => ({ ...event, data: withoutContent(event.data) as typeof event.data }));
}

function withoutContent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutContent);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]): [string, unknown][] => {
      if (!CONTENT.has(name)) return [[name, withoutContent(field)]];
      if (typeof field === 'string') return [[name, GONE]];
      return name === 'parts' ? [[name, [{ kind: 'text', text: GONE }]]] : [];
    }),
  );
}
