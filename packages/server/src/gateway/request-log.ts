import { createRedactor, isFleetglassError } from '@fleetglass/core';
import type { Clock } from '@fleetglass/core';
import type { Context, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { Identity } from './access.js';
import type { GatewayEnv } from './gateway-env.js';
import type { GatewayLogger } from './logger.js';
import type { Meters } from './meters.js';

export interface RequestLogOptions {
  readonly clock: Clock;
  readonly meters: Pick<Meters, 'http' | 'refused'>;
  readonly logger: GatewayLogger | undefined;
}

/** Whatever else somebody sends is one series of the meters and one word of the log. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const IN_ADDRESS = /\b(token|ticket)=[^\s&"']*/gi;

/** What was thrown, for whoever runs the gateway: without secrets. */
export function faultFields(thrown: unknown): { readonly fault: unknown } {
  const clean = (text: string): string => text.replace(IN_ADDRESS, '$1: redacted');
  const { message, stack } = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { fault: createRedactor().redact({ message: clean(message), stack: clean(stack ?? '') }) ?? null };
}

function codeOf({ error, res }: Context<GatewayEnv>): string | undefined {
  if (res.status < 400 || !error) return undefined;
  return isFleetglassError(error) ? error.code : 'INTERNAL';
}

/** Counts every request and writes one line about each. */
export function createRequestLog({
  clock,
  meters,
  logger,
}: RequestLogOptions): MiddlewareHandler<GatewayEnv> {
  return async (context, next) => {
    const from = clock.monotonic();
    await next();
    const took = clock.monotonic() - from;
    const method = METHODS.has(context.req.method) ? context.req.method : 'OTHER';
    const { status } = context.res;
    // The pattern, never the address: that holds ids, and perhaps a ticket.
    const route = routePath(context);
    const code = codeOf(context);
    meters.http.observe({ route, method, status }, took / 1_000);
    if (code !== undefined) meters.refused.inc({ code });
    if (!logger) return;
    // Unknown outside `/api/` and where nobody was let in.
    const identity = context.get('identity') as Identity | undefined;
    const fields = {
      requestId: context.get('requestId'),
      method,
      route,
      status,
      ms: Math.round(took * 10) / 10,
      ...(identity?.tokenId === undefined ? {} : { tokenId: identity.tokenId }),
      ...(code === undefined ? {} : { code }),
    };
    if (code === 'INTERNAL') logger.error({ ...fields, ...faultFields(context.error) }, 'request failed');
    else logger.info(fields, 'request');
  };
}
