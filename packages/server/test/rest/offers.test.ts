import { describe, expect, it } from 'vitest';
import { append, createMemoryStore, createOrchestrator, END, START, StateGraph } from '@fleetglass/core';
import { createMemoryTemplates, createPlanner } from '@fleetglass/core/planner';
import type { GatewayOffers } from '@fleetglass/server';
import type { FakeHost } from '@fleetglass/core/testing';
import { openRest } from './rest-client.js';

const workflow = {
  name: 'Small change',
  type: 'bugFix',
  complexity: 'simple',
  steps: [{ id: 'build', role: 'BUILDER', after: [] }],
} as const;

const offersOfAll = (): GatewayOffers => ({
  templates: createMemoryTemplates(),
  planner: createPlanner({
    provider: { id: 'test', call: () => Promise.reject(new Error('never asked')) } as never,
    model: 'model-a',
  }),
});

describe('a host that offers nothing beside its log', () => {
  it.each([
    ['GET', '/api/v1/templates', 'templates'],
    ['GET', '/api/v1/workflows', 'templates'],
    ['GET', '/api/v1/prompts', 'planner'],
    ['GET', '/api/v1/alert-rules', 'alert rules'],
    ['DELETE', '/api/v1/runs/a', 'deleted'],
    ['POST', '/api/v1/runs/a/archive', 'archives'],
    ['GET', '/api/v1/run-archives', 'archives'],
  ])('%s %s says so', async (method, path, word) => {
    const answer = await openRest().ask<{ message: string }>(method, path);
    expect(answer.status).toBe(404);
    expect(answer.body.message).toContain(word);
  });
});

describe('templates and workflows', () => {
  it('are stored, changed into versions, forked and deleted', async () => {
    const client = openRest({ offers: offersOfAll() });
    const saved = await client.ask<{ id: string; version: number }>('POST', '/api/v1/workflows', {
      body: { workflow },
    });
    expect(saved.status).toBe(201);
    const path = `/api/v1/templates/${saved.body.id}`;
    const changed = await client.ask<{ version: number }>('PATCH', `${path}?expectedVersion=1`, {
      body: { name: 'Smaller change' },
    });
    expect(changed.body.version).toBe(2);
    const late = await client.ask('PATCH', `${path}?expectedVersion=1`, { body: { name: 'x' } });
    expect([late.status, late.body]).toMatchObject([409, { code: 'VERSION_CONFLICT' }]);
    expect((await client.get<{ items: unknown[] }>(`${path}/versions`)).body.items).toHaveLength(2);
    const forked = await client.ask('POST', `${path}/fork`, { body: { name: 'Mine' } });
    expect(forked.body).toMatchObject({ name: 'Mine', forkOf: { id: saved.body.id, version: 2 } });
    expect((await client.get<{ items: unknown[] }>('/api/v1/workflows')).body.items).toHaveLength(2);
    expect((await client.ask('DELETE', path)).status).toBe(200);
    expect((await client.get(path)).status).toBe(404);
  });

  it('refuses what cannot be one, and changes nothing', async () => {
    const client = openRest({ offers: offersOfAll() });
    const circle = { ...workflow, steps: [{ id: 'a', role: 'BUILDER', after: ['a'] }] };
    const answer = await client.ask('POST', '/api/v1/workflows', { body: { workflow: circle } });
    expect([answer.status, answer.body]).toMatchObject([400, { code: 'GRAPH_INVALID' }]);
    expect((await client.get<{ items: unknown[] }>('/api/v1/workflows')).body.items).toEqual([]);
  });
});

describe('planning', () => {
  it('estimates and recommends without running anything', async () => {
    const client = openRest({ offers: offersOfAll() });
    const body = { task: 'Fix the broken login of the public API', forceAnalyst: true };
    const plan = await client.ask('POST', '/api/v1/workflows/estimate', { body });
    expect(plan.body).toMatchObject({
      type: { name: 'bugFix' },
      analyst: { included: true, because: 'forced' },
    });
    const advice = await client.ask('POST', '/api/v1/workflows/recommend', { body: { task: body.task } });
    expect(advice.body).toMatchObject({ analyst: { recommendation: 'undecided', reason: 'tooFewRuns' } });
    const preview = await client.ask('POST', '/api/v1/prompts/ANALYST/preview', { body: { task: 'Look' } });
    expect(preview.text).toContain('Look');
    const compared = await client.ask('POST', '/api/v1/prompts/compare', {
      body: { task: 'Look', first: { role: 'BUILDER' }, second: { role: 'BUILDER', instructions: 'Twice.' } },
    });
    expect(compared.status).toBe(200);
    const missing = await client.ask('POST', '/api/v1/prompts/NOBODY/preview', { body: { task: 'x' } });
    expect(missing.status).toBe(404);
    expect(client.host.received).toEqual([]);
  });
});

describe('a run of an orchestrator', () => {
  it('is started, read, reported, and deleted with everything of it', async () => {
    const store = createMemoryStore();
    const orchestrator = createOrchestrator({ store });
    const graph = new StateGraph({ name: 'review', reducers: { seen: append } })
      .addNode('reader', (_state, ctx) => {
        ctx.file('modified', { path: 'src/a.ts', linesAdded: 3 });
        ctx.log('warn', 'Looked at a.ts');
        return { seen: ['a.ts'] };
      })
      .addEdge(START, 'reader')
      .addEdge('reader', END);
    orchestrator.register('review', () => ({ graph: graph, input: {} }));
    const host = { ...orchestrator.host, store, received: [] } as unknown as FakeHost;
    const client = openRest({ host, offers: { store } });

    const started = await client.ask<{ runId: string }>('POST', '/api/v1/runs', { body: { name: 'review' } });
    expect(started.status).toBe(201);
    const { runId } = started.body;
    await orchestrator.get(runId)?.result;
    const run = await client.get<{ status: string }>(`/api/v1/runs/${runId}`);
    expect(run.body.status).toBe('completed');
    const checkpoints = await client.get<{ items: unknown[] }>(`/api/v1/runs/${runId}/checkpoints`);
    expect(checkpoints.body.items.length).toBeGreaterThan(1);

    const files = await client.get(`/api/v1/runs/${runId}/files`);
    expect(files.body).toMatchObject({
      items: [{ path: 'src/a.ts', operations: { modified: 1 }, linesAdded: 3 }],
      more: false,
    });
    const logs = await client.get<{ items: unknown[] }>('/api/v1/logs?level=warn&text=LOOKED');
    expect(logs.body.items).toMatchObject([{ level: 'warn', message: 'Looked at a.ts', runId }]);

    for (const format of ['ndjson', 'json', 'csv', 'markdown']) {
      const report = await client.get(`/api/v1/runs/${runId}/report?format=${format}`);
      expect(report.status).toBe(200);
      expect(report.headers.get('content-disposition')).toContain('attachment');
      expect(report.text.length).toBeGreaterThan(10);
    }
    const lines = (await client.get(`/api/v1/runs/${runId}/report`)).text.trim().split('\n');
    const stored = await store.read({ from: 1, filter: { runId } });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      JSON.parse(JSON.stringify(stored.events)),
    );

    const deleted = await client.ask('POST', '/api/v1/run-deletions', { body: { runIds: [runId, 'none'] } });
    expect(deleted.body).toMatchObject({
      deleted: [runId],
      refused: [{ runId: 'none', code: 'RUN_NOT_FOUND' }],
    });
    expect((await client.get(`/api/v1/runs/${runId}`)).status).toBe(404);
    await orchestrator.close();
  });

  it('is not deleted while it goes on', async () => {
    const client = openRest();
    await client.host.append({ type: 'run.created', runId: 'a', data: { name: 'a' } });
    const offering = openRest({ host: client.host, offers: { store: client.host.store } });
    const refused = await offering.ask('DELETE', '/api/v1/runs/a');
    expect([refused.status, refused.body]).toMatchObject([409, { code: 'RUN_NOT_ENDED' }]);
    expect((await offering.ask('DELETE', '/api/v1/runs/a?unfinished=true')).body).toMatchObject({
      deleted: ['a'],
    });
  });
});

describe('roles', () => {
  it('let a viewer read, a developer steer, an admin delete', async () => {
    const client = openRest({
      offers: offersOfAll(),
      tokens: { viewer: { role: 'viewer' }, developer: { role: 'developer' }, admin: { role: 'admin' } },
    });
    const status = async (method: string, path: string, token: string): Promise<number> =>
      (await client.ask(method, path, { token })).status;
    expect(await status('GET', '/api/v1/runs', 'viewer')).toBe(200);
    expect(await status('POST', '/api/v1/runs/a/pause', 'viewer')).toBe(403);
    expect(await status('POST', '/api/v1/runs/a/pause', 'developer')).toBe(200);
    expect(await status('DELETE', '/api/v1/templates/x', 'developer')).toBe(403);
    expect(await status('DELETE', '/api/v1/templates/x', 'admin')).toBe(404);
    expect(await status('GET', '/api/v1/runs', 'nobody')).toBe(401);
    expect(client.host.received).toHaveLength(1);
  });
});
