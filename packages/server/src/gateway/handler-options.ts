import { FleetglassError } from '@fleetglass/core';
import type { Clock, FleetHost, PriceTable, Random, Store } from '@fleetglass/core';
import { tokenAuthenticator } from './access.js';
import type { Authenticate } from './access.js';
import type { GatewayLimits } from './limits.js';
import type { GatewayLogger } from './logger.js';
import type { RateLimits } from './rate-limits.js';
import type { Tokens } from './tokens.js';
import type { GatewayOffers } from '../rest/rest-context.js';

/** Which fleets a gateway serves, to whom, and its limits. */
export interface GatewayHandlerOptions {
  /** The one fleet that is served. Give this or `hosts`. */
  readonly host?: FleetHost;
  /** Fleets by tenant; `authenticate` says who sees which. */
  readonly hosts?: ReadonlyMap<string, FleetHost>;
  /** Token that opens everything. Without it, and without `authenticate`, only this machine is served. */
  readonly token?: string;
  /** Tells whom a token belongs to; `undefined` refuses it. */
  readonly authenticate?: Authenticate;
  /** Tokens with roles that can be rotated and revoked, see `createTokens`; instead of `token` or `authenticate`. */
  readonly tokens?: Tokens;
  /** Path that everything stands below, such as `/fleet`. @default none */
  readonly basePath?: string;
  /** `Host` headers that are served, with their port where there is one. @default names of this machine only */
  readonly allowedHosts?: readonly string[];
  /** Origins of pages that may connect, such as `https://app.example.com`, besides the gateway's own. */
  readonly allowedOrigins?: readonly string[];
  /**
   * Believes the `X-Forwarded-Host` and `X-Forwarded-For` of the one proxy that stands before the gateway. Set it only
   * where nobody reaches the gateway but through that proxy.
   *
   * @default false
   */
  readonly trustProxy?: boolean;
  /** Longest silence of the server in milliseconds. @default 15000 */
  readonly heartbeatMs?: number;
  readonly limits?: Partial<GatewayLimits>;
  /** How often clients may ask and connect. */
  readonly rateLimits?: Partial<RateLimits>;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** Ids of requests and sessions. @default the machine's randomness */
  readonly random?: Random;
  /**
   * Takes traces over OTLP/HTTP (JSON) at `POST /v1/traces`, from whoever may give commands. @default none are taken
   */
  readonly traces?: TraceOptions;
  /**
   * Takes events at `POST /api/v1/events` from whoever may give commands: a `store`, or `stores` by tenant where there
   * are several.
   *
   * @default none are taken
   */
  readonly ingest?: IngestOptions;
  /**
   * What is offered over REST beside the log: templates, planning, deletion. By tenant where there are several.
   *
   * @default nothing; such addresses say so
   */
  readonly offers?: GatewayOffers | ReadonlyMap<string, GatewayOffers>;
  /** Gets a line for each request and for each live connection that comes or goes. @default nothing is logged */
  readonly logger?: GatewayLogger;
  /** Longest time in milliseconds that closing waits for commands in work. @default 10000 */
  readonly drainMs?: number;
  /**
   * What has to be done first, before `/ready` says that the gateway is: folding a long log, for example
   * (`host.log.stateAt(host.log.head(), {})`). Requests are answered meanwhile, later. Until it resolved `/ready` answers 503
   * with the status `starting`.
   *
   * @default nothing
   */
  readonly prepare?: () => Promise<unknown>;
  /** Folder of a built web page that is served beside the API. */
  readonly static?: { readonly directory: string };
}

/** Where traces that are sent to the gateway go: a `store`, or `stores` by tenant where there are several. */
export interface TraceOptions {
  readonly store?: Store;
  readonly stores?: ReadonlyMap<string, Store>;
  /**
   * List prices of calls whose span tells tokens only, or what loads them with the first traces: a list of prices is
   * larger than all of the gateway. @default none: costs are unknown
   */
  readonly prices?: PriceTable | (() => Promise<PriceTable>);
}

/** Where events that are sent to the gateway go: a `store`, or `stores` by tenant where there are several. */
export interface IngestOptions {
  readonly store?: Store;
  readonly stores?: ReadonlyMap<string, Store>;
}

/** Whose log is served to an identity without a tenant. */
export const DEFAULT_TENANT = 'default';

const badInput = (message: string): FleetglassError => new FleetglassError('BAD_INPUT', message);

/** @throws FleetglassError `BAD_INPUT` when the options contradict each other */
export function authenticatorOf(options: GatewayHandlerOptions): Authenticate | undefined {
  const { token, tokens, authenticate = tokens?.authenticate, hosts } = options;
  if ((token !== undefined && authenticate) || (tokens && authenticate !== tokens.authenticate))
    throw badInput('Give the gateway one of `token`, `tokens` and `authenticate`.');
  if (token === '')
    throw badInput('The gateway token is empty: give one that nobody can guess, or leave it out.');
  if (hosts && !authenticate)
    throw badInput('Give a gateway with several `hosts` an `authenticate` that tells them apart.');
  return token === undefined ? authenticate : tokenAuthenticator(token);
}

/** @throws FleetglassError `BAD_INPUT` when the options contradict each other */
export function hostsOf({ host, hosts }: GatewayHandlerOptions): ReadonlyMap<string, FleetHost> {
  if (host && hosts) throw badInput('Give the gateway `host` or `hosts`, not both.');
  if (host) return new Map([[DEFAULT_TENANT, host]]);
  if (!hosts) throw badInput('Give the gateway a `host` to serve.');
  return hosts;
}
