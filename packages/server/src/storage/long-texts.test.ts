import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '@fleetglass/core/testing';
import type { Database } from './database.js';
import { openDatabase } from './database.js';
import type { LongTexts } from './long-texts.js';
import { createLongTexts } from './long-texts.js';
import { migrate } from './schema.js';

function open(): { readonly database: Database; readonly texts: LongTexts } {
  const database = openDatabase(':memory:');
  migrate(database, ':memory:');
  return { database, texts: createLongTexts(database) };
}

const count = (database: Database, what: string): number =>
  Number(database.prepare(`SELECT ${what} FROM pieces`).get()?.[0] ?? 0);

/** Text that nothing makes shorter. */
function noise(length: number, seed = 1): string {
  const random = createSeededRandom(seed);
  return Array.from({ length }, () => String.fromCharCode(0x23 + Math.floor(random() * 57))).join('');
}

/** Strings of all lengths around the limits, of characters that are troublesome in JSON and UTF-8. */
const strings = fc
  .tuple(
    fc.constantFrom('a', '"', '\\', '\\"', '🦉', '\ud83e', '\u0001', 'é', '\n'),
    fc.constantFrom(0, 1, 400, 511, 1_023, 1_024, 1_025, 9_000, 33_000, 70_000),
    fc.string(),
  )
  .map(([unit, times, end]) => unit.repeat(times) + end);
const values = fc.oneof(
  strings,
  fc.array(strings, { maxLength: 4 }),
  fc.dictionary(fc.oneof(fc.string(), fc.constant('k'.repeat(2_000))), fc.oneof(strings, fc.jsonValue())),
);

describe('long texts', () => {
  it('come back as they were, and leave nothing when they are released', () => {
    const { database, texts } = open();
    fc.assert(
      fc.property(fc.array(values, { maxLength: 4 }), (all) => {
        const written = all.map((value) => JSON.stringify(value));
        const kept = written.map((text) => texts.encode(text));
        expect(kept.map((text) => texts.decode(text))).toEqual(written);
        const [first, ...others] = kept;
        if (first !== undefined) texts.release(first);
        expect(others.map((text) => texts.decode(text))).toEqual(written.slice(1));
        for (const text of others) texts.release(text);
        expect(count(database, 'count(*)')).toBe(0);
      }),
      { numRuns: 60 },
    );
    database.close();
  });

  it('come back whatever they are, also when they are no JSON', () => {
    const { database, texts } = open();
    for (const text of ['"'.repeat(5_000), `"${'x'.repeat(3_000)}`, noise(200_000), '\\"'.repeat(9_000)]) {
      expect(texts.decode(texts.encode(text))).toBe(text);
    }
    database.close();
  });

  it('are stored once, wherever they stand', () => {
    const { database, texts } = open();
    const long = noise(300_000);
    texts.encode(JSON.stringify({ writes: { long } }));
    texts.encode(JSON.stringify([1, { output: [long, long] }]));
    expect(count(database, 'sum(length(bytes))')).toBe(300_000);
    database.close();
  });

  it('of many small values are stored about once, wherever they stand', () => {
    const { database, texts } = open();
    const rows = Array.from({ length: 4_000 }, (_, id) => ({ id, text: noise(100, id + 1) }));
    const text = JSON.stringify(rows);
    texts.encode(`{"input":${text},"n":1}`);
    texts.encode(text);
    texts.encode(`{"n":20,"state":{"rows":${text}}}`);
    expect(count(database, 'sum(length(bytes))')).toBeLessThan(text.length * 1.4);
    database.close();
  });

  it('are deflated where that makes them shorter', () => {
    const { database, texts } = open();
    texts.encode(JSON.stringify({ message: 'the same words again and again, '.repeat(400) }));
    expect(count(database, 'sum(length(bytes))')).toBeLessThan(1_000);
    database.close();
  });
});
