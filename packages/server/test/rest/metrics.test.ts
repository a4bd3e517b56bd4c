import { describe, expect, it } from 'vitest';
import { createGateway, createGatewayHandler } from '@fleetglass/server';
import type { Identity } from '@fleetglass/server';
import { createFakeHost } from '@fleetglass/core/testing';

const authenticate = (token: string) =>
  (
    ({
      all: {},
      prometheus: { role: 'admin', canCommand: false },
      part: { scope: { runId: 'a' } },
      viewer: { role: 'viewer' },
      developer: { role: 'developer' },
    }) as Readonly<Record<string, Identity>>
  )[token] ?? (token === 'other' ? { tenant: 'acme-corp' } : undefined);

describe('/metrics', () => {
  it('[SEC-36] needs an admin without a scope from elsewhere, and tells no tenant', async () => {
    const hosts = new Map([
      ['default', createFakeHost()],
      ['acme-corp', createFakeHost()],
    ]);
    await hosts.get('acme-corp')?.append({ type: 'run.created', runId: 'secret-run', data: { name: 'x' } });
    const { fetch } = createGatewayHandler({ hosts, authenticate });
    const ask = (path: string, token?: string) =>
      fetch(
        new Request(`http://localhost${path}`, {
          headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        }),
      );
    await ask('/api/v1/runs/secret-run', 'other');
    expect((await ask('/metrics')).status).toBe(401);
    expect((await ask('/metrics', 'wrong')).status).toBe(401);
    for (const token of ['part', 'viewer', 'developer'])
      expect([token, (await ask('/metrics', token)).status]).toEqual([token, 403]);
    expect((await ask('/metrics', 'prometheus')).status).toBe(200);
    const answer = await ask('/metrics', 'all');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/plain');
    const text = await answer.text();
    expect(text).toContain('fleetglass_log_head 1\n');
    expect(text).toMatch(/fleetglass_http_request_seconds_count\{route="\/api\/v1\/runs\/:runId"/);
    expect(text).not.toMatch(/acme|secret-run/);
  });

  it('is open to programs of its own machine, but not through a proxy on it', async () => {
    const gateway = createGateway({ host: createFakeHost(), authenticate, port: 0 });
    await gateway.listen();
    try {
      expect((await fetch(`${gateway.url}/metrics`)).status).toBe(200);
      const proxied = await fetch(`${gateway.url}/metrics`, {
        headers: { 'x-forwarded-for': '203.0.113.9' },
      });
      expect(proxied.status).toBe(401);
    } finally {
      await gateway.close();
    }
  });
});
