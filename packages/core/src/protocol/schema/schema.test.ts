import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFleetglassError } from '../../errors/fleetglass-error.js';
import { emptyState, reduce } from '../../projection/reduce.js';
import { hostileEvents, hostileJson, legalLogs } from '../../testing/arbitraries.js';
import { encodeCursor } from '../cursor.js';
import { decodeEvent } from '../decode.js';
import { EVENT_TYPES } from '../event.js';
import type { ClientFrame } from '../frame.js';
import { parseCommand } from './command.js';
import { eventSchemas, parseEvent, parseEventDraft } from './event.js';
import { parseClientFrame } from './frame.js';

const failureOf = (run: () => unknown): { code: string; path?: unknown } => {
  try {
    run();
  } catch (error) {
    if (isFleetglassError(error)) return { code: error.code, path: error.details?.['path'] };
    throw error;
  }
  return { code: 'accepted' };
};
const codeOf = (run: () => unknown): string => failureOf(run).code;

const event = (type: string, data: unknown, more: object = {}) => ({
  v: 1,
  seq: 1,
  time: 1,
  type,
  runId: 'r',
  data,
  ...more,
});

describe('parseEvent', () => {
  it('knows every event type', () => {
    expect(Object.keys(eventSchemas).sort()).toEqual([...EVENT_TYPES].sort());
  });

  it('accepts legal logs as they are', () => {
    fc.assert(
      fc.property(legalLogs(fc), (log) => {
        for (const entry of log) expect(parseEvent(entry)).toBe(entry);
      }),
    );
  });

  it('accepts nothing that the tolerant reader would change or the fold could not bear', () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          hostileEvents(fc),
          fc
            .record({ type: fc.constantFrom(...EVENT_TYPES), data: fc.constant({}) })
            .map((given) => ({ ...event('', {}), ...given })),
        ),
        (value) => {
          const code = codeOf(() => parseEvent(value));
          expect(['accepted', 'BAD_EVENT', 'UNSUPPORTED_VERSION']).toContain(code);
          if (code !== 'accepted') return;
          accepted += 1;
          const before = structuredClone(value);
          const parsed = parseEvent(value);
          expect(parsed).toBe(value);
          expect(decodeEvent(value)).toBe(value);
          expect(value).toEqual(before);
          expect(JSON.parse(JSON.stringify(value))).toEqual(value);
          reduce(emptyState(), [parsed]);
        },
      ),
      { numRuns: 1_000 },
    );
    expect(accepted).toBeGreaterThan(0);
  });

  it('keeps unknown types and unknown fields, at every depth', () => {
    const given = [
      event('future.invented', { anything: [1] }, { more: true }),
      event('run.failed', { error: { code: 'E', message: 'm', hint: 'new' }, extra: 1 }),
    ];
    for (const value of given) expect(parseEvent(value)).toEqual(structuredClone(value));
  });

  it.each([
    ['run.created', {}, 'name'],
    ['run.waiting', { reason: 'boredom' }, 'reason'],
    ['task.started', { attempt: -1 }, 'attempt'],
    ['task.started', { attempt: 1.5 }, 'attempt'],
    ['span.ended', { status: 'ok', cost: { basis: 'list' } }, 'cost.nanoUsd'],
    ['span.ended', { status: 'ok', cost: { basis: 'unknown', nanoUsd: 0 } }, 'cost.nanoUsd'],
    ['span.ended', { status: 'ok', cost: { basis: 'list', nanoUsd: 0.5 } }, 'cost.nanoUsd'],
    ['usage.recorded', { usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 2 } }, 'usage'],
    ['usage.recorded', { usage: { inputTokens: 1, outputTokens: 1, reasoningTokens: 2 } }, 'usage'],
    [
      'message.appended',
      { messageId: 'm', role: 'user', parts: [{ kind: 'toolCall', callId: 'c', name: 'n' }] },
      'parts.0.input',
    ],
    ['run.labelled', { labels: { a: 1 } }, 'labels.a'],
    ['run.completed', { output: { kind: 'inline' } }, 'output.value'],
    ['system.dropped', { counts: {}, reason: 'whim' }, 'reason'],
    ['log.written', { level: 'info', message: 'm', fields: [] }, 'fields'],
    ['task.cancelled', { message: null }, 'message'],
  ])('refuses a malformed %s and says where (%j)', (type, data, path) => {
    expect(failureOf(() => parseEvent(event(type, data)))).toEqual({ code: 'BAD_EVENT', path });
  });

  it('refuses a malformed envelope', () => {
    const bad = [
      event('run', {}),
      event('run.started', []),
      event('run.started', {}, { seq: 0 }),
      event('run.started', {}, { time: -1 }),
      event('run.started', {}, { time: 1.5 }),
      event('run.started', {}, { runId: 5 }),
      event('run.started', {}, { covers: [5, 1] }),
      event('run.started', {}, { id: undefined }),
      event('future.invented', JSON.parse('{"__proto__":{"a":1}}')),
      event('future.invented', { deep: JSON.parse('['.repeat(100) + ']'.repeat(100)) as unknown }),
      event('future.invented', { when: new Date(0) }),
      null,
      [],
    ];
    for (const value of bad) expect(codeOf(() => parseEvent(value))).toBe('BAD_EVENT');
    expect(codeOf(() => parseEvent(event('run.started', {}, { v: 2 })))).toBe('UNSUPPORTED_VERSION');
  });
});

describe('parseEventDraft', () => {
  it('leaves `seq` and `covers` to the store', () => {
    const given = event('run.started', {}, { covers: [1, 1] });
    expect(parseEventDraft(given)).toEqual({ v: 1, time: 1, type: 'run.started', runId: 'r', data: {} });
    expect(given.seq).toBe(1);
    expect(codeOf(() => parseEventDraft({ ...given, seq: 'x' }))).toBe('accepted');
  });
});

describe('parseCommand', () => {
  const commands = [
    { type: 'cancel', runId: 'r', message: 'enough' },
    { type: 'pause', runId: 'r' },
    { type: 'resume', runId: 'r' },
    { type: 'decide', runId: 'r', approvalId: 'a', decision: 'approve' },
    { type: 'acknowledge', runId: 'r', alertId: 'a' },
    { type: 'acknowledge', alertId: 'a' },
    { type: 'setBudget', budgetId: 'b', limit: 5 },
    { type: 'start', name: 'review', input: null },
    { type: 'fork', runId: 'r', checkpointId: 'c', patch: { a: 1 } },
  ];

  it('accepts every command as it is', () => {
    for (const command of commands) expect(parseCommand(command)).toBe(command);
  });

  it('refuses unknown and malformed ones', () => {
    for (const type of ['explode', '__proto__', 'constructor', 5, null]) {
      expect(codeOf(() => parseCommand({ type, runId: 'r' }))).toBe('UNKNOWN_COMMAND');
    }
    const bad = [
      { type: 'cancel' },
      { type: 'cancel', runId: '' },
      { type: 'cancel', runId: { $gt: '' } },
      { type: 'acknowledge', runId: 'r' },
      { type: 'acknowledge', alertId: '' },
      { type: 'acknowledge', runId: '', alertId: 'a' },
      { type: 'setBudget', budgetId: 'b', limit: -1 },
      { type: 'setBudget', budgetId: 'b', limit: Number.POSITIVE_INFINITY },
      { type: 'start', name: 'x', input: undefined },
      'cancel',
    ];
    for (const command of bad) expect(codeOf(() => parseCommand(command))).toBe('BAD_INPUT');
  });
});

describe('parseClientFrame', () => {
  const cursor = encodeCursor({ epoch: 'e', seq: 5 });
  const frames: readonly ClientFrame[] = [
    { frame: 'auth', token: 't' },
    { frame: 'pong' },
    { frame: 'subscribe', id: '1', filter: {} },
    { frame: 'subscribe', id: '1', filter: { runId: 'r', types: ['span', 'run.created'] }, cursor },
    { frame: 'unsubscribe', id: '1' },
    { frame: 'command', id: '1', command: { type: 'pause', runId: 'r' } },
    { frame: 'read', id: '1', filter: {}, from: 1, to: 2, limit: 10 },
    { frame: 'stateAt', id: '1', filter: {}, cursor },
    { frame: 'blob', id: '1', ref: 'sha256-x' },
  ];

  it('accepts every frame as it is', () => {
    for (const frame of frames) expect(parseClientFrame(frame)).toBe(frame);
  });

  it.each([
    ['null', 'BAD_FRAME'],
    ['[]', 'BAD_FRAME'],
    ['{}', 'BAD_FRAME'],
    ['{"frame":5}', 'BAD_FRAME'],
    ['{"frame":"later"}', 'UNKNOWN_FRAME'],
    ['{"frame":"toString"}', 'UNKNOWN_FRAME'],
    ['{"frame":"subscribe","id":"1"}', 'BAD_FRAME'],
    ['{"frame":"subscribe","id":"1","filter":{"runId":5}}', 'BAD_FRAME'],
    ['{"frame":"subscribe","id":"1","filter":[]}', 'BAD_FRAME'],
    ['{"frame":"subscribe","id":"1","filter":{"types":[1]}}', 'BAD_FRAME'],
    ['{"frame":"subscribe","id":"1","filter":{},"cursor":7}', 'BAD_FRAME'],
    ['{"frame":"subscribe","id":"1","filter":{},"cursor":"nonsense"}', 'CURSOR_INVALID'],
    ['{"frame":"subscribe","id":"1","filter":{},"cursor":"../../x"}', 'CURSOR_INVALID'],
    ['{"frame":"subscribe","id":"1","filter":{},"cursor":"e.zzzzzzzzzzz"}', 'CURSOR_INVALID'],
    ['{"frame":"read","id":"1","filter":{},"from":1.5,"to":2,"limit":1}', 'BAD_FRAME'],
    ['{"frame":"read","id":"1","filter":{},"from":0,"to":2,"limit":1}', 'BAD_FRAME'],
    ['{"frame":"command","id":"1","command":{"type":"explode"}}', 'UNKNOWN_COMMAND'],
    ['{"frame":"command","id":"1","command":{"type":"pause"}}', 'BAD_INPUT'],
    ['{"frame":"pong","__proto__":{}}', 'BAD_FRAME'],
  ])('answers %s with %s', (text, code) => {
    expect(codeOf(() => parseClientFrame(JSON.parse(text)))).toBe(code);
  });

  it('[SEC-18] throws nothing but FleetglassError, whatever arrives', () => {
    const kinds = fc.constantFrom(...frames.map(({ frame }) => frame));
    const hostile = fc.record(
      {
        frame: kinds,
        id: fc.oneof(fc.string(), hostileJson(fc)),
        filter: hostileJson(fc),
        cursor: hostileJson(fc),
        command: hostileJson(fc),
      },
      { requiredKeys: ['frame'] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), hostile), (value) => {
        expect(typeof codeOf(() => parseClientFrame(value))).toBe('string');
      }),
      { numRuns: 500 },
    );
  });
});
