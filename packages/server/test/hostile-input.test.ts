import { afterEach, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { createMemoryStore } from '@fleetglass/core';
import { createFakeHost } from '@fleetglass/core/testing';
import { decodeCursor, PROTOCOL_VERSION } from '@fleetglass/core/protocol';
import type { EventDraft } from '@fleetglass/core/protocol';
import { createGateway, createSqliteStore } from '@fleetglass/server';
import type { Gateway, GatewayOptions } from '@fleetglass/server';
import { connectRaw } from './raw-client.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function open(options: Partial<GatewayOptions> = {}) {
  const host = createFakeHost();
  const gateway = createGateway({ ...(options.hosts ? {} : { host }), port: 0, ...options });
  await gateway.listen();
  cleanups.push(() => gateway.close());
  return { gateway, host };
}

/** A newcomer is served. */
async function expectAlive(gateway: Gateway): Promise<void> {
  const client = await connectRaw(gateway.url);
  await client.next('hello');
  client.socket.close();
}

/** JSON, and what looks like it, that readers have stumbled over. */
const TORTURE: readonly string[] = [
  '',
  ' ',
  '\uFEFF{}',
  '{',
  '}',
  '[',
  '[[[[[[[[',
  '{"a":}',
  '{"a":1,}',
  "{'a':1}",
  '{a:1}',
  '[1,,2]',
  '[01]',
  '[+1]',
  '[.5]',
  '[1.]',
  '[1e]',
  '[0x10]',
  '[NaN]',
  '[Infinity]',
  '[-]',
  'nul',
  'true',
  'null',
  '12',
  '"text"',
  '"\\x41"',
  '"\\u12"',
  '"\t"',
  '"open',
  '{"frame":"pong"} {"frame":"pong"}',
  '{"frame":"pong"}//',
  '/* */{"frame":"pong"}',
  '\u0000',
  '{"frame":"pong"\u0000}',
  '{"frame":null}',
  '{"frame":["pong"]}',
  '{"frame":"subscribe","id":"x","filter":{"runId":1}}',
  '{"frame":"subscribe","id":"x","filter":{"types":"run"}}',
  '{"frame":"subscribe","id":"x","filter":{"types":{"length":1e9}}}',
  '{"frame":"read","id":"x","filter":{},"from":9007199254740993,"to":9007199254740993,"limit":1}',
  '{"frame":"read","id":"x","filter":{},"from":1e400,"to":2,"limit":1}',
  '{"frame":"read","id":"x","filter":{},"from":-0,"to":2,"limit":1}',
  '{"frame":"read","id":"x","filter":{},"from":1.5,"to":2,"limit":1}',
  '{"frame":"read","id":"x","filter":{},"from":1,"to":2,"limit":0}',
  '{"frame":"stateAt","id":"x","filter":{},"cursor":"epoch.99999999999999999999"}',
  '{"frame":"stateAt","id":"x","filter":{},"cursor":"epoch.-1"}',
  '{"frame":"stateAt","id":"x","filter":{},"cursor":"\\u0000.1"}',
  '{"frame":"command","id":"x","command":{"type":"cancel","runId":"a","runId":["b"]}}',
  '{"frame":"command","id":"x","command":{"type":"setBudget","budgetId":"b","limit":1e308}}',
  '{"frame":"command","id":"x","command":{"type":"constructor"}}',
  '{"frame":"command","id":"x","command":{"type":"start","name":"n","input":{"__proto__":{"polluted":1}}}}',
  '{"frame":"command","id":"x","command":[]}',
  '{"__proto__":{"frame":"pong"}}',
];

describe('a frame', () => {
  it('[SEC-17] [SEC-18] that is no frame is refused with a code, whatever it is, and nothing is carried out', async () => {
    const { gateway, host } = await open();
    const before = Object.getOwnPropertyNames(Object.prototype);
    for (const text of TORTURE) {
      const client = await connectRaw(gateway.url);
      await client.next('hello');
      client.sendText(text);
      const { error } = await client.next('error');
      expect([text, error.code]).toEqual([text, expect.stringMatching(/^(BAD_|UNKNOWN_|CURSOR_)/)]);
      expect(error.message).toMatch(/\.$/);
      client.socket.terminate();
    }
    expect(host.received).toEqual([]);
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    await expectAlive(gateway);
  });

  it('[SEC-15] in very many pieces ends its connection, not the gateway', async () => {
    const { gateway } = await open();
    const client = await connectRaw(gateway.url);
    await client.next('hello');
    for (let i = 0; i < 10_000 && client.socket.readyState === client.socket.OPEN; i += 1)
      client.socket.send('x', { fin: false });
    expect([1006, 1008, 1009]).toContain((await client.closed).code);
    await expectAlive(gateway);
  });

  it('[SEC-15] is never unpacked: compression is not offered, also to who asks for it', async () => {
    const { gateway } = await open();
    const client = await connectRaw(gateway.url, {
      headers: { 'sec-websocket-extensions': 'permessage-deflate; client_max_window_bits' },
    });
    await client.next('hello');
    expect(client.socket.extensions).toBe('');
    client.socket.close();
  });
});

describe('an answer', () => {
  it('[SEC-30] is never a document of the page’s own origin, whatever agents wrote, and runs nothing', async () => {
    const { gateway, host } = await open();
    const markup = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(document.cookie)</script></svg>';
    await host.append({ type: 'run.created', runId: 'a', data: { name: markup } });
    const ref = await host.store.putBlob(Buffer.from(markup), 'image/svg+xml');
    const output = {
      kind: 'blob',
      ref,
      bytes: markup.length,
      mediaType: 'image/svg+xml',
      preview: '',
    } as const;
    await host.append({ type: 'task.completed', runId: 'a', taskId: 't', data: { output } });
    for (const path of [
      '/api/v1/runs',
      '/api/v1/runs/a',
      `/api/v1/runs/${encodeURIComponent(markup)}`,
      '/x.svg',
    ]) {
      const answer = await fetch(gateway.url + path);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(answer.headers.get('content-security-policy')).not.toMatch(/unsafe|\*/);
      await answer.text();
    }
  });

  it('[SEC-37] of the API is kept by no shared cache', async () => {
    const { gateway, host } = await open();
    await host.append({ type: 'run.created', runId: 'a', data: { name: 'a' } });
    for (const path of ['/api/v1/runs', '/api/v1/runs/a', '/api/v1/agents', '/api/v1/nothing', '/health']) {
      const answer = await fetch(gateway.url + path);
      expect([path, answer.headers.get('cache-control')]).toEqual([
        path,
        expect.stringMatching(/\bno-store\b|\bprivate\b/),
      ]);
      await answer.text();
    }
  });
});

describe('positions', () => {
  it('[SEC-36] of one tenant tell nothing of what happens in another one', async () => {
    const one = createFakeHost();
    const two = createFakeHost();
    const { gateway } = await open({
      hosts: new Map([
        ['one', one],
        ['two', two],
      ]),
      authenticate: (token) => ({ tenant: token }),
    });
    const cursorOf = async (tenant: string) => {
      const client = await connectRaw(gateway.url, { headers: { authorization: `Bearer ${tenant}` } });
      client.send({ frame: 'subscribe', id: 's', filter: {} });
      const { cursor } = await client.next('subscribed');
      client.socket.close();
      return decodeCursor(cursor);
    };
    const before = await cursorOf('one');
    for (let i = 0; i < 25; i += 1)
      await two.append({ type: 'log.written', data: { level: 'info', message: String(i) } });
    expect(await cursorOf('one')).toEqual(before);
    const other = await cursorOf('two');
    expect(other.seq).toBe(25);
    expect(other.epoch).not.toBe(before.epoch);
  });
});

describe('a filter', () => {
  const HOSTILE = [
    "a' OR '1'='1",
    'a"; DROP TABLE segments; --',
    "a' UNION SELECT value FROM meta --",
    '%',
    '_',
    '*',
    '\\',
    "'",
    ';',
    '\u0000',
    '../a',
    '{"$ne":null}',
    "a'||(SELECT 1)||'",
  ];

  it('[SEC-31] is data to SQLite: it selects what it does in memory, and changes nothing', async () => {
    const sqlite = createSqliteStore({ file: ':memory:' });
    cleanups.push(() => sqlite.close());
    const memory = createMemoryStore();
    const drafts = (): EventDraft[] =>
      ['a', ...HOSTILE].map((runId) => ({
        v: PROTOCOL_VERSION,
        time: 1,
        type: 'log.written',
        runId,
        threadId: runId,
        data: { level: 'info', message: runId },
      }));
    await sqlite.append(drafts(), { dedupe: true });
    await memory.append(drafts(), { dedupe: true });
    const id = fc.option(fc.oneof(fc.constantFrom('a', ...HOSTILE), fc.string({ minLength: 1 })), {
      nil: undefined,
    });
    await fc.assert(
      fc.asyncProperty(
        id,
        id,
        fc.option(fc.constantFrom('log', ...HOSTILE), { nil: undefined }),
        async (runId, threadId, type) => {
          const filter = {
            ...(runId === undefined ? {} : { runId }),
            ...(threadId === undefined ? {} : { threadId }),
            ...(type === undefined ? {} : { types: [type as 'log'] }),
          };
          const [got, expected] = await Promise.all([
            sqlite.read({ from: 1, filter }),
            memory.read({ from: 1, filter }),
          ]);
          expect(got.events.map(({ seq }) => seq)).toEqual(expected.events.map(({ seq }) => seq));
        },
      ),
      { numRuns: 500 },
    );
    expect(sqlite.head()).toBe(HOSTILE.length + 1);
  });
});
