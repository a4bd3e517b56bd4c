import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createGatewayHandler, describeRest, REST_ROLES } from '@fleetglass/server';
import { createFakeHost } from '@fleetglass/core/testing';
import { ENDPOINTS } from '../../src/rest/endpoints.js';
import { openRest } from './rest-client.js';

interface Operation {
  readonly operationId: string;
  readonly security: readonly { readonly bearer: readonly string[] }[];
  readonly responses: Readonly<Record<string, unknown>>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const committed = JSON.parse(
  readFileSync(new URL('../../../../docs/openapi.json', import.meta.url), 'utf8'),
) as Document;

describe('the OpenAPI document', () => {
  it('is what the schemas say: `npm run reference` writes it', async () => {
    expect(JSON.parse(JSON.stringify(await describeRest()))).toEqual(committed);
  });

  it('is served', async () => {
    const answer = await openRest().get('/api/v1/openapi.json');
    expect(answer.body).toEqual(committed);
  });

  it("leaves a host's own zod as it was", async () => {
    await describeRest();
    expect(z.toJSONSchema(z.globalRegistry)).toEqual({ schemas: {} });
    expect(z.string()).not.toHaveProperty('openapi');
  });

  it('names each operation once, with the role that it needs', () => {
    const operations = Object.values(committed.paths).flatMap((methods) => Object.values(methods));
    expect(operations).toHaveLength(ENDPOINTS.length);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(ENDPOINTS.length);
    for (const { method, path, role } of ENDPOINTS) {
      expect(committed.paths[path]?.[method]?.security).toEqual([{ bearer: [role] }]);
      expect(REST_ROLES.get(`${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`)).toBe(role);
    }
  });

  it('refers to nothing that it does not hold', () => {
    const text = JSON.stringify(committed);
    const names = new Set([...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name));
    const { components } = committed as unknown as { components: { schemas: Record<string, unknown> } };
    for (const name of names) expect(Object.keys(components.schemas)).toContain(name);
  });

  it('covers every route that is served under /api/v1 as REST', () => {
    const { app } = createGatewayHandler({ host: createFakeHost() });
    const served = new Set(app.routes.map(({ method, path }) => `${method} ${path}`));
    for (const route of REST_ROLES.keys()) expect(served).toContain(route);
  });
});
