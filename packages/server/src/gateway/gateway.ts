import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FleetglassError, systemClock, toFleetglassError } from '@fleetglass/core';
import type { Hono } from 'hono';
import type { Registry } from 'prom-client';
import { createDoorkeeper, defaultHosts, isLoopback } from './access.js';
import type { Doorkeeper } from './access.js';
import { acceptUpgrades, toNodeListener } from './adapters/node.js';
import { createMountedHandler } from './handler.js';
import type { GatewayHandlerOptions } from './handler-options.js';
import type { GatewayEnv } from './gateway-env.js';

/** Which fleets a gateway serves, to whom, where, and its limits. */
export interface GatewayOptions extends GatewayHandlerOptions {
  /** 0 takes any free one; read it from `url`. */
  readonly port: number;
  /** @default '127.0.0.1' */
  readonly hostname?: string;
  /** `Host` headers that are served. @default names of the address that it is bound to */
  readonly allowedHosts?: readonly string[];
}

/** Serves a fleet over HTTP, WebSocket and server-sent events. */
export interface Gateway {
  /** Address of the web page, without a slash at the end. The port is known once {@link Gateway.listen} resolved. */
  readonly url: string;
  /** For routes of one's own; they stand behind the gateway's checks. */
  readonly app: Hono<GatewayEnv>;
  /** What `/metrics` prints; for metrics of one's own. */
  readonly registry: Registry;
  /** @throws FleetglassError `PORT_IN_USE` */
  listen(): Promise<void>;
  /**
   * Lets nobody in any more, waits for commands and requests in work, tells every viewer `SHUTTING_DOWN` and when to come
   * back, lets the last frames leave, and resolves when all is closed. Hosts stay open.
   */
  close(): Promise<void>;
}

const CLOSE_TIMEOUT_MS = 2_000;
/** Newcomers that wait in the system while the process is busy; who finds no room there believes itself connected. */
const BACKLOG = 4_096;
const SERVER_OPTIONS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  // Both are looked after so often; by default silent connections would stay for half a minute more.
  connectionsCheckingInterval: 1_000,
};

const badInput = (message: string): FleetglassError => new FleetglassError('BAD_INPUT', message);

/**
 * Serves fleets to viewers with a server of its own: what {@link createGatewayHandler} answers, on a port.
 *
 * @throws FleetglassError `BAD_INPUT` when the options would leave it open to strangers or contradict each other
 */
export function createGateway(options: GatewayOptions): Gateway {
  const { hostname = '127.0.0.1', clock = systemClock, allowedOrigins = [] } = options;
  if (options.token === undefined && !options.authenticate && !options.tokens && !isLoopback(hostname)) {
    throw badInput(
      `A gateway on ${hostname} can be reached from other machines: give it a \`token\` or bind it to 127.0.0.1.`,
    );
  }
  if ((hostname === '0.0.0.0' || hostname === '::') && !options.allowedHosts) {
    throw badInput(`Bound to ${hostname} the gateway cannot know its names: list them in \`allowedHosts\`.`);
  }
  let { port } = options;
  let phase: 'new' | 'listening' | 'closed' = 'new';
  let doorkeeper: Doorkeeper = createDoorkeeper([], []);
  const handler = createMountedHandler(options, {
    doorkeeper: () => doorkeeper,
    isListening: () => phase === 'listening',
  });
  const server = createServer(SERVER_OPTIONS, toNodeListener(handler));
  acceptUpgrades(server, handler);

  const listen = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const onError = (error: NodeJS.ErrnoException): void => {
        reject(
          error.code === 'EADDRINUSE'
            ? new FleetglassError(
                'PORT_IN_USE',
                `Port ${port} is taken; stop the other program or choose another port.`,
                {
                  details: { port },
                  cause: error,
                },
              )
            : toFleetglassError(error),
        );
      };
      server.once('error', onError);
      server.listen({ port, host: hostname, backlog: BACKLOG }, () => {
        server.off('error', onError);
        // An error of one connection must not end the process.
        server.on('error', () => undefined);
        port = (server.address() as AddressInfo).port;
        doorkeeper = createDoorkeeper(options.allowedHosts ?? defaultHosts(hostname, port), allowedOrigins);
        phase = 'listening';
        resolve();
      });
    });

  const close = async (): Promise<void> => {
    if (phase === 'closed') return;
    const wasListening = phase === 'listening';
    phase = 'closed';
    // Meanwhile the server still answers, so that whoever asks is told and not just cut off.
    await handler.close();
    if (!wasListening) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const timer = clock.setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
    await closed;
    clock.clearTimeout(timer);
  };

  return {
    get url() {
      const name = hostname.includes(':') ? `[${hostname}]` : hostname;
      return `http://${name}:${port}${handler.basePath}`;
    },
    app: handler.app,
    registry: handler.registry,
    listen,
    close,
  };
}
