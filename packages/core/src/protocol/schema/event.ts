import * as z from 'zod';
import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { EventDataMap, EventDraft, EventScope, FleetEvent } from '../event.js';
import { MIN_PROTOCOL_VERSION, PROTOCOL_VERSION } from '../version.js';
import { compileAccepts } from './accepts.js';
import type { Accepts } from './accepts.js';
import { agentSchemas } from './agent.js';
import { assertPlain, assertSchema } from './check.js';
import { contentSchemas } from './content.js';
import { controlSchemas } from './control.js';
import { runSchemas } from './run.js';
import { spanSchemas } from './span.js';
import { taskSchemas } from './task.js';
import type { DataSchemas } from './values.js';
import { count, maybe, text } from './values.js';

/** The schema of the data of every event type. */
export const eventSchemas = {
  ...runSchemas,
  ...agentSchemas,
  ...taskSchemas,
  ...spanSchemas,
  ...contentSchemas,
  ...controlSchemas,
} satisfies DataSchemas<EventDataMap>;

const position = count.min(1);

const scope = {
  runId: maybe(text),
  threadId: maybe(text),
  agentId: maybe(text),
  taskId: maybe(text),
  spanId: maybe(text),
  parentSpanId: maybe(text),
} satisfies { readonly [K in keyof EventScope]: z.ZodType };

const draft = z.looseObject({
  ...scope,
  v: z.number().int(),
  time: count,
  id: maybe(text),
  tenant: maybe(text),
  type: z.string().regex(/^[a-zA-Z]{1,64}\.[a-zA-Z]{1,64}$/),
  data: z.looseObject({}),
}) satisfies z.ZodType<EventDraft>;

const stored = draft.extend({
  seq: position,
  covers: maybe(z.tuple([position, position]).refine(([from, to]) => from <= to, 'The range runs backwards')),
}) satisfies z.ZodType<FleetEvent>;

/** What passes at once; only what does not is parsed, which says what is wrong with it. */
interface Checked {
  readonly schema: z.ZodType;
  readonly accepts: Accepts;
}

const checked = (schema: z.ZodType): Checked => ({ schema, accepts: compileAccepts(schema) });

const envelopes = { draft: checked(draft), stored: checked(stored) };
const dataOf: ReadonlyMap<string, Checked> = new Map(
  Object.entries(eventSchemas).map(([type, schema]) => [type, checked(schema)]),
);

function check(envelope: Checked, value: unknown): void {
  assertPlain(value, 'BAD_EVENT', 'An event');
  if (!envelope.accepts(value)) assertSchema(envelope.schema, value, 'BAD_EVENT', 'The event');
  const { v, type, data } = value as unknown as EventDraft;
  if (v < MIN_PROTOCOL_VERSION || v > PROTOCOL_VERSION) {
    throw new FleetglassError(
      'UNSUPPORTED_VERSION',
      `The event is of protocol ${v}, and this version reads ${MIN_PROTOCOL_VERSION} to ${PROTOCOL_VERSION}: update the older side.`,
    );
  }
  const known = dataOf.get(type);
  if (known && !known.accepts(data)) {
    assertSchema(known.schema, data, 'BAD_EVENT', `The data of \`${type}\``);
  }
}

/**
 * Checks an event of a log that comes from outside, for example from a file. Strict about the types that this version
 * knows; unknown types and fields are kept.
 *
 * @returns the very object that was given
 * @throws FleetglassError `BAD_EVENT` with the place in `details.path`, or `UNSUPPORTED_VERSION`
 */
export function parseEvent(value: unknown): FleetEvent {
  check(envelopes.stored, value);
  return value as FleetEvent;
}

/**
 * Checks an event that is to be appended, as {@link parseEvent} does; `seq` and `covers` are the store's to give.
 *
 * @returns the event without them: the very object where it has none
 * @throws FleetglassError `BAD_EVENT`, `UNSUPPORTED_VERSION`
 */
export function parseEventDraft(value: unknown): EventDraft {
  check(envelopes.draft, value);
  const given = value as FleetEvent;
  if (!('seq' in given) && !('covers' in given)) return given;
  const { seq: _seq, covers: _covers, ...event } = given;
  return event;
}
