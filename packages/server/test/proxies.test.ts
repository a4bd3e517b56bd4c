import { createFakeHost } from '@fleetglass/core/testing';
import type { FakeHost } from '@fleetglass/core/testing';
import { createGateway } from '@fleetglass/server';
import type { Gateway } from '@fleetglass/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, openStream } from './http-client.js';
import { PLAIN_PROXIES } from './proxies.js';
import { freePort } from './proxy-process.js';
import { connectRaw } from './raw-client.js';

const log = (message: string) =>
  ({ type: 'log.written', runId: 'a', data: { level: 'info', message } }) as const;
const bearer = { authorization: 'Bearer secret' };
/** Signs of life that are waited for: more than a silent connection would live to see. */
const BEATS = 10;
const HEARTBEAT_MS = 1_000;

describe.each(PLAIN_PROXIES)('behind $name', ({ name, program, start }) => {
  if (program === undefined) console.warn(`\n${name} is missing: the tests behind it are skipped.\n`);
  let host: FakeHost;
  let gateway: Gateway;
  let end: (() => Promise<void>) | undefined;
  let url: string;

  beforeAll(async () => {
    if (program === undefined) return;
    const port = await freePort();
    url = `http://127.0.0.1:${String(port)}`;
    host = createFakeHost();
    gateway = createGateway({
      host,
      port: 0,
      token: 'secret',
      heartbeatMs: HEARTBEAT_MS,
      allowedHosts: [new URL(url).host],
      trustProxy: true,
    });
    gateway.app.get('/address', (context) => context.json(context.get('asker').address ?? 'unknown'));
    await gateway.listen();
    end = await start(program, port, new URL(gateway.url));
  });
  afterAll(async () => {
    await gateway?.close();
    await end?.();
  });

  it.skipIf(!program)('answers REST, and knows the address of the client', async () => {
    expect(await ask(`${url}/health`, 'GET')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await ask(`${url}/api/v1/runs`, 'GET')).toMatchObject({ status: 401 });
    const { body } = await ask(`${url}/address`, 'GET', { headers: bearer });
    expect(body).toBe('127.0.0.1');
  });

  it.skipIf(!program)('carries WebSockets, also while nothing happens', async () => {
    const client = await connectRaw(url, { headers: bearer });
    client.send({ frame: 'subscribe', id: 's', filter: {} });
    await client.next('snapshot');
    for (let beat = 0; beat < BEATS; beat += 1) await client.next('heartbeat');
    await host.append(log('after a pause'));
    expect((await client.next('events')).events).toMatchObject([{ data: { message: 'after a pause' } }]);
    client.socket.close();
    await client.closed;
  });

  it.skipIf(!program)(
    'carries event streams, also while nothing happens, and holds no event back to compress it',
    async () => {
      const headers = { ...bearer, 'accept-encoding': 'gzip' };
      const stream = await openStream(`${url}/api/v1/live/sse`, headers);
      expect(stream.response.headers['content-encoding']).toBeUndefined();
      const { session } = await stream.frame('hello');
      const path = `${url}/api/v1/live/${session ?? ''}`;
      const body = [{ frame: 'subscribe', id: 's', filter: {} }];
      expect(await ask(path, 'POST', { body, headers: bearer })).toMatchObject({ status: 202 });
      await stream.frame('snapshot');
      for (let beat = 0; beat < BEATS; beat += 1) await stream.frame('heartbeat');
      await host.append(log('after a pause'));
      expect((await stream.frame('events')).events).toMatchObject([{ data: { message: 'after a pause' } }]);
      stream.close();
    },
  );

  it.skipIf(!program)('carries long polls', async () => {
    const opened = await ask(`${url}/api/v1/live/poll`, 'POST', { headers: bearer });
    const { frames, next } = opened.body as { frames: { session?: string }[]; next: number };
    const path = `${url}/api/v1/live/${frames[0]?.session ?? ''}`;
    const body = [{ frame: 'subscribe', id: 's', filter: {} }];
    expect(await ask(path, 'POST', { body, headers: bearer })).toMatchObject({ status: 202 });
    let after = next;
    const pollUntil = async (what: string): Promise<void> => {
      for (;;) {
        const answer = await ask(`${path}?after=${String(after)}`, 'GET', { headers: bearer });
        expect(answer.status).toBe(200);
        const polled = answer.body as { frames: unknown[]; next: number };
        after = polled.next;
        if (JSON.stringify(polled.frames).includes(what)) return;
      }
    };
    await pollUntil('"frame":"snapshot"');
    const waiting = pollUntil('over a long poll');
    await host.append(log('over a long poll'));
    await waiting;
  });
});
