import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { FleetglassError, systemClock, toFleetglassError, toWireError } from '@fleetglass/core';
import type { Clock, FleetHost, PriceTable, Store } from '@fleetglass/core';
import type { Hono } from 'hono';
import { WebSocketServer } from 'ws';
import {
  bearerToken,
  createDoorkeeper,
  defaultHosts,
  forbiddenHost,
  forbiddenOrigin,
  isLoopback,
  tokenAuthenticator,
} from './access.js';
import type { Authenticate, Doorkeeper } from './access.js';
import { createHttpApp } from './http-app.js';
import type { GatewayLimits } from './limits.js';
import { DEFAULT_LIMITS } from './limits.js';
import { LiveSocket } from './live-socket.js';
import { Session } from './session.js';
import type { SessionContext } from './session.js';
import type { Tenant } from './tenant.js';
import { createTenant } from './tenant.js';
import { addTraceRoute } from './trace-route.js';

/** Which fleets a gateway serves, to whom, and its limits. */
export interface GatewayOptions {
  /** The one fleet that is served. Give this or `hosts`. */
  readonly host?: FleetHost;
  /** Fleets by tenant; `authenticate` says who sees which. */
  readonly hosts?: ReadonlyMap<string, FleetHost>;
  /** Token that opens everything. Required, or `authenticate`, unless bound to this machine only. */
  readonly token?: string;
  /** Tells whom a token belongs to; `undefined` refuses it. */
  readonly authenticate?: Authenticate;
  /** 0 takes any free one; read it from `url`. */
  readonly port: number;
  /** @default '127.0.0.1' */
  readonly hostname?: string;
  /** Origins of pages that may connect, such as `https://app.example.com`, besides the gateway's own. */
  readonly allowedOrigins?: readonly string[];
  /** `Host` headers that are served. @default names of the address that it is bound to */
  readonly allowedHosts?: readonly string[];
  /** Longest silence of the server in milliseconds. @default 15000 */
  readonly heartbeatMs?: number;
  readonly limits?: Partial<GatewayLimits>;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /**
   * Takes traces over OTLP/HTTP (JSON) at `POST /v1/traces`, from whoever may give commands. @default none are taken
   */
  readonly traces?: TraceOptions;
  /** Folder of a built web page that is served beside the API. */
  readonly static?: { readonly directory: string };
}

/** Where traces that are sent to the gateway go: a `store`, or `stores` by tenant where there are several. */
export interface TraceOptions {
  readonly store?: Store;
  readonly stores?: ReadonlyMap<string, Store>;
  /** List prices of calls whose span tells tokens only. @default none: costs are unknown */
  readonly prices?: PriceTable;
}

/** Serves a fleet over HTTP, WebSocket and server-sent events. */
export interface Gateway {
  /** Address of the web page, without a slash at the end. The port is known once {@link Gateway.listen} resolved. */
  readonly url: string;
  /** For routes of one's own; they stand behind the gateway's checks. */
  readonly app: Hono;
  /** @throws FleetglassError `PORT_IN_USE` */
  listen(): Promise<void>;
  /** Tells every viewer `SHUTTING_DOWN`, lets the last frames leave, and resolves when all is closed. Hosts stay open. */
  close(): Promise<void>;
}

const LIVE_PATH = '/api/v1/live';
const DEFAULT_TENANT = 'default';
/** Room for an error frame to be sent about a frame that is only somewhat too large; beyond it the socket closes. */
const HARD_LIMIT_FACTOR = 4;
/** Beyond this a message in pieces is refused: tiny fragments cost far more memory than their bytes. */
const MAX_FRAGMENTS = 64;
const CLOSE_TIMEOUT_MS = 2_000;

const badInput = (message: string): FleetglassError => new FleetglassError('BAD_INPUT', message);

function authenticatorOf({
  token,
  authenticate,
  hosts,
  hostname = '127.0.0.1',
}: GatewayOptions): Authenticate | undefined {
  if (token !== undefined && authenticate)
    throw badInput('Give the gateway `token` or `authenticate`, not both.');
  if (token === '') throw badInput('The gateway token is empty.');
  if (hosts && !authenticate)
    throw badInput('A gateway with several `hosts` needs `authenticate` to tell them apart.');
  if (token !== undefined) return tokenAuthenticator(token);
  if (!authenticate && !isLoopback(hostname)) {
    throw badInput(
      `A gateway on ${hostname} can be reached from other machines: give it a \`token\` or bind it to 127.0.0.1.`,
    );
  }
  return authenticate;
}

function hostsOf({ host, hosts }: GatewayOptions): ReadonlyMap<string, FleetHost> {
  if (host && hosts) throw badInput('Give the gateway `host` or `hosts`, not both.');
  if (host) return new Map([[DEFAULT_TENANT, host]]);
  if (!hosts) throw badInput('The gateway needs a `host` to serve.');
  return hosts;
}

/** Answers an upgrade request in plain HTTP and ends it. */
function refuseUpgrade(socket: Duplex, error: FleetglassError, clock: Clock): void {
  const body = JSON.stringify(toWireError(error, { timestamp: clock.now() }));
  const head = [
    `HTTP/1.1 ${error.status} ${error.code}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    ...(error.retryable ? ['retry-after: 5'] : []),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/**
 * Serves fleets to viewers: events and commands over WebSocket at `/api/v1/live`, health at `/health` and `/ready`,
 * and optionally a web page.
 *
 * @throws FleetglassError `BAD_INPUT` when the options would leave it open to strangers or contradict each other
 */
export function createGateway(options: GatewayOptions): Gateway {
  const { hostname = '127.0.0.1', heartbeatMs = 15_000, clock = systemClock, allowedOrigins = [] } = options;
  const limits: GatewayLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const authenticate = authenticatorOf(options);
  if ((hostname === '0.0.0.0' || hostname === '::') && !options.allowedHosts) {
    throw badInput(`Bound to ${hostname} the gateway cannot know its names: list them in \`allowedHosts\`.`);
  }
  const tenants = new Map<string, Tenant>();
  for (const [name, host] of hostsOf(options)) tenants.set(name, createTenant(host, clock));
  const sessions = new Set<Session>();
  let { port } = options;
  let phase: 'new' | 'listening' | 'closed' = 'new';
  let doorkeeper: Doorkeeper = createDoorkeeper([], []);
  let beat: unknown;

  const app = createHttpApp({
    clock,
    authenticate,
    staticDirectory: options.static?.directory,
    doorkeeper: () => doorkeeper,
    isReady: () => phase === 'listening',
  });
  const { traces } = options;
  if (traces) {
    addTraceRoute(app, {
      storeOf: (tenant = DEFAULT_TENANT) =>
        traces.stores?.get(tenant) ?? (tenant === DEFAULT_TENANT ? traces.store : undefined),
      prices: traces.prices,
      authenticate,
      clock,
      maxBytes: limits.maxTraceBytes,
      maxRequests: limits.maxTraceRequests,
    });
  }
  const answerRequest = getRequestListener(app.fetch);
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
    void answerRequest(request, response);
  });
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: limits.maxFrameBytes * HARD_LIMIT_FACTOR,
    maxFragments: MAX_FRAGMENTS,
    WebSocket: LiveSocket,
  });

  const context: SessionContext = {
    clock,
    limits,
    heartbeatMs,
    authenticate,
    buffered: { bytes: 0 },
    tenantOf(identity) {
      const tenant = tenants.get(identity.tenant ?? DEFAULT_TENANT);
      if (!tenant)
        throw new FleetglassError('FORBIDDEN', 'Your token belongs to no fleet that is served here.');
      return tenant;
    },
    closed: (session) => sessions.delete(session),
  };

  const upgradeError = (request: IncomingMessage): FleetglassError | undefined => {
    if (!doorkeeper.allowsHost(request.headers.host)) return forbiddenHost();
    if (request.url?.split('?')[0] !== LIVE_PATH)
      return new FleetglassError('NOT_FOUND', `Connect to ${LIVE_PATH}.`);
    if (phase === 'closed') return new FleetglassError('SHUTTING_DOWN', 'The gateway is shutting down.');
    if (sessions.size < limits.maxConnections) return undefined;
    // Newcomers wait: to evict someone else would only set off a chain of reconnects.
    return new FleetglassError(
      'SHUTTING_DOWN',
      'The gateway has as many viewers as it takes; try again later.',
    );
  };

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const error = upgradeError(request);
    if (error) {
      refuseUpgrade(socket, error, clock);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      if (!doorkeeper.allowsOrigin(request.headers.origin)) {
        // Accepted only to be told why: a browser hides every other answer from the page's developer.
        const refusal = forbiddenOrigin();
        webSocket.on('error', () => undefined);
        webSocket.close(4_000 + refusal.status, refusal.code);
        return;
      }
      const session = new Session(webSocket, socket, context);
      sessions.add(session);
      session.start(bearerToken(request.headers));
    });
  });

  const scheduleBeat = (): void => {
    beat = clock.setTimeout(
      () => {
        for (const session of sessions) session.beat();
        scheduleBeat();
      },
      heartbeatMs / 2,
      { background: true },
    );
  };

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
      server.listen(port, hostname, () => {
        server.off('error', onError);
        // An error of one connection must not end the process.
        server.on('error', () => undefined);
        port = (server.address() as AddressInfo).port;
        doorkeeper = createDoorkeeper(options.allowedHosts ?? defaultHosts(hostname, port), allowedOrigins);
        phase = 'listening';
        scheduleBeat();
        resolve();
      });
    });

  const close = async (): Promise<void> => {
    if (phase === 'closed') return;
    const wasListening = phase === 'listening';
    phase = 'closed';
    clock.clearTimeout(beat);
    for (const { fanOut } of tenants.values()) fanOut.flush();
    for (const session of sessions)
      session.end(new FleetglassError('SHUTTING_DOWN', 'The gateway is shutting down; reconnect soon.'));
    for (const tenant of tenants.values()) tenant.close();
    if (!wasListening) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const timer = clock.setTimeout(() => {
      for (const webSocket of sockets.clients) webSocket.terminate();
      server.closeAllConnections();
    }, CLOSE_TIMEOUT_MS);
    await closed;
    clock.clearTimeout(timer);
  };

  return {
    get url() {
      const name = hostname.includes(':') ? `[${hostname}]` : hostname;
      return `http://${name}:${port}`;
    },
    app,
    listen,
    close,
  };
}
