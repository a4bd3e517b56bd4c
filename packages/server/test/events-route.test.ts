import { afterEach, describe, expect, it } from 'vitest';
import { createFakeHost, createSimulatedClock } from '@fleetglass/core/testing';
import { createMemoryStore } from '@fleetglass/core';
import { encodeCursor } from '@fleetglass/core/protocol';
import { createGateway, createGatewayHandler } from '@fleetglass/server';
import type { GatewayOptions } from '@fleetglass/server';
import { ask, openStream } from './http-client.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const log = (runId: string, message: string) =>
  ({ type: 'log.written', runId, data: { level: 'info', message } }) as const;

async function open(options: Partial<GatewayOptions> = {}, host = createFakeHost()) {
  const gateway = createGateway({ host, port: 0, ...options });
  await gateway.listen();
  cleanups.push(() => gateway.close());
  return { host, gateway, events: `${gateway.url}/api/v1/events` };
}

describe('the plain event stream', () => {
  it('begins at the head, and goes on after Last-Event-ID', async () => {
    const { host, events } = await open();
    await host.append(log('a', 'before'));
    const stream = await openStream(events);
    await host.append(log('a', 'one'), log('a', 'two'));
    const one = await stream.next();
    const stored = await host.log.read({ from: 1 });
    expect(one).toEqual({
      id: encodeCursor({ epoch: host.log.epoch, seq: 2 }),
      event: 'log.written',
      data: JSON.stringify(stored.events[1]),
    });
    expect((await stream.next()).data).toContain('two');
    stream.close();
    await host.append(log('a', 'three'));
    for (const [address, headers] of [
      [events, { 'last-event-id': one.id ?? '' }],
      [`${events}?cursor=${one.id}`, {}],
    ] as const) {
      const again = await openStream(address, headers);
      expect((await again.next()).data).toContain('two');
      expect((await again.next()).data).toContain('three');
      again.close();
    }
  });

  it('selects by run and type, and moves the position past what was not selected', async () => {
    const clock = createSimulatedClock();
    const { host, events } = await open({ clock });
    const stream = await openStream(`${events}?runId=a&types=run,log.written`);
    await host.append(
      log('b', 'no'),
      { type: 'agent.heartbeat', runId: 'a', agentId: 'x', data: {} },
      log('a', 'yes'),
      log('b', 'no'),
    );
    expect((await stream.next()).id).toBe(encodeCursor({ epoch: host.log.epoch, seq: 3 }));
    await clock.advance(7_500);
    while (!stream.blocks.includes(`id: ${encodeCursor({ epoch: host.log.epoch, seq: 4 })}`))
      await stream.more();
    expect(stream.messages).toHaveLength(1);
    stream.close();
  });

  it('says that it begins anew where it cannot go on, and gives all that is left', async () => {
    const store = createMemoryStore({ retain: { events: 16 } });
    const { host, events } = await open({}, createFakeHost({ store }));
    for (let i = 1; i <= 40; i += 1) await host.append(log('a', `${i}`));
    for (const [epoch, reason] of [
      [host.log.epoch, 'too-old'],
      ['another', 'epoch'],
    ] as const) {
      const stream = await openStream(events, { 'last-event-id': encodeCursor({ epoch, seq: 1 }) });
      expect(await stream.next()).toMatchObject({ event: 'reset', data: reason });
      const first = host.log.first();
      expect(await stream.next()).toMatchObject({ id: encodeCursor({ epoch: host.log.epoch, seq: first }) });
      stream.close();
    }
    expect(await ask(`${events}?cursor=nonsense!`, 'GET')).toMatchObject({
      status: 400,
      body: { code: 'CURSOR_INVALID' },
    });
  });

  it('gives nobody more than the token allows', async () => {
    const { host, events } = await open({ authenticate: () => ({ scope: { runId: 'a' } }) });
    const headers = { authorization: 'Bearer x' };
    const stream = await openStream(events, headers);
    await host.append(log('b', 'secret'), log('a', 'open'));
    expect((await stream.next()).data).toContain('open');
    stream.close();
    expect(await ask(`${events}?runId=b`, 'GET', { headers })).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN' },
    });
  });

  it('[SEC-25] keeps hostile text within its field', async () => {
    const { host, events } = await open();
    const stream = await openStream(events);
    await host.append({
      type: 'x.y\ndata: forged\r\n\r\nid: 1' as 'log.written',
      data: { level: 'info', message: 'a\r\rb' },
    });
    await host.append(log('a', 'next'));
    const forged = await stream.next();
    expect(forged.event).toBe('x.y data: forged    id: 1');
    expect(JSON.parse(forged.data)).toMatchObject({ seq: 1, data: { message: 'a\r\rb' } });
    expect((await stream.next()).data).toContain('next');
    stream.close();
  });

  it('is a web stream where no server of Node is below it, and ends when the reader leaves', async () => {
    const host = createFakeHost();
    const handler = createGatewayHandler({ host, token: 'secret', allowedHosts: ['fleet.test'] });
    cleanups.push(() => handler.close());
    const response = await handler.fetch(
      new Request('http://fleet.test/api/v1/events', { headers: { authorization: 'Bearer secret' } }),
    );
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const read = async () => Buffer.from((await reader.read()).value ?? []).toString();
    expect(await read()).toBe(': welcome\n\n');
    await host.append(log('a', 'one'));
    expect(await read()).toContain('one');
    await reader.cancel();
  });
});
