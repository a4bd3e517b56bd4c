import { createMemoryStore, createOrchestrator } from '@fleetglass/core';
import type { PriceTable, RunContext, Store } from '@fleetglass/core';
import { generateText, simulateReadableStream, stepCountIs, streamText, tool, wrapLanguageModel } from 'ai';
import { MockLanguageModelV3 } from 'ai/test';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fleetglassMiddleware } from '../src/ai-sdk.js';

type Generated = Awaited<ReturnType<MockLanguageModelV3['doGenerate']>>;
type StreamPart =
  Awaited<ReturnType<MockLanguageModelV3['doStream']>>['stream'] extends ReadableStream<infer P> ? P : never;

const usage = (input: number, output: number): Generated['usage'] => ({
  inputTokens: { total: input, noCache: input, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: output, text: output, reasoning: undefined },
});

/** A nano-dollar an input token, ten an output token; model `small` costs a tenth. */
const prices: PriceTable = {
  cost: ({ model, usage: { inputTokens, outputTokens } }) => ({
    nanoUsd: Math.ceil((inputTokens * 10 + outputTokens * 100) / (model === 'small' ? 100 : 10)),
    basis: 'list',
  }),
  limits: () => ({ maxOutputTokens: 1_000, contextTokens: 10_000 }),
};

const said = (text: string): Generated => ({
  content: [{ type: 'text', text }],
  finishReason: { unified: 'stop', raw: 'stop' },
  usage: usage(100, 20),
  warnings: [],
  response: { id: 'r', modelId: 'big', timestamp: new Date(5), headers: { authorization: 'secret-key' } },
});

/** First asks for the weather, then answers with what it heard. */
const withTool = () => {
  let calls = 0;
  return new MockLanguageModelV3({
    provider: 'mock.chat',
    modelId: 'big',
    doGenerate: async ({ prompt }) => {
      calls += 1;
      if (calls > 1)
        return said(`It is ${JSON.stringify(prompt.at(-1)?.content).includes('sunny') ? 'sunny' : '?'}.`);
      return {
        ...said(''),
        content: [{ type: 'tool-call', toolCallId: 't1', toolName: 'weather', input: '{"city":"Bonn"}' }],
        finishReason: { unified: 'tool-calls', raw: 'tool_use' },
      };
    },
  });
};

const run = (
  fn: (ctx: RunContext) => Promise<unknown>,
  usd = 1,
  store: Store = createMemoryStore(),
  more = {},
) => {
  const orchestrator = createOrchestrator({ store, prices });
  return { orchestrator, store, run: orchestrator.run('host', fn, { budget: { usd, ...more } }) };
};

const weather = tool({
  inputSchema: z.object({ city: z.string() }),
  execute: async () => 'sunny',
});

describe('fleetglassMiddleware', () => {
  it('prices and records every step of a tool loop', async () => {
    const mock = withTool();
    const { run: started, store } = run(async (ctx) => {
      const model = wrapLanguageModel({ model: mock, middleware: fleetglassMiddleware(ctx) });
      const { text, steps } = await generateText({
        model,
        prompt: 'How is the weather?',
        tools: { weather },
        stopWhen: stepCountIs(3),
        maxRetries: 0,
      });
      return { text, steps: steps.length };
    });
    expect(await started.result).toEqual({ text: 'It is sunny.', steps: 2 });
    const settled = (await store.ledger()).filter(({ kind }) => kind === 'settled');
    expect(settled.map(({ nanoUsd }) => nanoUsd)).toEqual([300, 300]);
    expect(mock.doGenerateCalls.every(({ maxOutputTokens }) => maxOutputTokens === 1_000)).toBe(true);
    const { events } = await store.read({ from: 1 });
    expect(events.filter(({ type }) => type === 'span.started')[0]?.data).toMatchObject({
      kind: 'model',
      model: 'big',
      provider: 'mock',
    });
  });

  it('stores neither headers nor bodies, and gives dates back as dates', async () => {
    const { run: started, store } = run(async (ctx) => {
      const model = wrapLanguageModel({
        model: new MockLanguageModelV3({ modelId: 'big', doGenerate: async () => said('hello') }),
        middleware: fleetglassMiddleware(ctx),
      });
      const { response } = await generateText({ model, prompt: 'x', maxRetries: 0 });
      return response.timestamp.getTime();
    });
    expect(await started.result).toBe(5);
    const stored = await store.load(started.id);
    expect(JSON.stringify(stored?.records)).not.toContain('secret-key');
  });

  it('refuses a call that the budget does not buy, before the provider is asked', async () => {
    const mock = withTool();
    const { run: started } = run(async (ctx) => {
      const model = wrapLanguageModel({ model: mock, middleware: fleetglassMiddleware(ctx) });
      return generateText({ model, prompt: 'x', maxRetries: 0 });
    }, 0.000_000_1);
    await expect(started.result).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
    expect(mock.doGenerateCalls).toEqual([]);
  });

  it('downgrades where it can make the other model, and says so where it cannot', async () => {
    const small = new MockLanguageModelV3({ modelId: 'small', doGenerate: async () => said('small') });
    const big = new MockLanguageModelV3({ modelId: 'big', doGenerate: async () => said('big') });
    const ask = (modelFor?: () => MockLanguageModelV3) =>
      run(
        async (ctx) => {
          const middleware = fleetglassMiddleware(ctx, modelFor ? { modelFor } : {});
          const model = wrapLanguageModel({ model: big, middleware });
          return (await generateText({ model, prompt: 'x', maxOutputTokens: 1_000, maxRetries: 0 })).text;
        },
        0.000_002,
        createMemoryStore(),
        { onLimit: 'downgrade', downgradeTo: 'small' },
      ).run.result;
    expect(await ask(() => small)).toBe('small');
    await expect(ask()).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  const STREAM: readonly StreamPart[] = [
    { type: 'stream-start', warnings: [] },
    { type: 'response-metadata', id: 'r', modelId: 'big', timestamp: new Date(5) },
    { type: 'text-start', id: '1' },
    { type: 'text-delta', id: '1', delta: 'Hello, ' },
    { type: 'text-delta', id: '1', delta: 'world' },
    { type: 'text-end', id: '1' },
    { type: 'finish', finishReason: { unified: 'stop', raw: 'stop' }, usage: usage(100, 20) },
  ];
  const streaming = () =>
    new MockLanguageModelV3({
      provider: 'mock.chat',
      modelId: 'big',
      doStream: async () => ({
        stream: simulateReadableStream({ chunks: [...STREAM], initialDelayInMs: null, chunkDelayInMs: null }),
      }),
    });

  it('streams, and ends the stream only when the call is settled', async () => {
    const { run: started, store } = run(async (ctx) => {
      const model = wrapLanguageModel({ model: streaming(), middleware: fleetglassMiddleware(ctx) });
      const { textStream, totalUsage } = streamText({ model, prompt: 'x', maxRetries: 0 });
      const deltas: string[] = [];
      for await (const delta of textStream) deltas.push(delta);
      const settled = (await store.ledger()).filter(({ kind }) => kind === 'settled').length;
      return { deltas, settled, outputTokens: (await totalUsage).outputTokens ?? 0 };
    });
    expect(await started.result).toEqual({ deltas: ['Hello, ', 'world'], settled: 1, outputTokens: 20 });
  });

  it('throws a refusal of a stream', async () => {
    const mock = streaming();
    const { run: started } = run(async (ctx) => {
      const model = wrapLanguageModel({ model: mock, middleware: fleetglassMiddleware(ctx) });
      return model.doStream({ prompt: [{ role: 'user', content: [{ type: 'text', text: 'x' }] }] });
    }, 0.000_000_1);
    await expect(started.result).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
    expect(mock.doStreamCalls).toEqual([]);
  });

  it('gives a recorded stream again after a restart without asking the provider', async () => {
    const store = createMemoryStore();
    const mocks = [streaming(), streaming()] as const;
    let hold = true;
    const body = (mock: MockLanguageModelV3) => async (ctx: RunContext) => {
      const model = wrapLanguageModel({ model: mock, middleware: fleetglassMiddleware(ctx) });
      const { textStream } = streamText({ model, prompt: 'x', maxRetries: 0 });
      let text = '';
      for await (const delta of textStream) text += delta;
      if (hold) await new Promise((_resolve, reject) => ctx.signal.addEventListener('abort', reject));
      return text;
    };
    const first = createOrchestrator({ store, prices });
    first.run('host', body(mocks[0])).result.catch(() => undefined);
    while (!(await store.ledger()).some(({ kind }) => kind === 'settled')) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    await first.close();
    hold = false;
    const second = createOrchestrator({ store, prices });
    second.register('host', () => ({ run: body(mocks[1]) }));
    const { resumed } = await second.recover();
    expect(await resumed[0]?.result).toBe('Hello, world');
    expect(mocks[0].doStreamCalls.length).toBe(1);
    expect(mocks[1].doStreamCalls).toEqual([]);
  });

  it('counts a call whose usage nobody knows by an upper bound', async () => {
    const { run: started, store } = run(async (ctx) => {
      const mock = new MockLanguageModelV3({
        modelId: 'big',
        doGenerate: async () => ({
          ...said('x'),
          usage: {
            inputTokens: {
              total: undefined,
              noCache: undefined,
              cacheRead: undefined,
              cacheWrite: undefined,
            },
            outputTokens: { total: undefined, text: undefined, reasoning: undefined },
          },
        }),
      });
      const model = wrapLanguageModel({ model: mock, middleware: fleetglassMiddleware(ctx) });
      return (await generateText({ model, prompt: 'four', maxRetries: 0 })).text;
    });
    await started.result;
    const settled = (await store.ledger()).find(({ kind }) => kind === 'settled');
    expect(settled?.usage).toEqual({ inputTokens: 2, outputTokens: 1 });
  });
});
