import { describe, expect, it } from 'vitest';
import { createFakeHost } from '@fleetglass/core/testing';
import type { Identity } from '@fleetglass/server';
import { openRest } from './rest-client.js';

interface Told {
  readonly role: string;
  readonly mayCommand: boolean;
  readonly mayManage: boolean;
}

const tokens: Readonly<Record<string, Identity>> = {
  admin: { role: 'admin', actor: { id: 'token:ops', name: 'ops' }, tokenId: 'token-1', expiresAt: 2 ** 52 },
  developer: { role: 'developer', actor: { id: 'token:ci' } },
  viewer: { role: 'viewer', tenant: 'default' },
  silent: { canCommand: false },
  ofRun: { role: 'developer', scope: { runId: 'a' } },
  ofAgent: { role: 'admin', scope: { runId: 'a', agentId: 'WRITER' } },
  ofTypes: { role: 'developer', scope: { types: ['run', 'task'] } },
};

const rightsOf = ({ role, mayCommand, mayManage }: Told) => [role, mayCommand, mayManage];

describe('/api/v1/identity', () => {
  it('tells who asks and what they may do, and nothing of the token', async () => {
    const { get } = openRest({ tokens });
    const rights: Record<string, unknown> = {};
    for (const name of Object.keys(tokens))
      rights[name] = rightsOf((await get<Told>('/api/v1/identity', name)).body);
    expect(rights).toEqual({
      admin: ['admin', true, true],
      developer: ['developer', true, false],
      viewer: ['viewer', false, false],
      silent: ['admin', false, false],
      ofRun: ['developer', true, false],
      ofAgent: ['admin', false, false],
      ofTypes: ['developer', false, false],
    });
    expect((await get('/api/v1/identity', 'admin')).body).toEqual({
      name: 'ops',
      role: 'admin',
      mayCommand: true,
      mayManage: true,
      expiresAt: 2 ** 52,
    });
    expect((await get('/api/v1/identity', 'ofTypes')).body).toMatchObject({
      scope: { types: ['run', 'task'] },
    });
    expect((await get('/api/v1/identity', 'wrong')).status).toBe(401);
  });

  it('offers no commands where nobody carries any out', async () => {
    const host = createFakeHost();
    const { get } = openRest({
      host: {
        ...host,
        commands: { readOnly: true, execute: () => Promise.resolve(undefined) },
      },
      tokens,
    });
    expect(rightsOf((await get<Told>('/api/v1/identity', 'developer')).body)).toEqual([
      'developer',
      false,
      false,
    ]);
    expect(rightsOf((await get<Told>('/api/v1/identity', 'admin')).body)).toEqual(['admin', false, true]);
  });
});
