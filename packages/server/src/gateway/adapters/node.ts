import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { FleetglassError, systemClock, systemRandom } from '@fleetglass/core';
import type { GatewayHandler } from '../handler.js';
import { withNodeStreams } from '../node-streams.js';
import { refuseUpgrade } from '../upgrade-refusal.js';

/** What {@link acceptUpgrades} needs of a server: those of `node:http` and `node:https` have it. */
export interface UpgradingServer {
  on(event: 'upgrade', listener: (request: IncomingMessage, socket: Duplex, head: Buffer) => void): unknown;
  listenerCount(event: 'upgrade'): number;
}

/** Listener of a `node:http` or `node:https` server that answers every request with the gateway. */
export function toNodeListener(handler: Pick<GatewayHandler, 'fetch'>): RequestListener {
  // The server belongs to someone else, and so do the globals of its process.
  const answer = getRequestListener(
    (request, { incoming, outgoing }) =>
      withNodeStreams(handler.fetch, request, incoming as IncomingMessage, outgoing as ServerResponse),
    { overrideGlobalObjects: false },
  );
  return (request, response) => void answer(request, response);
}

/**
 * Lets a server's WebSockets below the gateway's path reach it. Those of other paths are left to the server's other
 * listeners, and refused where there is none.
 */
export function acceptUpgrades(server: UpgradingServer, handler: Pick<GatewayHandler, 'upgrade'>): void {
  server.on('upgrade', (request, socket, head) => {
    if (handler.upgrade(request, socket, head) || server.listenerCount('upgrade') > 1) return;
    socket.on('error', () => socket.destroy());
    const error = new FleetglassError(
      'NOT_FOUND',
      'There is no WebSocket at this address: connect to /api/v1/live below the path of the gateway.',
    );
    refuseUpgrade(socket, error, systemClock, systemRandom);
  });
}
