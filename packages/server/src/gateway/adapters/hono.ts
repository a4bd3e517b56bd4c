import type { GatewayHandler } from '../handler.js';
import type { GatewayBindings } from '../gateway-env.js';

/** What the handler needs of Hono's context. */
export interface HonoContextLike {
  readonly req: { readonly raw: Request };
  /** On Node it tells the client's address. */
  readonly env: unknown;
}

/**
 * Handler for Hono: `app.all('/fleet/*', toHono(gateway))` with the same `basePath`. On Node, WebSockets need
 * {@link acceptUpgrades} on what `serve` returns; elsewhere clients fall back to server-sent events.
 */
export function toHono(
  handler: Pick<GatewayHandler, 'fetch'>,
): (context: HonoContextLike) => Promise<Response> {
  return ({ req, env }) => handler.fetch(req.raw, env as GatewayBindings | undefined);
}
