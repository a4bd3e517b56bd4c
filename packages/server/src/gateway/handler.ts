import { FleetglassError, systemClock, systemRandom } from '@fleetglass/core';
import type { Hono } from 'hono';
import type { Registry } from 'prom-client';
import { createDoorkeeper, localDoorkeeper } from './access.js';
import type { Doorkeeper, Identity } from './access.js';
import { createAdmission } from './admission.js';
import { normaliseBasePath } from './base-path.js';
import { createBufferPool } from './buffer-pool.js';
import { addEventsRoute } from './events-route.js';
import { createHttpApp } from './http-app.js';
import type { GatewayPhase } from './http-app.js';
import type { GatewayBindings, GatewayEnv } from './gateway-env.js';
import { authenticatorOf, DEFAULT_TENANT, hostsOf } from './handler-options.js';
import type { GatewayHandlerOptions } from './handler-options.js';
import { guardedHost } from './guarded-host.js';
import { guardedAuthenticate, guardedLogger } from './host-guards.js';
import { createIdentityWatch } from './identity-watch.js';
import type { GatewayLimits } from './limits.js';
import { DEFAULT_LIMITS } from './limits.js';
import { addLiveRoutes } from './live-http.js';
import { addIngestRoute } from './ingest-route.js';
import { createLive } from './live.js';
import { measureLogs } from './log-meters.js';
import { createMeters } from './meters.js';
import { addMetricsRoute } from './metrics-route.js';
import { faultFields } from './request-log.js';
import { createRequestMeter, DEFAULT_RATE_LIMITS } from './rate-limits.js';
import type { RateLimits } from './rate-limits.js';
import type { Tenant } from './tenant.js';
import { createTenant } from './tenant.js';
import { createTickets } from './tickets.js';
import { addTraceRoute } from './trace-route.js';
import { createUpgrader } from './upgrader.js';
import type { Upgrader } from './upgrader.js';
import { addRest } from '../rest/add-rest.js';
import { offersOf } from '../rest/rest-context.js';

/** A gateway without a server of its own: it answers requests and upgrades that someone else's server hands to it. */
export interface GatewayHandler {
  /** Path that everything stands below; '' for none. */
  readonly basePath: string;
  /** For routes of one's own; they stand below `basePath` and behind the gateway's checks. */
  readonly app: Hono<GatewayEnv>;
  /** Answers a request. `env.incoming` tells where it came from; without it nobody is served without a token. */
  readonly fetch: (request: Request, env?: GatewayBindings) => Promise<Response>;
  /**
   * Takes a WebSocket over, or refuses it.
   *
   * @returns false, with nothing done, when its path is none of the gateway's
   */
  readonly upgrade: Upgrader['upgrade'];
  /** What `/metrics` prints; for metrics of one's own. */
  readonly registry: Registry;
  /**
   * From now on `/ready` answers 503, newcomers and commands are refused. When the commands in work are answered, every
   * viewer is told `SHUTTING_DOWN` and when to come back, and the last frames leave. Hosts stay open.
   */
  close(): Promise<void>;
}

/** What a server of the gateway's own knows only later. */
export interface Surroundings {
  /** Read at each request: a port may be known only after listening. */
  readonly doorkeeper: () => Doorkeeper;
  readonly isListening: () => boolean;
}

/**
 * Serves fleets to viewers inside a server of one's own: events and commands over WebSocket at `/api/v1/live`, health
 * at `/health` and `/ready`, and optionally a web page, all of it below `basePath`.
 *
 * @throws FleetglassError `BAD_INPUT` when the options contradict each other
 */
export function createGatewayHandler(options: GatewayHandlerOptions): GatewayHandler {
  const { allowedHosts, allowedOrigins = [] } = options;
  const doorkeeper = allowedHosts
    ? createDoorkeeper(allowedHosts, allowedOrigins)
    : localDoorkeeper(allowedOrigins);
  return createMountedHandler(options, { doorkeeper: () => doorkeeper, isListening: () => true });
}

export function createMountedHandler(
  options: GatewayHandlerOptions,
  { doorkeeper, isListening }: Surroundings,
): GatewayHandler {
  const { heartbeatMs = 15_000, clock = systemClock, random = systemRandom, trustProxy = false } = options;
  const { drainMs = 10_000 } = options;
  const logger = options.logger && guardedLogger(options.logger);
  const limits: GatewayLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const rateLimits: RateLimits = { ...DEFAULT_RATE_LIMITS, ...options.rateLimits };
  const tickets = createTickets(clock);
  const checkToken = authenticatorOf(options);
  const authenticate =
    checkToken && guardedAuthenticate(checkToken, { clock, logger, timeoutMs: limits.authTimeoutMs });
  const basePath = normaliseBasePath(options.basePath);
  const meters = createMeters();
  const tenants = new Map<string, Tenant>();
  for (const [name, host] of hostsOf(options)) {
    tenants.set(name, createTenant(guardedHost(host, clock), clock, meters, logger));
  }
  let isClosed = false;
  let isPrepared = options.prepare === undefined;
  const prepare = async (): Promise<void> => {
    await options.prepare?.();
    isPrepared = true;
  };
  prepare().catch((error: unknown) => {
    if (!isClosed) logger?.error(faultFields(error), 'not ready: what had to be done first failed');
  });
  const phase = (): GatewayPhase => {
    if (!isListening() || isClosed) return 'closing';
    return isPrepared ? 'ready' : 'starting';
  };

  const app = createHttpApp({
    clock,
    random,
    authenticate,
    tickets,
    requests: createRequestMeter(rateLimits),
    allowedOrigins: options.allowedOrigins ?? [],
    basePath,
    trustProxy,
    staticDirectory: options.static?.directory,
    doorkeeper,
    phase,
    meters,
    logger,
  });
  const { traces } = options;
  if (traces) {
    addTraceRoute(app, {
      storeOf: (tenant = DEFAULT_TENANT) =>
        traces.stores?.get(tenant) ?? (tenant === DEFAULT_TENANT ? traces.store : undefined),
      prices: traces.prices,
      authenticate,
      clock,
      random,
      maxBytes: limits.maxTraceBytes,
      maxRequests: limits.maxTraceRequests,
    });
  }
  const { ingest } = options;
  if (ingest) {
    addIngestRoute(app, {
      storeOf: (tenant = DEFAULT_TENANT) =>
        ingest.stores?.get(tenant) ?? (tenant === DEFAULT_TENANT ? ingest.store : undefined),
      clock,
      maxBytes: limits.maxIngestBytes,
      maxWaitingBytes: limits.maxIngestWaitingBytes,
    });
  }
  const tenantOf = (identity: Identity): Tenant => {
    const tenant = tenants.get(identity.tenant ?? DEFAULT_TENANT);
    if (!tenant)
      throw new FleetglassError(
        'FORBIDDEN',
        'Your token belongs to no fleet that is served here: use another one.',
      );
    return tenant;
  };
  const buffered = createBufferPool(limits.maxTotalBufferedBytes);
  measureLogs(meters, { tenants, buffered });
  addMetricsRoute(app, { meters, authenticate });
  const live = createLive({
    clock,
    watch: createIdentityWatch({
      clock,
      ended: options.tokens?.ended,
      maxConnections: limits.maxConnectionsPerToken,
    }),
    admission: createAdmission({ ...limits, ...rateLimits, clock, random }),
    limits,
    heartbeatMs,
    random,
    authenticate,
    buffered,
    meters,
    logger,
    tenantOf,
  });
  addLiveRoutes(app, live);
  addEventsRoute(app, live);
  addRest(app, {
    clock,
    random,
    tenantOf,
    offersOf: ({ tenant = DEFAULT_TENANT }) => offersOf(options.offers, tenant),
    phase,
    maxBodyBytes: limits.maxBodyBytes,
  });

  const upgrader = createUpgrader({
    live,
    limits,
    basePath,
    trustProxy,
    clock,
    random,
    doorkeeper,
    tickets: authenticate && tickets,
    meters,
    logger,
  });

  /** Resolves when every command in work is answered, or nobody waits for them any longer. */
  const drained = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = clock.setTimeout(resolve, drainMs);
      void Promise.all([...tenants.values()].map(({ commands }) => commands.drain()))
        // The answers leave in the same moment, after whoever waited for them.
        .then(() => new Promise((sent) => setImmediate(sent)))
        .then(() => {
          clock.clearTimeout(timer);
          resolve();
        });
    });

  const close = async (): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    live.refuse();
    await drained();
    for (const { fanOut } of tenants.values()) fanOut.flush();
    live.close();
    for (const tenant of tenants.values()) tenant.close();
    await upgrader.close();
  };

  return {
    basePath,
    app,
    registry: meters.registry,
    fetch: async (request, env = {}) => app.fetch(request, env),
    upgrade: upgrader.upgrade,
    close,
  };
}
