import { FleetglassError } from '@fleetglass/core';
import type * as z from 'zod';
import { nearestName } from '../lib/nearest-name.js';

type Issue = z.core.$ZodIssue;

const MOST_ISSUES = 10;

const NAMES = { query: 'query parameter', body: 'field', params: 'part of the address' } as const;

function sentenceOf(issue: Issue, part: keyof typeof NAMES, known: readonly string[]): string {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const name = issue.keys[0] ?? '';
    const meant = path === '' ? nearestName(name, known) : undefined;
    const hint = meant
      ? `did you mean '${meant}'?`
      : path === '' && known.length > 0
        ? `there are: ${known.join(', ')}.`
        : 'leave it out.';
    const where = path === '' ? '' : ` in '${path}'`;
    return `There is no ${NAMES[part]} '${name.slice(0, 64)}'${where}; ${hint}`;
  }
  return path === '' ? `The ${part}: ${issue.message}.` : `The ${NAMES[part]} '${path}': ${issue.message}.`;
}

/**
 * What a schema makes of a part of a request.
 *
 * @throws FleetglassError `BAD_INPUT` that names each field, what was expected, and for a name that is none the one that
 * was probably meant
 */
export function checked(schema: z.ZodType, value: unknown, part: keyof typeof NAMES): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const shape = 'shape' in schema ? (schema.shape as object) : {};
  const known = Object.keys(shape);
  const issues = result.error.issues.slice(0, MOST_ISSUES).map((issue) => ({
    path: [part, ...issue.path.map(String)].join('.'),
    message: sentenceOf(issue, part, known),
  }));
  const [first] = issues;
  throw new FleetglassError('BAD_INPUT', first?.message ?? `The ${part} is malformed.`, {
    details: { path: first?.path ?? part, issues },
  });
}
