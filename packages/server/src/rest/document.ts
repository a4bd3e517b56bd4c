import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import type { Endpoint } from './endpoint.js';
import { wireError } from './values.js';

const DESCRIPTION = [
  "Reads and steers the runs of a fleet. Every answer shows only what the token's scope allows.",
  'Lists come in pages: follow `nextCursor` until it is absent.',
  'Every error has a code, a sentence that says what to do, and the id of the request.',
  'Live events come over `/api/v1/live` and `/api/v1/events`.',
].join(' ');

const ROLES = 'The token needs at least the role';

function routeOf(endpoint: Endpoint): RouteConfig {
  const { method, path, id, tag, role, summary, description, params, query, body, answer, streams } =
    endpoint;
  const media = streams ?? ['application/json'];
  const isCommand = method !== 'get';
  return {
    method,
    path,
    operationId: id,
    tags: [tag],
    summary,
    description: [description, `${ROLES} ${role}.`].filter(Boolean).join(' '),
    security: [{ bearer: [role] }],
    request: {
      ...(params ? { params } : {}),
      query,
      ...(body
        ? {
            body: {
              content: { 'application/json': { schema: body } },
              required: !body.safeParse(undefined).success,
            },
          }
        : {}),
    },
    responses: {
      [endpoint.status ?? 200]: {
        description: summary,
        content: Object.fromEntries(media.map((type) => [type, { schema: answer }])),
      },
      ...(isCommand ? {} : { 304: { description: 'The answer that `If-None-Match` names still holds.' } }),
      default: {
        description: 'What went wrong, and what to do about it.',
        content: { 'application/json': { schema: wireError } },
      },
    },
  };
}

/** The OpenAPI 3.1 document of endpoints, made from the very schemas that check their requests. */
export async function openApiDocument(endpoints: readonly Endpoint[]): Promise<object> {
  // Few processes are ever asked for it.
  const { OpenAPIRegistry, OpenApiGeneratorV31 } = await import('@asteasolutions/zod-to-openapi');
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'The token. Its role is viewer, developer or admin; each includes the one before.',
  });
  for (const endpoint of endpoints) registry.registerPath(routeOf(endpoint));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: { title: 'Fleetglass gateway', version: 'v1', description: DESCRIPTION, license: { name: 'MIT' } },
    servers: [{ url: '/', description: 'The gateway, below its base path' }],
  });
}
