import type { ModelCallControl } from '@fleetglass/core';
import type { Usage } from '@fleetglass/core/protocol';
import { simulateReadableStream } from 'ai';
import { MockLanguageModelV3 } from 'ai/test';
import { describe, expect, it } from 'vitest';
import { aiSdkProvider } from './ai-sdk.js';

type StreamResult = Awaited<ReturnType<MockLanguageModelV3['doStream']>>;
type StreamPart = StreamResult['stream'] extends ReadableStream<infer Part> ? Part : never;
type FinishUsage = Extract<StreamPart, { type: 'finish' }>['usage'];

const USAGE: FinishUsage = {
  inputTokens: { total: 1_300, noCache: 100, cacheRead: 1_000, cacheWrite: 200 },
  outputTokens: { total: 50, text: 30, reasoning: 20 },
  raw: { cache_creation: { ephemeral_1h_input_tokens: 150, ephemeral_5m_input_tokens: 50 } },
};

function finish(usage: FinishUsage): StreamPart {
  return { type: 'finish', finishReason: { unified: 'length', raw: 'max_tokens' }, usage };
}

function answering(...chunks: readonly StreamPart[]): MockLanguageModelV3 {
  return new MockLanguageModelV3({
    doStream: () =>
      Promise.resolve({
        stream: simulateReadableStream({ chunks: [...chunks], initialDelayInMs: null, chunkDelayInMs: null }),
      }),
  });
}

const TEXT: readonly StreamPart[] = [
  { type: 'stream-start', warnings: [] },
  { type: 'response-metadata', id: 'r', modelId: 'claude-sonnet-4-5-20250929' },
  { type: 'reasoning-start', id: '0' },
  { type: 'reasoning-delta', id: '0', delta: 'Hm.' },
  { type: 'reasoning-end', id: '0' },
  { type: 'text-start', id: '1' },
  { type: 'text-delta', id: '1', delta: 'Hello, ' },
  { type: 'text-delta', id: '1', delta: 'world' },
  { type: 'text-end', id: '1' },
];

function recording(signal = new AbortController().signal) {
  const deltas: [string, string | undefined][] = [];
  const usages: Usage[] = [];
  const control: ModelCallControl = {
    signal,
    onDelta: (text, kind) => deltas.push([text, kind]),
    onUsage: (usage) => usages.push(usage),
  };
  return { control, deltas, usages };
}

const CALL = {
  model: 'claude-sonnet-4-5',
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Say hello.' },
  ],
  maxOutputTokens: 64,
} as const;

describe('aiSdkProvider', () => {
  it('streams deltas and answers with text, finish reason and the model that answered', async () => {
    const { control, deltas } = recording();
    const answer = await aiSdkProvider(() => answering(...TEXT, finish(USAGE)), { id: 'anthropic' }).call(
      CALL,
      control,
    );
    expect(deltas).toEqual([
      ['Hm.', 'thinking'],
      ['Hello, ', 'text'],
      ['world', 'text'],
    ]);
    expect(answer).toMatchObject({
      text: 'Hello, world',
      finishReason: 'length',
      model: 'claude-sonnet-4-5-20250929',
    });
  });

  it('reports all input tokens, of which cached ones, writes split by lifetime', async () => {
    const { control, usages } = recording();
    const answer = await aiSdkProvider(() => answering(...TEXT, finish(USAGE)), { id: 'anthropic' }).call(
      CALL,
      control,
    );
    expect(answer.usage).toEqual({
      inputTokens: 1_300,
      cacheReadTokens: 1_000,
      cacheWrite5mTokens: 50,
      cacheWrite1hTokens: 150,
      outputTokens: 50,
      reasoningTokens: 20,
    });
    expect(usages).toEqual([answer.usage]);
  });

  it('passes on the output limit, instructions and the settings that a call may have, and nothing else', async () => {
    const model = answering(...TEXT, finish(USAGE));
    const names: string[] = [];
    const provider = aiSdkProvider(
      (name) => {
        names.push(name);
        return model;
      },
      { id: 'anthropic' },
    );
    const options = {
      temperature: 0.5,
      maxRetries: 9,
      maxOutputTokens: 1,
      providerOptions: { anthropic: { a: 1 } },
    };
    await provider.call({ ...CALL, options }, recording().control);
    expect(names).toEqual(['claude-sonnet-4-5']);
    expect(model.doStreamCalls[0]).toMatchObject({
      maxOutputTokens: 64,
      temperature: 0.5,
      providerOptions: { anthropic: { a: 1 } },
      prompt: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'text', text: 'Say hello.' }] },
      ],
    });
  });

  it('rejects with the model’s own error after one try', async () => {
    const failure = new Error('overloaded');
    const model = new MockLanguageModelV3({ doStream: () => Promise.reject(failure) });
    const call = aiSdkProvider(() => model, { id: 'x' }).call(CALL, recording().control);
    await expect(call).rejects.toBe(failure);
    expect(model.doStreamCalls).toHaveLength(1);
    const midway = answering(...TEXT.slice(0, 7), { type: 'error', error: failure });
    await expect(aiSdkProvider(() => midway, { id: 'x' }).call(CALL, recording().control)).rejects.toBe(
      failure,
    );
  });

  it('stops with the reason of the abort, before and during the stream', async () => {
    const reason = new Error('cancelled by a person');
    const model = answering(...TEXT, finish(USAGE));
    const aborted = recording(AbortSignal.abort(reason));
    await expect(aiSdkProvider(() => model, { id: 'x' }).call(CALL, aborted.control)).rejects.toBe(reason);
    expect(model.doStreamCalls).toHaveLength(0);

    const controller = new AbortController();
    const { control } = recording(controller.signal);
    const call = aiSdkProvider(() => answering(...TEXT, finish(USAGE)), { id: 'x' }).call(CALL, {
      ...control,
      onDelta: () => {
        controller.abort(reason);
      },
    });
    await expect(call).rejects.toBe(reason);
  });

  it('counts a silent model by an upper bound and says so', async () => {
    const none = {
      inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
      outputTokens: { total: undefined, text: undefined, reasoning: undefined },
    };
    const answer = await aiSdkProvider(() => answering(...TEXT, finish(none)), { id: 'x' }).call(
      CALL,
      recording().control,
    );
    expect(answer.usage).toEqual({ inputTokens: 10, outputTokens: 6 });
    expect(answer.data).toEqual({ usageEstimated: true });
  });
});
