import { createPrices } from '@fleetglass/sources/prices';
import { describe, expect, it } from 'vitest';
import { parseRate } from '../src/prices/decimal.js';
import { hasTraces, readTrace } from './traces.js';

interface Sample {
  readonly model?: string;
  readonly extracted: readonly {
    readonly usage: Readonly<Record<string, number>>;
    readonly extractors: readonly {
      readonly provider_id: string;
      readonly input_price?: string;
      readonly output_price?: string;
    }[];
  }[];
}

/** Classes that our usage has, under the list's names; text is the rest of a total that has no other modality. */
const COVERED = new Set([
  'input_tokens',
  'input_text_tokens',
  'cache_read_tokens',
  'cache_text_read_tokens',
  'cache_write_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'output_text_tokens',
  'output_reasoning_tokens',
]);

/** The samples were priced with an older edition of the list, whose rates these entries no longer have. */
const CHANGED_SINCE = [
  'aws/openai.gpt-5.6-luna',
  'azure/gpt-5.6-sol',
  'deepseek/deepseek-r1-distill-llama-70b',
  'deepseek/deepseek-v4-flash',
  'google/claude-sonnet-4-5-20250929 above 200000',
  'mistral/ministral-8b-latest',
  'mistral/mistral-medium-latest',
  'openai/gpt-5.6-sol',
];

/** Listed without any rate: the samples say 0, we say unknown. */
const WITHOUT_RATES = ['cerebras/qwen-3-coder-480b', 'openrouter/google/gemini-2.0-flash-exp:free'];

/** When the samples were priced by their authors. */
const PRICED_AT = Date.UTC(2026, 7, 21);

/** Decimal USD strings, summed exactly and rounded half up, in nano-dollars. */
function toNano(...amounts: readonly string[]): bigint {
  const sum = amounts.reduce((total, amount) => total + (parseRate(amount) ?? -1n), 0n);
  const nano = 10n ** 11n;
  return (2n * sum + nano) / (2n * nano);
}

const present = hasTraces('prices of recorded usage samples');

describe.skipIf(!present)('prices of recorded usage samples', () => {
  it('equals the published price of every covered sample to the nano-dollar', () => {
    const prices = createPrices();
    let compared = 0;
    let equal = 0;
    const changed = new Set<string>();
    const unknown = new Set<string>();
    for (const sample of readTrace('usage-samples/genai-prices.usages.json') as readonly Sample[]) {
      const model = sample.model;
      if (model === undefined) continue;
      for (const { usage, extractors } of sample.extracted) {
        if (Object.entries(usage).some(([key, count]) => count > 0 && !COVERED.has(key))) continue;
        const write1h = usage['cache_write_1h_tokens'] ?? 0;
        for (const { provider_id: provider, input_price, output_price } of extractors) {
          if (input_price === undefined || output_price === undefined) continue;
          compared += 1;
          const cost = prices.cost({
            model,
            provider,
            time: PRICED_AT,
            usage: {
              inputTokens: usage['input_tokens'] ?? 0,
              cacheReadTokens: usage['cache_read_tokens'] ?? 0,
              cacheWrite5mTokens: (usage['cache_write_tokens'] ?? 0) - write1h,
              cacheWrite1hTokens: write1h,
              outputTokens: usage['output_tokens'] ?? 0,
              reasoningTokens: usage['output_reasoning_tokens'] ?? 0,
            },
          });
          const expected = toNano(input_price, output_price);
          const name = `${provider}/${model}${(usage['input_tokens'] ?? 0) > 200_000 ? ' above 200000' : ''}`;
          if (cost.nanoUsd === undefined) unknown.add(name);
          else if (BigInt(cost.nanoUsd) === expected) equal += 1;
          else changed.add(name);
        }
      }
    }
    console.info(`usage samples: ${String(equal)} of ${String(compared)} prices equal to the nano-dollar`);
    expect([...changed].sort()).toEqual(CHANGED_SINCE);
    expect([...unknown].sort()).toEqual(WITHOUT_RATES);
    expect(equal).toBeGreaterThan(2_000);
  });
});
