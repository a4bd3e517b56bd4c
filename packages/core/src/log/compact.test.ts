import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeState } from '../projection/state-codec.js';
import { emptyState, reduce } from '../projection/reduce.js';
import type { FleetEvent } from '../protocol/event.js';
import { MERGEABLE_TYPES } from '../protocol/merge.js';
import { hostileEvents, legalLogs } from '../testing/arbitraries.js';
import { compact } from './compact.js';

const fold = (events: readonly FleetEvent[]): unknown => encodeState(reduce(emptyState(), events));

const delta = (seq: number, text: string, more: Partial<FleetEvent> = {}): FleetEvent => ({
  v: 1,
  seq,
  time: 1_000 + seq,
  type: 'message.delta',
  runId: 'r',
  data: { messageId: 'm', kind: 'text', text },
  ...more,
});

describe('compact', () => {
  it('leaves the fold as it is (P3)', () => {
    let merged = 0;
    fc.assert(
      fc.property(legalLogs(fc), (log) => {
        const short = compact(log);
        merged += log.length - short.length;
        expect(fold(short)).toEqual(fold(log));
      }),
      { numRuns: 300 },
    );
    expect(merged).toBeGreaterThan(0);
  });

  it('leaves the fold as it is when the log is compacted in pieces, and twice', () => {
    fc.assert(
      fc.property(legalLogs(fc), fc.array(fc.nat(100), { maxLength: 4 }), (log, cuts) => {
        const ends = [...new Set(cuts.filter((cut) => cut < log.length)), log.length].sort((a, b) => a - b);
        let start = 0;
        const pieces = ends.flatMap((end) => {
          const piece = compact(log.slice(start, end));
          start = end;
          return piece;
        });
        expect(fold(compact(pieces))).toEqual(fold(log));
      }),
    );
  });

  it('leaves the fold as it is for streams longer than what it keeps, however they are split', () => {
    const piece = fc.record({
      kind: fc.oneof({ weight: 4, arbitrary: fc.constant('text') }, fc.constant('thinking')),
      // Pieces that are merged, and pieces that are too long for it.
      length: fc.oneof(fc.nat(9), fc.nat(3_000), fc.integer({ min: 16_000, max: 90_000 })),
      letter: fc.constantFrom('a', 'b', '\ud83e\udd89'),
    });
    const start = delta(1, 'x'.repeat(260_000));
    let merged = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const rest = pieces.map(({ kind, length, letter }, index) =>
          delta(index + 2, '', { data: { messageId: 'm', kind, text: letter.repeat(length) } }),
        );
        const log = [start, ...rest];
        const short = compact(log);
        merged += log.length - short.length;
        expect(fold(short)).toEqual(fold(log));
        expect(JSON.stringify(fold(log)).length).toBeLessThan(265_000);
      }),
    );
    expect(merged).toBeGreaterThan(0);
  });

  it('leaves the fold as it is for hostile data', () => {
    fc.assert(
      fc.property(fc.array(hostileEvents(fc), { maxLength: 12 }), (given) => {
        const log = given.map((value, index) => ({
          v: 1,
          time: 5,
          type: [...MERGEABLE_TYPES][index % 5],
          ...(value as object),
          seq: index + 1,
        })) as FleetEvent[];
        const sound = log.map((event) => ({
          ...event,
          covers: undefined,
          data: event.data ?? {},
        }));
        const events = sound.map(({ covers: _, ...event }) => event);
        expect(fold(compact(events))).toEqual(fold(events));
      }),
    );
  });

  it('covers every `seq` exactly once', () => {
    fc.assert(
      fc.property(legalLogs(fc), (log) => {
        const covered = compact(log).flatMap(({ seq, covers: [from, to] = [seq, seq] }) => {
          expect(to).toBe(seq);
          return Array.from({ length: to - from + 1 }, (_, index) => from + index);
        });
        expect(covered).toEqual(log.map(({ seq }) => seq));
      }),
    );
  });

  it('leaves the first of a stream alone and joins what follows', () => {
    const short = compact([delta(1, 'a'), delta(2, 'b'), delta(3, 'c')]);
    expect(short.map(({ seq, covers, data }) => [seq, covers, data['text']])).toEqual([
      [1, undefined, 'a'],
      [3, [2, 3], 'bc'],
    ]);
  });

  it('joins nothing across a second, another event or another entity', () => {
    const between: FleetEvent = {
      ...delta(3, ''),
      type: 'log.written',
      data: { level: 'info', message: '' },
    };
    const logs = [
      [delta(1, 'a'), delta(2, 'b'), delta(3, 'c', { time: 2_000 })],
      [delta(1, 'a'), delta(2, 'b'), between, delta(4, 'c')],
      [delta(1, 'a'), delta(2, 'b'), delta(3, 'c', { agentId: 'other' })],
      [delta(1, 'a'), delta(2, 'b'), delta(4, 'c')],
    ];
    for (const log of logs) expect(compact(log)).toEqual(log);
  });

  it('never makes long texts longer', () => {
    const log = Array.from({ length: 20 }, (_, index) => delta(index + 1, 'x'.repeat(4_000)));
    for (const { data } of compact(log)) expect(String(data['text']).length).toBeLessThanOrEqual(16_384);
    expect(compact(log).length).toBeLessThan(8);
  });
});
