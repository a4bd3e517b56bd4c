import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayHandler } from '../handler.js';
import type { UpgradingServer } from './node.js';
import { acceptUpgrades, toNodeListener } from './node.js';

/** A route as the plugin declares it. */
export interface FastifyRoute {
  readonly method: string[];
  readonly url: string;
  handler(request: { readonly raw: object }, reply: { readonly raw: object; hijack(): unknown }): void;
}

/** What the plugin needs of a Fastify 5 instance. */
export interface FastifyLike {
  readonly server: UpgradingServer;
  route(route: FastifyRoute): unknown;
  removeAllContentTypeParsers(): void;
  addContentTypeParser(
    type: string,
    parser: (request: unknown, payload: unknown, done: (error: Error | null) => void) => void,
  ): unknown;
  addHook(name: 'preClose', hook: () => Promise<void>): unknown;
}

/**
 * Plugin for Fastify 5: `await app.register(toFastify(gateway))`. It answers everything below the gateway's `basePath`,
 * WebSockets too, and closes the gateway when Fastify closes.
 */
export function toFastify(
  handler: Pick<GatewayHandler, 'fetch' | 'upgrade' | 'basePath' | 'close'>,
): (app: FastifyLike) => Promise<void> {
  const answer = toNodeListener(handler);
  return (app) => {
    // Bodies are the gateway's to read, within its own limits; the parsers of the application around stay as they are.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, _payload, done) => done(null));
    for (const url of [handler.basePath || '/', `${handler.basePath}/*`]) {
      app.route({
        method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
        url,
        handler(request, reply) {
          reply.hijack();
          answer(request.raw as IncomingMessage, reply.raw as ServerResponse);
        },
      });
    }
    acceptUpgrades(app.server, handler);
    app.addHook('preClose', () => handler.close());
    return Promise.resolve();
  };
}
