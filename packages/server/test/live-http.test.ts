import { afterEach, describe, expect, it } from 'vitest';
import { createFakeHost } from '@fleetglass/core/testing';
import { encodeCursor } from '@fleetglass/core/protocol';
import type { ServerFrame } from '@fleetglass/core/protocol';
import { createGateway } from '@fleetglass/server';
import type { GatewayOptions } from '@fleetglass/server';
import { ask, openStream } from './http-client.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const log = (message: string) =>
  ({ type: 'log.written', runId: 'a', data: { level: 'info', message } }) as const;

async function open(options: Partial<GatewayOptions> = {}) {
  const host = createFakeHost();
  const gateway = createGateway({ host, port: 0, ...options });
  await gateway.listen();
  cleanups.push(() => gateway.close());
  return { host, gateway, live: `${gateway.url}/api/v1/live` };
}

const subscribe = (epoch: string, id = 's') => ({
  frame: 'subscribe',
  id,
  filter: {},
  cursor: encodeCursor({ epoch, seq: 0 }),
});

describe('live over an event stream', () => {
  it('carries the same frames; client frames are posted to its session', async () => {
    const { host, live } = await open();
    const stream = await openStream(`${live}/sse`);
    const hello = await stream.frame('hello');
    expect(hello.session).toMatch(/^[\w-]{22,}$/);
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    expect(stream.response.headers['x-request-id']).toMatch(/^request_/);
    const posted = await ask(`${live}/${hello.session}`, 'POST', { body: [subscribe(hello.epoch)] });
    expect(posted).toMatchObject({ status: 202, body: undefined });
    await stream.frame('subscribed');
    await host.append(log('one'), log('two\r\nlines \u2028 ü'));
    const frame = await stream.frame('events');
    expect(frame.events).toEqual((await host.log.read({ from: 1 })).events);
    const command = { frame: 'command', id: 'c', command: { type: 'pause', runId: 'a' } };
    await ask(`${live}/${hello.session}`, 'POST', { body: [command, command] });
    expect(await stream.frame('ack')).toEqual({ frame: 'ack', id: 'c' });
    stream.close();
  });

  it('ends with its stream', async () => {
    const { live } = await open();
    const stream = await openStream(`${live}/sse`);
    const { session } = await stream.frame('hello');
    stream.close();
    for (;;) {
      const { status, body } = await ask(`${live}/${session}`, 'POST', { body: [{ frame: 'pong' }] });
      if (status === 202) continue;
      expect({ status, body }).toMatchObject({ status: 404, body: { code: 'SESSION_NOT_FOUND' } });
      break;
    }
  });

  it('takes no more in one request than four of the largest frames', async () => {
    const { live } = await open({ limits: { maxFrameBytes: 1_000 } });
    const stream = await openStream(`${live}/sse`);
    const { session } = await stream.frame('hello');
    const post = (length: number, headers = {}) =>
      ask(`${live}/${session}`, 'POST', { body: [{ frame: 'pong', padding: 'x'.repeat(length) }], headers });
    for (const headers of [{}, { 'transfer-encoding': 'chunked' }])
      expect(await post(4_000, headers)).toMatchObject({ status: 413, body: { code: 'FRAME_TOO_LARGE' } });
    expect(await post(900)).toMatchObject({ status: 202 });
    stream.close();
  });

  it('is told when to come back when the gateway closes', async () => {
    const { live, gateway } = await open();
    const stream = await openStream(`${live}/sse`);
    await stream.frame('hello');
    await gateway.close();
    const { error } = await stream.frame('error');
    expect(error).toMatchObject({ code: 'SHUTTING_DOWN' });
    expect(error.details?.['retryAfterMs']).toBeGreaterThanOrEqual(0);
    await stream.closed;
  });

  it('belongs to whom opened it', async () => {
    const { live } = await open({
      authenticate: (token) => (token.length === 3 ? { actor: { id: token } } : undefined),
    });
    await expect(openStream(`${live}/sse`)).rejects.toMatchObject({ status: 401 });
    const headers = { authorization: 'Bearer ann' };
    const stream = await openStream(`${live}/sse`, headers);
    const { session } = await stream.frame('hello');
    const post = (token: string) =>
      ask(`${live}/${session}`, 'POST', {
        body: [{ frame: 'pong' }],
        headers: { authorization: `Bearer ${token}` },
      });
    expect(await post('bob')).toMatchObject({ status: 404, body: { code: 'SESSION_NOT_FOUND' } });
    expect(await post('ann')).toMatchObject({ status: 202 });
    stream.close();
  });
});

type Answer = { readonly frames: readonly ServerFrame[]; readonly next: number };

describe('live by long polling', () => {
  it('keeps frames until they are acknowledged, and answers a repeated request the same', async () => {
    const { host, live } = await open();
    const opened = await ask(`${live}/poll`, 'POST');
    const { frames, next } = opened.body as Answer;
    expect(frames).toMatchObject([{ frame: 'hello' }]);
    expect(next).toBe(1);
    const [hello] = frames as [Extract<ServerFrame, { frame: 'hello' }>];
    const session = `${live}/${hello.session}`;
    await host.append(log('one'));
    await ask(session, 'POST', { body: [subscribe(hello.epoch)] });
    const seen: ServerFrame[] = [];
    let after = 1;
    while (!seen.some(({ frame }) => frame === 'events')) {
      const once = await ask(`${session}?after=${after}`, 'GET');
      const again = await ask(`${session}?after=${after}`, 'GET');
      const [first, second] = [once.body as Answer, again.body as Answer];
      expect(second.frames.slice(0, first.frames.length)).toEqual(first.frames);
      expect(second.next).toBe(after + second.frames.length);
      seen.push(...second.frames);
      after = second.next;
    }
    expect(seen.map(({ frame }) => frame)).toEqual(['subscribed', 'events']);
    const waiting = ask(`${session}?after=${after}`, 'GET');
    await host.append(log('two'));
    expect(((await waiting).body as Answer).frames).toMatchObject([{ frame: 'events', from: 2, to: 2 }]);
    expect(await ask(session, 'DELETE')).toMatchObject({ status: 204 });
    expect(await ask(`${session}?after=${after}`, 'GET')).toMatchObject({ status: 404 });
  });
});
