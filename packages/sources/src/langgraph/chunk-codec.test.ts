import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '@fleetglass/core/protocol';
import { createChunkDecoder, createChunkEncoder } from './chunk-codec.js';
import { createChunkMemory } from './known-chunks.js';

/** Stores values one after another, as commits would. */
function createShelf(limit = Infinity) {
  const packs = new Map<number, readonly Json[]>();
  const memory = createChunkMemory(limit);
  const nodes: Json[] = [];
  let version = 0;
  const open = () =>
    createChunkDecoder(async (versions) => new Map([...packs].filter(([each]) => versions.has(each))));
  return {
    packs,
    put(value: Json, name?: string): void {
      const encoder = createChunkEncoder(version + 1, memory.at('run', version));
      nodes.push(encoder.encode(value, name));
      // What a store does to it.
      packs.set(version + 1, JSON.parse(JSON.stringify(encoder.chunks)) as Json[]);
      memory.learn('run', version, version + 1, encoder);
      version += 1;
    },
    /** A process that starts and has read the newest value. */
    async restart(): Promise<void> {
      memory.forget('run');
      const decoder = open();
      await decoder.decode(nodes.slice(-1));
      memory.learn('run', version, version, { places: decoder.places() });
    },
    all: () => open().decode(nodes),
    bytesOf: (pack: number) => JSON.stringify(packs.get(pack)).length,
  };
}

const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ maxLength: 20 }).map((text) => text.repeat(120)),
    fc.oneof(fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 40 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), tie('value'), {
      maxKeys: 40,
      noNullPrototype: true,
    }),
  ),
})).value;

describe('chunks of values', () => {
  it('give any value back as it was, however many share them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(json, { maxLength: 6 }), fc.boolean(), async (values, isNamed) => {
        const shelf = createShelf();
        for (const value of values) shelf.put(value, isNamed ? 'name' : undefined);
        expect((await shelf.all()).map((value) => JSON.stringify(value))).toEqual(
          values.map((value) => JSON.stringify(value)),
        );
      }),
    );
  });

  it('give lists and texts back that were cut, edited and extended anywhere, over restarts and with a short memory', async () => {
    const edit = fc.record({
      at: fc.nat(60),
      cut: fc.nat(40),
      add: fc.array(fc.nat(9), { maxLength: 40 }),
      restart: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(edit, { maxLength: 12 }),
        fc.integer({ min: 0, max: 40 }),
        async (edits, limit) => {
          const shelf = createShelf(limit);
          const expected: string[] = [];
          let items: string[] = [];
          for (const { at, cut, add, restart } of edits) {
            items = items.toSpliced(at, cut, ...add.map((digit) => String(digit).repeat(200)));
            const value: Json = { items, text: items.join(' ') };
            shelf.put(value, 'state');
            expected.push(JSON.stringify(value));
            if (restart) await shelf.restart();
          }
          expect((await shelf.all()).map((value) => JSON.stringify(value))).toEqual(expected);
        },
      ),
    );
  });

  it('cost what was added, not what there was, also after a restart', async () => {
    const shelf = createShelf();
    const items: string[] = [];
    const text = (index: number) => `${index} `.padEnd(1024, String(index % 10));
    for (let index = 0; index < 1000; index += 1) {
      items.push(text(index));
      if (index % 100 === 99) {
        shelf.put([...items], 'items');
        if (index === 499) await shelf.restart();
      }
    }
    for (let pack = 1; pack <= 10; pack += 1) expect(shelf.bytesOf(pack)).toBeLessThan(100 * 1024 * 1.1);
    shelf.put([...items]);
    expect(shelf.bytesOf(11)).toBe(2);
  });

  it('of a thread that somebody else wrote to are stored anew, since they may be gone', () => {
    const memory = createChunkMemory(100);
    const encoder = createChunkEncoder(1);
    encoder.encode('long '.repeat(100));
    memory.learn('run', 0, 1, encoder);
    expect(memory.at('run', 1)?.place([...encoder.places.keys()][0]!)).toEqual([2, 1, 0]);
    expect(memory.at('run', 2)).toBeUndefined();
    memory.learn('run', 4, 5, {});
    expect(memory.at('run', 5)?.place([...encoder.places.keys()][0]!)).toBeUndefined();
  });

  it('that a store does not hold, or that mean nothing, are an error', async () => {
    const decoder = createChunkDecoder(async () => new Map());
    await expect(decoder.decode([[2, 1, 0]])).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await expect(decoder.decode([[7, 1]])).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });
});
