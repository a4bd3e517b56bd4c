import { anthropic } from '@ai-sdk/anthropic';
import { google } from '@ai-sdk/google';
import { openai } from '@ai-sdk/openai';
import type { Clock, ModelProvider, Random } from '@fleetglass/core';
import { aiSdkProvider } from '@fleetglass/sources/ai-sdk';
import { createSimulatedModel } from './simulated-model.js';

/** Which model a review asks. */
export interface ChosenModel {
  readonly provider: ModelProvider;
  readonly model: string;
}

export interface ModelSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly createRandom: (seed: number) => Random;
  readonly seed: number;
}

/** Providers by the name of their key, the first that is set wins; each reads its key from the environment itself. */
const PROVIDERS = [
  { key: 'ANTHROPIC_API_KEY', id: 'anthropic', languageModel: anthropic, model: 'claude-sonnet-4-5' },
  { key: 'OPENAI_API_KEY', id: 'openai', languageModel: openai, model: 'gpt-5-mini' },
  { key: 'GOOGLE_GENERATIVE_AI_API_KEY', id: 'google', languageModel: google, model: 'gemini-2.5-flash' },
] as const;

/** Whose list price the simulated model's tokens are priced by. */
const SIMULATED_AS = 'claude-sonnet-4-5';

/** A real model where there is a key for one, otherwise a simulated one; `FLEETGLASS_MODEL` names another model. */
export function chooseModel({ env, clock, createRandom, seed }: ModelSurroundings): ChosenModel {
  const isSet = (name: string): boolean => (env[name] ?? '') !== '';
  const found = isSet('FLEETGLASS_SIMULATED') ? undefined : PROVIDERS.find(({ key }) => isSet(key));
  const override = isSet('FLEETGLASS_MODEL') ? env['FLEETGLASS_MODEL'] : undefined;
  if (!found) {
    return { provider: createSimulatedModel({ clock, createRandom, seed }), model: override ?? SIMULATED_AS };
  }
  const { id, languageModel, model } = found;
  return { provider: aiSdkProvider((name) => languageModel(name), { id }), model: override ?? model };
}
