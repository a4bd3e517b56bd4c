import { createEventLog, createMemoryStore } from '@fleetglass/core';
import type { EventDraft } from '@fleetglass/core/protocol';
import { createGatewayHandler } from '@fleetglass/server';
import type { Identity } from '@fleetglass/server';
import { describe, expect, it } from 'vitest';
import { ENDPOINTS } from '../../src/rest/endpoints.js';
import { createStandaloneHost } from '../../src/serve/standalone-host.js';

interface Page {
  readonly items: readonly {
    readonly run: { readonly id: string; readonly status: string; readonly tasks: number };
  }[];
  readonly nextCursor?: string;
  readonly total?: number;
}

const event = (runId: string, time: number, type: string, data: object = {}) =>
  ({ v: 1, runId, threadId: `thread-${runId.slice(-1)}`, time, type, data }) as EventDraft;

/** A fleet that holds three runs that have ended, and a log of forty. */
async function open() {
  const store = createMemoryStore();
  for (let at = 0; at < 40; at += 1) {
    const id = `run-${String(at).padStart(2, '0')}`;
    await store.append([
      event(id, at * 1_000, 'run.created', { name: at % 8 === 0 ? 'Nightly report' : 'Small fix' }),
      event(id, at * 1_000 + 1, at % 4 === 0 ? 'run.failed' : 'run.completed', {
        error: { code: 'X', message: 'No.' },
      }),
    ]);
  }
  const log = createEventLog(store, { retain: { runs: 3 }, stateEvery: 20 });
  const identities: Readonly<Record<string, Identity>> = {
    all: {},
    part: { scope: { threadId: 'thread-1' } },
    logs: { scope: { types: ['log'] } },
    begins: { scope: { types: ['run.created'] } },
  };
  const { fetch } = createGatewayHandler({
    host: { ...createStandaloneHost(store), log },
    authenticate: (token) => identities[token],
  });
  const get = async (path: string, token = 'all') => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(new Request(`http://localhost/api/v1${path}`, { headers }));
    const body = (await response.json()) as Page;
    const endpoint = ENDPOINTS.find(
      (each) => each.method === 'get' && each.path === `/api/v1${path.split('?')[0] ?? ''}`,
    );
    if (response.ok) expect(endpoint?.answer.parse(body)).toEqual(body);
    return { status: response.status, ...body };
  };
  const all = async (query: string, token = 'all'): Promise<readonly string[]> => {
    const ids: string[] = [];
    for (let cursor = ''; ;) {
      const page = await get(`/run-history?${query}${cursor}`, token);
      expect(page.status).toBe(200);
      ids.push(...page.items.map(({ run }) => run.id));
      if (page.nextCursor === undefined) return ids;
      cursor = `&cursor=${page.nextCursor}`;
    }
  };
  return { store, get, all };
}

describe('the history of runs', () => {
  it('reaches every run of the log, the newest first, also those that the lists have let go', async () => {
    const { get, all } = await open();
    expect((await get('/runs')).total).toBeLessThan(10);
    const ids = await all('limit=7');
    expect(ids).toEqual(Array.from({ length: 40 }, (_, at) => `run-${String(39 - at).padStart(2, '0')}`));
    expect(ids).toEqual(await all('limit=50'));
  });

  it('is searched by words, status, thread and time as the lists are', async () => {
    const { all } = await open();
    expect(await all('text=nightly&limit=6')).toEqual(['run-32', 'run-24', 'run-16', 'run-08', 'run-00']);
    expect(await all('status=failed&from=20000&to=30000')).toEqual(['run-28', 'run-24', 'run-20']);
    expect(await all('threadId=thread-9')).toEqual(['run-39', 'run-29', 'run-19', 'run-09']);
    expect(await all('type=none')).toEqual([]);
  });

  it('shows nothing from outside of a scope, and no run twice', async () => {
    const { all, get, store } = await open();
    expect(await all('limit=50', 'part')).toEqual(['run-31', 'run-21', 'run-11', 'run-01']);
    expect(await all('', 'logs')).toEqual([]);
    expect((await get('/run-history?threadId=thread-2', 'part')).items).toEqual([]);
    const task = { ...event('run-00', 9, 'task.created', { name: 'A task' }), taskId: 'task' };
    await store.append([task]);
    const last = async (token: string) =>
      (await get('/run-history?to=0', token)).items.map(({ run }) => [run.id, run.status, run.tasks]);
    expect(await last('all')).toEqual([['run-00', 'failed', 1]]);
    // What ended it and what was done in it are events of other types.
    expect(await last('begins')).toEqual([['run-00', 'queued', 0]]);
    await store.append([event('run-39', 40_000, 'run.created', { name: 'Again' })]);
    expect((await get('/run-history?limit=3')).items.map(({ run }) => run.id)).toEqual(['run-39', 'run-38']);
  });
});
