import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { createDeferred, createMemoryStore, createOrchestrator } from '@fleetglass/core';
import type { Store } from '@fleetglass/core';
import { createFakeHost } from '@fleetglass/core/testing';
import { createGateway, createSqliteStore } from '@fleetglass/server';
import type { Gateway, GatewayOptions, Identity } from '@fleetglass/server';
import { afterEach, describe, expect, it } from 'vitest';
import { createStandaloneHost } from '../src/serve/standalone-host.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const IDENTITIES: Readonly<Record<string, Identity>> = {
  developer: { role: 'developer' },
  viewer: { role: 'viewer' },
  scoped: { role: 'developer', scope: { runId: 'mine' } },
  other: { role: 'developer', tenant: 'other' },
  nowhere: { role: 'admin', tenant: 'nowhere' },
};

async function open(store: Store, options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  const gateway = createGateway({
    host: createFakeHost(),
    port: 0,
    authenticate: (token) => IDENTITIES[token],
    ingest: { store },
    ...options,
  });
  await gateway.listen();
  cleanups.push(() => gateway.close());
  return gateway;
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

async function post(
  gateway: Gateway,
  body: unknown,
  {
    token = 'developer',
    type = 'application/json',
    encoding,
  }: { token?: string; type?: string; encoding?: string } = {},
): Promise<Answer> {
  const response = await fetch(`${gateway.url}/api/v1/events`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': type,
      ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
    },
    body: typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
  });
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: (await response.json()) as Answer['body'],
  };
}

const line = (message: string, more: object = {}) => ({
  v: 1,
  time: 1,
  type: 'log.written',
  runId: 'mine',
  data: { level: 'info', message },
  ...more,
});

const messages = async (store: Store): Promise<unknown[]> =>
  (await store.read({ from: 1 })).events.map(({ data }) => data['message']);

/** A store that begins to append when it is asked to, and ends when the gate is opened. */
function gatedStore() {
  const inner = createMemoryStore();
  const gate = createDeferred<undefined>();
  const asked = createDeferred<undefined>();
  const store: Store = {
    ...inner,
    async append(drafts, options) {
      asked.resolve(undefined);
      await gate.promise;
      return inner.append(drafts, options);
    },
  };
  return { store, gate, asked };
}

describe('POST /api/v1/events', () => {
  it('stores an array or lines and says where; what was stored before is left out', async () => {
    const store = createMemoryStore();
    const gateway = await open(store);
    const first = await post(gateway, [line('one', { id: '1' }), line('two', { id: '2' })]);
    expect([first.status, first.body]).toEqual([200, { accepted: 2, duplicates: 0, from: 1, to: 2 }]);
    const lines = [line('two', { id: '2' }), line('three', { id: '3' }), line('four')];
    const text = `${lines.map((event) => JSON.stringify(event)).join('\r\n')}\n\n`;
    const second = await post(gateway, text, { type: 'application/x-ndjson' });
    expect(second.body).toEqual({ accepted: 2, duplicates: 1, from: 3, to: 4 });
    const repeated = await post(gateway, [line('one', { id: '1' })]);
    expect(repeated.body).toMatchObject({ accepted: 0, duplicates: 1 });
    expect(await messages(store)).toEqual(['one', 'two', 'three', 'four']);
  });

  it('keeps unknown types and fields, and stamps what has no time', async () => {
    const store = createMemoryStore();
    const gateway = await open(store);
    await post(gateway, [{ type: 'weather.measured', data: { celsius: 21 }, colour: 'red', seq: 99 }]);
    const [event] = (await store.read({ from: 1 })).events;
    expect(event).toMatchObject({ seq: 1, v: 1, type: 'weather.measured', colour: 'red' });
    expect(event?.time).toBeGreaterThan(1_700_000_000_000);
  });

  it('takes all or nothing, and names the first bad event', async () => {
    const store = createMemoryStore();
    const gateway = await open(store);
    const bad = line('bad', { data: { level: 'loud', message: 1 } });
    const refused = await post(gateway, [line('good'), line('good'), bad, bad]);
    expect([refused.status, refused.body['code']]).toEqual([422, 'BAD_EVENT']);
    expect(refused.body['details']).toMatchObject({ index: 2 });
    expect(refused.body['message']).toMatch(/^Event 2: /);
    const broken = await post(gateway, `${JSON.stringify(line('good'))}\n{"v":`, {
      type: 'application/x-ndjson',
    });
    expect(broken.body).toMatchObject({ code: 'BAD_EVENT', details: { index: 1 } });
    for (const [body, code] of [
      ['{', 'BAD_INPUT'],
      ['{}', 'BAD_INPUT'],
      ['[1]', 'BAD_EVENT'],
      ['[{"__proto__":{"v":1},"type":"log.written","data":{}}]', 'BAD_EVENT'],
      [JSON.stringify([line('x', { v: 99 })]), 'UNSUPPORTED_VERSION'],
    ]) {
      expect((await post(gateway, body)).body['code']).toBe(code);
    }
    expect((await post(gateway, 'a=1', { type: 'application/x-www-form-urlencoded' })).status).toBe(415);
    expect(store.head()).toBe(0);
  });

  it('goes by the identity: role, scope and tenant', async () => {
    const store = createMemoryStore();
    const others = createMemoryStore({ tenant: 'other' });
    const hosts = new Map(['default', 'other'].map((name) => [name, createFakeHost()]));
    const gateway = createGateway({
      hosts,
      port: 0,
      authenticate: (token) => IDENTITIES[token],
      ingest: {
        stores: new Map([
          ['default', store],
          ['other', others],
        ]),
      },
    });
    await gateway.listen();
    cleanups.push(() => gateway.close());
    const statusOf = async (token: string, ...events: object[]) =>
      (await post(gateway, events, { token })).status;
    expect(await statusOf('stranger', line('x'))).toBe(401);
    expect(await statusOf('viewer', line('x'))).toBe(403);
    expect(await statusOf('nowhere', line('x'))).toBe(403);
    expect(await statusOf('scoped', line('x'), line('x', { runId: 'foreign' }))).toBe(403);
    expect(await statusOf('scoped', line('within'))).toBe(200);
    expect(await statusOf('other', line('theirs', { tenant: 'default' }))).toBe(200);
    expect(await messages(store)).toEqual(['within']);
    expect((await others.read({ from: 1 })).events[0]).toMatchObject({
      tenant: 'other',
      data: { message: 'theirs' },
    });
  });

  it('[SEC-23] redacts secrets before anything is stored', async () => {
    const store = createMemoryStore();
    const gateway = await open(store);
    await post(gateway, [
      line('x', { data: { level: 'info', message: 'x', fields: { password: 'hunter2' } } }),
    ]);
    expect(JSON.stringify(await store.read({ from: 1 }))).not.toContain('hunter2');
  });

  it('refuses what is too large, and sends away whoever comes while too much waits', async () => {
    const { store, gate, asked } = gatedStore();
    const gateway = await open(store, { limits: { maxIngestBytes: 1_000, maxIngestWaitingBytes: 1_500 } });
    expect((await post(gateway, [line('x'.repeat(2_000))])).status).toBe(413);
    const first = post(gateway, [line('y'.repeat(800))]);
    await asked.promise;
    const refused = await post(gateway, [line('z'.repeat(800))]);
    expect([refused.status, refused.body['code']]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(refused.retryAfter)).toBeGreaterThanOrEqual(1);
    gate.resolve(undefined);
    expect((await first).status).toBe(200);
    expect((await post(gateway, [line('z'.repeat(800))])).status).toBe(200);
    expect(store.head()).toBe(2);
  });

  it('takes bodies that are packed with gzip, and no other packing', async () => {
    const store = createMemoryStore();
    const gateway = await open(store);
    const events = [line('one', { id: '1' }), line('two', { id: '2' })];
    const packed = gzipSync(JSON.stringify(events));
    expect((await post(gateway, packed, { encoding: 'gzip' })).body).toMatchObject({ accepted: 2 });
    const lines = gzipSync(`${JSON.stringify(line('three'))}\n`);
    const asLines = { encoding: 'GZIP', type: 'application/x-ndjson' };
    expect((await post(gateway, lines, asLines)).body).toMatchObject({ accepted: 1 });
    expect((await post(gateway, events, { encoding: 'identity' })).body).toMatchObject({ duplicates: 2 });

    const refused = async (body: unknown, encoding: string) => {
      const { status, body: told } = await post(gateway, body, { encoding });
      expect(told['requestId']).toBeTruthy();
      return [status, told['code']];
    };
    for (const encoding of ['br', 'deflate', 'zstd', 'gzip, gzip', 'rot13'])
      expect(await refused(packed, encoding)).toEqual([415, 'UNSUPPORTED_ENCODING']);
    for (const body of [
      JSON.stringify(events),
      '',
      // Tipped over on the way.
      Buffer.concat([packed.subarray(0, 40), Buffer.from([packed.readUInt8(40) ^ 1]), packed.subarray(41)]),
      // Several at once, and one that says less of itself than it holds.
      Buffer.concat([packed, packed]),
      Buffer.concat([packed.subarray(0, -4), Buffer.from([1, 0, 0, 0])]),
    ])
      expect(await refused(body, 'gzip')).toEqual([400, 'BAD_INPUT']);
    expect(await messages(store)).toEqual(['one', 'two', 'three']);
  });

  it('[SEC-15] unpacks no more than a body may hold', async () => {
    const store = createMemoryStore();
    const gateway = await open(store, {
      limits: { maxIngestBytes: 100_000, maxIngestWaitingBytes: 150_000 },
    });
    const bomb = gzipSync(JSON.stringify([line('0'.repeat(10_000_000))]));
    expect(bomb.length).toBeLessThan(20_000);
    const told = await post(gateway, bomb, { encoding: 'gzip' });
    expect([told.status, told.body['code']]).toEqual([413, 'BODY_TOO_LARGE']);
    expect(told.body['details']).toEqual({ maxBytes: 100_000 });
    // One that makes itself small is not believed.
    const lying = Buffer.concat([bomb.subarray(0, -4), Buffer.from([0, 1, 0, 0])]);
    expect((await post(gateway, lying, { encoding: 'gzip' })).body['code']).toBe('BAD_INPUT');
    expect(store.head()).toBe(0);
  });

  it('counts what packed bodies hold among what waits to be stored', async () => {
    const { store, gate, asked } = gatedStore();
    const gateway = await open(store, { limits: { maxIngestBytes: 1_000, maxIngestWaitingBytes: 1_500 } });
    const packed = gzipSync(JSON.stringify([line('y'.repeat(800))]));
    const first = post(gateway, packed, { encoding: 'gzip' });
    await asked.promise;
    expect((await post(gateway, packed, { encoding: 'gzip' })).body['code']).toBe('RATE_LIMITED');
    gate.resolve(undefined);
    expect((await first).status).toBe(200);
    expect((await post(gateway, packed, { encoding: 'gzip' })).status).toBe(200);
  });

  it('[SEC-41] adds nothing to a run that an orchestrator is at work on', async () => {
    const store = createMemoryStore();
    const orchestrator = createOrchestrator({ store });
    cleanups.push(() => orchestrator.close());
    const gate = createDeferred<undefined>();
    const begun = createDeferred<undefined>();
    const run = orchestrator.run(
      'owned',
      async () => {
        begun.resolve(undefined);
        await gate.promise;
        return 'done';
      },
      { id: 'owned' },
    );
    await begun.promise;
    const gateway = await open(store, { host: orchestrator.host });
    const forged = [
      line('of another run', { id: 'free' }),
      { type: 'run.failed', runId: 'owned', data: { error: { code: 'INTERNAL', message: 'forged' } } },
    ];
    const before = store.head();
    const refused = await post(gateway, forged);
    expect([refused.status, refused.body['code']]).toEqual([409, 'LEASE_HELD']);
    expect(refused.body['message']).toBe('Run "owned" is being worked on; let it end first.');
    expect(refused.body['details']).toMatchObject({ runId: 'owned' });
    expect(store.head()).toBe(before);
    // What was refused was not taken for stored.
    expect((await post(gateway, forged.slice(0, 1))).body).toMatchObject({ accepted: 1 });
    gate.resolve(undefined);
    expect(await run.result).toBe('done');
    const { events } = await store.read({ from: 1, filter: { runId: 'owned' } });
    expect(events.map(({ type }) => type)).not.toContain('run.failed');
  });

  it('takes the example of docs/protocol.md and answers as it says', async () => {
    const page = readFileSync(fileURLToPath(new URL('../../../docs/protocol.md', import.meta.url)), 'utf8');
    const example =
      /```\nPOST \/api\/v1\/events.*?\n\n(?<lines>.*?)\n\nHTTP\/1\.1 200 OK\n.*?\n\n(?<answer>.*?)\n```/s.exec(
        page,
      )?.groups;
    const store = createMemoryStore();
    const gateway = await open(store, { host: createStandaloneHost(store) });
    const { body } = await post(gateway, example?.['lines'], { type: 'application/x-ndjson' });
    expect(body).toEqual(JSON.parse(example?.['answer'] ?? ''));
    const run = await fetch(`${gateway.url}/api/v1/runs/nightly-7`, {
      headers: { authorization: 'Bearer developer' },
    });
    expect(await run.json()).toMatchObject({ name: 'Nightly review', status: 'completed' });
  });

  it('answers only when the events are on disk', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fleetglass-ingest-'));
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'log.sqlite');
    const store = createSqliteStore({ file });
    cleanups.push(() => store.close());
    const gateway = await open(store);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => post(gateway, [line(`a ${i}`), line(`b ${i}`)])),
    );
    // Another connection sees what has been committed, and nothing else.
    const witness = createSqliteStore({ file });
    cleanups.push(() => witness.close());
    const stored = (await witness.read({ from: 1 })).events;
    answers.forEach(({ body }, i) => {
      expect(stored[Number(body['from']) - 1]?.data['message']).toBe(`a ${i}`);
      expect(stored[Number(body['to']) - 1]?.data['message']).toBe(`b ${i}`);
    });
  });
});
