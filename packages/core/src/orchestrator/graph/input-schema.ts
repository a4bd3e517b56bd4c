import * as z from 'zod';
import type { JsonObject } from '../../lib/json.js';
import type { StateSchema } from './graph-definition.js';

/** Characters of JSON above which a schema is left out: it travels with every run. */
const MOST_CHARACTERS = 16_384;
/** Levels above which it is left out: an event may hold 64, of which its own envelope takes some. */
const MOST_LEVELS = 48;

/**
 * What a graph may be started with, as JSON Schema, so that a screen can ask for it. Known for zod schemas; what JSON
 * Schema cannot say is `{}` there. Never throws.
 *
 * @returns `undefined` when it is not known, or too large to travel with each run
 */
export function inputSchemaOf(schema: StateSchema<unknown, object> | undefined): JsonObject | undefined {
  if (!schema || !('_zod' in schema)) return undefined;
  try {
    const made = z.toJSONSchema(schema as unknown as z.ZodType, { io: 'input', unrepresentable: 'any' });
    const text = JSON.stringify(made);
    // Through JSON, because a default may be anything.
    return text.length <= MOST_CHARACTERS && isFlat(made, MOST_LEVELS)
      ? (JSON.parse(text) as JsonObject)
      : undefined;
  } catch {
    return undefined;
  }
}

function isFlat(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => isFlat(inner, levels - 1));
}
