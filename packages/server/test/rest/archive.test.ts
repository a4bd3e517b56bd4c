import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEventLog } from '@fleetglass/core';
import type { EventDraft } from '@fleetglass/core/protocol';
import { createArchive, createGatewayHandler, createSqliteStore } from '@fleetglass/server';
import type { Identity, SqliteStore } from '@fleetglass/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ENDPOINTS } from '../../src/rest/endpoints.js';
import { createStandaloneHost } from '../../src/serve/standalone-host.js';

let folder: string;
const stores = new Map<string, SqliteStore>();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetglass-rest-archive-'));
});
afterEach(async () => {
  for (const store of stores.values()) await store.close();
  stores.clear();
  rmSync(folder, { recursive: true, force: true });
});

const IDENTITIES: Readonly<Record<string, Identity>> = {
  admin: { tenant: 'one' },
  other: { tenant: 'two' },
  viewer: { tenant: 'one', role: 'viewer' },
  developer: { tenant: 'one', role: 'developer' },
  part: { tenant: 'one', scope: { runId: 'a' } },
};

interface Report {
  readonly archived: readonly { readonly id: string; readonly events: number }[];
  readonly restored: readonly string[];
  readonly refused: readonly { readonly runId: string; readonly code: string; readonly message: string }[];
  readonly items: readonly { readonly id: string; readonly name: string }[];
  readonly nextCursor?: string;
  readonly code?: string;
}

/** Two tenants, each with its store and its folder. */
function open() {
  const offers = new Map(
    ['one', 'two'].map((tenant) => {
      const store = createSqliteStore({ file: join(folder, `${tenant}.db`), tenant });
      stores.set(tenant, store);
      return [
        tenant,
        { store, archive: createArchive({ store, directory: join(folder, `cold-${tenant}`) }) },
      ];
    }),
  );
  const { fetch } = createGatewayHandler({
    hosts: new Map([...stores].map(([tenant, store]) => [tenant, createStandaloneHost(store)])),
    authenticate: (token) => IDENTITIES[token],
    offers,
  });
  const ask = async (method: string, path: string, body?: object, token = 'admin') => {
    const response = await fetch(
      new Request(`http://localhost/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body ? { body: JSON.stringify(body) } : {}),
      }),
    );
    const answer = (await response.json()) as Report;
    const pattern = path.split('?')[0]?.replace(/^\/(runs|run-archives)\/[^/]+/, '/$1/{runId}');
    const endpoint = ENDPOINTS.find(
      (each) => each.method === method.toLowerCase() && each.path === `/api/v1${pattern ?? ''}`,
    );
    // What is answered is what the document says.
    if (response.ok && endpoint) expect(endpoint.answer.parse(answer)).toEqual(answer);
    return { ...answer, http: response.status };
  };
  return ask;
}

const event = (runId: string, type: string, data: object = {}) =>
  ({ v: 1, type, runId, time: 1, data }) as EventDraft;

async function addRuns(tenant: string, ...ids: readonly string[]): Promise<void> {
  for (const id of ids)
    await stores
      .get(tenant)
      ?.append([event(id, 'run.created', { name: `Run ${id}` }), event(id, 'run.completed')]);
}

const logOf = async (tenant: string) => {
  const log = createEventLog(stores.get(tenant) as SqliteStore);
  return (await log.read({ from: 1, filter: {} })).events;
};

describe('archiving over REST', () => {
  it('moves a run out and back, and says where it is', async () => {
    const ask = open();
    await addRuns('one', 'a', 'b');
    const before = await logOf('one');
    expect(await ask('POST', '/runs/a/archive')).toMatchObject({ http: 200, id: 'a', events: 2 });
    expect((await ask('GET', '/runs/a')).http).toBe(404);
    expect((await ask('GET', '/runs')).items.map(({ id }) => id)).toEqual(['b']);
    expect(await ask('GET', '/run-archives/a')).toMatchObject({
      name: 'Run a',
      status: 'completed',
      http: 200,
    });
    expect(await ask('POST', '/runs/a/archive')).toMatchObject({ http: 404, code: 'RUN_NOT_FOUND' });
    expect(await ask('POST', '/run-archives/a/restore')).toMatchObject({ restored: ['a'], refused: [] });
    expect(await logOf('one')).toEqual(before);
    expect((await ask('GET', '/runs/a')).http).toBe(200);
    expect(await ask('POST', '/run-archives/b/restore')).toMatchObject({ http: 404, code: 'RUN_NOT_FOUND' });
  });

  it('of several tells of each, in both directions', async () => {
    const ask = open();
    await addRuns('one', 'a', 'b');
    await stores.get('one')?.append([event('going', 'run.created')]);
    const lease = await stores.get('one')?.acquireLease({ runId: 'b', owner: 'someone', ttlMs: 60_000 });
    const { archived, refused } = await ask('POST', '/run-archives', {
      runIds: ['a', 'going', 'none', 'b', 'a'],
    });
    expect(archived.map(({ id }) => id)).toEqual(['a']);
    expect(refused.map(({ runId, code }) => [runId, code])).toEqual([
      ['going', 'RUN_NOT_ENDED'],
      ['none', 'RUN_NOT_FOUND'],
      ['b', 'LEASE_HELD'],
    ]);
    if (lease) await stores.get('one')?.releaseLease(lease);
    const back = await ask('POST', '/run-restorations', { runIds: ['a', 'b'] });
    expect([back.restored, back.refused.map(({ code }) => code)]).toEqual([['a'], ['RUN_NOT_FOUND']]);
    for (const runIds of [[], Array.from({ length: 101 }, (_, at) => String(at)), [7], undefined])
      expect((await ask('POST', '/run-archives', { runIds })).http).toBe(400);
  });

  it('lists each archived run once over all pages, also while others go', async () => {
    const ask = open();
    const ids = Array.from({ length: 9 }, (_, at) => `run-${String(at)}`);
    await addRuns('one', ...ids);
    await ask('POST', '/run-archives', { runIds: ids });
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const page = await ask('GET', `/run-archives?limit=2${cursor}`);
      seen.push(...page.items.map(({ id }) => id));
      if (page.nextCursor === undefined) break;
      cursor = `&cursor=${page.nextCursor}`;
      await createArchive({
        store: stores.get('one') as SqliteStore,
        directory: join(folder, 'cold-one'),
      }).delete(seen);
    }
    expect([...seen].sort()).toEqual(ids);
    await addRuns('one', 'x');
    await ask('POST', '/runs/x/archive');
    expect((await ask('GET', '/run-archives?text=Run%20x')).items).toMatchObject([{ id: 'x' }]);
    expect((await ask('GET', '/run-archives?text=nothing')).items).toEqual([]);
  });

  it('[SEC-05] is for those who manage the whole of a fleet, each of its own', async () => {
    const ask = open();
    await addRuns('one', 'a', 'secret');
    await addRuns('two', 'a');
    await ask('POST', '/runs/secret/archive');
    for (const token of ['viewer', 'developer', 'part']) {
      for (const [path, body] of [
        ['/runs/a/archive'],
        ['/run-archives', { runIds: ['a'] }],
        ['/run-archives/secret/restore'],
        ['/run-restorations', { runIds: ['secret'] }],
      ] as const)
        expect([token, path, (await ask('POST', path, body, token)).http]).toEqual([token, path, 403]);
    }
    expect((await ask('GET', '/run-archives', undefined, 'viewer')).items).toHaveLength(1);
    expect((await ask('GET', '/run-archives', undefined, 'part')).http).toBe(403);
    expect((await ask('GET', '/run-archives', undefined, 'other')).items).toEqual([]);
    expect((await ask('GET', '/run-archives/secret', undefined, 'other')).http).toBe(404);
    expect((await ask('POST', '/run-archives/secret/restore', {}, 'other')).http).toBe(404);
    expect((await ask('POST', '/runs/a/archive', {}, 'other')).http).toBe(200);
    expect((await ask('GET', '/runs/a')).http).toBe(200);
    expect(readdirSync(join(folder, 'cold-one'))).toHaveLength(3);
  });
});
