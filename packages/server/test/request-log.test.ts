import { request } from 'node:http';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createDeferred, FleetglassError } from '@fleetglass/core';
import { createFakeHost } from '@fleetglass/core/testing';
import { createGateway } from '@fleetglass/server';
import type { Gateway, GatewayOptions } from '@fleetglass/server';
import { createServeLogger } from '../src/serve/serve-logger.js';
import { connectRaw } from './raw-client.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

type Line = Readonly<Record<string, unknown>>;

/** A gateway whose log is kept, through the very logger that `fleetglass serve` has. */
async function open(options: Partial<GatewayOptions> = {}) {
  const texts: string[] = [];
  let note = (): void => undefined;
  const logger = createServeLogger('debug', (text) => {
    texts.push(text);
    note();
    return Promise.resolve();
  });
  const gateway = createGateway({ host: createFakeHost(), port: 0, logger, ...options });
  await gateway.listen();
  cleanups.push(() => gateway.close());
  const lines = (): Line[] => texts.map((text) => JSON.parse(text) as Line);
  return {
    gateway,
    texts,
    lines,
    /** Resolves with the first line of this message. */
    async line(msg: string): Promise<Line> {
      for (;;) {
        const found = lines().find((one) => one['msg'] === msg);
        if (found) return found;
        await new Promise<void>((resolve) => (note = resolve));
      }
    },
  };
}

/** Sends what no browser would send; resolves with the status, or undefined where the server cut it off. */
function ask(gateway: Gateway, path: string, method: string, headers: Record<string, string>, body: string) {
  return new Promise<number | undefined>((resolve) => {
    try {
      const { hostname, port } = new URL(gateway.url);
      const sent = request({ hostname, port, path, method, headers, agent: false }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode));
      });
      sent.on('error', () => resolve(undefined));
      sent.end(body);
    } catch {
      // Node itself refuses to send it.
      resolve(undefined);
    }
  });
}

const TOKEN = 'fgt-a-very-secret-token';

describe('the log of a gateway', () => {
  it('has one line for each request: what was asked by pattern, the answer, how long, by whom', async () => {
    const { gateway, lines } = await open({
      authenticate: (token) => (token === TOKEN ? { tokenId: 'token_1', role: 'viewer' } : undefined),
    });
    const headers = { authorization: `Bearer ${TOKEN}` };
    const found = await fetch(`${gateway.url}/api/v1/runs/secret-run`, { headers });
    await fetch(`${gateway.url}/api/v1/runs?ticket=${TOKEN}`);
    await fetch(`${gateway.url}/nothing/${TOKEN}`);
    expect(lines()).toEqual([
      {
        level: 'info',
        time: expect.any(String) as string,
        msg: 'request',
        requestId: found.headers.get('x-request-id'),
        method: 'GET',
        route: '/api/v1/runs/:runId',
        status: 404,
        code: 'RUN_NOT_FOUND',
        ms: expect.any(Number) as number,
        tokenId: 'token_1',
      },
      expect.objectContaining({ status: 401, code: 'UNAUTHENTICATED', msg: 'request' }),
      expect.objectContaining({ status: 404, code: 'NOT_FOUND', msg: 'request' }),
    ]);
    expect(JSON.stringify(lines())).not.toMatch(/secret/);
  });

  it('tells what failed inside, without the secrets in it', async () => {
    const { gateway, line } = await open();
    gateway.app.get('/fault', () => {
      throw new Error(`cannot reach http://127.0.0.1/?a=1&token=${TOKEN}\n{"level":"fake"}`);
    });
    expect((await fetch(`${gateway.url}/fault`)).status).toBe(500);
    const { level, code, fault } = await line('request failed');
    expect({ level, code }).toEqual({ level: 'error', code: 'INTERNAL' });
    expect((fault as { message: string }).message).toContain('cannot reach');
    expect(JSON.stringify(fault)).not.toMatch(/secret|token=/);
  });

  it('tells of each live connection when it comes and why it goes', async () => {
    const { gateway, line, lines } = await open({ token: TOKEN });
    const gone = await connectRaw(gateway.url, { headers: { authorization: `Bearer ${TOKEN}` } });
    await gone.next('hello');
    gone.socket.close();
    expect(await line('live connection closed')).toMatchObject({
      connection: 1,
      transport: 'websocket',
      reason: 'the viewer went',
      ms: expect.any(Number) as number,
    });
    const refused = await connectRaw(gateway.url, { headers: { authorization: 'Bearer wrong' } });
    await refused.closed;
    expect(lines().map(({ msg, connection, reason }) => [msg, connection, reason])).toEqual([
      ['live connection opened', 1, undefined],
      ['live connection closed', 1, 'the viewer went'],
      ['live connection opened', 2, undefined],
      ['live connection closed', 2, 'UNAUTHENTICATED'],
    ]);
  });

  it('[SEC-40] has the request id of every refusal that a live connection ends with', async () => {
    const { gateway, lines, line } = await open({
      token: TOKEN,
      limits: { maxFrameBytes: 1_000 },
    });
    const headers = { authorization: `Bearer ${TOKEN}` };
    const ended = async (
      connecting: ReturnType<typeof connectRaw>,
      act: (client: Awaited<typeof connecting>) => unknown = () => undefined,
    ): Promise<unknown> => {
      const client = await connecting;
      act(client);
      const { error, id } = await client.next('error');
      expect(id).toBeUndefined();
      expect(error.timestamp).toEqual(expect.any(Number));
      await client.closed;
      return [error.code, error.requestId];
    };
    const told = [
      await ended(connectRaw(gateway.url), (client) => client.sendText('no JSON')),
      await ended(connectRaw(gateway.url, { headers: { authorization: 'Bearer wrong' } })),
      await ended(connectRaw(gateway.url, { headers }), (client) => client.sendText('no JSON')),
      await ended(connectRaw(gateway.url, { headers }), (client) => client.send({ frame: 'subscribe' })),
      await ended(connectRaw(gateway.url, { headers }), (client) => client.sendText('x'.repeat(1_500))),
    ];
    expect(told.map((one) => (one as string[])[0])).toEqual([
      'BAD_FRAME',
      'UNAUTHENTICATED',
      'BAD_FRAME',
      'BAD_FRAME',
      'FRAME_TOO_LARGE',
    ]);
    const logged = lines()
      .filter(({ msg }) => msg === 'live connection closed')
      .map(({ reason, requestId }) => [reason, requestId]);
    expect(logged).toEqual(told);
    const foreign = await connectRaw(gateway.url, { headers, origin: 'https://foreign.example' });
    await foreign.closed;
    expect(await line('upgrade refused')).toMatchObject({
      code: 'FORBIDDEN_ORIGIN',
      requestId: expect.any(String),
    });
    const large = await connectRaw(gateway.url, { headers });
    large.sendText('x'.repeat(10_000));
    const { error } = await large.next('error');
    expect(error).toMatchObject({ code: 'FRAME_TOO_LARGE', requestId: expect.stringMatching(/^request_/) });
  });

  it('[SEC-40] has what nobody foresaw, and viewers get its request id instead', async () => {
    const host = createFakeHost();
    const fail = () => Promise.reject(new Error('the disk /srv/secret is on fire'));
    const { gateway, line } = await open({
      host: { ...host, commands: { execute: fail }, log: { ...host.log, read: fail } },
    });
    const client = await connectRaw(gateway.url);
    client.send({ frame: 'command', id: 'c', command: { type: 'cancel', runId: 'a' } });
    const command = await client.next('error');
    client.send({ frame: 'read', id: 'r', filter: {}, from: 1, to: 1, limit: 1 });
    const read = await client.next('error');
    for (const { id, error } of [command, read]) {
      expect(error).toMatchObject({
        code: 'INTERNAL',
        message: 'The server failed: tell its operator the `requestId`.',
        requestId: id,
      });
    }
    expect(await line('request failed')).toMatchObject({
      requestId: 'c',
      fault: { message: 'the disk /srv/secret is on fire' },
    });
    client.socket.close();
  });

  it('[SEC-08] [SEC-24] is JSON a line and holds no token, whatever clients send', async () => {
    const { gateway, texts } = await open({ token: TOKEN });
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(
        '\r\n{"level":"fake"}',
        `?token=${TOKEN}`,
        `/ticket=${TOKEN}`,
        '\u2028',
        '%0a',
        '"',
        '\\',
      ),
    );
    const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND', 'HEAD');
    await fc.assert(
      fc.asyncProperty(
        fc.array(hostile, { maxLength: 4 }),
        method,
        hostile,
        hostile,
        async (parts, verb, header, body) => {
          const path = encodeURI(`/${parts.join('/')}?token=${TOKEN}`.replaceAll(/[\uD800-\uDFFF]/g, ''));
          await ask(gateway, path, verb, { 'user-agent': header, 'x-request-id': header }, body);
        },
      ),
      { numRuns: 150 },
    );
    const client = await connectRaw(gateway.url);
    client.sendText(`{"frame":"auth","token":"wrong?token=${TOKEN}\\n"}`);
    await client.closed;
    for (const text of texts) {
      expect(text.endsWith('\n') && text.indexOf('\n') === text.length - 1).toBe(true);
      expect(() => JSON.parse(text) as unknown).not.toThrow();
      expect(text).not.toMatch(/token=|ticket=|fgt-a-very|"fake"/);
    }
    expect(texts.length).toBeGreaterThan(50);
  });
});

describe('a log that nobody reads', () => {
  it('neither grows nor stops the gateway: lines are left out and counted', async () => {
    const reading = createDeferred<undefined>();
    const texts: string[] = [];
    const logger = createServeLogger('info', (text) => {
      texts.push(text);
      return reading.promise;
    });
    const filler = 'x'.repeat(64 * 1024);
    for (let i = 0; i < 100; i += 1) logger.info({ filler }, 'request');
    expect(texts.length).toBeLessThan(80);
    const written = texts.length;
    reading.resolve(undefined);
    await new Promise((resolve) => setImmediate(resolve));
    expect(JSON.parse(texts.at(-1) ?? '')).toMatchObject({ level: 'warn', lines: 100 - written });
  });
});

describe('meters', () => {
  it('count requests, refusals and commands, and tell how long the log is', async () => {
    const host = createFakeHost();
    const execute = () => Promise.reject(new FleetglassError('RUN_NOT_FOUND', 'There is no such run.'));
    const { gateway } = await open({ host: { ...host, commands: { execute } } });
    await host.append({ type: 'log.written', runId: 'a', data: { level: 'info', message: 'one' } });
    await fetch(`${gateway.url}/api/v1/runs/b`);
    await fetch(`${gateway.url}/api/v1/runs/b/cancel`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    const text = await gateway.registry.metrics();
    expect(text).toContain('fleetglass_refused_total{code="RUN_NOT_FOUND"} 2');
    expect(text).toContain('fleetglass_commands_total{outcome="RUN_NOT_FOUND"} 1');
    expect(text).toContain('fleetglass_log_head 1');
    expect(text).toContain('fleetglass_buffered_bytes 0');
    expect(text).toMatch(
      /fleetglass_http_request_seconds_count\{route="\/api\/v1\/runs\/:runId",method="GET",status="404"\} 1/,
    );
  });
});
