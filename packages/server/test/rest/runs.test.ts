import { describe, expect, it } from 'vitest';
import { hostOf, openRest, sampleLogs } from './rest-client.js';

interface Page {
  readonly items: readonly { readonly id: string; readonly runId?: string }[];
  readonly nextCursor?: string;
  readonly total: number;
}

describe('runs, agents and tasks of many logs', () => {
  it.each(sampleLogs(12).map((log, at) => [at, log] as const))(
    'log %i: lists what happened, and each of it alone',
    async (_at, log) => {
      const client = openRest({ host: await hostOf(log) });
      const runs = (await client.get<Page>('/api/v1/runs?limit=200')).body;
      expect(runs.total).toBe(new Set(log.map(({ runId }) => runId)).size);
      for (const { id } of runs.items) {
        expect((await client.get(`/api/v1/runs/${id}`)).status).toBe(200);
        const tree = await client.get<{ nodes: { task?: { id: string } }[] }>(`/api/v1/runs/${id}/task-tree`);
        expect(tree.status).toBe(200);
      }
      for (const kind of ['agents', 'tasks']) {
        const list = (await client.get<Page>(`/api/v1/${kind}?limit=200`)).body;
        for (const { id, runId = '' } of list.items) {
          const one = await client.get(`/api/v1/runs/${runId}/${kind}/${id}`);
          expect(one.status).toBe(200);
        }
      }
    },
  );
});

describe('commands', () => {
  it('are carried out once for each key, with their actor', async () => {
    const client = openRest();
    client.host.onCommand(() => ({ runId: 'run/new' }));
    const start = { body: { name: 'review', input: { n: 1 } }, headers: { 'idempotency-key': 'k1' } };
    const first = await client.ask('POST', '/api/v1/runs', start);
    expect(first.status).toBe(201);
    expect(first.body).toEqual({ runId: 'run/new' });
    expect(first.headers.get('location')).toBe('/api/v1/runs/run%2Fnew');
    expect((await client.ask('POST', '/api/v1/runs', start)).body).toEqual(first.body);
    expect(client.host.received).toHaveLength(1);
    expect(client.host.received[0]).toEqual({
      command: { type: 'start', name: 'review', input: { n: 1 } },
      context: { commandId: 'k1', actor: { id: 'admin' } },
    });
    const other = await client.ask('POST', '/api/v1/runs', { ...start, body: { name: 'other' } });
    expect([other.status, other.body]).toMatchObject([400, { code: 'BAD_INPUT' }]);
  });

  it.each([
    ['cancel', { message: 'enough' }, { type: 'cancel', runId: 'a', message: 'enough' }],
    ['cancel', undefined, { type: 'cancel', runId: 'a' }],
    ['pause', undefined, { type: 'pause', runId: 'a' }],
    ['resume', {}, { type: 'resume', runId: 'a' }],
    [
      'fork',
      { checkpointId: 'c', patch: { n: 2 } },
      { type: 'fork', runId: 'a', checkpointId: 'c', patch: { n: 2 } },
    ],
  ])('%s reaches the host', async (name, body, command) => {
    const client = openRest();
    client.host.onCommand(() => (name === 'fork' ? { runId: 'b' } : undefined));
    const answer = await client.ask('POST', `/api/v1/runs/a/${name}`, body === undefined ? {} : { body });
    expect(answer.status).toBe(name === 'fork' ? 201 : 200);
    expect(client.host.received.map((each) => each.command)).toEqual([command]);
  });

  it('tells what the host refuses', async () => {
    const client = openRest();
    await client.host.append(
      { type: 'run.created', runId: 'a', data: { name: 'a' } },
      { type: 'run.completed', runId: 'a', data: {} },
    );
    const answer = await client.ask('POST', '/api/v1/runs/a/pause');
    expect([answer.status, answer.body]).toMatchObject([409, { code: 'RUN_ENDED' }]);
  });
});

describe('wrong requests', () => {
  it.each([
    ['GET', '/api/v1/runs?statuss=running', undefined, 400, "did you mean 'status'?"],
    ['GET', '/api/v1/runs?status=runing', undefined, 400, 'status'],
    ['GET', '/api/v1/runs?limit=9999', undefined, 400, 'whole number from 1 to 200'],
    ['GET', '/api/v1/runs?limit=1&limit=2', undefined, 400, 'limit'],
    ['GET', '/api/v1/runs?from=yesterday', undefined, 400, '2026-01-31'],
    ['GET', '/api/v1/runs?label=novalue', undefined, 400, 'name=value'],
    ['GET', '/api/v1/runs?cursor=nonsense', undefined, 400, 'first page'],
    ['GET', '/api/v1/runs?__proto__=1', undefined, 400, '__proto__'],
    ['GET', '/api/v1/runs/none', undefined, 404, "no run 'none'"],
    ['GET', '/api/v1/nowhere', undefined, 404, 'nothing at this address'],
    ['POST', '/api/v1/runs', {}, 400, "'name'"],
    ['POST', '/api/v1/runs', { name: 'a', nmae: 'b' }, 400, "did you mean 'name'?"],
    ['POST', '/api/v1/runs', '{"name":', 400, 'not JSON'],
    ['POST', '/api/v1/runs', undefined, 400, 'body'],
    ['PATCH', '/api/v1/runs', undefined, 405, 'takes GET, HEAD, POST'],
  ])('%s %s with %j is %i and says %j', async (method, path, body, status, text) => {
    const client = openRest();
    const answer = await client.ask<{ message: string; requestId: string; timestamp: number }>(
      method,
      path,
      body === undefined ? {} : { body },
    );
    expect(answer.status).toBe(status);
    expect(answer.body.message).toContain(text);
    expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
    expect(answer.body.timestamp).toBe(Date.UTC(2026, 0, 2));
    expect(client.host.received).toEqual([]);
    if (status === 405) expect(answer.headers.get('allow')).toBe('GET, HEAD, POST');
  });

  it('takes bodies as JSON only, and not larger than it says', async () => {
    const client = openRest({ limits: { maxBodyBytes: 100 } });
    const form = { body: 'name=a', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    expect((await client.ask('POST', '/api/v1/runs', form)).body).toMatchObject({ code: 'NOT_JSON' });
    const large = await client.ask('POST', '/api/v1/runs', { body: { name: 'x'.repeat(200) } });
    expect([large.status, large.body]).toMatchObject([413, { code: 'BODY_TOO_LARGE' }]);
  });
});
