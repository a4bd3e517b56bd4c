import * as z from 'zod';
import type { Json, JsonObject } from '../../lib/json.js';
import { isRecord } from '../../lib/json.js';
import type { Actor, Failure, Payload } from '../payload.js';
import type { Cost, Usage } from '../usage.js';

/*
 * Parts of several schemas. Objects are loose: fields of newer writers stay. A field that may be absent may not be
 * `undefined`, which JSON does not have.
 */

/** A schema for the data of each event type of a family, as the hand-written interfaces have it. */
export type DataSchemas<Events> = { readonly [T in keyof Events]: z.ZodType<Events[T]> };

export const text = z.string();
/** A field that may be absent. */
export const maybe = z.exactOptional;
/** Whole and not negative: tokens, milliseconds, nano-dollars, positions. */
export const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
export const amount = z.number().min(0);

/** Any JSON value; that it is JSON all the way down is checked for the whole event at once. */
export const json = z.custom<Json>((value) => value !== undefined);
export const jsonObject = z.custom<JsonObject>(
  (value) => isRecord(value),
  'Invalid input: expected an object',
);
export const labels = z.record(text, text);

export const actor = z.looseObject({ id: text, name: maybe(text) }) satisfies z.ZodType<Actor>;

export const failure = z.looseObject({
  code: text,
  message: text,
  retryable: maybe(z.boolean()),
}) satisfies z.ZodType<Failure>;

export const payload = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('inline'), value: json }),
  z.looseObject({ kind: z.literal('blob'), ref: text, bytes: count, mediaType: text, preview: text }),
]) satisfies z.ZodType<Payload>;

function partsFit(usage: Usage): boolean {
  const cached =
    (usage.cacheReadTokens ?? 0) + (usage.cacheWrite5mTokens ?? 0) + (usage.cacheWrite1hTokens ?? 0);
  return cached <= usage.inputTokens && (usage.reasoningTokens ?? 0) <= usage.outputTokens;
}

export const usage = z
  .looseObject({
    inputTokens: count,
    cacheReadTokens: maybe(count),
    cacheWrite5mTokens: maybe(count),
    cacheWrite1hTokens: maybe(count),
    outputTokens: count,
    reasoningTokens: maybe(count),
  })
  .refine(partsFit, 'Parts of the tokens are more than the whole') satisfies z.ZodType<Usage>;

export const cost = z.discriminatedUnion('basis', [
  z.looseObject({ basis: z.enum(['billed', 'list', 'custom', 'simulated']), nanoUsd: count }),
  z.looseObject({ basis: z.literal('unknown'), nanoUsd: maybe(z.never()) }),
]) satisfies z.ZodType<Cost>;
