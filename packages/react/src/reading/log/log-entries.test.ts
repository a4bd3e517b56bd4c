import type { FleetEvent } from '@fleetglass/core/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterLog, readEvents, readLines } from './log-entries.js';

let seq = 0;
const event = (type: string, data: object, rest: object = {}): FleetEvent => ({
  v: 1,
  seq: (seq += 1),
  time: 1_000 * seq,
  type,
  data: { ...data },
  ...rest,
});

describe('the log of a run', () => {
  const log = readEvents([
    event('span.started', { kind: 'tool', name: 'grep' }, { spanId: 'a' }),
    event('span.started', { kind: 'model', name: 'claude' }, { spanId: 'b' }),
    event('span.ended', { status: 'error' }, { spanId: 'a' }),
    event('log.written', { level: 'warn', message: 'slow' }),
    event('file.read', { path: 'src/a.ts' }),
  ]);

  it('knows tools, outcomes and files', () => {
    expect(log.entries.map(({ tool, level, path }) => [tool, level, path])).toEqual([
      ['grep', 'info', undefined],
      [undefined, 'info', undefined],
      ['grep', 'error', undefined],
      [undefined, 'warn', undefined],
      [undefined, 'info', 'src/a.ts'],
    ]);
    expect(log.calls).toMatchObject([{ tool: 'grep', failed: true, running: false }]);
    expect((log.calls[0]?.to ?? 0) - (log.calls[0]?.from ?? 0)).toBe(2_000);
  });

  it('is filtered by tool, outcome and time', () => {
    expect(filterLog(log.entries, { tool: 'grep', level: 'info' })).toHaveLength(2);
    expect(filterLog(log.entries, { tool: '', level: 'warn' })).toHaveLength(2);
    expect(filterLog(log.entries, { tool: '', level: 'info', to: log.entries[1]?.time })).toHaveLength(2);
    expect(filterLog(log.entries, { tool: '', level: 'info' })).toBe(log.entries);
  });

  it('survives events of any shape', () => {
    const any = fc.record({
      type: fc.constantFrom('span.started', 'span.ended', 'file.read', 'log.written'),
      data: fc.object(),
    });
    fc.assert(
      fc.property(fc.array(any), (list) => {
        const events = list.map(({ type, data }) => event(type, data, { spanId: 'x' }));
        expect(readEvents(events).entries).toHaveLength(events.length);
      }),
    );
  });
});

describe('a file of lines', () => {
  it('keeps lines that are no JSON, with their numbers', () => {
    const { entries, malformed } = readLines('{"type":"a","level":"ERROR"}\r\n\nnot json {\n42\n');
    expect(
      entries.map(({ number, type, level, value }) => [number, type, level, value === undefined]),
    ).toEqual([
      [1, 'a', 'error', false],
      [3, '', 'info', true],
      [4, '', 'info', false],
    ]);
    expect(malformed).toBe(1);
    expect(entries[1]?.line()).toBe('not json {');
  });

  it('reads times in seconds, milliseconds and words', () => {
    const { entries } = readLines(
      '{"ts":1700000000}\n{"time":1700000000000}\n{"timestamp":"2023-11-14T22:13:20Z"}',
    );
    expect(new Set(entries.map((entry) => entry.time))).toEqual(new Set([1_700_000_000_000]));
  });

  it('finds tools that messages call', () => {
    const { entries, calls } = readLines(
      '{"time":1,"message":{"content":[{"type":"text"},{"type":"tool_use","name":"Bash"}]}}',
    );
    expect(entries[0]?.tool).toBe('Bash');
    expect(calls).toHaveLength(1);
  });

  it('survives any text', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.json(), fc.string())), (lines) => {
        const { entries } = readLines(lines.join('\n'));
        expect(entries.length).toBeLessThanOrEqual(lines.join('\n').split('\n').length);
      }),
    );
  });
});
