import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFleetglassError } from '../src/errors/fleetglass-error.js';
import type { Json } from '../src/lib/json.js';
import { emptyState, reduce } from '../src/projection/reduce.js';
import { decodeState, encodeState } from '../src/projection/state-codec.js';
import { decodeCursor, encodeCursor } from '../src/protocol/cursor.js';
import { decodeEvent, decodeServerFrame } from '../src/protocol/decode.js';
import type { FleetEvent } from '../src/protocol/event.js';
import { parseCommand } from '../src/protocol/schema/command.js';
import { parseEventDraft } from '../src/protocol/schema/event.js';
import { parseClientFrame } from '../src/protocol/schema/frame.js';
import { legalLogs } from '../src/testing/arbitraries.js';
import { createSeededRandom } from '../src/testing/seeded-random.js';
import { createEventStreamReader } from '../src/transport/event-stream.js';

/** Texts that are mistreated for each seed. */
const INPUTS = 1_000;
/** `PBT_NUM_RUNS=2000` makes two million of them for each of the five tests. */
const SEEDS = Number(process.env['PBT_NUM_RUNS'] ?? 30);

const LOG = fc.sample(legalLogs(fc, { runs: 3, steps: 40 }), { numRuns: 1, seed: 7 })[0] as FleetEvent[];
const CURSOR = encodeCursor({ epoch: 'e', seq: 5 });

const SERVER_FRAMES = [
  { frame: 'hello', protocol: 1, heartbeatMs: 1_000, epoch: 'e', maxFrameBytes: 65_536, time: 5 },
  { frame: 'subscribed', id: 's', channel: 1, cursor: CURSOR },
  {
    frame: 'snapshot',
    id: 's',
    cursor: CURSOR,
    reason: 'start',
    state: encodeState(reduce(emptyState(), LOG)),
  },
  ...LOG.map((event) => ({ frame: 'events', channel: 1, from: event.seq, to: event.seq, events: [event] })),
  { frame: 'heartbeat', covered: [{ channel: 1, from: 1, to: 9 }] },
  { frame: 'ack', id: 'c', result: { runId: 'r' } },
  { frame: 'error', id: 'c', error: { code: 'BAD_FRAME', message: 'no', details: { retryAfterMs: 5 } } },
].map((frame) => JSON.stringify(frame));

const CLIENT_FRAMES = [
  { frame: 'auth', token: 't' },
  { frame: 'subscribe', id: 's', filter: { runId: 'a', types: ['run'] }, cursor: CURSOR, onLag: 'snapshot' },
  { frame: 'command', id: 'c', command: { command: 'cancel', runId: 'a', message: 'no' } },
  { frame: 'read', id: 'r', filter: {}, from: 1, to: 9, limit: 5 },
  { frame: 'stateAt', id: 'q', filter: { agentId: 'A' }, cursor: CURSOR },
].map((frame) => JSON.stringify(frame));

/** What breaks parsers: ends, quotes, deep nesting, numbers beyond the exact ones, names of prototypes. */
const SPITE = [
  '"', '\\', '{', '}', '[', ']', ',', ':', '\0', '\n', '\r', '\n\n', 'data:', '\uFEFF', '\uD800', '\\ud800', '😀',
  '-', '1e999', '9007199254740993', '-0', 'null', 'true', '[]', '{}', '"__proto__":{"x":1},', '"constructor":1,',
  '['.repeat(70), '{"a":'.repeat(70), 'A'.repeat(5_000),
]; // prettier-ignore

/** One to four changes anywhere in a text. */
function mistreat(text: string, random: () => number): string {
  let changed = text;
  const place = (): number => Math.floor(random() * (changed.length + 1));
  for (let left = 1 + Math.floor(random() * 4); left > 0; left -= 1) {
    const [at, end] = [place(), place()].sort((a, b) => a - b) as [number, number];
    const kind = random();
    if (kind < 0.25) changed = changed.slice(0, at) + changed.slice(Math.min(end, at + 8));
    else if (kind < 0.5)
      changed = changed.slice(0, at) + (SPITE[Math.floor(random() * SPITE.length)] ?? '') + changed.slice(at);
    else if (kind < 0.7)
      changed =
        changed.slice(0, at) +
        String.fromCharCode(changed.charCodeAt(at) ^ (1 << Math.floor(random() * 7))) +
        changed.slice(at + 1);
    else if (kind < 0.85)
      changed = changed.slice(0, end) + changed.slice(at, Math.min(end, at + 2_000)) + changed.slice(end);
    else changed = changed.slice(0, at);
  }
  return changed;
}

const WRONG: readonly Json[] = [
  null, true, -1, 0.5, 1e308, Number.MAX_SAFE_INTEGER + 2, '', 'constructor', 'x'.repeat(3_000), [], {}, [[]], { id: {} },
]; // prettier-ignore

/** One value anywhere in JSON is another, or gone. */
function mistreatJson(text: string, random: () => number): string {
  const root = JSON.parse(text) as { [key: string]: Json };
  let holder = root;
  for (;;) {
    const keys = Object.keys(holder);
    const key = keys[Math.floor(random() * keys.length)] ?? 'extra';
    const value = holder[key];
    if (typeof value === 'object' && value !== null && random() < 0.7) {
      holder = value as { [key: string]: Json };
      continue;
    }
    if (random() < 0.2) Reflect.deleteProperty(holder, key);
    else holder[key] = WRONG[Math.floor(random() * WRONG.length)] ?? null;
    return JSON.stringify(root);
  }
}

/** What a parser says; `undefined` when it refuses. Whatever else it throws is a mistake of it. */
function told<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (isFleetglassError(error)) return undefined;
    throw error;
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Mistreats one of these texts again and again, and tells how many were understood all the same. */
function fuzz(texts: readonly string[], parse: (text: string) => boolean): number {
  let understood = 0;
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const random = createSeededRandom(seed);
      for (let i = 0; i < INPUTS; i += 1) {
        const text = texts[Math.floor(random() * texts.length)] ?? '';
        const isJson = text.startsWith('{') && random() < 0.5;
        if (parse(isJson ? mistreatJson(text, random) : mistreat(text, random))) understood += 1;
      }
    }),
    { numRuns: SEEDS },
  );
  return understood;
}

/** Neither none nor nearly all of them: both would show little. */
const expectMixed = (understood: number): void => {
  expect(understood / (SEEDS * INPUTS)).toBeGreaterThan(0.02);
  expect(understood / (SEEDS * INPUTS)).toBeLessThan(0.9);
};

const timeout = 60_000 + SEEDS * 1_000;

describe('text that was mistreated is read or refused, and nothing else happens', { timeout }, () => {
  it('as a frame of a server, whose events and states the fold takes as they are', () => {
    const base = reduce(emptyState(), LOG);
    expectMixed(
      fuzz(SERVER_FRAMES, (text) => {
        const frame = told(() => decodeServerFrame(text));
        if (frame?.frame === 'events') reduce(base, frame.events);
        if (frame?.frame === 'snapshot') {
          const state = told(() => decodeState(frame.state));
          if (state) reduce(state, LOG);
        }
        return frame !== undefined;
      }),
    );
  });

  it('as a frame of a client', () => {
    expectMixed(fuzz(CLIENT_FRAMES, (text) => told(() => parseClientFrame(json(text))) !== undefined));
  });

  it('as an event that somebody sends, or that a log held', () => {
    const events = LOG.map((event) => JSON.stringify(event));
    expectMixed(
      fuzz(events, (text) => {
        const value = json(text);
        const event = told(() => decodeEvent(value));
        if (event) reduce(emptyState(), [event]);
        return told(() => parseEventDraft(value)) !== undefined;
      }),
    );
  });

  it('as a command or a cursor', () => {
    const command = JSON.stringify({
      command: 'decide',
      runId: 'a',
      approvalId: 'b',
      decision: 'approve',
      note: 'n',
    });
    const understood = fuzz([command, CURSOR], (text) => {
      const isCommand = told(() => parseCommand(json(text))) !== undefined;
      return told(() => decodeCursor(text)) !== undefined || isCommand;
    });
    expect(understood).toBeGreaterThan(0);
  });

  it('as an event stream, the same wherever its bytes are cut', () => {
    const streams = SERVER_FRAMES.slice(3, 12).map((_, i) =>
      SERVER_FRAMES.slice(i + 3, i + 6)
        .map((frame) => `: sign of life\ndata: ${frame}\n\n`)
        .join(''),
    );
    const cuts = createSeededRandom(1);
    const encoder = new TextEncoder();
    expectMixed(
      fuzz(streams, (text) => {
        const bytes = encoder.encode(text);
        const whole: string[] = [];
        createEventStreamReader((data) => whole.push(data)).push(bytes);
        const pieces: string[] = [];
        const reader = createEventStreamReader((data) => pieces.push(data));
        for (let at = 0; at < bytes.length;) {
          const next = at + 1 + Math.floor(cuts() * 200);
          reader.push(bytes.subarray(at, next));
          at = next;
        }
        expect(pieces).toEqual(whole);
        return whole.length < 3;
      }),
    );
  });
});
