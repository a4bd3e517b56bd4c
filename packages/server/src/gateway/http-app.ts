import { FleetglassError, toFleetglassError } from '@fleetglass/core';
import { Hono } from 'hono';
import { TrieRouter } from 'hono/router/trie-router';
import { getPath } from 'hono/utils/url';
import { pathBelow } from './base-path.js';
import type { GatewayEnv } from './gateway-env.js';
import type { GatewayLogger } from './logger.js';
import type { Meters } from './meters.js';
import { addChecks, nothingHere, OUTSIDE } from './http-checks.js';
import type { CheckOptions } from './http-checks.js';
import { retryAfterOf } from './retry-after.js';
import { createRequestLog } from './request-log.js';
import { createStaticFiles } from './static-files.js';
import { toldError } from './told-error.js';

/** `starting`: it answers, but what it has to do first is not done. */
export type GatewayPhase = 'starting' | 'ready' | 'closing';

export interface HttpAppOptions extends CheckOptions {
  /** '' for none. */
  readonly basePath: string;
  readonly staticDirectory: string | undefined;
  readonly phase: () => GatewayPhase;
  readonly meters: Meters;
  readonly logger: GatewayLogger | undefined;
}

/**
 * The gateway's HTTP side. Routes added to it later are behind the same checks: foreign hosts are refused everywhere,
 * foreign pages cannot change anything, and `/api/` needs the token when there is one.
 */
export function createHttpApp(options: HttpAppOptions): Hono<GatewayEnv> {
  const { clock, random, basePath } = options;
  const app = new Hono<GatewayEnv>({
    // The usual one first builds a pattern of all addresses, and finds that it cannot tell some of ours apart.
    router: new TrieRouter(),
    getPath: (request) => pathBelow(basePath, getPath(request)) ?? OUTSIDE,
  });
  const files =
    options.staticDirectory === undefined ? undefined : createStaticFiles(options.staticDirectory);

  addChecks(app, options, createRequestLog(options));

  app.get('/health', (context) => context.json({ status: 'ok' }));
  app.get('/ready', (context) => {
    const status = options.phase();
    return context.json({ status }, status === 'ready' ? 200 : 503);
  });
  app.get('/api/v1/live', () => {
    throw new FleetglassError('BAD_INPUT', 'This address speaks WebSocket: connect with the `ws` scheme.');
  });
  if (files && basePath !== '') {
    // The page's own links are relative: without the slash they would lead out of the prefix.
    app.get('/', (context, next) =>
      getPath(context.req.raw) === basePath ? Promise.resolve(context.redirect(`${basePath}/`, 308)) : next(),
    );
  }
  app.notFound(async (context) => {
    const file = await files?.(context);
    if (file) return file;
    throw nothingHere();
  });
  app.onError((thrown, context) => {
    const error = toFleetglassError(thrown);
    // The log of requests writes down what nobody foresaw.
    const body = toldError(error, context.get('requestId'), { clock });
    const retryAfter = retryAfterOf(error, random);
    return context.body(JSON.stringify(body), error.status as 400, {
      'content-type': 'application/json; charset=utf-8',
      ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    });
  });
  return app;
}
