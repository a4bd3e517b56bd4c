import { calcPrice } from '@pydantic/genai-prices';
import { isFleetglassError } from '@fleetglass/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPrices } from './prices.js';

const prices = createPrices();
const JUNE_2025 = Date.UTC(2025, 5, 14);
const FEBRUARY_2026 = Date.UTC(2026, 1, 11);
const APRIL_2026 = Date.UTC(2026, 3, 1);

const nano = (
  model: string,
  usage: Parameters<typeof prices.cost>[0]['usage'],
  time = JUNE_2025,
  provider?: string,
) => prices.cost({ model, usage, time, ...(provider === undefined ? {} : { provider }) });

describe('createPrices', () => {
  it('prices every class at its own rate', () => {
    const usage = {
      inputTokens: 1_111,
      cacheReadTokens: 1_000,
      cacheWrite5mTokens: 100,
      cacheWrite1hTokens: 10,
      outputTokens: 10_000,
    };
    // 1 × 3 + 1000 × 0.3 + 100 × 3.75 + 10 × 6 + 10000 × 15 USD per million
    expect(nano('claude-sonnet-4-20250514', usage)).toEqual({ nanoUsd: 150_738_000, basis: 'list' });
  });

  it('charges one-hour cache writes at twice the input rate, five-minute ones at 1.25 times', () => {
    const hour = nano(
      'claude-opus-4-6',
      { inputTokens: 1_000, cacheWrite1hTokens: 1_000, outputTokens: 0 },
      APRIL_2026,
    );
    const minutes = nano(
      'claude-opus-4-6',
      { inputTokens: 1_000, cacheWrite5mTokens: 1_000, outputTokens: 0 },
      APRIL_2026,
    );
    expect([hour.nanoUsd, minutes.nanoUsd]).toEqual([10_000_000, 6_250_000]);
  });

  it('does not guess the rate of one-hour writes where only five-minute ones are listed', () => {
    const usage = { inputTokens: 10, outputTokens: 1 };
    const model = 'claude-sonnet-4-5-20250929';
    expect(nano(model, usage, FEBRUARY_2026, 'google').basis).toBe('list');
    expect(nano(model, { ...usage, cacheWrite5mTokens: 5 }, FEBRUARY_2026, 'google').basis).toBe('list');
    expect(nano(model, { ...usage, cacheWrite1hTokens: 5 }, FEBRUARY_2026, 'google')).toEqual({
      basis: 'unknown',
    });
  });

  it('chooses the tier by the whole input, cached tokens included, for every class', () => {
    const call = (inputTokens: number) =>
      nano(
        'claude-sonnet-4-5',
        { inputTokens, cacheReadTokens: inputTokens - 1_000, outputTokens: 1_000 },
        FEBRUARY_2026,
      );
    expect(call(200_000).nanoUsd).toBe(199_000 * 300 + 1_000 * 3_000 + 1_000 * 15_000);
    expect(call(200_001).nanoUsd).toBe(199_001 * 600 + 1_000 * 6_000 + 1_000 * 22_500);
  });

  it('takes the price of the day', () => {
    const usage = { inputTokens: 300_000, outputTokens: 0 };
    expect(nano('claude-opus-4-6', usage, FEBRUARY_2026).nanoUsd).toBe(3_000_000_000);
    expect(nano('claude-opus-4-6', usage, APRIL_2026).nanoUsd).toBe(1_500_000_000);
  });

  it('says unknown, never 0, for a model that is not listed, has no rates or is asked for odd counts', () => {
    const usage = { inputTokens: 10, outputTokens: 10 };
    expect(nano('no-such-model', usage)).toEqual({ basis: 'unknown' });
    expect(nano('<synthetic>', usage)).toEqual({ basis: 'unknown' });
    expect(nano('', usage)).toEqual({ basis: 'unknown' });
    for (const inputTokens of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(nano('claude-sonnet-4-5', { ...usage, inputTokens })).toEqual({ basis: 'unknown' });
    }
  });

  it('takes a listed provider as binding and ignores one that is not listed', () => {
    const usage = { inputTokens: 1_000, outputTokens: 0 };
    expect(nano('claude-sonnet-4-5', usage, FEBRUARY_2026, 'my-proxy').nanoUsd).toBe(3_000_000);
    expect(nano('claude-sonnet-4-5', usage, FEBRUARY_2026, 'openai')).toEqual({ basis: 'unknown' });
    expect(nano('anthropic/claude-sonnet-4-5', usage, FEBRUARY_2026).nanoUsd).toBe(3_000_000);
  });

  it('rounds half up once, over all classes', () => {
    const table = createPrices({
      overrides: { half: { input: '0.0005', output: '0.0004', cacheRead: '0.0001' } },
    });
    const cost = (usage: Parameters<typeof table.cost>[0]['usage']) =>
      table.cost({ model: 'half', usage, time: 0 }).nanoUsd;
    expect(cost({ inputTokens: 1, outputTokens: 0 })).toBe(1);
    expect(cost({ inputTokens: 0, outputTokens: 1 })).toBe(0);
    // 0.5 + 0.4 + 0.1 nano-dollars: rounding each class would give 1 + 0 + 0 or 1.5.
    expect(cost({ inputTokens: 2, cacheReadTokens: 1, outputTokens: 1 })).toBe(1);
    expect(cost({ inputTokens: 3, outputTokens: 0 })).toBe(2);
  });

  it('lets overrides win, by provider first, and labels them', () => {
    const table = createPrices({
      overrides: {
        'claude-sonnet-4-5': { input: 1, output: 2, cacheWrite5m: 1.5, contextTokens: 5 },
        'proxy/claude-sonnet-4-5': { input: 9, output: 9 },
        tiered: { input: { base: 1, tiers: [{ aboveInputTokens: 10, rate: 2 }] }, output: 1 },
      },
    });
    const usage = { inputTokens: 1_000_000, outputTokens: 0 };
    expect(table.cost({ model: 'Claude-Sonnet-4-5', usage, time: 0 })).toEqual({
      nanoUsd: 1e9,
      basis: 'custom',
    });
    expect(table.cost({ model: 'claude-sonnet-4-5', provider: 'proxy', usage, time: 0 }).nanoUsd).toBe(9e9);
    expect(table.cost({ model: 'tiered', usage, time: 0 }).nanoUsd).toBe(2e9);
    expect(
      table.cost({ model: 'claude-sonnet-4-5', usage: { ...usage, cacheWrite1hTokens: 1 }, time: 0 }),
    ).toEqual({
      basis: 'unknown',
    });
    expect(table.limits?.('claude-sonnet-4-5')).toEqual({ contextTokens: 5, maxOutputTokens: 64_000 });
  });

  it('refuses an override that is not a price and a cost that integers cannot hold', () => {
    const code = (run: () => unknown) => {
      try {
        run();
      } catch (error) {
        return isFleetglassError(error) ? error.code : error;
      }
      return undefined;
    };
    for (const input of [-1, Number.NaN, '3,5', '']) {
      expect(code(() => createPrices({ overrides: { model: { input, output: 1 } } }))).toBe('BAD_INPUT');
    }
    const dear = createPrices({ overrides: { model: { input: 1e9, output: 1 } } });
    const usage = { inputTokens: 10_000_000_000, outputTokens: 0 };
    expect(code(() => dear.cost({ model: 'model', usage, time: 0 }))).toBe('COST_OVERFLOW');
  });

  it('knows limits where they are listed and nothing where they are not', () => {
    expect(prices.limits?.('claude-sonnet-4-5-20250929')).toEqual({
      contextTokens: 200_000,
      maxOutputTokens: 64_000,
    });
    expect(prices.limits?.('gpt-4o')).toEqual({ contextTokens: 128_000, maxOutputTokens: 16_384 });
    expect(prices.limits?.('no-such-model')).toBeUndefined();
  });

  it('agrees with the list’s own floating-point sum for any model, time and usage', () => {
    const models = [
      'claude-opus-4-6',
      'claude-3-haiku-20240307',
      'claude-sonnet-4-5',
      'gpt-5',
      'gpt-4o-mini',
      'gpt-5.4',
      'o3',
      'gemini-2.5-pro',
      'gemini-2.5-flash',
      'deepseek-chat',
      'deepseek-reasoner',
      'grok-4',
      'mistral-large-latest',
    ];
    const count = fc.nat({ max: 400_000 });
    fc.assert(
      fc.property(
        fc.constantFrom(...models),
        fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2026, 11) }),
        fc.record({
          plain: count,
          read: count,
          write: count,
          hour: count,
          output: count,
          reasoning: fc.nat({ max: 999 }),
        }),
        (model, time, { plain, read, write, hour, output, reasoning }) => {
          const writes1h = model.startsWith('claude') ? hour : 0;
          const inputTokens = plain + read + write + writes1h;
          const listed = calcPrice(
            {
              input_tokens: inputTokens,
              cache_read_tokens: read,
              cache_write_tokens: write + writes1h,
              cache_write_1h_tokens: writes1h,
              output_tokens: output + reasoning,
              output_reasoning_tokens: reasoning,
            },
            model,
            { timestamp: new Date(time) },
          );
          const ours = prices.cost({
            model,
            time,
            usage: {
              inputTokens,
              cacheReadTokens: read,
              cacheWrite5mTokens: write,
              cacheWrite1hTokens: writes1h,
              outputTokens: output + reasoning,
              reasoningTokens: reasoning,
            },
          });
          if (!listed) expect(ours).toEqual({ basis: 'unknown' });
          else expect(Math.abs((ours.nanoUsd ?? -1) - listed.total_price * 1e9)).toBeLessThanOrEqual(0.501);
        },
      ),
      { numRuns: 300 },
    );
  });
});
