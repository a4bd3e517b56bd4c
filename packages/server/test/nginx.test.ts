import { get } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:http2';
import type { ClientHttp2Session } from 'node:http2';
import type { Readable } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import { createFakeHost } from '@fleetglass/core/testing';
import type { FakeHost } from '@fleetglass/core/testing';
import { createGateway } from '@fleetglass/server';
import type { Gateway } from '@fleetglass/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, openStream } from './http-client.js';
import { findNginx, startNginx } from './nginx.js';
import type { RunningNginx } from './nginx.js';
import { connectRaw } from './raw-client.js';

const tools = findNginx();
if (!tools) console.warn('\nnginx or openssl is missing: the tests behind a real proxy are skipped.\n');

const log = (message: string) =>
  ({ type: 'log.written', runId: 'a', data: { level: 'info', message } }) as const;

/** Resolves when a stream that goes on has said something. */
const untilSaid = (stream: Readable, what: string): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = '';
    stream.on('data', (part: Buffer | string) => {
      said += part.toString();
      if (said.includes(what)) resolve();
    });
    stream.once('error', reject);
    stream.once('end', () => reject(new Error(`The stream ended after: ${said}`)));
  });

describe.skipIf(!tools)('behind nginx, with TLS, its own buffering, gzip and a cache', () => {
  const hosts: Readonly<Record<string, FakeHost>> = { ann: createFakeHost(), bob: createFakeHost() };
  const ann = { authorization: 'Bearer ann' };
  const bob = { authorization: 'Bearer bob' };
  let gateway: Gateway;
  let proxy: RunningNginx;
  let url: string;

  beforeAll(async () => {
    if (!tools) return;
    gateway = createGateway({
      hosts: new Map(Object.entries(hosts)),
      authenticate: (token) => (token in hosts ? { tenant: token } : undefined),
      port: 0,
      allowedHosts: ['fleet.example.com'],
      trustProxy: true,
    });
    let asked = 0;
    gateway.app.get('/cacheable', (context) => {
      context.header('cache-control', 'public, max-age=600');
      asked += 1;
      return context.text(`answer ${String(asked)}`);
    });
    gateway.app.get('/address', (context) => context.text(context.get('asker').address ?? 'unknown'));
    await gateway.listen();
    proxy = await startNginx(tools, gateway.url);
    url = proxy.url;
  });
  afterAll(async () => {
    await gateway?.close();
    await proxy?.close();
  });

  const text = async (path: string, headers: Record<string, string> = {}): Promise<string> => {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(url + path, { headers, agent: proxy.agent }, resolve).on('error', reject);
    });
    let body = '';
    for await (const part of response.setEncoding('utf8')) body += part as string;
    return body;
  };

  it('answers REST', async () => {
    const health = await ask(`${url}/health`, 'GET', { agent: proxy.agent });
    expect(health).toMatchObject({ status: 200, body: { status: 'ok' } });
    const refused = await ask(`${url}/api/v1/nothing`, 'GET', { agent: proxy.agent });
    expect(refused).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    expect(refused.headers['x-request-id']).toBeTruthy();
  });

  it('knows the address of the client, not that of the proxy or one that the client invented', async () => {
    expect(await text('/address', { 'x-forwarded-for': '203.0.113.7' })).toBe('127.0.0.1');
  });

  it('carries WebSockets', async () => {
    const client = await connectRaw(url, {
      agent: proxy.agent,
      headers: ann,
      origin: 'https://fleet.example.com',
    });
    client.send({ frame: 'subscribe', id: 's', filter: {} });
    await client.next('snapshot');
    await hosts['ann']?.append(log('over a WebSocket'));
    expect((await client.next('events')).events).toMatchObject([{ data: { message: 'over a WebSocket' } }]);
    client.socket.close();
    await client.closed;
    const foreign = await connectRaw(url, {
      agent: proxy.agent,
      headers: ann,
      origin: 'https://example.org',
    });
    expect(await foreign.closed).toEqual({ code: 4403, reason: 'FORBIDDEN_ORIGIN' });
  });

  const subscribe = async (session: string | undefined, headers: Record<string, string>): Promise<void> => {
    const answer = await ask(`${url}/api/v1/live/${session ?? ''}`, 'POST', {
      body: [{ frame: 'subscribe', id: 's', filter: {} }],
      headers,
      agent: proxy.agent,
    });
    expect(answer.status).toBe(202);
  };

  it('carries event streams: each event arrives although nothing follows it', async () => {
    const stream = await openStream(`${url}/api/v1/live/sse`, ann, proxy.agent);
    const { session } = await stream.frame('hello');
    await subscribe(session, ann);
    await stream.frame('snapshot');
    const arrived = untilSaid(stream.response, 'over an event stream');
    await hosts['ann']?.append(log('over an event stream'));
    await arrived;
    stream.close();
  });

  it('holds no event back when it compresses the stream', async () => {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { ...ann, 'accept-encoding': 'gzip' };
      get(`${url}/api/v1/live/sse`, { headers, agent: proxy.agent }, resolve).on('error', reject);
    });
    const isPacked = response.headers['content-encoding'] === 'gzip';
    const plain = isPacked ? response.pipe(createGunzip({ flush: constants.Z_SYNC_FLUSH })) : response;
    await untilSaid(plain, '"frame":"hello"');
    response.destroy();
  });

  it('carries long polls', async () => {
    const opened = await ask(`${url}/api/v1/live/poll`, 'POST', { headers: ann, agent: proxy.agent });
    const { frames, next } = opened.body as { frames: { session?: string }[]; next: number };
    const session = frames[0]?.session;
    await subscribe(session, ann);
    let after = next;
    const pollUntil = async (what: string): Promise<void> => {
      for (;;) {
        const path = `/api/v1/live/${session ?? ''}?after=${String(after)}`;
        const answer = await ask(url + path, 'GET', { headers: ann, agent: proxy.agent });
        const body = answer.body as { frames: unknown[]; next: number };
        after = body.next;
        if (JSON.stringify(body.frames).includes(what)) return;
      }
    };
    await pollUntil('"frame":"snapshot"');
    const waiting = pollUntil('over a long poll');
    await hosts['ann']?.append(log('over a long poll'));
    await waiting;
  });

  it('[SEC-37] shows nobody what was answered to somebody else', async () => {
    // What may be stored is stored: without this the test would prove nothing.
    expect(await text('/cacheable')).toBe('answer 1');
    expect(await text('/cacheable')).toBe('answer 1');
    await hosts['ann']?.append(log('for ann only'));
    const paths = ['/api/v1/live/sse', '/api/v1/runs', '/api/v1/runs/a', '/api/v1/agents', '/api/v1/tasks'];
    for (const path of paths.slice(1)) {
      await text(path, ann);
      expect(await text(path, bob)).not.toContain('for ann only');
      const again = await ask(url + path, 'GET', { headers: bob, agent: proxy.agent });
      expect(again.headers['cache-control']).toMatch(/no-store|private|no-cache/);
      expect((await ask(url + path, 'GET', { agent: proxy.agent })).status).toBe(401);
    }
    const streams = await Promise.all(
      [ann, bob].map((headers) => openStream(url + (paths[0] ?? ''), headers, proxy.agent)),
    );
    const sessions = await Promise.all(streams.map((stream) => stream.frame('hello')));
    expect(new Set(sessions.map(({ session }) => session)).size).toBe(2);
    expect(sessions[0]?.epoch).not.toBe(sessions[1]?.epoch);
    await expect(openStream(url + (paths[0] ?? ''), {}, proxy.agent)).rejects.toMatchObject({ status: 401 });
    for (const stream of streams) stream.close();
  });

  it('keeps 20 streams of one browser alive over one connection of HTTP/2', async () => {
    const session: ClientHttp2Session = connect(url, {
      ca: proxy.ca,
      servername: 'fleet.example.com',
      lookup: proxy.agent.options.lookup,
    });
    const streams = Array.from({ length: 20 }, () =>
      session.request({ ':path': '/api/v1/live/sse', ...ann }),
    );
    await Promise.all(streams.map((stream) => untilSaid(stream, '"frame":"hello"')));
    await new Promise<void>((resolve) => {
      session.once('close', resolve);
      session.destroy();
    });
  });
});
