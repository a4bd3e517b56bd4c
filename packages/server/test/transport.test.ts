import { createServer } from 'node:net';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { webSocket } from '@fleetglass/core';
import type { FleetHost } from '@fleetglass/core';
import { createSeededRandom, faultTransport, transportContract } from '@fleetglass/core/testing';
import type { TransportHarness } from '@fleetglass/core/testing';
import { createGateway } from '@fleetglass/server';
import type { Gateway } from '@fleetglass/server';
import { WebSocket } from 'ws';
import { systemClock } from '@fleetglass/core';

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

async function createHarness(host: FleetHost): Promise<TransportHarness> {
  let gateway: Gateway;
  const portOf = () => Number(new URL(gateway.url).port);
  const link = await createCuttableLink(portOf);
  const start = async (port: number) => {
    gateway = createGateway({ host, port, token: TOKEN, allowedHosts: [`127.0.0.1:${link.port}`] });
    await gateway.listen();
  };
  await start(0);
  const transport = webSocket({
    url: `ws://127.0.0.1:${link.port}/api/v1/live`,
    token: TOKEN,
    WebSocket,
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

transportContract({ describe, it, expect }, { name: 'webSocket to a gateway', create: createHarness });

transportContract(
  { describe, it, expect },
  {
    name: 'webSocket with faults',
    async create(host) {
      const harness = await createHarness(host);
      const transport = faultTransport(harness.transport, {
        clock: systemClock,
        random: createSeededRandom(7),
        duplicate: 0.2,
        maxDelayMs: 5,
      });
      return { ...harness, transport };
    },
  },
);
