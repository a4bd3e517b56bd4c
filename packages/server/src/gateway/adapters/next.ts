import type { GatewayHandler } from '../handler.js';

/** A route handler of Next.js. */
export type NextRouteHandler = (request: Request) => Promise<Response>;

/** Everything that a route file of Next.js may export for the methods of HTTP. */
export interface NextRouteHandlers {
  readonly GET: NextRouteHandler;
  readonly HEAD: NextRouteHandler;
  readonly POST: NextRouteHandler;
  readonly PUT: NextRouteHandler;
  readonly PATCH: NextRouteHandler;
  readonly DELETE: NextRouteHandler;
  readonly OPTIONS: NextRouteHandler;
}

/**
 * Route handlers for Next.js, to be exported from `app/fleet/[[...path]]/route.ts` where `basePath` is `/fleet`. Route
 * handlers know no WebSocket and no address of their client: clients fall back to server-sent events, and the gateway
 * needs a `token` or `authenticate`.
 */
export function toNext(handler: Pick<GatewayHandler, 'fetch'>): NextRouteHandlers {
  const answer: NextRouteHandler = (request) => handler.fetch(request);
  return {
    GET: answer,
    HEAD: answer,
    POST: answer,
    PUT: answer,
    PATCH: answer,
    DELETE: answer,
    OPTIONS: answer,
  };
}
