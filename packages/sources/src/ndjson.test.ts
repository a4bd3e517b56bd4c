import { isFleetglassError } from '@fleetglass/core';
import type { FleetEvent } from '@fleetglass/core/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NdjsonBatch } from './ndjson.js';
import { readNdjson, writeNdjson } from './ndjson.js';

const HEADER = '{"fleetglass":1,"protocol":1}\n';

async function write(events: readonly FleetEvent[], fields = {}): Promise<string> {
  let text = '';
  for await (const piece of writeNdjson(events, fields)) text += piece;
  return text;
}

async function read(chunks: Iterable<Uint8Array | string>): Promise<NdjsonBatch[]> {
  const batches: NdjsonBatch[] = [];
  for await (const batch of readNdjson(chunks)) batches.push(batch);
  return batches;
}

const eventsOf = (batches: readonly NdjsonBatch[]) => batches.flatMap(({ events }) => events);
const warningsOf = (batches: readonly NdjsonBatch[]) => batches.flatMap(({ warnings }) => warnings);

/** What `JSON.parse` can give, so that equality is exact. */
const json = fc.json({ maxDepth: 3, stringUnit: 'binary' }).map((text): unknown => JSON.parse(text));

const event = fc
  .record(
    {
      v: fc.integer({ min: 1, max: 3 }),
      time: fc.integer({ min: 0, max: 4e12 }),
      type: fc.oneof(
        fc.constantFrom('run.created', 'message.delta', 'log.written'),
        fc.string({ minLength: 1 }),
      ),
      data: fc.dictionary(
        fc.string({ unit: 'binary' }).filter((key) => key !== '__proto__'),
        json,
        { noNullPrototype: true },
      ),
      id: fc.string({ unit: 'binary' }),
      runId: fc.string(),
      unheardOf: json,
    },
    { requiredKeys: ['v', 'time', 'type', 'data'], noNullPrototype: true },
  )
  .map((fields) => JSON.parse(JSON.stringify(fields)) as Omit<FleetEvent, 'seq'>);

const log = fc
  .array(event, { maxLength: 20 })
  .map((events) => events.map((fields, index) => ({ ...fields, seq: index + 1 })));

/** Cuts bytes at arbitrary places, inside characters too. */
function cut(text: string, places: readonly number[]): Uint8Array[] {
  const bytes = new TextEncoder().encode(text);
  const edges = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
}

describe('NDJSON', () => {
  it('reads back what it wrote, however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(log, fc.array(fc.nat(), { maxLength: 8 }), async (events, places) => {
        const batches = await read(cut(await write(events), places));
        expect(eventsOf(batches)).toEqual(events);
        expect(warningsOf(batches)).toEqual([]);
      }),
    );
  });

  it('loses at most the lines that were damaged, and says which', async () => {
    const damage = fc.record({ line: fc.nat(), at: fc.nat(), byte: fc.integer({ min: 0x20, max: 0x7e }) });
    await fc.assert(
      fc.asyncProperty(log, fc.array(damage, { maxLength: 3 }), async (events, damages) => {
        const lines = (await write(events)).split('\n').slice(0, -1);
        const damaged = new Set<number>();
        for (const { line, at, byte } of damages) {
          const index = 1 + (line % Math.max(lines.length - 1, 1));
          const text = lines[index];
          if (text === undefined) continue;
          const place = at % text.length;
          lines[index] = text.slice(0, place) + String.fromCharCode(byte) + text.slice(place + 1);
          damaged.add(index);
        }
        const batches = await read([lines.join('\n')]);
        const intact = events.filter((_, index) => !damaged.has(index + 1));
        expect(eventsOf(batches)).toEqual(expect.arrayContaining(intact));
        expect(eventsOf(batches).length + warningsOf(batches).length).toBe(events.length);
        for (const { lineNumber } of warningsOf(batches)) expect(damaged.has(lineNumber - 1)).toBe(true);
      }),
    );
  });

  it('carries the writer’s fields in the header', async () => {
    const [batch] = await read([
      await write([{ v: 1, seq: 1, time: 0, type: 'x', data: {} }], { from: 'a test' }),
    ]);
    expect(batch?.header).toEqual({ fleetglass: 1, protocol: 1, from: 'a test' });
  });

  it('warns of a half-written end, broken lines and things that are no event, and keeps the rest', async () => {
    const good = '{"v":1,"seq":1,"time":5,"type":"run.started","data":{}}';
    const bad = [
      ['{"v":1', 'not JSON'],
      ['[]', 'not an object'],
      ['{"v":1,"seq":0,"time":5,"type":"x","data":{}}', 'seq must be a positive integer'],
      ['{"v":1,"seq":2,"time":5.5,"type":"x","data":{}}', 'time must be an integer'],
      ['{"v":1,"seq":2,"time":5,"type":"x","data":[]}', 'data must be an object'],
      ['{"v":1,"seq":2,"time":5,"type":"x","data":{},"runId":7}', 'runId must be a text'],
      ['{"v":1,"seq":2,"time":5,"type":"x","data":{},"covers":[2,1]}', 'covers must be a range of seq'],
    ] as const;
    const batches = await read([
      `${HEADER}\r\n${good}\n${bad.map(([line]) => line).join('\n')}\n\n${good.slice(0, -9)}`,
    ]);
    expect(eventsOf(batches)).toEqual([{ v: 1, seq: 1, time: 5, type: 'run.started', data: {} }]);
    expect(warningsOf(batches).map(({ reason }) => reason)).toEqual([
      ...bad.map(([, reason]) => reason),
      'half-written',
    ]);
    expect(warningsOf(batches)[0]?.lineNumber).toBe(4);
  });

  it('refuses what is not a log, an empty file and a newer version', async () => {
    const codeOf = async (text: string) => {
      try {
        await read([text]);
      } catch (error) {
        return isFleetglassError(error) ? error.code : error;
      }
      return undefined;
    };
    expect(await codeOf('')).toBe('BAD_INPUT');
    expect(await codeOf('{"v":1,"seq":1,"time":5,"type":"run.started","data":{}}\n')).toBe('BAD_INPUT');
    expect(await codeOf('hello\n')).toBe('BAD_INPUT');
    expect(await codeOf('{"fleetglass":2}\n')).toBe('UNSUPPORTED_VERSION');
    expect(await codeOf(HEADER)).toBeUndefined();
  });
});
