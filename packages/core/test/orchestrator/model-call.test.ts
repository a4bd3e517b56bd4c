import { describe, expect, it } from 'vitest';
import type { ModelProvider } from '../../src/orchestrator/calls/model-provider.js';
import { createSimulatedClock } from '../../src/testing/simulated-clock.js';
import { createHarness, createProvider, flatPrices, settle, until } from './harness.js';

describe('ctx.model()', () => {
  it('shows deltas, the first token, usage while it runs, and the whole message at the end', async () => {
    const clock = createSimulatedClock();
    const provider = createProvider(async (_, { onDelta, onUsage }) => {
      await new Promise<void>((resolve) => void clock.setTimeout(resolve, 250));
      onDelta('Hel');
      onUsage({ inputTokens: 5, outputTokens: 1 });
      onDelta('lo');
      onDelta('hm', 'thinking');
      onUsage({ inputTokens: 5, outputTokens: 4 });
      return { text: 'Hello', outputTokens: 4 };
    });
    const { orchestrator, of, events } = createHarness({ clock, prices: flatPrices() });
    const run = orchestrator.run('one', (ctx) =>
      ctx.agent('WRITER', (agent) =>
        agent.model({ provider, model: 'm', system: 'be', prompt: 'hey', name: 'greet' }),
      ),
    );
    await clock.advance(250);
    expect((await run.result).text).toBe('Hello');
    const [started] = await of('span.started');
    expect(started).toMatchObject({
      agentId: 'WRITER',
      data: { name: 'greet', model: 'm', provider: 'fake' },
    });
    expect(started?.data.input).toEqual({
      kind: 'inline',
      value: [
        { role: 'system', content: 'be' },
        { role: 'user', content: 'hey' },
      ],
    });
    expect((await of('message.delta')).map(({ data }) => [data.kind, data.text])).toEqual([
      ['text', 'Hel'],
      ['text', 'lo'],
      ['thinking', 'hm'],
    ]);
    expect(
      (await of('usage.recorded')).map(({ data }) => [data.usage.outputTokens, data.cost?.nanoUsd]),
    ).toEqual([
      [1, 10_000],
      [3, 15_000],
    ]);
    const [ended] = await of('span.ended');
    expect(ended?.data).toMatchObject({
      status: 'ok',
      firstTokenMs: 250,
      cost: { nanoUsd: 25_000, basis: 'list' },
    });
    const [message] = await of('message.appended');
    expect(message?.data).toMatchObject({ role: 'assistant', parts: [{ kind: 'text', text: 'Hello' }] });
    const order = (await events()).map(({ type }) => type);
    expect(order.lastIndexOf('message.delta')).toBeLessThan(order.indexOf('message.appended'));
    expect(order.indexOf('span.started')).toBeLessThan(order.indexOf('message.delta'));
    expect((await of('context.measured'))[0]?.data).toMatchObject({ usedTokens: 9, limitTokens: 100_000 });
  });

  it('labels the cost of a simulated provider, and prefers a recorded cost to a computed one', async () => {
    const { orchestrator, of } = createHarness({ prices: flatPrices() });
    const simulated: ModelProvider = { ...createProvider(), simulated: true };
    const billed: ModelProvider = {
      ...createProvider(),
      call: async () => ({
        text: '',
        usage: { inputTokens: 1, outputTokens: 1 },
        model: 'm-2026',
        cost: { nanoUsd: 42, basis: 'billed' },
      }),
    };
    const first = await orchestrator.run('a', (ctx) =>
      ctx.model({ provider: simulated, model: 'm', prompt: 'x' }),
    ).result;
    expect(first.cost).toEqual({ nanoUsd: 51_000, basis: 'simulated' });
    const second = await orchestrator.run('b', (ctx) =>
      ctx.model({ provider: billed, model: 'm', prompt: 'x' }),
    ).result;
    expect(second.cost).toEqual({ nanoUsd: 42, basis: 'billed' });
    expect((await of('span.ended')).at(-1)?.data).toMatchObject({
      model: 'm-2026',
      cost: { nanoUsd: 42, basis: 'billed' },
      computedCost: { nanoUsd: 6_000, basis: 'list' },
    });
  });

  it('releases what was held when the provider fails, and counts what it had reported', async () => {
    const { orchestrator, store, of } = createHarness({ prices: flatPrices() });
    const failing = createProvider((_, { onUsage }) => {
      if (failing.calls.length === 2) onUsage({ inputTokens: 5, outputTokens: 2 });
      throw new Error('overloaded');
    });
    const run = orchestrator.run(
      'two',
      async (ctx) => {
        const call = { provider: failing, model: 'm', prompt: 'hello', maxOutputTokens: 10 };
        await expect(ctx.model(call)).rejects.toThrow('overloaded');
        await expect(ctx.model(call)).rejects.toThrow('overloaded');
      },
      { budget: { usd: 1 } },
    );
    await run.result;
    expect((await store.ledger()).map(({ kind, nanoUsd }) => [kind, nanoUsd])).toEqual([
      ['reserved', 55_000],
      ['released', 55_000],
      ['reserved', 55_000],
      ['settled', 15_000],
    ]);
    expect((await of('span.ended')).map(({ data }) => [data.status, data.cost?.nanoUsd])).toEqual([
      ['error', undefined],
      ['error', 15_000],
    ]);
  });

  it('gives up a call that ignores its signal, and says that nobody knows what it cost', async () => {
    const clock = createSimulatedClock();
    const { orchestrator, store, events } = createHarness({ clock, prices: flatPrices() });
    const deaf = createProvider(() => new Promise(() => undefined));
    const run = orchestrator.run('one', (ctx) => ctx.model({ provider: deaf, model: 'm', prompt: 'x' }));
    await until(() => deaf.calls.length === 1);
    await run.cancel();
    await settle();
    expect(run.status).toBe('running');
    await clock.advance(1_000);
    await expect(run.result).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await store.ledger()).map(({ kind }) => kind)).toEqual(['reserved', 'abandoned']);
    expect((await events()).at(-1)?.type).toBe('run.cancelled');
  });

  it('refuses an impossible usage, an empty request and an answer that is not JSON', async () => {
    const { orchestrator, store } = createHarness({ prices: flatPrices() });
    const broken = (
      usage: { inputTokens: number; outputTokens: number; cacheReadTokens?: number },
      data?: unknown,
    ) =>
      ({
        ...createProvider(),
        call: async () => ({ text: '', usage, data: data as never }),
      }) satisfies ModelProvider;
    const call = (provider: ModelProvider, prompt?: string) =>
      orchestrator.run('x', (ctx) =>
        ctx.model({ provider, model: 'm', ...(prompt === undefined ? {} : { prompt }) }),
      ).result;
    await expect(call(broken({ inputTokens: Number.NaN, outputTokens: 1 }), 'x')).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    await expect(
      call(broken({ inputTokens: 1, cacheReadTokens: 2, outputTokens: 1 }), 'x'),
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(call(createProvider())).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(call(broken({ inputTokens: 1, outputTokens: 1 }, new Map()), 'x')).rejects.toMatchObject({
      code: 'STATE_NOT_JSON',
    });
    // The last one was answered, so it was paid.
    expect((await store.ledger()).at(-1)).toMatchObject({ kind: 'settled', nanoUsd: 6_000 });
  });
});

describe('the context', () => {
  it('reports spans, files, logs, progress, messages and activity, and can be taken apart', async () => {
    const { orchestrator, of } = createHarness();
    await orchestrator.run('all', (ctx) =>
      ctx.agent('A', async ({ span, file, log, progress, message, activity, heartbeat, tool, once }) => {
        activity('thinking hard');
        log('warn', 'careful', { n: 1 });
        progress(1, 2, 'half');
        message('user', 'hello');
        file('read', { path: 'a.ts', lines: 3 });
        heartbeat();
        expect(await span('parse', () => 7, { kind: 'retrieval', input: 'q' })).toBe(7);
        expect(await tool('void', () => undefined as never)).toBeUndefined();
        expect(await once('k', () => null)).toBeNull();
        await expect(tool('bad', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
        await expect(tool('odd', () => new Map() as never)).rejects.toMatchObject({ code: 'STATE_NOT_JSON' });
      }),
    ).result;
    expect((await of('agent.status')).map(({ data }) => data.activity)).toContain('thinking hard');
    expect((await of('log.written'))[0]?.data).toEqual({
      level: 'warn',
      message: 'careful',
      fields: { n: 1 },
    });
    expect((await of('task.progress'))[0]?.data).toEqual({ done: 1, total: 2, message: 'half' });
    expect((await of('message.appended'))[0]?.data.parts).toEqual([{ kind: 'text', text: 'hello' }]);
    expect((await of('file.read'))[0]).toMatchObject({ agentId: 'A', data: { path: 'a.ts', lines: 3 } });
    expect(await of('agent.heartbeat')).toHaveLength(1);
    expect((await of('span.started')).map(({ data }) => [data.kind, data.name])).toEqual([
      ['retrieval', 'parse'],
      ['tool', 'void'],
      ['tool', 'bad'],
      ['tool', 'odd'],
    ]);
    expect((await of('span.ended')).map(({ data }) => data.status)).toEqual(['ok', 'ok', 'error', 'error']);
  });
});

describe('a run without a graph', () => {
  it('nests agents and tasks, each with its own events', async () => {
    const { orchestrator, of } = createHarness();
    const run = orchestrator.run('essay', async (ctx) => {
      const outline = await ctx.agent('PLANNER', (planner) => planner.task('outline', () => ['a', 'b']));
      const parts = await Promise.all(
        outline.map((name) => ctx.agent('WRITER', (w) => w.task(name, () => name))),
      );
      return parts.join('+');
    });
    expect(await run.result).toBe('a+b');
    expect(
      (await of('task.created')).map((event) => [event.taskId, event.agentId, event.data.parentTaskId]),
    ).toEqual([
      ['main', undefined, undefined],
      ['main/PLANNER:1', 'PLANNER', 'main'],
      ['main/PLANNER:1/outline:1', 'PLANNER', 'main/PLANNER:1'],
      ['main/WRITER:1', 'WRITER', 'main'],
      ['main/WRITER:2', 'WRITER', 'main'],
      ['main/WRITER:1/a:1', 'WRITER', 'main/WRITER:1'],
      ['main/WRITER:2/b:1', 'WRITER', 'main/WRITER:2'],
    ]);
    expect((await of('run.completed'))[0]?.data.output).toEqual({ kind: 'inline', value: 'a+b' });
    expect((await of('agent.joined')).map(({ agentId }) => agentId)).toEqual(['PLANNER', 'WRITER']);
  });

  it('waits as a whole when the only task that works waits', async () => {
    const { orchestrator, of } = createHarness();
    const run = orchestrator.run('ask', (ctx) =>
      ctx.task('inner', (inner) => inner.approve({ title: 'Go?' })),
    );
    await until(() => run.status === 'waiting');
    await run.decide((await of('approval.requested'))[0]!.data.approvalId, {
      decision: 'approve',
      note: 'yes',
    });
    expect(await run.result).toEqual({ decision: 'approve', note: 'yes' });
  });

  it('hands a failure to whoever started the task', async () => {
    const { orchestrator, of } = createHarness();
    const run = orchestrator.run('try', async (ctx) => {
      await expect(ctx.task('bad', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
      return 'went on';
    });
    expect(await run.result).toBe('went on');
    expect(await of('task.failed')).toHaveLength(1);
    const failing = orchestrator.run('fail', () => Promise.reject(new Error('really')));
    await expect(failing.result).rejects.toMatchObject({ code: 'TASK_FAILED', message: 'really' });
    expect(failing.status).toBe('failed');
  });
});
