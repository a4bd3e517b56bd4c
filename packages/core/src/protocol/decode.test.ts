import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFleetglassError } from '../errors/fleetglass-error.js';
import { hostileEvents, hostileJson, legalLogs } from '../testing/arbitraries.js';
import { encodeCursor } from './cursor.js';
import { decodeEvent, decodeServerFrame } from './decode.js';
import type { ServerFrame } from './frame.js';

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (isFleetglassError(error)) return error.code;
    throw error;
  }
  return 'accepted';
};

const cursor = encodeCursor({ epoch: 'e', seq: 5 });
const event = { v: 1, seq: 5, time: 1, type: 'run.started', runId: 'r', data: {} };
const FRAMES: readonly ServerFrame[] = [
  { frame: 'hello', protocol: 1, heartbeatMs: 1_000, epoch: 'e', maxFrameBytes: 65_536 },
  { frame: 'subscribed', id: 's', channel: 1, cursor },
  { frame: 'snapshot', id: 's', cursor, reason: 'start', state: { stateVersion: 1 } },
  { frame: 'events', channel: 1, from: 5, to: 6, events: [event] },
  { frame: 'heartbeat' },
  { frame: 'heartbeat', covered: [{ channel: 1, to: 9 }] },
  { frame: 'ack', id: 'c', result: { runId: 'r' } },
  { frame: 'reply', id: 'r', body: null },
  { frame: 'error', error: { code: 'BAD_FRAME', message: 'no' } },
];

describe('decodeServerFrame', () => {
  it('reads back every kind of frame, with fields that it does not know', () => {
    for (const frame of FRAMES) {
      const given = { ...frame, fromTheFuture: [1] };
      expect(decodeServerFrame(JSON.stringify(given))).toEqual(given);
    }
  });

  it('reads back the events of any legal log', () => {
    fc.assert(
      fc.property(legalLogs(fc), (events) => {
        const frame = { frame: 'events', channel: 1, from: 1, to: events.length, events };
        // JSON has no lone surrogates to lose: they travel as escapes.
        expect(decodeServerFrame(JSON.stringify(frame))).toEqual(frame);
      }),
    );
  });

  it('ignores kinds of frames that it does not know', () => {
    for (const frame of ['later', 'constructor', '__proto__', 'toString']) {
      expect(decodeServerFrame(JSON.stringify({ frame }))).toBeUndefined();
    }
  });

  it('refuses every known frame without one of its fields', () => {
    const optional = new Set(['maxFrameBytes', 'reason', 'covered', 'result', 'id of error']);
    for (const frame of FRAMES) {
      for (const field of Object.keys(frame)) {
        if (field === 'frame' || optional.has(field)) continue;
        const { [field as keyof typeof frame]: _left, ...rest } = frame;
        expect([frame.frame, field, codeOf(() => decodeServerFrame(JSON.stringify(rest)))]).toEqual([
          frame.frame,
          field,
          'BAD_FRAME',
        ]);
      }
    }
  });

  it('throws nothing but FleetglassError, whatever arrives', () => {
    const kinds = fc.constantFrom(...FRAMES.map(({ frame }) => frame), 'other');
    const frames = fc.record(
      {
        frame: kinds,
        id: hostileJson(fc),
        channel: hostileJson(fc),
        events: fc.array(hostileEvents(fc)),
        to: hostileJson(fc),
        error: hostileJson(fc),
        covered: hostileJson(fc),
      },
      { requiredKeys: ['frame'] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          frames.map((frame) => JSON.stringify(frame)),
        ),
        (text) => {
          expect(['accepted', 'BAD_FRAME', 'UNSUPPORTED_VERSION']).toContain(
            codeOf(() => decodeServerFrame(text)),
          );
        },
      ),
      { numRuns: 500 },
    );
    for (const text of [
      '',
      '[',
      '['.repeat(100_000),
      `{"frame":"reply","id":"x","body":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
    ]) {
      expect(['accepted', 'BAD_FRAME']).toContain(codeOf(() => decodeServerFrame(text)));
    }
  });
});

describe('decodeEvent', () => {
  it('returns the very event, also of an unknown type', () => {
    const future = { ...event, type: 'future.invented', data: { deep: [{}] }, more: 1 };
    expect(decodeEvent(future)).toBe(future);
  });

  it('refuses a malformed envelope', () => {
    const bad = [
      null,
      [],
      'x',
      { ...event, seq: -1 },
      { ...event, seq: 1.5 },
      { ...event, time: Number.NaN },
      { ...event, type: 1 },
      { ...event, data: [] },
      { ...event, data: null },
    ];
    for (const value of bad) expect(codeOf(() => decodeEvent(value))).toBe('BAD_FRAME');
  });

  it('refuses events of another protocol', () => {
    for (const v of [0, 2, '1', undefined]) {
      expect(codeOf(() => decodeEvent({ ...event, v }))).toBe('UNSUPPORTED_VERSION');
    }
  });
});
