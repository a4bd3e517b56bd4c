import type { ChatMessage } from '@fleetglass/core';
import type { Usage } from '@fleetglass/core/protocol';
import type { LanguageModelUsage } from 'ai';
import { count, isRecord } from '../lib/guards.js';

/** In the AI SDK from version 6 on input includes what was read from and written to caches. */
export function toUsage(usage: LanguageModelUsage): Usage | undefined {
  if (usage.inputTokens === undefined && usage.outputTokens === undefined) return undefined;
  const { cacheReadTokens, cacheWriteTokens, noCacheTokens } = usage.inputTokenDetails;
  const read = count(cacheReadTokens);
  const written = count(cacheWriteTokens);
  const written1h = Math.min(oneHourWrites(usage.raw), written);
  const outputTokens = count(usage.outputTokens);
  const reasoning = Math.min(count(usage.outputTokenDetails.reasoningTokens), outputTokens);
  return {
    inputTokens: Math.max(count(usage.inputTokens), count(noCacheTokens) + read + written),
    ...(read > 0 ? { cacheReadTokens: read } : {}),
    ...(written > written1h ? { cacheWrite5mTokens: written - written1h } : {}),
    ...(written1h > 0 ? { cacheWrite1hTokens: written1h } : {}),
    outputTokens,
    ...(reasoning > 0 ? { reasoningTokens: reasoning } : {}),
  };
}

/** Only Anthropic's own figures tell how long a cache entry lives. */
function oneHourWrites(raw: unknown): number {
  const split = isRecord(raw) ? raw['cache_creation'] : undefined;
  return isRecord(split) ? count(split['ephemeral_1h_input_tokens']) : 0;
}

/** An upper bound, for models that do not say what they used. */
export function estimateUsage(messages: readonly ChatMessage[], text: string): Usage {
  const tokens = (value: string) => Math.ceil(new TextEncoder().encode(value).length / 2);
  return {
    inputTokens: messages.reduce((sum, { content }) => sum + tokens(content), 0),
    outputTokens: tokens(text),
  };
}
