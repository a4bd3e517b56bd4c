import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { FleetglassError } from '@fleetglass/core';
import type { Clock, Random } from '@fleetglass/core';
import { WebSocketServer } from 'ws';
import { bearerToken, forbiddenHost, forbiddenOrigin } from './access.js';
import type { Doorkeeper } from './access.js';
import { pathBelow } from './base-path.js';
import { openToNobody } from './http-checks.js';
import type { GatewayLimits } from './limits.js';
import type { Handshake, Live } from './live.js';
import { LiveSocket } from './live-socket.js';
import type { GatewayLogger } from './logger.js';
import type { Meters } from './meters.js';
import { isLocal, peerOf } from './peer.js';
import type { Asker } from './rate-limits.js';
import { roomOfPath } from './rooms.js';
import type { Tickets } from './tickets.js';
import { refuseUpgrade } from './upgrade-refusal.js';

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

const LIVE_PATH = '/api/v1/live';
/** Room for an error frame to be sent about a frame that is only somewhat too large; beyond it the socket closes. */
const HARD_LIMIT_FACTOR = 4;
/** Beyond this a message in pieces is refused: tiny fragments cost far more memory than their bytes. */
const MAX_FRAGMENTS = 64;
const CLOSE_TIMEOUT_MS = 2_000;

/** Not a closure of the upgrade: that would keep its request for as long as the socket lives. */
function destroyItself(this: Duplex): void {
  this.destroy();
}

export function createUpgrader(options: UpgraderOptions): Upgrader {
  const { live, limits, basePath, trustProxy, clock, random, doorkeeper, tickets, meters, logger } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: limits.maxFrameBytes * HARD_LIMIT_FACTOR,
    maxFragments: MAX_FRAGMENTS,
    WebSocket: LiveSocket,
  });

  const refusalOf = (path: string, host: string | undefined, asker: Asker): FleetglassError | undefined => {
    if (!doorkeeper().allowsHost(host)) return forbiddenHost();
    if (path !== LIVE_PATH && roomOfPath(path) === undefined)
      return new FleetglassError('NOT_FOUND', `Connect to ${basePath}${LIVE_PATH}.`);
    if (!tickets && !asker.isLocal) return openToNobody();
    return live.refusal(asker);
  };

  const handshakeOf = (request: IncomingMessage, path: string, query: string | undefined): Handshake => {
    const parameters = new URLSearchParams(query);
    const token = bearerToken(request.headers);
    const ticket = parameters.get('ticket');
    const right =
      token !== undefined ? { token } : tickets && ticket ? { identity: tickets.take(ticket) } : undefined;
    return { right, room: roomOfPath(path), cursor: parameters.get('cursor') ?? undefined };
  };

  return {
    upgrade(request, socket, head) {
      const [pathname = '', query] = (request.url ?? '').split('?', 2);
      const path = pathBelow(basePath, pathname);
      if (path === undefined) return false;
      if (basePath === '' && path !== LIVE_PATH && roomOfPath(path) === undefined) return false;
      socket.on('error', destroyItself);
      const { host, address } = peerOf(request.headers, request, trustProxy);
      const asker = { address, isLocal: isLocal(request.headers, address) };
      const error = refusalOf(path, host, asker);
      if (error) {
        const requestId = refuseUpgrade(socket, error, clock, random);
        const { code, status } = error;
        meters.refused.inc({ code });
        logger?.info({ requestId, code, status }, 'upgrade refused');
        return true;
      }
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        if (!doorkeeper().allowsOrigin(request.headers.origin, host)) {
          // Accepted only to be told why: a browser hides every other answer from the page's developer.
          const refusal = forbiddenOrigin();
          webSocket.on('error', () => undefined);
          webSocket.close(4_000 + refusal.status, refusal.code);
          return;
        }
        live.accept(webSocket, socket, asker, handshakeOf(request, path, query));
      });
      return true;
    },

    async close() {
      const gone = [...sockets.clients].map(
        (webSocket) => new Promise<void>((resolve) => webSocket.once('close', () => resolve())),
      );
      const timer = clock.setTimeout(() => {
        for (const webSocket of sockets.clients) webSocket.terminate();
      }, CLOSE_TIMEOUT_MS);
      await Promise.all(gone);
      clock.clearTimeout(timer);
    },
  };
}
