import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { FleetglassError } from '@fleetglass/core';
import { filterKey } from '@fleetglass/core/protocol';
import type { Actor, Filter } from '@fleetglass/core/protocol';

/** `viewer` reads, `developer` also gives commands, `admin` also manages tokens, deletion and archives. */
export type Role = 'admin' | 'developer' | 'viewer';

const ROLES: ReadonlySet<unknown> = new Set<Role>(['admin', 'developer', 'viewer']);

/** Whether a value from outside is a role. */
export const isRole = (value: unknown): value is Role => ROLES.has(value);

/** Who a token belongs to and what it opens. */
export interface Identity {
  /** Whose log is served. @default 'default' */
  readonly tenant?: string;
  /** Named in what commands leave in the log. */
  readonly actor?: Actor;
  /** @default 'admin' */
  readonly role?: Role;
  /** Only what it selects is ever shown; commands only reach its run or thread. @default everything of the tenant */
  readonly scope?: Filter;
  /** Whether commands are taken; `false` takes them from any role. @default what the role allows */
  readonly canCommand?: boolean;
  /** The token behind it: connections are counted by it, and end when it is revoked. */
  readonly tokenId?: string;
  /** Milliseconds since the epoch; connections end then. @default never */
  readonly expiresAt?: number;
}

/** Tells whom a token belongs to; `undefined` refuses it. */
export type Authenticate = (token: string) => Identity | undefined | Promise<Identity | undefined>;

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

export const isLoopback = (hostname: string): boolean => LOOPBACK.has(hostname);

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Accepts exactly one token, in a time that tells nothing about it. */
export function tokenAuthenticator(token: string): Authenticate {
  const expected = digest(token);
  return (given) => (timingSafeEqual(digest(given), expected) ? {} : undefined);
}

/** Token of an `Authorization: Bearer` header; browsers cannot set one on a WebSocket. */
export function bearerToken(headers: IncomingHttpHeaders | Headers): string | undefined {
  const header = headers instanceof Headers ? headers.get('authorization') : headers.authorization;
  return /^Bearer ([\x21-\x7e]+)$/i.exec(header ?? '')?.[1];
}

const bracketed = (hostname: string): string => (hostname.includes(':') ? `[${hostname}]` : hostname);

/** `Host` headers under which a server at this address is reached. */
export function defaultHosts(hostname: string, port: number): string[] {
  const names = isLoopback(hostname) ? [...LOOPBACK] : [hostname];
  return names.flatMap((name) => [`${bracketed(name)}:${port}`, ...(port === 80 ? [bracketed(name)] : [])]);
}

/** Which `Host` and `Origin` headers are served: exact matches only. */
export interface Doorkeeper {
  /** A page that resolved its own name to this machine (DNS rebinding) sends a foreign `Host`. */
  allowsHost(host: string | undefined): boolean;
  /**
   * Any page may open a WebSocket to anywhere; only listed ones are served. Programs send no `Origin`.
   *
   * @param host that the page asked for
   */
  allowsOrigin(origin: string | undefined, host: string | undefined): boolean;
}

export function createDoorkeeper(hosts: readonly string[], origins: readonly string[]): Doorkeeper {
  const allowedHosts = new Set(hosts.map((host) => host.toLowerCase()));
  const allowedOrigins = new Set([
    ...hosts.flatMap((host) => [`http://${host}`, `https://${host}`]),
    ...origins,
  ]);
  return {
    allowsHost: (host) => host !== undefined && allowedHosts.has(host.toLowerCase()),
    allowsOrigin: (origin) => origin === undefined || allowedOrigins.has(origin),
  };
}

/** `localhost`, `127.0.0.1` or `[::1]`, with any port: no other page can have such a `Host` sent. */
const LOCAL_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/** For whoever does not know its own port: names of this machine, and pages that come from the very same one. */
export function localDoorkeeper(origins: readonly string[]): Doorkeeper {
  const listed = new Set(origins);
  const isSame = (origin: string, host: string | undefined): boolean =>
    host !== undefined &&
    LOCAL_HOST.test(host) &&
    /^https?:\/\/(.*)$/.exec(origin)?.[1] === host.toLowerCase();
  return {
    allowsHost: (host) => host !== undefined && LOCAL_HOST.test(host),
    allowsOrigin: (origin, host) => origin === undefined || listed.has(origin) || isSame(origin, host),
  };
}

export const forbiddenHost = (): FleetglassError =>
  new FleetglassError('FORBIDDEN_HOST', 'This host name is not served here; add it to `allowedHosts`.');

export const forbiddenOrigin = (): FleetglassError =>
  new FleetglassError(
    'FORBIDDEN_ORIGIN',
    'Pages of this origin are not served here; add it to `allowedOrigins`.',
  );

type Types = NonNullable<Filter['types']>;

/** Types in both lists, where a family stands for all of its types. */
function common(asked: Types, allowed: Types): Types {
  const within = (list: Types) => {
    const names = new Set<string>(list);
    return (type: string): boolean => names.has(type) || names.has(type.split('.')[0] ?? '');
  };
  return [...new Set([...asked.filter(within(allowed)), ...allowed.filter(within(asked))])];
}

/**
 * What a viewer of this scope gets when it asks for `filter`.
 *
 * @throws FleetglassError `FORBIDDEN` when it asks for something outside
 */
export function narrow(filter: Filter, scope: Filter | undefined): Filter {
  if (!scope) return filter;
  for (const field of ['runId', 'threadId', 'agentId', 'taskId'] as const) {
    if (scope[field] !== undefined && filter[field] !== undefined && scope[field] !== filter[field]) {
      throw new FleetglassError(
        'FORBIDDEN',
        `Your token does not open this ${field}: ask for less, or use another token.`,
      );
    }
  }
  if (!scope.types) return { ...filter, ...scope };
  return { ...filter, ...scope, types: filter.types ? common(filter.types, scope.types) : scope.types };
}

/** Whether a filter selects nothing that the scope does not open. */
export function isWithin(filter: Filter, scope: Filter | undefined): boolean {
  try {
    return filterKey(narrow(filter, scope)) === filterKey(filter);
  } catch {
    return false;
  }
}
