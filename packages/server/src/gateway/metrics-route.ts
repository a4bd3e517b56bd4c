import { FleetglassError } from '@fleetglass/core';
import type { Hono } from 'hono';
import { bearerToken } from './access.js';
import type { Authenticate } from './access.js';
import type { GatewayEnv } from './gateway-env.js';
import type { Meters } from './meters.js';

/**
 * Prints what the gateway counts of itself at `/metrics`, as Prometheus reads it: to programs of its own machine, and to
 * whoever has a token for the whole of a fleet. It holds sums of all tenants and no ids.
 */
export function addMetricsRoute(
  app: Hono<GatewayEnv>,
  {
    meters: { registry },
    authenticate,
  }: { readonly meters: Meters; readonly authenticate: Authenticate | undefined },
): void {
  app.get('/metrics', async (context) => {
    if (authenticate && !context.get('asker').isLocal) {
      const token = bearerToken(context.req.raw.headers);
      const identity = token === undefined ? undefined : await authenticate(token);
      if (!identity)
        throw new FleetglassError('UNAUTHENTICATED', 'Send the token as `Authorization: Bearer`.');
      if (identity.scope)
        throw new FleetglassError('FORBIDDEN', 'Metrics are of all runs, and your token opens some of them.');
    }
    return context.body(await registry.metrics(), 200, { 'content-type': registry.contentType });
  });
}
