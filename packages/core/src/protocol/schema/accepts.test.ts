import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { hostileJson, legalLogs } from '../../testing/arbitraries.js';
import { compileAccepts } from './accepts.js';
import { eventSchemas } from './event.js';

const acceptors = Object.entries(eventSchemas).map(
  ([type, schema]) => [type, schema as z.ZodType, compileAccepts(schema)] as const,
);

describe('compileAccepts', () => {
  it('accepts the data of every legal event at once', () => {
    const byType = new Map(acceptors.map(([type, , accepts]) => [type, accepts]));
    fc.assert(
      fc.property(legalLogs(fc), (log) => {
        for (const { type, data } of log) expect([type, byType.get(type)?.(data)]).toEqual([type, true]);
      }),
    );
  });

  it('accepts nothing that the schema refuses: sound data with one part replaced or left out', () => {
    const seen = { accepted: 0, left: 0 };
    const byType = new Map(acceptors.map(([type, schema, accepts]) => [type, { schema, accepts }]));
    fc.assert(
      fc.property(legalLogs(fc), hostileJson(fc), fc.nat(), (log, hostile, at) => {
        for (const { type, data } of log) {
          const { schema, accepts } = byType.get(type) ?? expect.fail(type);
          const names = Object.keys(data);
          const name = names[at % Math.max(1, names.length)] ?? 'more';
          const { [name]: _gone, ...without } = data;
          for (const changed of [{ ...data, [name]: hostile }, without]) {
            const isAccepted = accepts(changed);
            seen[isAccepted ? 'accepted' : 'left'] += 1;
            if (isAccepted) expect(schema.safeParse(changed).success).toBe(true);
          }
        }
      }),
    );
    expect(Math.min(seen.accepted, seen.left)).toBeGreaterThan(100);
  });

  it('leaves to the schema what it does not know', () => {
    const unknown = [
      z.string().min(1),
      z.string().trim(),
      z.email(),
      z.number().multipleOf(2),
      z.object({}),
      z.strictObject({}),
      z.array(z.string()).max(1),
      z.tuple([z.string()]),
      z.never(),
      z.date(),
      z.string().transform(Number),
    ];
    for (const schema of unknown) {
      for (const value of ['a@b.example', '', 2, {}, [], ['a'], new Date(0)]) {
        if (compileAccepts(schema)(value)) expect(schema.safeParse(value).success).toBe(true);
      }
    }
    expect(compileAccepts(z.object({}))({})).toBe(false);
    expect(compileAccepts(z.array(z.string()).max(1))(['a'])).toBe(false);
  });

  it('knows bounds, patterns, unions and refinements', () => {
    const cases: readonly [z.ZodType, unknown, boolean][] = [
      [z.number().min(0), 0, true],
      [z.number().min(0), -1, false],
      [z.number().gt(0), 0, false],
      [z.number().int().max(3), 3, true],
      [z.number().int().lt(3), 3, false],
      [z.number().int(), 1.5, false],
      [z.number(), Number.NaN, false],
      [z.string().regex(/^a$/), 'a', true],
      [z.string().regex(/^a$/), 'b', false],
      [z.union([z.string(), z.boolean()]), true, true],
      [z.union([z.string(), z.boolean()]), 1, false],
      [z.record(z.string(), z.number()), { a: 1 }, true],
      [z.record(z.string(), z.number()), { a: 'b' }, false],
      [z.looseObject({ a: z.exactOptional(z.string()) }), {}, true],
      [z.looseObject({ a: z.exactOptional(z.string()) }), { a: undefined }, false],
      [z.string().refine((text) => text === 'x'), 'x', true],
      [z.string().refine((text) => text === 'x'), 'y', false],
    ];
    for (const [schema, value, expected] of cases) {
      expect(compileAccepts(schema)(value)).toBe(expected);
      expect(schema.safeParse(value).success).toBe(expected);
    }
  });
});
