import { afterEach, describe, expect, it } from 'vitest';
import { createFakeHost, createSimulatedClock } from '@fleetglass/core/testing';
import { encodeCursor } from '@fleetglass/core/protocol';
import type { EventInput, FleetEvent, ServerFrame } from '@fleetglass/core/protocol';
import { createGateway } from '@fleetglass/server';
import type { Gateway, GatewayOptions } from '@fleetglass/server';
import { ask, openStream } from './http-client.js';
import { connectRaw } from './raw-client.js';
import type { RawClient } from './raw-client.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Larger than what the kernel buffers for a loopback connection, in events that fit a frame each. */
const PADDING = 'x'.repeat(100_000);
const big = (index: number): EventInput => ({
  type: 'log.written',
  runId: 'a',
  data: { level: 'info', message: `${index} ${PADDING}` },
});

async function open(options: Partial<GatewayOptions> = {}) {
  const host = createFakeHost();
  const gateway: Gateway = createGateway({ host, port: 0, ...options });
  await gateway.listen();
  cleanups.push(() => gateway.close());
  return { host, gateway };
}

/** Subscribes from the beginning and collects until `to` is covered. */
function follower(client: RawClient, epoch: string) {
  client.send({ frame: 'subscribe', id: 's', filter: {}, cursor: encodeCursor({ epoch, seq: 0 }) });
  const events: FleetEvent[] = [];
  let last = 0;
  return {
    events,
    async until(to: number) {
      while (last < to) {
        const frame = await client.next('events');
        expect(frame.from).toBeLessThanOrEqual(last + 1);
        events.push(...frame.events.filter(({ seq }) => seq > last));
        last = Math.max(last, frame.to);
      }
    },
  };
}

describe('a viewer that does not read', () => {
  it('holds up nobody, and goes on from the log without a loss when it reads again', async () => {
    const { host, gateway } = await open();
    const [slow, quick] = [await connectRaw(gateway.url), await connectRaw(gateway.url)];
    const watching = { slow: follower(slow, host.log.epoch), quick: follower(quick, host.log.epoch) };
    await Promise.all([slow.next('subscribed'), quick.next('subscribed')]);
    slow.socket.pause();
    for (let i = 1; i <= 300; i += 1) {
      await host.append(big(i));
      if (i % 50 === 0) await watching.quick.until(i);
    }
    expect(watching.slow.events.length).toBeLessThan(300);
    slow.socket.resume();
    await watching.slow.until(300);
    const wanted = Array.from({ length: 300 }, (_, index) => index + 1);
    expect(watching.quick.events.map(({ seq }) => seq)).toEqual(wanted);
    expect(watching.slow.events.map(({ seq }) => seq)).toEqual(wanted);
    // Live again, not only caught up.
    await host.append(big(301));
    await watching.slow.until(301);
    slow.socket.close();
    quick.socket.close();
  });

  it('[SEC-21] is closed with SLOW_CONSUMER after half a minute, and can go on from where it was', async () => {
    const clock = createSimulatedClock();
    const { host, gateway } = await open({ clock });
    const client = await connectRaw(gateway.url);
    const watching = follower(client, host.log.epoch);
    await client.next('subscribed');
    client.socket.pause();
    for (let i = 1; i <= 150; i += 1) {
      await host.append(big(i));
      // Delivered at the end of a macrotask each.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await clock.advance(29_999);
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    await clock.advance(1);
    await clock.advance(1_000);
    client.socket.resume();
    await client.closed;
    await watching.until(1);
    const again = await connectRaw(gateway.url);
    const rest = follower(again, host.log.epoch);
    await rest.until(150);
    expect(rest.events).toHaveLength(150);
    again.socket.close();
  });
});

type Answer = { readonly frames: readonly ServerFrame[]; readonly next: number };

const numbers = (to: number): number[] => Array.from({ length: to }, (_, index) => index + 1);
const subscribeAll = (epoch: string) => [
  { frame: 'subscribe', id: 's', filter: {}, cursor: encodeCursor({ epoch, seq: 0 }) },
];

describe('a viewer over HTTP that does not read', () => {
  it('its stream, is served from the log when it does, without a loss', async () => {
    const { host, gateway } = await open();
    const stream = await openStream(`${gateway.url}/api/v1/live/sse`);
    const plain = await openStream(`${gateway.url}/api/v1/events`);
    const { session, epoch } = await stream.frame('hello');
    await ask(`${gateway.url}/api/v1/live/${session}`, 'POST', { body: subscribeAll(epoch) });
    await stream.frame('subscribed');
    stream.response.pause();
    plain.response.pause();
    const quick = await connectRaw(gateway.url);
    const watching = follower(quick, epoch);
    for (let i = 1; i <= 300; i += 1) {
      await host.append(big(i));
      if (i % 50 === 0) await watching.until(i);
    }
    expect(watching.events).toHaveLength(300);
    stream.response.resume();
    plain.response.resume();
    const seen: number[] = [];
    while (seen.at(-1) !== 300) {
      const { events } = await stream.frame('events');
      seen.push(...events.map(({ seq }) => seq));
    }
    expect(seen).toEqual(numbers(300));
    for (let seq = 1; seq <= 300; seq += 1) {
      expect((await plain.next()).id).toBe(encodeCursor({ epoch, seq }));
    }
    quick.socket.close();
    stream.close();
    plain.close();
  });

  it('the answers to its polls, holds at most a mebibyte of what it has not acknowledged', async () => {
    const { host, gateway } = await open();
    const live = `${gateway.url}/api/v1/live`;
    const { frames } = (await ask(`${live}/poll`, 'POST')).body as Answer;
    const [hello] = frames as [Extract<ServerFrame, { frame: 'hello' }>];
    const session = `${live}/${hello.session}`;
    await ask(session, 'POST', { body: subscribeAll(hello.epoch) });
    const quick = await connectRaw(gateway.url);
    const watching = follower(quick, hello.epoch);
    for (let i = 1; i <= 300; i += 1) {
      await host.append(big(i));
      if (i % 50 === 0) await watching.until(i);
    }
    const held = (await gateway.registry.metrics()).match(/^fleetglass_buffered_bytes (\d+)/m);
    expect(Number(held?.[1])).toBeGreaterThan(0);
    expect(Number(held?.[1])).toBeLessThan(1_200_000);
    const seen: number[] = [];
    for (let after = 1; seen.at(-1) !== 300;) {
      const { body } = await ask(`${session}?after=${after}`, 'GET');
      const answer = body as Answer;
      after = answer.next;
      for (const frame of answer.frames) {
        if (frame.frame === 'events') seen.push(...frame.events.map(({ seq }) => seq));
      }
    }
    expect(seen).toEqual(numbers(300));
    quick.socket.close();
  });
});

describe('viewers of every kind that do not read', () => {
  it('[SEC-21] hold no more than their bound together, and whoever reads is served all the while', async () => {
    const maxTotalBufferedBytes = 3 * 1024 * 1024;
    const { host, gateway } = await open({ limits: { maxTotalBufferedBytes } });
    const live = `${gateway.url}/api/v1/live`;
    const { epoch } = host.log;
    const unread: { close(): void }[] = [];
    for (let i = 0; i < 4; i += 1) {
      const socket = await connectRaw(gateway.url);
      follower(socket, epoch);
      await socket.next('subscribed');
      socket.socket.pause();
      const stream = await openStream(`${live}/sse`);
      const { session } = await stream.frame('hello');
      await ask(`${live}/${session}`, 'POST', { body: subscribeAll(epoch) });
      stream.response.pause();
      const plain = await openStream(`${gateway.url}/api/v1/events`);
      plain.response.pause();
      const { frames } = (await ask(`${live}/poll`, 'POST')).body as Answer;
      const [hello] = frames as [Extract<ServerFrame, { frame: 'hello' }>];
      await ask(`${live}/${hello.session}`, 'POST', { body: subscribeAll(epoch) });
      unread.push({ close: () => socket.socket.terminate() }, stream, plain);
    }
    const meter = async (pattern: RegExp): Promise<number> =>
      Number(pattern.exec(await gateway.registry.metrics())?.[1] ?? 0);
    const quick = await connectRaw(gateway.url);
    const watching = follower(quick, epoch);
    let most = 0;
    for (let i = 1; i <= 200; i += 1) {
      await host.append(big(i));
      if (i % 10 !== 0) continue;
      await watching.until(i);
      most = Math.max(most, await meter(/^fleetglass_buffered_bytes (\d+)/m));
    }
    expect(watching.events.map(({ seq }) => seq)).toEqual(numbers(200));
    expect(most).toBeGreaterThan(1024 * 1024);
    expect(most).toBeLessThanOrEqual(maxTotalBufferedBytes);
    expect(await meter(/^fleetglass_slow_consumer_total\{step="disconnected"\} (\d+)/m)).toBeGreaterThan(0);
    unread.forEach((one) => one.close());
    quick.socket.close();
  }, 60_000);
});
