import type * as z from 'zod';
import type { ErrorCode } from '../../errors/error-code.js';
import { FleetglassError } from '../../errors/fleetglass-error.js';
import { isRecord } from '../../lib/json.js';

const MAX_DEPTH = 64;

/**
 * Dotted path of the first place that is not plain JSON, nests deeper than 64 levels, or uses a key by which an object
 * could get a foreign prototype.
 */
function findForeign(value: unknown, path: string, depth: number): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : path;
  if (typeof value !== 'object' || depth === 0) return path;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) {
      const found = findForeign(value[i], `${path}[${i}]`, depth - 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return path;
  for (const key of Object.keys(value)) {
    if (key === '__proto__') return `${path}.${key}`;
    const found = findForeign((value as Record<string, unknown>)[key], `${path}.${key}`, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @throws FleetglassError `code` when `value` is not a JSON object of bounded depth */
export function assertPlain(
  value: unknown,
  code: ErrorCode,
  what: string,
): asserts value is Record<string, unknown> {
  if (!isRecord(value)) throw new FleetglassError(code, `${what} has to be a JSON object.`);
  const path = findForeign(value, '$', MAX_DEPTH);
  if (path === undefined) return;
  throw new FleetglassError(
    code,
    `${what} holds something at ${path.slice(0, 200)} that is not plain JSON: send objects, arrays, texts, finite numbers, booleans and null, at most 64 levels deep.`,
  );
}

/** @throws FleetglassError `code` that names the first place where `value` is not what the schema asks for */
export function assertSchema(schema: z.ZodType, value: unknown, code: ErrorCode, what: string): void {
  const result = schema.safeParse(value);
  if (result.success) return;
  const [issue] = result.error.issues;
  const path = issue?.path.map(String).join('.') ?? '';
  throw new FleetglassError(
    code,
    `${what} is malformed, correct ${path === '' ? 'it' : `\`${path}\``}: ${issue?.message ?? ''}.`,
    {
      details: { path },
    },
  );
}
