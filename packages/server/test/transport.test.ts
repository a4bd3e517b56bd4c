import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { fallback, follow, longPoll, sse, systemClock, webSocket } from '@fleetglass/core';
import type { FleetHost, RemoteOptions, Transport } from '@fleetglass/core';
import { encodeCursor } from '@fleetglass/core/protocol';
import type { FleetEvent } from '@fleetglass/core/protocol';
import {
  createFakeHost,
  createSeededRandom,
  faultTransport,
  transportContract,
} from '@fleetglass/core/testing';
import type { TransportHarness } from '@fleetglass/core/testing';
import { createGateway } from '@fleetglass/server';
import type { Gateway } from '@fleetglass/server';
import { WebSocket } from 'ws';

const TOKEN = 'a-token-for-tests';

/** A way to the gateway that can be cut without a word to either side. */
async function createCuttableLink(target: () => number) {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target(), '127.0.0.1');
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => open.forEach((socket) => socket.resetAndDestroy()),
    close: () => {
      open.forEach((socket) => socket.destroy());
      server.close();
    },
  };
}

type Connect = (options: RemoteOptions) => Transport;

/** Every way to a gateway. */
const TRANSPORTS: readonly (readonly [name: string, connect: Connect])[] = [
  ['webSocket', (options) => webSocket({ ...options, WebSocket })],
  ['sse', sse],
  ['longPoll', longPoll],
  ['fallback', (options) => fallback({ ...options, WebSocket })],
];

async function createHarness(
  connectTo: Connect,
  host: FleetHost,
  heartbeatMs = 15_000,
): Promise<TransportHarness> {
  let gateway: Gateway;
  const portOf = () => Number(new URL(gateway.url).port);
  const link = await createCuttableLink(portOf);
  const start = async (port: number) => {
    gateway = createGateway({
      host,
      port,
      token: TOKEN,
      heartbeatMs,
      allowedHosts: [`127.0.0.1:${link.port}`],
    });
    await gateway.listen();
  };
  await start(0);
  const transport = connectTo({
    url: `http://127.0.0.1:${link.port}/api/v1/live`,
    token: TOKEN,
    random: () => 0,
  });
  return {
    transport,
    cut: link.cut,
    async restart() {
      const port = portOf();
      await gateway.close();
      await start(port);
    },
    async close() {
      transport.close();
      await gateway.close();
      link.close();
    },
  };
}

for (const [name, connectTo] of TRANSPORTS) {
  transportContract(
    { describe, it, expect },
    { name: `${name} to a gateway`, create: (host) => createHarness(connectTo, host) },
  );

  transportContract(
    { describe, it, expect },
    {
      name: `${name} to a gateway, with repeated and late deliveries`,
      async create(host) {
        const harness = await createHarness(connectTo, host);
        const faults = { duplicate: 0.3, delay: 0.3, maxDelayMs: 5 };
        const random = createSeededRandom(7);
        return {
          ...harness,
          transport: faultTransport(harness.transport, { clock: systemClock, random, ...faults }),
        };
      },
    },
  );
}

describe.each(TRANSPORTS)('follow over %s', (_name, connectTo) => {
  it('gives every selected event once under drops, reorderings, cuts and restarts', async () => {
    const host = createFakeHost();
    // Heartbeats tell of what was dropped last.
    const harness = await createHarness(connectTo, host, 500);
    const transport = faultTransport(harness.transport, {
      clock: systemClock,
      random: createSeededRandom(11),
      drop: 0.15,
      duplicate: 0.15,
      reorder: 0.15,
      delay: 0.15,
      cut: 0.05,
      maxDelayMs: 10,
    });
    const filter = { runId: 'b' };
    const cursor = encodeCursor({ epoch: host.log.epoch, seq: 0 });
    const events: FleetEvent[] = [];
    let last = 0;
    let note = (): void => undefined;
    const following = follow(
      transport,
      { filter, cursor },
      {
        snapshot: () => {
          throw new Error('the cursor could have been continued');
        },
        events(delivery) {
          expect(delivery.from).toBe(last + 1);
          last = delivery.to;
          events.push(...delivery.events);
          note();
        },
        error: (error) => {
          throw error;
        },
      },
    );
    const reached = async (seq: number): Promise<void> => {
      while (last < seq) await new Promise<void>((resolve) => (note = resolve));
    };
    for (let round = 1; round <= 60; round += 1) {
      for (const runId of ['a', 'b', 'b']) {
        await host.append({ type: 'log.written', runId, data: { level: 'info', message: `${round}` } });
      }
      await reached(host.log.head() - 9);
      if (round % 15 === 0) harness.cut?.();
      if (round === 40) await harness.restart?.();
    }
    transport.heal();
    await reached(host.log.head());
    const wanted = await host.log.read({ from: 1, filter, limit: 1_000 });
    expect(events).toEqual(wanted.events);
    expect(wanted.events).toHaveLength(120);
    expect(Object.values(transport.injected).every((count) => count > 0)).toBe(true);
    following.close();
    await harness.close();
  }, 30_000);
});
