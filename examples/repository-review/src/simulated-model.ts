import { createHash } from 'node:crypto';
import type { ChatMessage, Clock, ModelProvider, Random } from '@fleetglass/core';
import { readResults } from './review/prompts.js';
import { composeAnswer } from './simulated-answer.js';

export interface SimulatedModelOptions {
  readonly clock: Clock;
  /** Makes the source of randomness of one call; equal seeds give equal latencies. */
  readonly createRandom: (seed: number) => Random;
  readonly seed: number;
}

/** Milliseconds until the first token: from the least to the most. */
const FIRST_TOKEN_MS = [400, 1100] as const;
/** Milliseconds between two pieces of an answer. */
const PIECE_MS = [35, 85] as const;
const WORDS_A_PIECE = 3;
/** Pieces between two reports of usage. */
const PIECES_A_REPORT = 8;

/** Tokens of a text: its UTF-8 bytes ÷ 4, rounded up. The same measure in and out; real tokenizers differ by model. */
export function countTextTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}

export function countMessageTokens(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, { content }) => sum + countTextTokens(content), 0);
}

/**
 * A model provider that thinks nothing up: its answers are composed from the tool results in the prompt, its tokens are
 * counted on the real prompt and answer, and everything it costs has basis `simulated`. It takes its time and streams
 * like a real one, so that whatever works with it works with a real one.
 */
export function createSimulatedModel(options: SimulatedModelOptions): ModelProvider {
  const { clock, createRandom, seed } = options;
  return {
    id: 'simulated',
    simulated: true,
    countTokens: countMessageTokens,
    async call({ messages, maxOutputTokens }, control) {
      const { signal } = control;
      signal.throwIfAborted();
      const inputTokens = countMessageTokens(messages);
      // By request and not by order of calls: concurrency must not change what a seed means.
      const random = createRandom(seedOf(seed, messages));
      const between = ([least, most]: readonly [number, number]): number => least + random() * (most - least);

      await wait(clock, between(FIRST_TOKEN_MS), signal);
      const pieces = piecesOf(composeAnswer(readResults(messages)));
      let text = '';
      for (const [index, piece] of pieces.entries()) {
        if (countTextTokens(text + piece) > maxOutputTokens) break;
        text += piece;
        control.onDelta(piece);
        if (index % PIECES_A_REPORT === 0)
          control.onUsage({ inputTokens, outputTokens: countTextTokens(text) });
        await wait(clock, between(PIECE_MS), signal);
      }
      return {
        text,
        usage: { inputTokens, outputTokens: countTextTokens(text) },
        finishReason: text === pieces.join('') ? 'stop' : 'length',
      };
    },
  };
}

function seedOf(seed: number, messages: readonly ChatMessage[]): number {
  return createHash('sha256')
    .update(JSON.stringify([seed, messages]))
    .digest()
    .readUInt32LE(0);
}

function piecesOf(answer: string): readonly string[] {
  const words = answer.match(/\S+\s*/g) ?? [];
  const pieces: string[] = [];
  for (let start = 0; start < words.length; start += WORDS_A_PIECE) {
    pieces.push(words.slice(start, start + WORDS_A_PIECE).join(''));
  }
  return pieces;
}

function wait(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clock.clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = clock.setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, delayMs);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
