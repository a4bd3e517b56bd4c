import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { FleetglassError } from '@fleetglass/core';
import type { Clock, Random } from '@fleetglass/core';
import type { WebSocketServer } from 'ws';
import { bearerToken, forbiddenHost, forbiddenOrigin } from './access.js';
import type { Doorkeeper } from './access.js';
import { pathBelow } from './base-path.js';
import { openToNobody } from './http-checks.js';
import type { GatewayLimits } from './limits.js';
import type { Handshake, Live } from './live.js';
import type { GatewayLogger } from './logger.js';
import type { Meters } from './meters.js';
import { isLocal, peerOf } from './peer.js';
import type { Asker } from './rate-limits.js';
import { roomOfPath } from './rooms.js';
import type { Tickets } from './tickets.js';
import { refuseUpgrade, refuseWebSocket } from './upgrade-refusal.js';

export interface UpgraderOptions {
  readonly live: Live;
  readonly limits: GatewayLimits;
  readonly basePath: string;
  readonly trustProxy: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly doorkeeper: () => Doorkeeper;
  readonly meters: Pick<Meters, 'refused'>;
  readonly logger: GatewayLogger | undefined;
  /** Absent when everyone of this machine may connect. */
  readonly tickets: Tickets | undefined;
}

/** Lets WebSockets in. */
export interface Upgrader {
  /** @returns false, with nothing done, when its path is none of the gateway's */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
  /** Resolves when all of them, which were told to go, are gone; cuts those that stay. */
  close(): Promise<void>;
}

interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  /** Below the gateway's prefix. */
  readonly path: string;
  /** What stands after the question mark of its address. */
  readonly query: string | undefined;
}

const LIVE_PATH = '/api/v1/live';
const CLOSE_TIMEOUT_MS = 2_000;

/** Not a closure of the upgrade: that would keep its request for as long as the socket lives. */
function destroyItself(this: Duplex): void {
  this.destroy();
}

export function createUpgrader(options: UpgraderOptions): Upgrader {
  const { live, limits, basePath, trustProxy, clock, random, doorkeeper, tickets, meters, logger } = options;
  let sockets: WebSocketServer | undefined;
  let loading: Promise<WebSocketServer> | undefined;

  /** With the first viewer: a gateway answers its first requests earlier than `ws` would be loaded. */
  const load = async (): Promise<WebSocketServer> => {
    const { createWebSockets } = await import('./web-sockets.js');
    return (sockets = createWebSockets(limits, clock, random));
  };

  /** Why nothing is accepted at all. */
  const refusalOf = (path: string, host: string | undefined, asker: Asker): FleetglassError | undefined => {
    if (!doorkeeper().allowsHost(host)) return forbiddenHost();
    if (path !== LIVE_PATH && roomOfPath(path) === undefined)
      return new FleetglassError('NOT_FOUND', `Connect to ${basePath}${LIVE_PATH}.`);
    if (!tickets && !asker.isLocal) return openToNobody();
    // In HTTP, so that a proxy may ask another gateway.
    return live.isRefusing ? live.refusal(asker) : undefined;
  };

  const handshakeOf = (request: IncomingMessage, path: string, query: string | undefined): Handshake => {
    const parameters = new URLSearchParams(query);
    const token = bearerToken(request.headers);
    const ticket = parameters.get('ticket');
    const right =
      token !== undefined ? { token } : tickets && ticket ? { identity: tickets.take(ticket) } : undefined;
    return { right, room: roomOfPath(path), cursor: parameters.get('cursor') ?? undefined };
  };

  const serve = (server: WebSocketServer, { request, socket, head, path, query }: Upgrade): void => {
    const { host, address } = peerOf(request.headers, request, trustProxy);
    const asker = { address, isLocal: isLocal(request.headers, address) };
    const note = ({ code, status }: FleetglassError, requestId: string): void => {
      meters.refused.inc({ code });
      logger?.info({ requestId, code, status }, 'upgrade refused');
    };
    const error = refusalOf(path, host, asker);
    if (error) {
      note(error, refuseUpgrade(socket, error, clock, random));
      return;
    }
    const isForeign = !doorkeeper().allowsOrigin(request.headers.origin, host);
    const refusal = isForeign ? forbiddenOrigin() : live.refusal(asker);
    server.handleUpgrade(request, socket, head, (webSocket) => {
      if (refusal) note(refusal, refuseWebSocket(webSocket, refusal, isForeign, { clock, random }));
      else live.accept(webSocket, socket, asker, handshakeOf(request, path, query));
    });
  };

  return {
    upgrade(request, socket, head) {
      const [pathname = '', query] = (request.url ?? '').split('?', 2);
      const path = pathBelow(basePath, pathname);
      if (path === undefined) return false;
      if (basePath === '' && path !== LIVE_PATH && roomOfPath(path) === undefined) return false;
      socket.on('error', destroyItself);
      const upgrade = { request, socket, head, path, query };
      if (sockets) serve(sockets, upgrade);
      else (loading ??= load()).then((server) => serve(server, upgrade)).catch(() => socket.destroy());
      return true;
    },

    async close() {
      if (!sockets) return;
      const { clients } = sockets;
      const gone = [...clients].map(
        (webSocket) => new Promise<void>((resolve) => webSocket.once('close', () => resolve())),
      );
      const timer = clock.setTimeout(() => {
        for (const webSocket of clients) webSocket.terminate();
      }, CLOSE_TIMEOUT_MS);
      await Promise.all(gone);
      clock.clearTimeout(timer);
    },
  };
}
