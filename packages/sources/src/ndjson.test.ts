import { isFleetglassError } from '@fleetglass/core';
import type { FleetEvent } from '@fleetglass/core/protocol';
import { legalLogs } from '@fleetglass/core/testing';
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
const json = fc
  .json({ maxDepth: 3, stringUnit: 'binary' })
  .filter((text) => !text.includes('__proto__'))
  .map((text): unknown => JSON.parse(text));

const data = fc.dictionary(
  fc.string({ unit: 'binary' }).filter((key) => key !== '__proto__'),
  json,
  { noNullPrototype: true },
);

/** An event of a newer writer. */
const unknownEvent = fc
  .record(
    {
      v: fc.constant(1),
      time: fc.integer({ min: 0, max: 4e12 }),
      type: fc.constantFrom('future.invented', 'run.reinvented', 'toString.constructor'),
      data,
      id: fc.string({ unit: 'binary' }),
      runId: fc.string(),
      unheardOf: json,
    },
    { requiredKeys: ['v', 'time', 'type', 'data'], noNullPrototype: true },
  )
  // JSON knows no -0.
  .map((fields) => JSON.parse(JSON.stringify(fields)) as Omit<FleetEvent, 'seq'>);

const log = fc
  .tuple(legalLogs(fc, { steps: 10 }), fc.array(unknownEvent, { maxLength: 10 }))
  .map(([known, unknown]) => [...known, ...unknown].map((fields, index) => ({ ...fields, seq: index + 1 })));

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
      await write([{ v: 1, seq: 1, time: 0, type: 'x.y', data: {} }], { from: 'a test' }),
    ]);
    expect(batch?.header).toEqual({ fleetglass: 1, protocol: 1, from: 'a test' });
  });

  it('warns of a half-written end, broken lines and things that are no event, and keeps the rest', async () => {
    const good = '{"v":1,"seq":1,"time":5,"type":"run.started","data":{}}';
    const bad = [
      ['{"v":1', 'not JSON'],
      ['[]', 'JSON object'],
      ['{"v":1,"seq":0,"time":5,"type":"x.y","data":{}}', 'seq'],
      ['{"v":1,"seq":2,"time":5.5,"type":"x.y","data":{}}', 'time'],
      ['{"v":1,"seq":2,"time":5,"type":"x.y","data":[]}', 'data'],
      ['{"v":1,"seq":2,"time":5,"type":"x.y","data":{},"runId":7}', 'runId'],
      ['{"v":1,"seq":2,"time":5,"type":"x.y","data":{},"covers":[2,1]}', 'covers'],
      ['{"v":9,"seq":2,"time":5,"type":"x.y","data":{}}', 'protocol 9'],
      ['{"v":1,"seq":2,"time":5,"type":"task.started","data":{"attempt":"one"}}', 'attempt'],
      ['{"v":1,"seq":2,"time":5,"type":"x.y","data":{"__proto__":{}}}', '__proto__'],
    ] as const;
    const batches = await read([
      `${HEADER}\r\n${good}\n${bad.map(([line]) => line).join('\n')}\n\n${good.slice(0, -9)}`,
    ]);
    expect(eventsOf(batches)).toEqual([{ v: 1, seq: 1, time: 5, type: 'run.started', data: {} }]);
    expect(warningsOf(batches).map(({ reason }) => reason)).toEqual([
      ...bad.map(([, reason]): unknown => expect.stringContaining(reason)),
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
