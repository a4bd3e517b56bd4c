import { FleetglassError } from '@fleetglass/core';
import type { Clock, Random } from '@fleetglass/core';
import type { Context, Hono, MiddlewareHandler } from 'hono';
import { bearerToken, forbiddenHost, forbiddenOrigin } from './access.js';
import type { Authenticate, Doorkeeper, Identity } from './access.js';
import { createCors } from './cors.js';
import type { GatewayEnv } from './gateway-env.js';
import { isLocal, peerOf } from './peer.js';
import type { RequestMeter } from './rate-limits.js';
import type { Tickets } from './tickets.js';
import { newRequestId } from './told-error.js';

/** What is checked before any route is reached. */
export interface CheckOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly authenticate: Authenticate | undefined;
  readonly tickets: Tickets;
  readonly requests: RequestMeter;
  /** Read at each request: the port is known only after listening. */
  readonly doorkeeper: () => Doorkeeper;
  readonly allowedOrigins: readonly string[];
  readonly trustProxy: boolean;
}

const SECURITY_HEADERS = {
  // What agents write is hostile: nothing inline runs, nothing is loaded from or sent to anywhere else.
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** Stands for every path that is not below the prefix; no address has a NUL. */
export const OUTSIDE = '/\0';

export const nothingHere = (): FleetglassError =>
  new FleetglassError('NOT_FOUND', 'There is nothing at this address; check it, and the method.');

/** The refusal of everyone else where there is no token. */
export const openToNobody = (): FleetglassError =>
  new FleetglassError(
    'UNAUTHENTICATED',
    'Without a token only clients on its own machine are served: give the gateway a token.',
  );

/** Paths that a browser opens without being able to send a header. */
const TICKET_PATHS: ReadonlySet<string> = new Set(['/api/v1/live/sse', '/api/v1/events']);

/** What programs ask for, in contrast to the page and its files. */
const isOfApi = (path: string): boolean => /^\/(?:api|v1|metrics)(?:\/|$)/.test(path);

/** Bodies that any page may have a browser post anywhere, without asking first. */
const FORM_TYPES = /^\s*(?:text\/plain|multipart\/form-data|application\/x-www-form-urlencoded)\b/i;

/**
 * Whether the request may come from a page that is not ours. With an `Origin` the list decides; browsers leave it out
 * for pictures, scripts and links, and say by `Sec-Fetch-Site` that another site asks.
 */
function isForeign({ req }: Context<GatewayEnv>, doorkeeper: Doorkeeper, host: string): boolean {
  const origin = req.header('origin');
  const isReading = req.method === 'GET' || req.method === 'HEAD';
  if (isReading && !isOfApi(req.path)) return false;
  if (origin !== undefined) return !doorkeeper.allowsOrigin(origin, host);
  return ['cross-site', 'same-site'].includes(req.header('sec-fetch-site') ?? '');
}

/**
 * Puts every route behind the same checks: foreign hosts and foreign pages are refused, `/api/` needs the token when
 * there is one, nobody asks too often, and every answer carries headers that protect the page.
 *
 * @param log hears of every request, also of those that are refused here
 */
export function addChecks(
  app: Hono<GatewayEnv>,
  options: CheckOptions,
  log: MiddlewareHandler<GatewayEnv>,
): void {
  const { clock, random, authenticate, tickets, requests, doorkeeper, trustProxy } = options;
  const cors = createCors(options.allowedOrigins);

  const protectAnswer: MiddlewareHandler<GatewayEnv> = async (context, next) => {
    const requestId = newRequestId({ clock, random });
    context.set('requestId', requestId);
    await next();
    const { headers } = context.res;
    headers.set('x-request-id', requestId);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) headers.set(name, value);
    for (const [name, value] of Object.entries(cors.headers(context.req.header('origin')))) {
      if (name === 'vary') headers.append(name, value);
      else headers.set(name, value);
    }
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  };

  const checkSource: MiddlewareHandler<GatewayEnv> = async (context, next) => {
    const { headers, url } = context.req.raw;
    const peer = peerOf(headers, context.env.incoming, trustProxy);
    const asker = { address: peer.address, isLocal: isLocal(headers, peer.address) };
    context.set('asker', asker);
    // A web `Request` that someone made by hand has its host in the address only.
    const host = peer.host ?? new URL(url).host;
    if (!doorkeeper().allowsHost(host)) throw forbiddenHost();
    const preflight = cors.preflight(context);
    if (preflight) return preflight;
    if (isForeign(context, doorkeeper(), host)) throw forbiddenOrigin();
    if (!authenticate && !asker.isLocal) throw openToNobody();
    if (context.req.path === OUTSIDE) throw nothingHere();
    const isForm = FORM_TYPES.test(context.req.header('content-type') ?? '');
    // Traces are refused in the form that their senders understand.
    if (isForm && context.req.method === 'POST' && !context.req.path.startsWith('/v1/')) {
      throw new FleetglassError('NOT_JSON', 'Forms are not taken here: send the body as application/json.');
    }
    await next();
    return undefined;
  };

  const identify = async (context: Context<GatewayEnv>): Promise<Identity | undefined> => {
    if (!authenticate) return {};
    const token = bearerToken(context.req.raw.headers);
    if (token !== undefined) return authenticate(token);
    const ticket = context.req.query('ticket');
    return ticket !== undefined && context.req.method === 'GET' && TICKET_PATHS.has(context.req.path)
      ? tickets.take(ticket)
      : undefined;
  };

  const checkIdentity: MiddlewareHandler<GatewayEnv> = async (context, next) => {
    const identity = await identify(context);
    const asker = context.get('asker');
    if (!identity) {
      // Counted before it is refused: guessing must not be free.
      await requests.countAddress(asker);
      throw new FleetglassError('UNAUTHENTICATED', 'Send the token as `Authorization: Bearer`.');
    }
    if (authenticate) await requests.countToken(asker, identity);
    else await requests.countAddress(asker);
    context.set('identity', identity);
    await next();
  };

  app.use('*', protectAnswer);
  app.use('*', log);
  app.use('*', checkSource);
  app.use('/api/*', checkIdentity);

  app.post('/api/v1/tickets', (context) => context.json(tickets.issue(context.get('identity')), 201));
}
