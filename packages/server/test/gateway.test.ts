import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createDeferred } from '@fleetglass/core';
import { createFakeHost, createSimulatedClock } from '@fleetglass/core/testing';
import type { FakeHost } from '@fleetglass/core/testing';
import { encodeCursor } from '@fleetglass/core/protocol';
import { createGateway } from '@fleetglass/server';
import type { Gateway, GatewayOptions } from '@fleetglass/server';
import { connectRaw } from './raw-client.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function open(options: Partial<GatewayOptions> = {}): Promise<{ gateway: Gateway; host: FakeHost }> {
  const host = createFakeHost();
  const gateway = createGateway({ ...(options.hosts ? {} : { host }), port: 0, ...options });
  await gateway.listen();
  cleanups.push(() => gateway.close());
  return { gateway, host };
}

const line = (message: string) =>
  ({ type: 'log.written', runId: 'a', data: { level: 'info', message } }) as const;

/** A plain HTTP request with any headers and path, however wrong. */
function get(gateway: Gateway, path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>(
    (resolve, reject) => {
      const { hostname, port } = new URL(gateway.url);
      request({ hostname, port, path, headers, method }, (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (body += chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      })
        .on('error', reject)
        .end();
    },
  );
}

const codeIn = (body: string): unknown => (JSON.parse(body) as { code?: unknown }).code;

/** The gateway still serves a newcomer. */
async function expectAlive(gateway: Gateway): Promise<void> {
  const client = await connectRaw(gateway.url);
  await client.next('hello');
  client.socket.close();
}

describe('bad frames', () => {
  it.each([
    ['not JSON', 'hello there', 'BAD_FRAME'],
    ['half of JSON', '{"frame":"subscribe"', 'BAD_FRAME'],
    ['not an object', '[1,2]', 'BAD_FRAME'],
    ['without a kind', '{}', 'BAD_FRAME'],
    ['a kind that is no text', '{"frame":{"toString":1}}', 'BAD_FRAME'],
    ['an unknown kind without an id', '{"frame":"teleport"}', 'UNKNOWN_FRAME'],
  ])('%s: says so, closes, and lives on', async (_name, text, code) => {
    const { gateway } = await open();
    const client = await connectRaw(gateway.url);
    await client.next('hello');
    client.sendText(text);
    expect((await client.next('error')).error.code).toBe(code);
    expect(await client.closed).toEqual({ code: 4400, reason: code });
    await expectAlive(gateway);
  });

  it('refuses binary frames', async () => {
    const { gateway } = await open();
    const client = await connectRaw(gateway.url);
    await client.next('hello');
    client.socket.send(Buffer.from('{"frame":"pong"}'));
    expect((await client.next('error')).error.code).toBe('BAD_FRAME');
    await client.closed;
  });

  it.each([
    ['somewhat', 70_000],
    ['far', 5_000_000],
  ])('[SEC-15] refuses a frame that is %s too large', async (_name, size) => {
    const { gateway } = await open();
    const client = await connectRaw(gateway.url);
    await client.next('hello');
    client.sendText(JSON.stringify({ frame: 'pong', padding: 'x'.repeat(size) }));
    expect((await client.next('error')).error.code).toBe('FRAME_TOO_LARGE');
    expect([1009, 4413]).toContain((await client.closed).code);
    await expectAlive(gateway);
  });

  it.each([
    ['an unknown kind', { frame: 'teleport', id: 'x' }, 'UNKNOWN_FRAME'],
    ['an unknown command', { frame: 'command', id: 'x', command: { type: 'explode' } }, 'UNKNOWN_COMMAND'],
    [
      'a prototype as a command',
      { frame: 'command', id: 'x', command: { type: '__proto__' } },
      'UNKNOWN_COMMAND',
    ],
    ['a command without its run', { frame: 'command', id: 'x', command: { type: 'cancel' } }, 'BAD_INPUT'],
    ['no command', { frame: 'command', id: 'x' }, 'BAD_FRAME'],
    ['a malformed cursor', { frame: 'subscribe', id: 'x', filter: {}, cursor: '../../x' }, 'CURSOR_INVALID'],
    ['a filter that is none', { frame: 'subscribe', id: 'x', filter: [] }, 'BAD_FRAME'],
    ['a negative range', { frame: 'read', id: 'x', filter: {}, from: -1, to: 2, limit: 1 }, 'BAD_FRAME'],
    ['a past of another log', { frame: 'stateAt', id: 'x', filter: {}, cursor: 'other.1' }, 'CURSOR_TOO_OLD'],
  ])('%s: answers under its id and goes on', async (_name, frame, code) => {
    const { gateway, host } = await open();
    const client = await connectRaw(gateway.url);
    client.send(frame);
    const answer = await client.next('error');
    expect(answer.id).toBe('x');
    expect(answer.error.code).toBe(code);
    client.send({
      frame: 'subscribe',
      id: 's',
      filter: {},
      cursor: encodeCursor({ epoch: host.log.epoch, seq: 0 }),
    });
    await client.next('subscribed');
    await host.append(line('still here'));
    expect((await client.next('events')).events).toHaveLength(1);
    expect(host.received).toEqual([]);
    client.socket.close();
  });

  it('[SEC-16] reports input nested deeper than anything can walk', async () => {
    const { gateway, host } = await open();
    const client = await connectRaw(gateway.url);
    const input = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    client.sendText(`{"frame":"command","id":"x","command":{"type":"start","name":"n","input":${input}}}`);
    expect((await client.next('error')).error.code).toBe('BAD_FRAME');
    expect(host.received).toEqual([]);
    client.socket.close();
  });

  it('answers a command for a run that ended with its code', async () => {
    const { gateway, host } = await open();
    await host.append({ type: 'run.completed', runId: 'a', data: {} });
    const client = await connectRaw(gateway.url);
    client.send({ frame: 'command', id: 'c', command: { type: 'cancel', runId: 'a' } });
    expect((await client.next('error')).error).toMatchObject({ code: 'RUN_ENDED', requestId: 'c' });
    client.socket.close();
  });

  it('limits the subscriptions of a connection and refuses an id that is in use', async () => {
    const { gateway } = await open({ limits: { maxSubscriptions: 2 } });
    const client = await connectRaw(gateway.url);
    client.send({ frame: 'subscribe', id: 'one', filter: {} });
    client.send({ frame: 'subscribe', id: 'one', filter: {} });
    client.send({ frame: 'subscribe', id: 'two', filter: {} });
    client.send({ frame: 'subscribe', id: 'three', filter: {} });
    expect([(await client.next('error')).id, (await client.next('error')).id]).toEqual(['one', 'three']);
    client.send({ frame: 'unsubscribe', id: 'two' });
    client.send({ frame: 'subscribe', id: 'four', filter: {} });
    await client.next('subscribed');
    await client.next('subscribed');
    expect((await client.next('subscribed')).id).toBe('four');
    client.socket.close();
  });

  it('carries out a command once, also when it is sent again over a new connection', async () => {
    const { gateway, host } = await open();
    host.onCommand(() => ({ runId: 'new' }));
    const frame = { frame: 'command', id: 'c1', command: { type: 'start', name: 'demo' } };
    const first = await connectRaw(gateway.url);
    first.send(frame);
    first.send(frame);
    await first.next('ack');
    await first.next('ack');
    first.socket.terminate();
    const second = await connectRaw(gateway.url);
    second.send(frame);
    expect(await second.next('ack')).toEqual({ frame: 'ack', id: 'c1', result: { runId: 'new' } });
    expect(host.received).toHaveLength(1);
    second.socket.close();
  });
});

describe('access', () => {
  it('refuses to be open to strangers', () => {
    const host = createFakeHost();
    const code = (options: Partial<GatewayOptions>): unknown => {
      try {
        createGateway({ host, port: 0, ...options });
        return 'created';
      } catch (error) {
        return (error as { code?: unknown }).code;
      }
    };
    expect(code({})).toBe('created');
    expect(code({ hostname: '192.168.1.5' })).toBe('BAD_INPUT');
    expect(code({ hostname: '192.168.1.5', token: '' })).toBe('BAD_INPUT');
    expect(code({ hostname: '192.168.1.5', token: 't' })).toBe('created');
    expect(code({ hostname: '0.0.0.0', token: 't' })).toBe('BAD_INPUT');
    expect(code({ hostname: '0.0.0.0', token: 't', allowedHosts: ['fleet.example.com'] })).toBe('created');
  });

  it('says nothing before the token and opens with the right one', async () => {
    const { gateway } = await open({ token: 'right' });
    const silent = await connectRaw(gateway.url);
    const client = await connectRaw(gateway.url);
    client.send({ frame: 'auth', token: 'right' });
    client.send({ frame: 'subscribe', id: 's', filter: {} });
    await client.next('hello');
    await client.next('snapshot');
    expect(silent.frames).toEqual([]);
    const program = await connectRaw(gateway.url, { headers: { authorization: 'Bearer right' } });
    await program.next('hello');
    [silent, client, program].forEach(({ socket }) => socket.terminate());
  });

  it.each([
    ['a wrong token', { frame: 'auth', token: 'wrong' }],
    ['no token', { frame: 'subscribe', id: 's', filter: {} }],
    ['an unknown frame', { frame: 'teleport', id: 's' }],
    ['a token that is no text', { frame: 'auth', id: 's', token: 5 }, 'BAD_FRAME'],
  ])('closes on %s, whatever follows, and shows no event', async (_name, frame, code = 'UNAUTHENTICATED') => {
    const { gateway, host } = await open({ token: 'right' });
    await host.append(line('secret'));
    const client = await connectRaw(gateway.url);
    client.send(frame);
    client.send({ frame: 'subscribe', id: 't', filter: {} });
    expect((await client.closed).reason).toBe(code);
    expect(client.frames.map(({ frame: kind }) => kind)).toEqual(['error']);
  });

  it('[SEC-20] gives up on a connection that does not authenticate in five seconds', async () => {
    const clock = createSimulatedClock();
    const { gateway } = await open({ token: 'right', clock });
    const client = await connectRaw(gateway.url);
    await clock.advance(4_999);
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    await clock.advance(1);
    expect(await client.closed).toEqual({ code: 4408, reason: 'AUTH_TIMEOUT' });
  });

  it('[SEC-01] accepts listed origins exactly and tells others why, without a frame', async () => {
    const { gateway } = await open({ allowedOrigins: ['https://app.example.com'] });
    const own = new URL(gateway.url).origin;
    for (const origin of [own, 'https://app.example.com', own.replace('127.0.0.1', 'localhost')]) {
      const client = await connectRaw(gateway.url, { origin });
      await client.next('hello');
      client.socket.close();
    }
    const port = new URL(gateway.url).port;
    for (const origin of [
      'null',
      'https://evil.example.com',
      'http://app.example.com',
      'https://app.example.com.evil.com',
      'https://evilapp.example.com',
      'https://app.example.com:8443',
      'https://app.example.com/',
      'HTTPS://APP.EXAMPLE.COM.',
      `http://127.0.0.1:${Number(port) + 1}`,
      'http://127.0.0.1',
      `http://127.0.0.1:${port}@evil.com`,
      'file://',
    ]) {
      const client = await connectRaw(gateway.url, { origin });
      client.send({ frame: 'subscribe', id: 's', filter: {} });
      expect(await client.closed).toEqual({ code: 4403, reason: 'FORBIDDEN_ORIGIN' });
      expect(client.frames).toEqual([]);
    }
  });

  it('[SEC-02] refuses foreign hosts, for pages and for sockets', async () => {
    const { gateway } = await open();
    const { port } = new URL(gateway.url);
    for (const host of ['evil.com', `evil.com:${port}`, '127.0.0.1', `127.0.0.1.evil.com:${port}`]) {
      const answer = await get(gateway, '/health', { host });
      expect(answer.status).toBe(421);
      expect(codeIn(answer.body)).toBe('FORBIDDEN_HOST');
      await expect(connectRaw(gateway.url, { headers: { host } })).rejects.toMatchObject({ status: 421 });
    }
    expect((await get(gateway, '/health', { host: `localhost:${port}` })).status).toBe(200);
  });

  it('shows a restricted viewer nothing outside its scope, whatever it asks for', async () => {
    const { gateway, host } = await open({
      token: undefined as never,
      authenticate: (token) => (token === 'b-only' ? { scope: { runId: 'b' } } : undefined),
    });
    await host.append(line('secret'), { type: 'run.started', runId: 'b', data: {} });
    const client = await connectRaw(gateway.url, { headers: { authorization: 'Bearer b-only' } });
    const cursor = encodeCursor({ epoch: host.log.epoch, seq: 0 });
    client.send({ frame: 'subscribe', id: 'all', filter: {}, cursor });
    client.send({ frame: 'subscribe', id: 'a', filter: { runId: 'a' }, cursor });
    client.send({ frame: 'read', id: 'r', filter: {}, from: 1, to: 9, limit: 9 });
    client.send({ frame: 'command', id: 'c', command: { type: 'cancel', runId: 'a' } });
    client.send({ frame: 'command', id: 'd', command: { type: 'start', name: 'x' } });
    client.send({ frame: 'command', id: 'e', command: { type: 'pause', runId: 'b' } });
    client.send({ frame: 'command', id: 'f', command: { type: 'acknowledge', runId: 'a', alertId: 'x' } });
    client.send({ frame: 'command', id: 'g', command: { type: 'acknowledge', alertId: 'x' } });
    client.send({ frame: 'command', id: 'h', command: { type: 'acknowledge', runId: 'b', alertId: 'x' } });
    expect([(await client.next('ack')).id, (await client.next('ack')).id]).toEqual(['e', 'h']);
    const errors = [];
    for (let i = 0; i < 5; i += 1) errors.push(await client.next('error'));
    expect(errors.map(({ id, error }) => [id, error.code]).sort()).toEqual([
      ['a', 'FORBIDDEN'],
      ['c', 'FORBIDDEN'],
      ['d', 'FORBIDDEN'],
      ['f', 'FORBIDDEN'],
      ['g', 'FORBIDDEN'],
    ]);
    expect((await client.next('events')).events.map(({ seq }) => seq)).toEqual([2]);
    expect((await client.next('reply')).body).toMatchObject({ events: [{ seq: 2 }] });
    expect(JSON.stringify(client.frames)).not.toContain('secret');
    client.socket.close();
  });

  it('carries nothing out for a viewer that may only look', async () => {
    const { gateway, host } = await open({
      token: undefined as never,
      authenticate: () => ({ actor: { id: 'eve' }, canCommand: false }),
    });
    const client = await connectRaw(gateway.url, { headers: { authorization: 'Bearer any' } });
    client.send({ frame: 'command', id: 'a', command: { type: 'acknowledge', runId: 'a', alertId: 'x' } });
    client.send({ frame: 'command', id: 'b', command: { type: 'pause', runId: 'a' } });
    const errors = [await client.next('error'), await client.next('error')];
    expect(errors.map(({ error }) => error.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    expect(host.received).toEqual([]);
    client.socket.close();
  });

  it('[SEC-05] keeps tenants apart: a cursor of one opens nothing of the other', async () => {
    const one = createFakeHost();
    const two = createFakeHost();
    await one.append(line('of one'));
    await two.append(line('of two'));
    const { gateway } = await open({
      hosts: new Map([
        ['one', one],
        ['two', two],
      ]),
      authenticate: (token) => ({ tenant: token }),
    });
    const client = await connectRaw(gateway.url, { headers: { authorization: 'Bearer two' } });
    client.send({
      frame: 'subscribe',
      id: 's',
      filter: {},
      cursor: encodeCursor({ epoch: one.log.epoch, seq: 0 }),
    });
    expect((await client.next('snapshot')).reason).toBe('epoch');
    await one.append(line('more of one'));
    await two.append(line('more of two'));
    expect((await client.next('events')).events).toMatchObject([{ data: { message: 'more of two' } }]);
    expect(JSON.stringify(client.frames)).not.toContain('of one');
    client.socket.close();
    const stranger = await connectRaw(gateway.url, { headers: { authorization: 'Bearer three' } });
    expect((await stranger.closed).reason).toBe('FORBIDDEN');
  });
});

describe('http', () => {
  it('is ready when what has to be done first is done, and answers before', async () => {
    const done = createDeferred<undefined>();
    const { gateway } = await open({ prepare: () => done.promise });
    const early = await get(gateway, '/ready');
    expect([early.status, JSON.parse(early.body)]).toEqual([503, { status: 'starting' }]);
    expect((await get(gateway, '/api/v1/runs')).status).toBe(200);
    done.resolve(undefined);
    await done.promise;
    expect((await get(gateway, '/ready')).status).toBe(200);
  });

  it('is never ready when that failed, and tells the log why', async () => {
    const told: string[] = [];
    const note = (_fields: object, message: string): void => {
      told.push(message);
    };
    const logger = { debug: note, info: note, warn: note, error: note };
    const { gateway } = await open({ logger, prepare: () => Promise.reject(new Error('no log')) });
    expect((await get(gateway, '/ready')).status).toBe(503);
    expect(told.filter((message) => message.startsWith('not ready'))).toHaveLength(1);
  });

  it('answers health and ready and tells what it does not know, with headers that protect the page', async () => {
    const { gateway } = await open();
    const health = await get(gateway, '/health');
    expect([health.status, JSON.parse(health.body)]).toEqual([200, { status: 'ok' }]);
    expect((await get(gateway, '/ready')).status).toBe(200);
    const missing = await get(gateway, '/nothing/here.txt');
    expect([missing.status, codeIn(missing.body)]).toEqual([404, 'NOT_FOUND']);
    expect((await get(gateway, '/api/v1/live')).status).toBe(400);
    for (const { headers } of [health, missing]) {
      expect(headers['content-security-policy']).toContain("script-src 'self'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['access-control-allow-origin']).toBe(undefined);
      expect(headers['cache-control']).toBe('no-store');
    }
  });

  it('puts routes of the host behind its own checks', async () => {
    const { gateway } = await open({ token: 'right' });
    let calls = 0;
    gateway.app.post('/api/v1/things', (context) => context.json({ calls: (calls += 1) }));
    gateway.app.get('/api/v1/broken', () => {
      throw new Error('password=hunter2');
    });
    const authorization = 'Bearer right';
    const post = (headers: Record<string, string>) => get(gateway, '/api/v1/things', headers, 'POST');
    expect((await post({})).status).toBe(401);
    expect((await post({ authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await post({ authorization, origin: 'https://evil.com' })).status).toBe(403);
    expect(calls).toBe(0);
    expect((await post({ authorization })).status).toBe(200);
    const broken = await get(gateway, '/api/v1/broken', { authorization });
    expect([broken.status, codeIn(broken.body)]).toEqual([500, 'INTERNAL']);
    expect(broken.body).not.toContain('hunter2');
  });

  it('[SEC-29] serves the files of a folder and nothing else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fleetglass-static-'));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const root = join(folder, 'public');
    mkdirSync(join(root, 'assets'), { recursive: true });
    writeFileSync(join(root, 'index.html'), '<!doctype html>page');
    writeFileSync(join(root, 'assets', 'app-1a2b3c4d.js'), 'script');
    writeFileSync(join(root, '.env'), 'secret');
    writeFileSync(join(folder, 'secret.txt'), 'secret');
    symlinkSync(join(folder, 'secret.txt'), join(root, 'link.txt'));
    const { gateway } = await open({ static: { directory: root } });
    const page = await get(gateway, '/');
    expect([page.status, page.body, page.headers['content-type']]).toEqual([
      200,
      '<!doctype html>page',
      'text/html; charset=utf-8',
    ]);
    expect((await get(gateway, '/', { 'if-none-match': String(page.headers['etag']) })).status).toBe(304);
    expect((await get(gateway, '/runs/some-run')).body).toBe('<!doctype html>page');
    const script = await get(gateway, '/assets/app-1a2b3c4d.js');
    expect([script.status, script.body]).toEqual([200, 'script']);
    expect(script.headers['cache-control']).toContain('immutable');
    for (const path of [
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e/secret.txt',
      '/%2e%2e%2fsecret.txt',
      '/..%5csecret.txt',
      '/assets/../../secret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '//etc/passwd.txt',
      `/${encodeURIComponent(join(folder, 'secret.txt'))}`,
      '/secret.txt%00.js',
      '/link.txt',
      '/.env',
      '/%252e%252e/secret.txt',
      '/%.txt',
    ]) {
      const answer = await get(gateway, path);
      expect(answer.body).not.toContain('secret');
      expect([400, 404, 200]).toContain(answer.status);
    }
  });

  it('sends text compressed to whoever takes it so, and never as another one', async () => {
    const root = mkdtempSync(join(tmpdir(), 'fleetglass-static-'));
    cleanups.push(() => rmSync(root, { recursive: true }));
    const text = 'words of a script; '.repeat(500);
    writeFileSync(join(root, 'index.html'), '<!doctype html>page');
    writeFileSync(join(root, 'app.js'), text);
    const { gateway } = await open({ static: { directory: root } });
    const ask = (headers: Record<string, string>) => fetch(`${gateway.url}/app.js`, { headers });
    const packed = await ask({ 'accept-encoding': 'br, gzip' });
    expect([packed.headers.get('content-encoding'), packed.headers.get('vary')]).toEqual([
      'gzip',
      'accept-encoding',
    ]);
    expect(Number(packed.headers.get('content-length'))).toBeLessThan(text.length / 5);
    expect(await packed.text()).toBe(text);
    const plain = await ask({ 'accept-encoding': 'gzip;q=0, identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await plain.text()).toBe(text);
    expect(plain.headers.get('etag')).not.toBe(packed.headers.get('etag'));
    const etag = packed.headers.get('etag') ?? '';
    const again = await ask({ 'accept-encoding': 'gzip', 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const small = await fetch(`${gateway.url}/`, { headers: { 'accept-encoding': 'gzip' } });
    expect(small.headers.get('content-encoding')).toBeNull();
  });

  it('says which port is taken', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => blocker.close());
    const { port } = blocker.address() as AddressInfo;
    const gateway = createGateway({ host: createFakeHost(), port });
    await expect(gateway.listen()).rejects.toMatchObject({ code: 'PORT_IN_USE', details: { port } });
    await gateway.close();
  });

  it('survives what is not HTTP and a socket that goes away in the middle', async () => {
    const { gateway } = await open();
    const { port } = new URL(gateway.url);
    for (const text of [
      '\x16\x03\x01garbage\r\n\r\n',
      'GET /api/v1/live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n',
    ]) {
      const socket = connect(Number(port), '127.0.0.1');
      await new Promise<void>((resolve) => socket.on('connect', resolve));
      socket.on('error', () => {});
      socket.write(text, () => socket.resetAndDestroy());
      await new Promise<void>((resolve) => socket.on('close', () => resolve()));
    }
    await expectAlive(gateway);
  });
});

describe('bad input', () => {
  it('of every kind ends at most its own connection: later events arrive, and none that was accepted is lost', async () => {
    const { gateway, host } = await open({ token: 'right' });
    const authorized = { headers: { authorization: 'Bearer right' } };
    const watcher = await connectRaw(gateway.url, authorized);
    const cursor = encodeCursor({ epoch: host.log.epoch, seq: 0 });
    watcher.send({ frame: 'subscribe', id: 's', filter: {}, cursor });
    await host.append({ type: 'run.completed', runId: 'ended', data: {} });
    const sendFrom = async (text: string): Promise<string> => {
      const client = await connectRaw(gateway.url, authorized);
      client.sendText(text);
      const { error } = await client.next('error');
      client.socket.terminate();
      return error.code;
    };
    const refusals: readonly [string, () => Promise<unknown>][] = [
      ['BAD_FRAME', () => sendFrom('half of {')],
      ['FRAME_TOO_LARGE', () => sendFrom(JSON.stringify({ frame: 'pong', padding: 'x'.repeat(70_000) }))],
      ['UNKNOWN_FRAME', () => sendFrom('{"frame":"teleport","id":"x"}')],
      ['UNKNOWN_COMMAND', () => sendFrom('{"frame":"command","id":"x","command":{"type":"explode"}}')],
      [
        'RUN_ENDED',
        () => sendFrom('{"frame":"command","id":"y","command":{"type":"cancel","runId":"ended"}}'),
      ],
      [
        'UNAUTHENTICATED',
        async () => {
          const client = await connectRaw(gateway.url);
          client.send({ frame: 'auth', token: 'wrong' });
          return (await client.closed).reason;
        },
      ],
      [
        'FORBIDDEN_ORIGIN',
        async () => (await (await connectRaw(gateway.url, { origin: 'https://evil.com' })).closed).reason,
      ],
      ['FORBIDDEN_HOST', async () => codeIn((await get(gateway, '/health', { host: 'evil.com' })).body)],
    ];
    for (const [code, send] of refusals) {
      expect(await send()).toBe(code);
      await host.append(line(code));
    }
    const seen: number[] = [];
    while (seen.length <= refusals.length) {
      for (const { seq } of (await watcher.next('events')).events) seen.push(seq);
    }
    expect(seen).toEqual(Array.from({ length: refusals.length + 1 }, (_, index) => index + 1));
    watcher.socket.close();
  });
});

describe('life of a connection', () => {
  it('sends heartbeats that move the covered range while nothing matches', async () => {
    const clock = createSimulatedClock();
    const { gateway, host } = await open({ clock, heartbeatMs: 10_000 });
    const client = await connectRaw(gateway.url);
    client.send({
      frame: 'subscribe',
      id: 's',
      filter: { runId: 'other' },
      cursor: encodeCursor({ epoch: host.log.epoch, seq: 0 }),
    });
    const { channel } = await client.next('subscribed');
    await host.append(line('one'), line('two'));
    await clock.advance(5_000);
    await clock.advance(5_000);
    const beat = await client.next('heartbeat');
    expect(beat.covered).toEqual([{ channel, from: 1, to: 2 }]);
    client.socket.close();
  });

  it('gives up on a client that no longer answers pings', async () => {
    const clock = createSimulatedClock();
    const { gateway } = await open({ clock, heartbeatMs: 10_000 });
    const deaf = await connectRaw(gateway.url);
    await deaf.next('hello');
    deaf.socket.pause();
    for (let i = 0; i < 8; i += 1) await clock.advance(5_000);
    deaf.socket.resume();
    expect((await deaf.closed).code).toBe(1006);
    await expectAlive(gateway);
  });

  it('tells everyone when it closes', async () => {
    const { gateway } = await open();
    const client = await connectRaw(gateway.url);
    await client.next('hello');
    const [, closed] = await Promise.all([gateway.close(), client.closed]);
    expect(closed).toEqual({ code: 4503, reason: 'SHUTTING_DOWN' });
    expect((await client.next('error')).error.code).toBe('SHUTTING_DOWN');
    await gateway.close();
  });

  it('[SEC-19] refuses newcomers when it is full and keeps those who are there', async () => {
    const { gateway } = await open({ limits: { maxConnections: 1 } });
    const client = await connectRaw(gateway.url);
    await client.next('hello');
    const newcomer = await connectRaw(gateway.url);
    expect((await newcomer.next('error')).error).toMatchObject({
      code: 'SHUTTING_DOWN',
      message: 'The gateway has as many viewers as it takes; try again later.',
      details: { retryAfterMs: expect.any(Number) as unknown },
      requestId: expect.any(String) as unknown,
    });
    expect(await newcomer.closed).toEqual({ code: 4503, reason: 'SHUTTING_DOWN' });
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    client.socket.close();
    await client.closed;
    await expectAlive(gateway);
  });

  // `ws` by itself would wait for half a minute.
  it(
    '[SEC-19] cuts a newcomer that it refused and that does not agree to be closed',
    { timeout: 10_000 },
    async () => {
      const clock = createSimulatedClock();
      const { gateway } = await open({ clock, limits: { maxConnections: 1 } });
      const client = await connectRaw(gateway.url);
      await client.next('hello');
      const { hostname, port } = new URL(gateway.url);
      const mute = connect(Number(port), hostname);
      const ended = once(mute, 'end');
      mute.write(
        `GET /api/v1/live HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
      );
      let heard = '';
      while (!heard.includes('SHUTTING_DOWN')) heard += String((await once(mute, 'data'))[0]);
      await clock.advance(2_000);
      await ended;
      client.socket.close();
      await client.closed;
    },
  );
});
