import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '@fleetglass/core';
import { createFakeHost, createSimulatedClock } from '@fleetglass/core/testing';
import { createMemoryTemplates, createPlanner } from '@fleetglass/core/planner';
import { createGatewayHandler } from '@fleetglass/server';
import { createBufferPool } from '../src/gateway/buffer-pool.js';
import { createIdentityWatch } from '../src/gateway/identity-watch.js';
import { DEFAULT_LIMITS } from '../src/gateway/limits.js';
import { createMeters } from '../src/gateway/meters.js';
import { Session } from '../src/gateway/session.js';
import { createTenant } from '../src/gateway/tenant.js';
import { ENDPOINTS } from '../src/rest/endpoints.js';
import { FakeLink } from './fake-link.js';

const nested = (depth: number, open: string, close: string): string =>
  open.repeat(depth) + close.repeat(depth);

/** Values as JSON text, so that what only a parser makes is among them. */
const hostileLeaf = fc.oneof(
  fc.constantFrom(
    'null',
    'true',
    '0',
    '-0',
    '-1',
    '1.5',
    '1e308',
    '1e400',
    '9007199254740993',
    '-99999999999999999999',
    '""',
    '" "',
    '"\\u0000"',
    '"\\ud800"',
    '"__proto__"',
    '"../../etc/passwd"',
    '"%00"',
    '"$(id)"',
    '[]',
    '{}',
    '{"__proto__":{"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '{"toString":1,"valueOf":2,"toJSON":3,"then":4,"length":5}',
    '{"length":4294967295}',
    nested(60, '[', ']'),
    nested(70, '[', ']'),
    nested(20_000, '[', ']'),
    nested(70, '{"a":', '}').replace('":}', '":1}'),
    nested(10_000, '{"a":', '}').replace('":}', '":1}'),
    JSON.stringify('x'.repeat(300_000)),
    JSON.stringify('a/'.repeat(5_000)),
    JSON.stringify(Array.from({ length: 20_000 }, (_, index) => index)),
    JSON.stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, index]))),
  ),
  fc.json({ maxDepth: 4 }),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => JSON.stringify(text)),
);

const objectText = (entries: readonly (readonly [string, string])[]): string =>
  `{${entries.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join()}}`;

/** An object with some of these fields, all of them odd, and perhaps one that nobody knows. */
const objectWith = (
  names: readonly string[],
  value: fc.Arbitrary<string> = hostileLeaf,
): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.subarray([...names]),
      fc.array(value, { minLength: names.length + 1, maxLength: names.length + 1 }),
      fc.option(fc.constantFrom('__proto__', 'constructor', 'unknown', ''), { nil: undefined, freq: 4 }),
    )
    .map(([chosen, values, extra]) =>
      objectText([
        ...chosen.map((name, index) => [name, values[index] ?? 'null'] as const),
        ...(extra === undefined ? [] : [[extra, values.at(-1) ?? 'null'] as const]),
      ]),
    );

/** Names in a description of a body, also of what it holds. */
function namesIn(schema: unknown, found = new Set<string>(), depth = 0): Set<string> {
  if (typeof schema !== 'object' || schema === null || depth > 6) return found;
  const { shape, def } = schema as { readonly shape?: object; readonly def?: Record<string, unknown> };
  for (const [name, inner] of Object.entries(shape ?? {})) {
    found.add(name);
    namesIn(inner, found, depth + 1);
  }
  for (const inner of [def?.['element'], def?.['innerType'], def?.['valueType'], def?.['in'], def?.['out']])
    namesIn(inner, found, depth + 1);
  if (Array.isArray(def?.['options'])) for (const inner of def['options']) namesIn(inner, found, depth + 1);
  return found;
}

const before = Object.getOwnPropertyNames(Object.prototype).join();
afterAll(() => {
  expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(before);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

describe('a body of JSON', () => {
  const clock = createSimulatedClock(Date.UTC(2026, 0, 2));
  const handler = createGatewayHandler({
    host: createFakeHost({ clock }),
    token: 'token',
    clock,
    ingest: { store: createMemoryStore() },
    traces: { store: createMemoryStore() },
    offers: {
      templates: createMemoryTemplates(),
      planner: createPlanner({
        provider: { id: 'test', call: () => Promise.reject(new Error('never asked')) } as never,
        model: 'model-a',
      }),
    },
  });
  const ask = async (
    method: string,
    path: string,
    body: string,
  ): Promise<{ status: number; text: string }> => {
    const answer = await handler.fetch(
      new Request(`http://localhost${path}`, {
        method,
        headers: { authorization: 'Bearer token', 'content-type': 'application/json' },
        body,
      }),
    );
    return { status: answer.status, text: await answer.text() };
  };
  const bodies = [
    ...ENDPOINTS.filter(({ body }) => body).map(({ method, path, body }) => ({
      method: method.toUpperCase(),
      path: path.replaceAll(/\{\w+\}/g, 'a'),
      names: [...namesIn(body)],
    })),
    {
      method: 'POST',
      path: '/api/v1/events',
      names: ['v', 'time', 'type', 'runId', 'threadId', 'data', 'id', 'covers'],
    },
    {
      method: 'POST',
      path: '/v1/traces',
      names: ['resourceSpans', 'scopeSpans', 'spans', 'attributes', 'events'],
    },
  ];

  it.each(bodies)(
    '[SEC-18] [SEC-17] for $method $path never makes the server fail',
    async ({ method, path, names }) => {
      const plain = fc.oneof(hostileLeaf, objectWith(names));
      const body = fc.oneof(
        objectWith(names, plain),
        objectWith(names, objectWith(names, plain)),
        fc.array(objectWith(names, plain), { maxLength: 3 }).map((texts) => `[${texts.join()}]`),
        hostileLeaf,
      );
      await fc.assert(
        fc.asyncProperty(body, async (text) => {
          const { status, text: answer } = await ask(method, path, text);
          // 501 and 503 tell of what is not offered here.
          expect(
            status === 501 || status === 503 || status < 500,
            `${status} ${answer} for ${text.slice(0, 500)}`,
          ).toBe(true);
          if (status >= 400 && path !== '/v1/traces')
            expect(JSON.parse(answer)).toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/) });
          expect(answer.length).toBeLessThan(1_000_000);
        }),
        { numRuns: 60 },
      );
    },
    120_000,
  );
});

describe('a frame', () => {
  const FIELDS = [
    'id',
    'filter',
    'anyOf',
    'cursor',
    'onLag',
    'command',
    'from',
    'to',
    'limit',
    'ref',
    'token',
  ];
  const FILTER = ['runId', 'threadId', 'agentId', 'taskId', 'types'];
  const COMMAND = [
    'runId',
    'message',
    'approvalId',
    'decision',
    'note',
    'data',
    'alertId',
    'budgetId',
    'limit',
    'name',
    'input',
    'checkpointId',
    'patch',
  ];
  const KINDS = ['subscribe', 'unsubscribe', 'command', 'read', 'stateAt', 'blob', 'pong', 'auth', 'query'];
  const COMMANDS = ['cancel', 'pause', 'resume', 'decide', 'acknowledge', 'setBudget', 'start', 'fork'];

  const withType = (
    name: string,
    kinds: readonly string[],
    rest: fc.Arbitrary<string>,
  ): fc.Arbitrary<string> =>
    fc.tuple(fc.constantFrom(...kinds), rest).map(([kind, text]) => {
      const inner = text.slice(1, -1);
      return `{${JSON.stringify(name)}:${JSON.stringify(kind)}${inner === '' ? '' : `,${inner}`}}`;
    });
  const value = fc.oneof(hostileLeaf, objectWith(FILTER), withType('type', COMMANDS, objectWith(COMMAND)));
  const frame = fc.oneof(
    withType('frame', KINDS, objectWith(FIELDS, value)),
    // With an id, so that it is answered and the connection goes on.
    withType(
      'frame',
      KINDS,
      objectWith(FIELDS.slice(1), value).map(
        (text) => `{"id":"x"${text === '{}' ? '' : ','}${text.slice(1)}`,
      ),
    ),
    hostileLeaf,
  );

  /** Whose answers are known. */
  const ANSWERED = [
    '{"frame":"subscribe","id":"x","filter":{},"cursor":"none"}',
    '{"frame":"nothing","id":"x"}',
  ];

  it('[SEC-18] [SEC-16] never makes a session throw or answer with a failure of its own, whatever it is', async () => {
    const clock = createSimulatedClock();
    const host = createFakeHost({ clock });
    const meters = createMeters();
    const tenant = createTenant(host, clock, meters);
    const buffered = createBufferPool(DEFAULT_LIMITS.maxTotalBufferedBytes);
    const codes = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 8 }), async (texts) => {
        const link = new FakeLink();
        const session = new Session(link, {
          clock,
          random: () => 0,
          limits: DEFAULT_LIMITS,
          heartbeatMs: 10_000,
          authenticate: undefined,
          buffered,
          meters,
          watch: createIdentityWatch({ clock, maxConnections: 1_000_000 }),
          tenantOf: () => tenant,
          logger: undefined,
          closed: () => undefined,
        });
        session.start(undefined);
        for (const text of texts) {
          let parsed: unknown;
          try {
            parsed = JSON.parse(text);
          } catch {
            continue;
          }
          link.say(parsed);
        }
        for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        link.drain();
        for (const answer of link.frames) {
          if (answer.frame !== 'error') continue;
          codes.set(answer.error.code, (codes.get(answer.error.code) ?? 0) + 1);
          expect([answer.error.code, texts.join('\n').slice(0, 500)]).not.toEqual([
            'INTERNAL',
            expect.anything(),
          ]);
        }
        link.terminate();
        expect(buffered.bytes).toBe(0);
      }),
      { numRuns: 200, examples: ANSWERED.map((text) => [[text]]) },
    );
    // It was answered, not only let go.
    expect([...codes.keys()]).toEqual(
      expect.arrayContaining(['BAD_FRAME', 'CURSOR_INVALID', 'UNKNOWN_FRAME']),
    );
  }, 120_000);
});
