import { systemClock } from '@fleetglass/core';
import { createSeededRandom } from '@fleetglass/core/testing';
import { createPrices } from '@fleetglass/sources/prices';
import { describe, expect, it } from 'vitest';
import { chooseModel } from './models.js';

const choose = (env: Record<string, string>) => {
  const { provider, model } = chooseModel({
    env,
    clock: systemClock,
    createRandom: createSeededRandom,
    seed: 1,
  });
  return { id: provider.id, simulated: provider.simulated ?? false, model };
};

describe('chooseModel', () => {
  it('simulates without a key', () => {
    expect(choose({})).toEqual({ id: 'simulated', simulated: true, model: 'claude-sonnet-4-5' });
    expect(choose({ ANTHROPIC_API_KEY: '' }).simulated).toBe(true);
  });

  it.each([
    ['ANTHROPIC_API_KEY', 'anthropic'],
    ['OPENAI_API_KEY', 'openai'],
    ['GOOGLE_GENERATIVE_AI_API_KEY', 'google'],
  ])('asks a real model with %s', (key, id) => {
    expect(choose({ [key]: 'not-a-real-key' })).toMatchObject({ id, simulated: false });
    expect(choose({ [key]: 'not-a-real-key', FLEETGLASS_MODEL: 'other' }).model).toBe('other');
    expect(choose({ [key]: 'not-a-real-key', FLEETGLASS_SIMULATED: '1' }).simulated).toBe(true);
  });

  it.each([{}, { ANTHROPIC_API_KEY: 'x' }, { OPENAI_API_KEY: 'x' }, { GOOGLE_GENERATIVE_AI_API_KEY: 'x' }])(
    'has a price for what it chooses by default with %j',
    (env: Record<string, string>) => {
      const { id, model } = choose(env);
      const usage = { inputTokens: 1000, outputTokens: 100 };
      const cost = createPrices().cost({ model, provider: id, usage, time: Date.UTC(2026, 0, 1) });
      expect(cost.nanoUsd).toBeGreaterThan(0);
    },
  );
});
