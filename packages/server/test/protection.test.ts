import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { GatewayOptions } from '@fleetglass/server';
import { openStream } from './http-client.js';
import { connectRaw } from './raw-client.js';
import { openTokenGateway } from './token-gateway.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A gateway that asks for no token. */
const open = (options: Partial<GatewayOptions> = {}) =>
  openTokenGateway(cleanups, { ...options, asksTokens: false });

async function openWithTokens(options: Partial<GatewayOptions> = {}) {
  const opened = await openTokenGateway(cleanups, options);
  const { token } = await opened.issue();
  return { ...opened, bearer: { authorization: `Bearer ${token}` } };
}

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

function ask(
  url: string,
  headers: Record<string, string> = {},
  method = 'GET',
  body?: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers, method, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const codeIn = ({ body }: Answer): unknown => (JSON.parse(body) as { code?: unknown }).code;

/** As a client elsewhere that a proxy on this machine passed on. */
const STRANGER = { 'x-forwarded-for': '203.0.113.7' };

describe('tickets', () => {
  const ticketFor = async (url: string, headers: Record<string, string>): Promise<string> => {
    const answer = await ask(`${url}/api/v1/tickets`, headers, 'POST');
    expect(answer.status).toBe(201);
    return (JSON.parse(answer.body) as { ticket: string }).ticket;
  };

  it('[SEC-08] open one stream, once, in the name of who asked', async () => {
    const { gateway, bearer } = await openWithTokens();
    const ticket = await ticketFor(gateway.url, bearer);
    const stream = await openStream(`${gateway.url}/api/v1/live/sse?ticket=${ticket}`);
    await stream.frame('hello');
    expect((await ask(`${gateway.url}/api/v1/live/sse?ticket=${ticket}`)).status).toBe(401);
    stream.close();
  });

  it('[SEC-08] open one WebSocket, once', async () => {
    const { gateway, bearer } = await openWithTokens();
    const path = `/api/v1/live?ticket=${await ticketFor(gateway.url, bearer)}`;
    const client = await connectRaw(gateway.url, { path });
    await client.next('hello');
    const again = await connectRaw(gateway.url, { path });
    expect(await again.closed).toEqual({ code: 4401, reason: 'UNAUTHENTICATED' });
    expect(again.frames.map(({ frame }) => frame)).toEqual(['error']);
    client.socket.close();
  });

  it('[SEC-08] end after 30 seconds, and with their token', async () => {
    const { gateway, clock, tokens, bearer } = await openWithTokens();
    const ticket = await ticketFor(gateway.url, bearer);
    await clock.advance(30_000);
    expect((await ask(`${gateway.url}/api/v1/live/sse?ticket=${ticket}`)).status).toBe(401);
    const { token } = await tokens.create({ name: 'x', role: 'viewer', expiresAt: clock.now() + 1_000 });
    const short = await ticketFor(gateway.url, { authorization: `Bearer ${token}` });
    await clock.advance(1_000);
    expect((await ask(`${gateway.url}/api/v1/live/sse?ticket=${short}`)).status).toBe(401);
  });

  it('open nothing but streams, and are not made without a token', async () => {
    const { gateway, bearer } = await openWithTokens();
    const ticket = await ticketFor(gateway.url, bearer);
    expect((await ask(`${gateway.url}/api/v1/runs?ticket=${ticket}`)).status).toBe(401);
    expect((await ask(`${gateway.url}/api/v1/tickets?ticket=${ticket}`, {}, 'POST')).status).toBe(401);
    expect((await ask(`${gateway.url}/api/v1/tickets`, {}, 'POST')).status).toBe(401);
  });
});

describe('pages of other origins', () => {
  const app = 'https://app.example.com';

  it('[SEC-03] may read answers where they are listed, each by its name; never all', async () => {
    const { gateway, bearer } = await openWithTokens({ allowedOrigins: [app] });
    const answer = await ask(`${gateway.url}/api/v1/runs`, { ...bearer, origin: app });
    expect(answer.status).toBe(200);
    expect(answer.headers['access-control-allow-origin']).toBe(app);
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
    expect(answer.headers['vary']).toContain('origin');
    const plain = await ask(`${gateway.url}/api/v1/runs`, bearer);
    expect(plain.headers['access-control-allow-origin']).toBeUndefined();
    expect(plain.headers['vary']).toContain('origin');
    const preflight = { 'access-control-request-method': 'POST' };
    const allowed = await ask(`${gateway.url}/api/v1/runs`, { ...preflight, origin: app }, 'OPTIONS');
    expect([allowed.status, allowed.headers['access-control-allow-origin']]).toEqual([204, app]);
    for (const origin of [
      'null',
      'https://evil.com',
      `${app}.evil.com`,
      'http://app.example.com',
      `${app}/`,
    ]) {
      const refused = await ask(`${gateway.url}/api/v1/runs`, { ...preflight, origin }, 'OPTIONS');
      expect([refused.status, codeIn(refused)]).toEqual([403, 'FORBIDDEN_ORIGIN']);
      const read = await ask(`${gateway.url}/api/v1/runs`, { ...bearer, origin });
      expect([read.status, codeIn(read)]).toEqual([403, 'FORBIDDEN_ORIGIN']);
      for (const { headers } of [refused, read])
        expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('[SEC-03] get no answer of the API by default, however they ask', async () => {
    const { gateway } = await open();
    for (const headers of [
      { origin: 'https://evil.com' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate' },
    ] as Record<string, string>[]) {
      for (const path of ['/api/v1/runs', '/api/v1/live/sse', '/api/v1/events', '/v1/traces', '/metrics']) {
        const answer = await ask(gateway.url + path, headers);
        expect([path, answer.status, codeIn(answer)]).toEqual([path, 403, 'FORBIDDEN_ORIGIN']);
      }
    }
    expect((await ask(`${gateway.url}/api/v1/runs`, { 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await ask(`${gateway.url}/api/v1/runs`, { 'sec-fetch-site': 'none' })).status).toBe(200);
  });

  it('[SEC-04] change nothing by a form or a request without a preflight', async () => {
    const { gateway, host } = await open();
    await host.append({ type: 'run.created', runId: 'a', data: { name: 'a' } });
    const cancel = `${gateway.url}/api/v1/runs/a/cancel`;
    const own = new URL(gateway.url).origin;
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      for (const origin of [own, 'https://evil.com', 'null'])
        expect((await ask(cancel, { origin, 'content-type': type }, 'POST', '{}')).status).toBeGreaterThan(
          400,
        );
    expect((await ask(cancel, { origin: 'https://evil.com' }, 'POST')).status).toBe(403);
    expect((await ask(cancel, { 'sec-fetch-site': 'cross-site' }, 'POST')).status).toBe(403);
    expect(host.received).toEqual([]);
    expect(
      (await ask(cancel, { origin: own, 'content-type': 'application/json' }, 'POST', '{}')).status,
    ).toBeLessThan(300);
    expect(host.received).toHaveLength(1);
  });
});

describe('rates', () => {
  it('[SEC-19] of an address without a token end in RATE_LIMITED, also for guesses; others go on', async () => {
    const { gateway, bearer } = await openWithTokens({
      rateLimits: { requestsPerAddress: 3, exemptLoopback: true },
      trustProxy: true,
    });
    const url = `${gateway.url}/api/v1/runs`;
    const statuses: number[] = [];
    for (let i = 0; i < 5; i += 1)
      statuses.push((await ask(url, { ...STRANGER, authorization: `Bearer guess${String(i)}` })).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    const refused = await ask(url, STRANGER);
    expect(codeIn(refused)).toBe('RATE_LIMITED');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask(url, { ...STRANGER, ...bearer })).status).toBe(200);
    expect((await ask(url, { 'x-forwarded-for': '203.0.113.8' })).status).toBe(401);
    for (let i = 0; i < 5; i += 1) expect((await ask(url)).status).toBe(401);
    expect((await ask(`${gateway.url}/health`, STRANGER)).status).toBe(200);
  });

  it('[SEC-19] of a token end in RATE_LIMITED, whatever address it is used from', async () => {
    const { gateway, bearer } = await openWithTokens({
      rateLimits: { requestsPerToken: 2, exemptLoopback: false },
    });
    const url = `${gateway.url}/api/v1/runs`;
    const statuses = [];
    for (const address of ['a', 'b', 'c'])
      statuses.push((await ask(url, { ...bearer, 'x-forwarded-for': address })).status);
    expect(statuses).toEqual([200, 200, 429]);
  });

  it('[SEC-19] of new connections: newcomers are told when to come again, nobody is put out', async () => {
    const { gateway, clock, bearer } = await openWithTokens({
      rateLimits: { newConnectionsPerSecond: 2, exemptLoopback: false },
    });
    const connect = () => connectRaw(gateway.url, { headers: bearer });
    const first = await connect();
    const second = await connect();
    await Promise.all([first.next('hello'), second.next('hello')]);
    const early = await connect();
    expect((await early.next('error')).error).toMatchObject({
      code: 'SHUTTING_DOWN',
      message: 'Too many connect at the same time; try again in a moment.',
      details: { retryAfterMs: 1_000 },
      requestId: expect.any(String) as unknown,
    });
    expect(await early.closed).toEqual({ code: 4503, reason: 'SHUTTING_DOWN' });
    const refused = await ask(`${gateway.url}/api/v1/live/sse`, bearer);
    expect([refused.status, codeIn(refused)]).toEqual([503, 'SHUTTING_DOWN']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    await clock.advance(999);
    expect((await (await connect()).next('error')).error.details?.['retryAfterMs']).toBeGreaterThan(1);
    await clock.advance(1);
    const third = await connect();
    await third.next('hello');
    for (const { socket } of [first, second, third]) {
      expect(socket.readyState).toBe(socket.OPEN);
      socket.close();
    }
  });

  it('[SEC-19] of open connections of one address', async () => {
    const { gateway, bearer } = await openWithTokens({
      limits: { maxConnectionsPerAddress: 1 },
      trustProxy: true,
    });
    const from = (address: string) =>
      connectRaw(gateway.url, { headers: { ...bearer, 'x-forwarded-for': address } });
    const first = await from('2001:db8::1');
    await first.next('hello');
    const second = await from('2001:db8::2');
    expect(await second.closed).toEqual({ code: 4429, reason: 'RATE_LIMITED' });
    expect((await second.next('error')).error.message).toContain('close some');
    const other = await from('2001:db8:0:1::1');
    await other.next('hello');
    first.socket.terminate();
    await first.closed;
    const again = await from('2001:db8::3');
    await again.next('hello');
    [other, again].forEach(({ socket }) => socket.close());
  });

  it('[SEC-02] do not let a proxy on this machine make strangers local', async () => {
    const { gateway } = await open();
    const answer = await ask(`${gateway.url}/api/v1/runs`, STRANGER);
    expect([answer.status, codeIn(answer)]).toEqual([401, 'UNAUTHENTICATED']);
    await expect(connectRaw(gateway.url, { headers: STRANGER })).rejects.toMatchObject({ status: 401 });
  });
});
