import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { createMemoryStore } from '@fleetglass/core';
import { createFakeHost } from '@fleetglass/core/testing';
import type { FakeHost } from '@fleetglass/core/testing';
import { createGatewayHandler } from '@fleetglass/server';
import type { GatewayHandler, GatewayHandlerOptions } from '@fleetglass/server';
import { acceptUpgrades, toExpress, toNext, toNodeListener } from '@fleetglass/server/adapters';
import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { APPLICATIONS, listening } from './mounted/applications.js';
import type { Application } from './mounted/applications.js';
import { BASE, OWN_ANSWER } from './mounted/paths.js';
import { connectRaw } from './raw-client.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Mounted {
  readonly origin: string;
  /** Address of the gateway. */
  readonly url: string;
  readonly handler: GatewayHandler;
  readonly host: FakeHost;
}

type Mount = (options?: Partial<GatewayHandlerOptions>) => Promise<Mounted>;

const mountIn =
  (serve: Application): Mount =>
  async (options = {}) => {
    const host = createFakeHost();
    const handler = createGatewayHandler({ host, basePath: BASE, ...options });
    cleanups.push(() => handler.close());
    addSlowRoute(handler);
    const { origin, close } = await serve(handler);
    cleanups.push(close);
    return { origin, url: `${origin}${BASE}`, handler, host };
  };

interface SlowStream {
  send(text: string): void;
  end(): void;
  readonly cancelled: Promise<void>;
}

const slowStreams = new WeakMap<GatewayHandler, SlowStream>();

/** A route whose answer grows only as the test says. */
function addSlowRoute(handler: GatewayHandler): void {
  handler.app.get('/api/v1/slow', () => {
    const encoder = new TextEncoder();
    let cancel: () => void;
    const cancelled = new Promise<void>((resolve) => (cancel = resolve));
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(encoder.encode('first '));
        slowStreams.set(handler, {
          send: (text) => controller.enqueue(encoder.encode(text)),
          end: () => controller.close(),
          cancelled,
        });
      },
      cancel: () => cancel(),
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  });
}

function slowStream(handler: GatewayHandler): SlowStream {
  const stream = slowStreams.get(handler);
  if (!stream) throw new Error('The route was not asked.');
  return stream;
}

/** A plain request with any headers, and the status of its answer. */
const statusWith = (url: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    })
      .on('error', reject)
      .end();
  });

const codeIn = async (response: Response): Promise<unknown> =>
  ((await response.json()) as { code?: unknown }).code;

const span = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), name: 'x', startTimeUnixNano: '1' };
const traces = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
const postTraces = (url: string, body: string): Promise<Response> =>
  fetch(`${url}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

describe.each(Object.entries(APPLICATIONS))('mounted in %s', (_name, serve) => {
  const mount = mountIn(serve);

  it('answers below its path only', async () => {
    const { origin, url } = await mount();
    const health = await fetch(`${url}/health`);
    expect(health.status).toBe(200);
    expect(await health.json()).toEqual({ status: 'ok' });
    expect(health.headers.get('x-request-id')).toBeTruthy();
    expect(await (await fetch(`${origin}/own`)).text()).toBe(OWN_ANSWER);
    for (const path of ['/health', '/fleetx/health', '/'])
      expect((await fetch(origin + path)).status).toBe(404);
    const nothing = await fetch(`${url}/api/v1/nothing?x=1`);
    expect(nothing.status).toBe(404);
    expect(await codeIn(nothing)).toBe('NOT_FOUND');
  });

  it('serves the web page below its path, with links that stay there', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'fleetglass-page-'));
    cleanups.push(() => rmSync(directory, { recursive: true }));
    writeFileSync(join(directory, 'index.html'), '<script src="./a.js"></script>');
    writeFileSync(join(directory, 'a.js'), 'let a');
    const { origin, url } = await mount({ static: { directory } });
    const page = await fetch(url);
    expect(page.url).toBe(`${url}/`);
    expect(await page.text()).toContain('./a.js');
    expect(await (await fetch(new URL('./a.js', page.url))).text()).toBe('let a');
    expect((await fetch(`${origin}/a.js`)).status).toBe(404);
  });

  it('takes WebSockets below its path, and no others', async () => {
    const { origin, url, host } = await mount();
    const client = await connectRaw(url);
    await client.next('hello');
    client.send({ frame: 'subscribe', id: 's', filter: {} });
    await client.next('snapshot');
    await host.append({ type: 'log.written', runId: 'a', data: { level: 'info', message: 'seen' } });
    expect((await client.next('events')).events).toMatchObject([{ data: { message: 'seen' } }]);
    await expect(connectRaw(origin)).rejects.toThrow();
    await expect(connectRaw(`${url}/deeper`)).rejects.toMatchObject({ status: 404 });
    client.socket.close();
    await client.closed;
  });

  it('sends what a stream has before it has more', async () => {
    const { url, handler } = await mount();
    const { body } = await fetch(`${url}/api/v1/slow`);
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe('first ');
    slowStream(handler).send('second');
    expect((await reader?.read())?.value).toBe('second');
    slowStream(handler).end();
    expect((await reader?.read())?.done).toBe(true);
  });

  it('ends a stream whose reader went away', async () => {
    const { url, handler } = await mount();
    const abort = new AbortController();
    const { body } = await fetch(`${url}/api/v1/slow`, { signal: abort.signal });
    await body?.getReader().read();
    abort.abort();
    await slowStream(handler).cancelled;
  });

  it('reads bodies itself, up to its own limit', async () => {
    const { url } = await mount({
      traces: { store: createMemoryStore() },
      limits: { maxTraceBytes: traces.length },
    });
    expect((await postTraces(url, traces)).status).toBe(200);
    expect((await postTraces(url, `${traces} `)).status).toBe(413);
  });

  it('refuses foreign hosts and pages', async () => {
    const { url } = await mount();
    expect(await statusWith(`${url}/health`, { host: 'rebound.example:80' })).toBe(421);
    expect(await statusWith(`${url}/health`, { host: 'localhost.example' })).toBe(421);
    expect(await statusWith(`${url}/health`, { host: 'localhost:1' })).toBe(200);
    await expect(connectRaw(url, { headers: { host: 'rebound.example' } })).rejects.toMatchObject({
      status: 421,
    });
    const page = await connectRaw(url, { origin: 'http://localhost:1' });
    expect(await page.closed).toEqual({ code: 4403, reason: 'FORBIDDEN_ORIGIN' });
    const own = await connectRaw(url, { origin: new URL(url).origin });
    await own.next('hello');
    own.socket.close();
  });

  it('is reached under the names that it was given, and no others', async () => {
    const { url } = await mount({ allowedHosts: ['fleet.example.com'] });
    expect(await statusWith(`${url}/health`, { host: 'fleet.example.com' })).toBe(200);
    expect(await statusWith(`${url}/health`, {})).toBe(421);
  });

  it('believes a proxy only where it is told to', async () => {
    const forwarded = { 'x-forwarded-host': 'fleet.example.com', 'x-forwarded-for': '203.0.113.7' };
    const distrusting = await mount({ allowedHosts: ['fleet.example.com'], token: 't' });
    expect(await statusWith(`${distrusting.url}/health`, forwarded)).toBe(421);
    const trusting = await mount({ allowedHosts: ['fleet.example.com'], token: 't', trustProxy: true });
    expect(await statusWith(`${trusting.url}/health`, forwarded)).toBe(200);
    expect(
      await statusWith(`${trusting.url}/health`, {
        ...forwarded,
        'x-forwarded-host': 'fleet.example.com, rebound.example',
      }),
    ).toBe(421);
  });

  it('serves no other machine without a token', async () => {
    const { url } = await mount({ trustProxy: true });
    const far = { 'x-forwarded-for': '127.0.0.1, 203.0.113.7' };
    expect(await statusWith(`${url}/health`, far)).toBe(401);
    await expect(connectRaw(url, { headers: far })).rejects.toMatchObject({ status: 401 });
  });

  it('tells its viewers when it closes', async () => {
    const { url, handler } = await mount();
    const client = await connectRaw(url);
    await client.next('hello');
    await handler.close();
    expect((await client.next('error')).error.code).toBe('SHUTTING_DOWN');
    await client.closed;
    expect((await fetch(`${url}/ready`)).status).toBe(503);
    await expect(connectRaw(url)).rejects.toMatchObject({ status: 503 });
  });
});

describe('an Express application that reads bodies first', () => {
  it('is told so', async () => {
    const handler = createGatewayHandler({ host: createFakeHost(), basePath: BASE });
    const app = express();
    app.use(express.json());
    app.use(toExpress(handler));
    app.use((error: Error, _request: unknown, response: express.Response, _next: unknown) => {
      response.status(500).send(error.message);
    });
    const { origin, close } = await listening(createServer(app));
    cleanups.push(close);
    const answer = await postTraces(`${origin}${BASE}`, traces);
    expect(await answer.text()).toContain('before `express.json()`');
  });
});

describe('a server with two gateways and WebSockets of its own', () => {
  it('gives each what belongs to it', async () => {
    const server = createServer();
    const hosts = ['/one', '/two'].map((basePath) => {
      const host = createFakeHost();
      acceptUpgrades(server, createGatewayHandler({ host, basePath }));
      return host;
    });
    const { origin, close } = await listening(server);
    cleanups.push(close);
    for (const [index, path] of ['/one', '/two'].entries()) {
      const client = await connectRaw(origin + path);
      expect((await client.next('hello')).epoch).toBe(hosts[index]?.log.epoch);
      client.socket.close();
      await client.closed;
    }
  });
});

describe('a gateway at / beside WebSockets of the application', () => {
  it('takes its live address and the rooms, and leaves every other path alone', async () => {
    const server = createServer();
    acceptUpgrades(server, createGatewayHandler({ host: createFakeHost() }));
    const left: (string | undefined)[] = [];
    server.on('upgrade', (upgrade, socket) => {
      if (/^\/(?:api\/v1\/live|ws|ws\/fleet|ws\/agents\/a)$/.test(upgrade.url ?? '')) return;
      left.push(upgrade.url);
      socket.end('HTTP/1.1 418 Teapot\r\n\r\n');
    });
    const { origin, close } = await listening(server);
    cleanups.push(close);
    for (const path of ['/api/v1/live', '/ws', '/ws/fleet', '/ws/agents/a']) {
      const client = await connectRaw(origin, { path });
      await client.next('hello');
      client.socket.close();
      await client.closed;
    }
    const others = ['/chat', '/wss', '/ws/chat', '/ws/agents/a/b', '/api/v1/live/x'];
    for (const path of others)
      await expect(connectRaw(origin, { path })).rejects.toMatchObject({ status: 418 });
    expect(left).toEqual(others);
  });
});

describe('a process in which Hono has replaced `Response`', () => {
  const before = { Request: globalThis.Request, Response: globalThis.Response };
  afterEach(() => {
    for (const [name, value] of Object.entries(before)) Object.defineProperty(globalThis, name, { value });
  });

  it('streams through node:http all the same', async () => {
    getRequestListener(() => new Response());
    expect(globalThis.Response).not.toBe(before.Response);
    const host = createFakeHost();
    const handler = createGatewayHandler({ host, basePath: BASE });
    cleanups.push(() => handler.close());
    const faults: unknown[] = [];
    const answer = toNodeListener(handler);
    const { origin, close } = await listening(
      createServer((incoming, response) => {
        response.on('error', (error) => faults.push(error));
        answer(incoming, response);
      }),
    );
    cleanups.push(close);
    const { body } = await fetch(`${origin}${BASE}/api/v1/events`);
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe(': welcome\n\n');
    await host.append({ type: 'log.written', runId: 'a', data: { level: 'info', message: 'seen' } });
    expect((await reader?.read())?.value).toContain('"seen"');
    expect(faults).toEqual([]);
    await reader?.cancel();
  });
});

describe('route handlers of Next.js', () => {
  const open = (options: Partial<GatewayHandlerOptions> = {}) => {
    const handler = createGatewayHandler({
      host: createFakeHost(),
      token: 'secret',
      basePath: BASE,
      ...options,
    });
    addSlowRoute(handler);
    return { handler, routes: toNext(handler) };
  };
  const authorization = 'Bearer secret';

  it('answer web requests', async () => {
    const { routes } = open();
    expect((await routes.GET(new Request(`http://localhost:3000${BASE}/health`))).status).toBe(200);
    const foreign = new Request(`http://localhost:3000${BASE}/health`, {
      headers: { host: 'rebound.example' },
    });
    expect((await routes.GET(foreign)).status).toBe(421);
    const head = await routes.HEAD(new Request(`http://localhost:3000${BASE}/health`, { method: 'HEAD' }));
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
  });

  it('stream, and end with their reader', async () => {
    const { handler, routes } = open();
    const { body } = await routes.GET(
      new Request(`http://localhost:3000${BASE}/api/v1/slow`, { headers: { authorization } }),
    );
    const reader = body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('first ');
    await reader?.cancel();
    await slowStream(handler).cancelled;
  });

  it('serve nobody without a token, since they know not who asks', async () => {
    const handler = createGatewayHandler({ host: createFakeHost(), basePath: BASE });
    const answer = await toNext(handler).GET(new Request(`http://localhost:3000${BASE}/health`));
    expect(answer.status).toBe(401);
  });
});

describe('a path prefix', () => {
  it.each(['fleet', '/a b', '/a//b', '/a?b', '/%61'])('of %s is none', (basePath) => {
    expect(() => createGatewayHandler({ host: createFakeHost(), basePath })).toThrow(/is a path such as/);
  });

  it.each(['', '/', '/a', '/a/', '/a/b.c-d_e~f'])('may be %s', (basePath) => {
    const handler = createGatewayHandler({ host: createFakeHost(), basePath });
    expect(handler.basePath).toBe(basePath.replace(/\/$/, ''));
  });
});
