import { FleetglassError } from '@fleetglass/core';
import type { Hono } from 'hono';
import { bearerToken } from './access.js';
import type { Authenticate } from './access.js';
import type { GatewayEnv } from './gateway-env.js';
import type { Meters } from './meters.js';

/**
 * Prints what the gateway counts of itself at `/metrics`, as Prometheus reads it: to programs of its own machine, and to
 * admins without a scope. It holds sums of all tenants and no ids.
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
      // One that may not command is an admin here all the same: whoever reads figures need not be able to delete runs.
      if ((identity.role ?? 'admin') !== 'admin' || identity.scope) {
        throw new FleetglassError(
          'FORBIDDEN',
          'Metrics are sums of everything that is served here; ask with a token of the role admin and no scope, or from the machine of the gateway.',
        );
      }
    }
    return context.body(await registry.metrics(), 200, { 'content-type': registry.contentType });
  });
}
