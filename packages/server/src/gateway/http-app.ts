import { FleetglassError, toFleetglassError, toWireError } from '@fleetglass/core';
import type { Clock } from '@fleetglass/core';
import { Hono } from 'hono';
import { bearerToken, forbiddenHost, forbiddenOrigin } from './access.js';
import type { Authenticate, Doorkeeper } from './access.js';
import { createStaticFiles } from './static-files.js';

export interface HttpAppOptions {
  readonly clock: Clock;
  readonly authenticate: Authenticate | undefined;
  readonly staticDirectory: string | undefined;
  /** Read at each request: the port is known only after listening. */
  readonly doorkeeper: () => Doorkeeper;
  readonly isReady: () => boolean;
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

/**
 * The gateway's HTTP side. Routes added to it later are behind the same checks: foreign hosts are refused everywhere,
 * foreign pages cannot change anything, and `/api/` needs the token when there is one.
 */
export function createHttpApp(options: HttpAppOptions): Hono {
  const { clock, authenticate, doorkeeper } = options;
  const app = new Hono();
  const files =
    options.staticDirectory === undefined ? undefined : createStaticFiles(options.staticDirectory);

  app.use('*', async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) context.res.headers.set(name, value);
    if (!context.res.headers.has('cache-control')) context.res.headers.set('cache-control', 'no-store');
  });
  app.use('*', async (context, next) => {
    if (!doorkeeper().allowsHost(context.req.header('host'))) throw forbiddenHost();
    const isReading = context.req.method === 'GET' || context.req.method === 'HEAD';
    if (!isReading && !doorkeeper().allowsOrigin(context.req.header('origin'))) throw forbiddenOrigin();
    await next();
  });
  app.use('/api/*', async (context, next) => {
    if (authenticate) {
      const token = bearerToken(context.req.raw.headers);
      const identity = token === undefined ? undefined : await authenticate(token);
      if (!identity)
        throw new FleetglassError('UNAUTHENTICATED', 'Send the token as `Authorization: Bearer`.');
    }
    await next();
  });

  app.get('/health', (context) => context.json({ status: 'ok' }));
  app.get('/ready', (context) =>
    options.isReady() ? context.json({ status: 'ready' }) : context.json({ status: 'closing' }, 503),
  );
  app.get('/api/v1/live', () => {
    throw new FleetglassError('BAD_INPUT', 'This address speaks WebSocket: connect with the `ws` scheme.');
  });
  app.notFound(async (context) => {
    const file = await files?.(context);
    if (file) return file;
    throw new FleetglassError('NOT_FOUND', 'There is nothing at this address.');
  });
  app.onError((thrown, context) => {
    const error = toFleetglassError(thrown);
    // What an unknown error says was not written for strangers.
    const told = error.code === 'INTERNAL' ? new FleetglassError('INTERNAL', 'The server failed.') : error;
    const body = toWireError(told, { timestamp: clock.now() });
    return context.body(JSON.stringify(body), told.status as 400, {
      'content-type': 'application/json; charset=utf-8',
    });
  });
  return app;
}
