import { FleetglassError } from '@fleetglass/core';
import type { Hono } from 'hono';
import type { Role } from '../gateway/access.js';
import type { GatewayEnv } from '../gateway/gateway-env.js';
import { openApiDocument } from './document.js';
import type { Endpoint } from './endpoint.js';
import { ENDPOINTS } from './endpoints.js';
import type { RestContext } from './rest-context.js';
import { createServe } from './serve.js';

const routeOf = ({ path }: Endpoint): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

/** The least role for each route, by method and pattern such as `GET /api/v1/runs/:runId`. */
export const REST_ROLES: ReadonlyMap<string, Role> = new Map(
  ENDPOINTS.map((endpoint) => [`${endpoint.method.toUpperCase()} ${routeOf(endpoint)}`, endpoint.role]),
);

/** The OpenAPI document of this version. */
export const describeRest = (): Promise<object> => openApiDocument(ENDPOINTS);

/** Adds the REST API to an app that knows who asks. */
export function addRest(app: Hono<GatewayEnv>, context: RestContext): void {
  const serve = createServe(context);
  const methods = new Map<string, string[]>();
  for (const endpoint of ENDPOINTS) {
    const route = routeOf(endpoint);
    const name = endpoint.method.toUpperCase();
    methods.set(route, [...(methods.get(route) ?? []), ...(name === 'GET' ? ['GET', 'HEAD'] : [name])]);
    app.on(name, route, (http) => serve(endpoint, http));
  }
  let document: string | undefined;
  app.get('/api/v1/openapi.json', async (http) => {
    document ??= JSON.stringify(await describeRest());
    return http.body(document, 200, { 'content-type': 'application/json' });
  });
  // Only after all of them: a pattern may match what another one names exactly.
  for (const [route, allowed] of methods) {
    app.all(route, (http) => {
      http.header('allow', allowed.join(', '));
      throw new FleetglassError(
        'METHOD_NOT_ALLOWED',
        `This address takes ${allowed.join(', ')}, not ${http.req.method.slice(0, 16)}.`,
      );
    });
  }
}
