import { afterEach, describe, expect, it } from 'vitest';
import { createFakeHost, createSimulatedClock } from '@fleetglass/core/testing';
import { createGateway } from '@fleetglass/server';
import { ask, openStream } from './http-client.js';
import { connectRaw } from './raw-client.js';
import { createFaultProxy } from './torture/fault-proxy.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const HEARTBEAT_MS = 10_000;
const MINUTE_MS = 60_000;

/** A gateway behind a proxy that can let a peer vanish: the server's side stays open and takes all that is sent. */
async function open() {
  const clock = createSimulatedClock();
  const host = createFakeHost({ clock });
  const gateway = createGateway({ host, port: 0, clock, heartbeatMs: HEARTBEAT_MS });
  await gateway.listen();
  const targetPort = Number(new URL(gateway.url).port);
  const proxy = await createFaultProxy({ targetPort });
  cleanups.push(
    () => gateway.close(),
    () => proxy.close(),
  );
  const connections = async (): Promise<number> => {
    const text = await gateway.registry.metrics();
    return [...text.matchAll(/^fleetglass_connections\{.*\} (\d+)$/gm)].reduce(
      (sum, [, n]) => sum + Number(n),
      0,
    );
  };
  /** Lets time pass, in steps that leave the network its turn. */
  const pass = async (ms: number, each: () => Promise<unknown> = async () => undefined): Promise<void> => {
    for (let at = 0; at < ms; at += MINUTE_MS / 2) {
      await clock.advance(MINUTE_MS / 2);
      await each();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { gateway, proxy, pass, connections, host: { host: new URL(gateway.url).host } };
}

describe('a peer that vanishes without a word', () => {
  it.each(['/api/v1/live/sse', '/api/v1/events'])(
    '[SEC-21] behind %s is given up after a quarter of an hour',
    async (path) => {
      const { gateway, proxy, pass, connections, host } = await open();
      const stream = await openStream(`http://127.0.0.1:${proxy.port}${path}`, host);
      expect(await connections()).toBe(1);
      for (const link of proxy.links) link.halfOpen('down');
      await stream.closed;
      await pass(10 * MINUTE_MS);
      expect(await connections()).toBe(1);
      await pass(5 * MINUTE_MS);
      await expect.poll(connections).toBe(0);
      const again = await openStream(`${gateway.url}${path}`);
      again.close();
    },
  );

  it('[SEC-21] behind a WebSocket is given up after three heartbeats', async () => {
    const { proxy, pass, connections, host } = await open();
    const client = await connectRaw(`http://127.0.0.1:${proxy.port}`, { headers: host });
    await client.next('hello');
    for (const link of proxy.links) link.halfOpen('down');
    await client.closed;
    expect(await connections()).toBe(1);
    await pass(3 * HEARTBEAT_MS);
    await expect.poll(connections).toBe(0);
  });

  it('is another one than a reader that says now and then that it reads', async () => {
    const { gateway, pass, connections } = await open();
    const stream = await openStream(`${gateway.url}/api/v1/live/sse`);
    const { session } = await stream.frame('hello');
    let posts = 0;
    await pass(60 * MINUTE_MS, async () => {
      posts += 1;
      if (posts % 10 === 0)
        await ask(`${gateway.url}/api/v1/live/${session}`, 'POST', { body: [{ frame: 'pong' }] });
    });
    expect(await connections()).toBe(1);
    stream.close();
  });
});
