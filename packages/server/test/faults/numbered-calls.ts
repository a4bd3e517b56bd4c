import type { EventDraft } from '@fleetglass/core/protocol';

/** What each of them costs. */
const NANO_USD = 7;

/** Calls of a model with the ids `name.0`, `name.1` and so on, of which the sums are known. */
export const numberedCalls = (name: string, count: number, text: string): EventDraft[] =>
  Array.from({ length: count }, (_, index) => ({
    v: 1,
    time: 1,
    type: 'usage.recorded',
    runId: 'a',
    id: `${name}.${index}`,
    data: {
      usage: { inputTokens: 1, outputTokens: 1 },
      calls: 1,
      cost: { basis: 'list', nanoUsd: NANO_USD },
      text,
    },
  }));

/** What so many of them come to: calls, and cost in nano-dollars. */
export const sumsOf = (count: number): readonly [number, number] => [count, count * NANO_USD];
