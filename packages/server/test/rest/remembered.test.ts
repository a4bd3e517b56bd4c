import { describe, expect, it } from 'vitest';
import type { EventDraft } from '@fleetglass/core/protocol';
import { hostOf, openRest } from './rest-client.js';

interface Page {
  readonly items: readonly { readonly id?: string; readonly message?: string }[];
  readonly nextCursor?: string;
  readonly total?: number;
}

interface Performance {
  readonly runs: { readonly completed: number };
  readonly tasks: { readonly completed: number; readonly failed: number };
}

const draft = (type: string, runId: string, data: object, taskId?: string): EventDraft => ({
  v: 1,
  time: 1_000,
  type,
  runId,
  data: data as EventDraft['data'],
  ...(taskId === undefined ? {} : { taskId }),
});

const RUNS = 70;

/** Runs with a task each; the tasks are still at work. */
const fleet = Array.from({ length: RUNS }, (_, run) => [
  draft('run.created', `run-${String(run)}`, { name: `Run ${String(run)}` }),
  draft('run.started', `run-${String(run)}`, {}),
  draft('task.created', `run-${String(run)}`, { name: 'Work' }, 'task'),
  draft('task.started', `run-${String(run)}`, { attempt: 1 }, 'task'),
]).flat();

describe('what was found before', () => {
  it('is found anew when a run among many goes on', async () => {
    const host = await hostOf(fleet);
    const client = openRest({ host });
    const performance = async () => (await client.get<Performance>('/api/v1/metrics/performance')).body;
    const tasks = async () => (await client.get<Page>('/api/v1/tasks?status=completed')).body.items.length;
    expect([(await performance()).tasks.completed, await tasks()]).toEqual([0, 0]);
    for (const [done, run] of [3, 40, 69].entries()) {
      const runId = `run-${String(run)}`;
      await host.store.append([draft('task.completed', runId, {}, 'task')]);
      expect([(await performance()).tasks.completed, await tasks()]).toEqual([done + 1, done + 1]);
      await host.store.append([draft('log.written', runId, { level: 'info', message: 'Done' })]);
      expect([(await performance()).tasks.completed, await tasks()]).toEqual([done + 1, done + 1]);
    }
    await host.store.append([draft('run.completed', 'run-3', {})]);
    expect((await performance()).runs.completed).toBe(1);
  });

  it('belongs to a question: other filters and the other order find their own', async () => {
    const client = openRest({ host: await hostOf(fleet) });
    const ids = async (query: string) =>
      (await client.get<Page>(`/api/v1/tasks?limit=200&${query}`)).body.total;
    expect(await ids('status=running')).toBe(RUNS);
    expect(await ids('status=completed')).toBe(0);
    expect(await ids('runId=run-1')).toBe(1);
    const down = await client.get<Page>('/api/v1/tasks?limit=200');
    const up = await client.get<Page>('/api/v1/tasks?limit=200&order=ascending');
    expect(up.body.items).toEqual([...down.body.items].reverse());
  });
});

it('lines that are rare are found however far back they are, each once', async () => {
  const other = (count: number): EventDraft[] =>
    Array.from({ length: count }, () => draft('run.progress', 'run-0', {}));
  const line = (message: string): EventDraft => draft('log.written', 'run-0', { level: 'info', message });
  const host = await hostOf([
    ...fleet.slice(0, 2),
    line('first'),
    ...other(7_000),
    line('second'),
    ...other(40),
    line('third'),
    ...other(300),
  ]);
  const client = openRest({ host });
  for (const [order, expected] of [
    ['descending', ['third', 'second', 'first']],
    ['ascending', ['first', 'second', 'third']],
  ] as const) {
    const found: (string | undefined)[] = [];
    let cursor = '';
    do {
      const path = `/api/v1/logs?limit=1&order=${order}${cursor}`;
      const { items, nextCursor } = (await client.get<Page>(path)).body;
      found.push(...items.map(({ message }) => message));
      cursor = nextCursor === undefined ? '' : `&cursor=${nextCursor}`;
    } while (cursor !== '');
    expect(found).toEqual(expected);
  }
});

it('a line is found wherever it stands', async () => {
  const texts = Array.from({ length: 60 }, (_, place) => `line-${String(place)}.`);
  const lines = texts.map((message) => draft('log.written', 'run-0', { level: 'info', message }));
  const client = openRest({ host: await hostOf([...fleet.slice(0, 2), ...lines]) });
  for (const order of ['ascending', 'descending']) {
    for (const text of texts) {
      const { items } = (await client.get<Page>(`/api/v1/logs?limit=1&order=${order}&text=${text}`)).body;
      expect(items.map(({ message }) => message)).toEqual([text]);
    }
  }
});
