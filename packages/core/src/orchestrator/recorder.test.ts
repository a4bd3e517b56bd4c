import { describe, expect, it } from 'vitest';
import { createEmitter } from '../emitter/emitter.js';
import { createMemoryStore } from '../log/memory-store.js';
import { emptyState, reduce } from '../projection/reduce.js';
import { createRecorder } from './recorder.js';

describe('a recorder', () => {
  it('records a run of something else, as the projection understands it', async () => {
    const store = createMemoryStore();
    const recorder = createRecorder({ store });
    const run = recorder.run('nightly', { threadId: 't', labels: { team: 'x' }, input: { n: 1 } });
    const writer = run.agent('WRITER', { role: 'author' });
    writer.activity('drafting');
    const task = writer.task('draft', { type: 'text', priority: 'high' });
    task.progress(1, 2);
    const span = task.span('sonnet', { kind: 'model', model: 'm' });
    span.end({
      usage: { inputTokens: 10, outputTokens: 5 },
      cost: { nanoUsd: 70, basis: 'billed' },
      output: 'text',
    });
    task.span('lint', { kind: 'tool' }).fail(new Error('broken'));
    task.message('assistant', 'Once upon a time');
    task.file('created', { path: 'a.md' });
    task.log('info', 'done soon');
    task.usage({ usage: { inputTokens: 1, outputTokens: 1 }, cost: { nanoUsd: 5, basis: 'list' } });
    task.task('proof').fail(Object.assign(new Error('no'), { code: 'TYPO' }));
    task.end({ words: 4 });
    run.task('tidy').cancel();
    writer.end();
    run.end('fine');
    await recorder.flush();

    const { events } = await store.read({ from: 1 });
    expect(events.every(({ runId, threadId }) => runId === run.id && threadId === 't')).toBe(true);
    const state = reduce(emptyState(), events);
    const seen = state.runs.get(run.id);
    expect(seen).toMatchObject({ name: 'nightly', status: 'completed', labels: { team: 'x' } });
    expect(seen?.totals).toMatchObject({
      cost: { nanoUsd: 75 },
      usage: { inputTokens: 11, outputTokens: 6 },
      modelCalls: 1,
      toolCalls: 1,
      toolErrors: 1,
    });
    expect(seen?.taskCounts).toMatchObject({ completed: 1, failed: 1, cancelled: 1 });
    expect(
      events.find(({ type, data }) => type === 'task.created' && data['name'] === 'proof')?.data,
    ).toEqual({
      name: 'proof',
      parentTaskId: task.id,
    });
  });

  it('writes to an emitter that others use too', async () => {
    const store = createMemoryStore();
    const emitter = createEmitter({ store });
    const recorder = createRecorder({ emitter });
    const failed = recorder.run('a');
    failed.fail(new Error('no'));
    recorder.run('b').cancel();
    await recorder.flush();
    const { events } = await store.read({ from: 1 });
    expect(events.map(({ type }) => type)).toEqual([
      'run.created',
      'run.started',
      'run.failed',
      'run.created',
      'run.started',
      'run.cancelled',
    ]);
    expect(events[2]?.data).toEqual({ error: { code: 'TASK_FAILED', message: 'no' } });
  });
});
