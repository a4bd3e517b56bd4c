import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFakeHost, legalLogs } from '@fleetglass/core/testing';
import type { EventDraft } from '@fleetglass/core/protocol';
import { openRest } from './rest-client.js';

interface Page {
  readonly items: readonly Record<string, unknown>[];
  readonly nextCursor?: string;
  readonly total?: number;
}

const LISTS = [
  '/api/v1/runs?',
  '/api/v1/runs?sort=cost&order=ascending&',
  '/api/v1/runs?sort=lastEvent&',
  '/api/v1/history?',
  '/api/v1/agents?',
  '/api/v1/agents?sort=cost&',
  '/api/v1/tasks?',
  '/api/v1/tasks?order=ascending&',
  '/api/v1/approvals?',
  '/api/v1/alerts?',
  '/api/v1/logs?',
  '/api/v1/logs?order=ascending&',
  '/api/v1/runs/run-0/conversation?',
  '/api/v1/runs/run-0/checkpoints?',
  '/api/v1/runs/run-0/file-changes?',
] as const;

const copy = (events: readonly EventDraft[]): EventDraft[] => events.map((event) => ({ ...event }));

describe('pages', () => {
  it('are together the whole list as it was, each item once, whatever is written meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        legalLogs(fc, { runs: 6, steps: 80 }),
        fc.constantFrom(...LISTS),
        fc.integer({ min: 1, max: 4 }),
        fc.double({ min: 0.2, max: 1, noNaN: true }),
        async (log, list, limit, share) => {
          const events = log as readonly EventDraft[];
          const begun = Math.ceil(events.length * share);
          if (begun === 0) return;
          const host = createFakeHost();
          await host.store.append(copy(events.slice(0, begun)));
          const client = openRest({ host });
          const whole = await client.get<Page>(`${list}limit=200`);
          const found: unknown[] = [];
          let cursor = '';
          let written = begun;
          do {
            const page = await client.get<Page>(`${list}limit=${limit}${cursor}`);
            expect(page.status).toBe(whole.status);
            if (page.status !== 200) return;
            expect(page.body.items.length).toBeLessThanOrEqual(limit);
            found.push(...page.body.items);
            cursor = page.body.nextCursor === undefined ? '' : `&cursor=${page.body.nextCursor}`;
            const more = events.slice(written, written + 7);
            if (more.length > 0) await host.store.append(copy(more));
            written += more.length;
          } while (cursor !== '');
          const { items } = whole.body;
          // What is read upwards from the log's events also reaches those that were written meanwhile.
          const isOpen = list.startsWith('/api/v1/logs?order=ascending');
          expect(isOpen ? found.slice(0, items.length) : found).toEqual(items);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are refused for another question, another log and nonsense', async () => {
    const host = createFakeHost();
    for (const runId of ['a', 'b', 'c'])
      await host.append({ type: 'run.created', runId, data: { name: runId } });
    const client = openRest({ host });
    const { nextCursor = '' } = (await client.get<Page>('/api/v1/runs?limit=1')).body;
    expect(nextCursor).not.toBe('');
    const code = async (path: string): Promise<unknown> =>
      (await client.get<{ code?: string }>(path)).body.code;
    expect(await code(`/api/v1/runs?sort=cost&cursor=${nextCursor}`)).toBe('CURSOR_INVALID');
    expect(await code(`/api/v1/tasks?cursor=${nextCursor}`)).toBe('CURSOR_INVALID');
    expect(await code('/api/v1/runs?cursor=bm90aGluZw')).toBe('CURSOR_INVALID');
    const other = openRest();
    const foreign = await other.get<{ code?: string }>(`/api/v1/runs?cursor=${nextCursor}`);
    expect([foreign.status, foreign.body.code]).toEqual([410, 'CURSOR_TOO_OLD']);
    await host.store.deleteRun('c');
    expect(await code(`/api/v1/runs?limit=1&cursor=${nextCursor}`)).toBe('CURSOR_TOO_OLD');
  });
});

describe('an answer that still holds', () => {
  it.each(['/api/v1/runs', '/api/v1/metrics/costs', '/api/v1/logs'])('%s is not sent again', async (path) => {
    const host = createFakeHost();
    const created = { type: 'run.created', runId: 'a', data: { name: 'a' } } as const;
    await host.append(created, { type: 'log.written', runId: 'a', data: { level: 'info', message: 'x' } });
    const client = openRest({ host, tokens: { scoped: { scope: { runId: 'a' } } } });
    const first = await client.get(path);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    const again = (headers: Record<string, string>) => client.ask('GET', path, { headers });
    const same = await again({ 'if-none-match': `"other", W/${etag}` });
    expect([same.status, same.text]).toEqual([304, '']);
    expect(same.headers.get('etag')).toBe(etag);
    expect((await again({ 'if-none-match': '"other"' })).status).toBe(200);
    const head = await client.ask('HEAD', path);
    expect([head.status, head.text, head.headers.get('etag')]).toEqual([200, '', etag]);

    await host.append(
      { type: 'span.started', runId: 'a', spanId: 's', data: { kind: 'model', name: 'm' } },
      {
        type: 'span.ended',
        runId: 'a',
        spanId: 's',
        data: {
          status: 'ok',
          cost: { basis: 'list', nanoUsd: 5 },
          usage: { inputTokens: 1, outputTokens: 1 },
        },
      },
    );
    expect((await again({ 'if-none-match': etag })).status).toBe(200);
  });

  it('is another one for whoever may see less, and after a deletion', async () => {
    const host = createFakeHost();
    for (const runId of ['a', 'b']) await host.append({ type: 'run.created', runId, data: { name: runId } });
    const client = openRest({ host, tokens: { scoped: { scope: { runId: 'a' } } } });
    const all = await client.get('/api/v1/runs');
    const part = await client.get<{ total: number }>('/api/v1/runs', 'scoped');
    expect(part.body.total).toBe(1);
    expect(part.headers.get('etag')).not.toBe(all.headers.get('etag'));
    await host.store.deleteRun('b');
    const later = await client.get<{ total: number }>('/api/v1/runs');
    expect(later.body.total).toBe(1);
    expect(later.headers.get('etag')).not.toBe(all.headers.get('etag'));
  });
});
