import type { ChatMessage } from '@fleetglass/core';
import type { Json } from '@fleetglass/core/protocol';
import type { LanguageModelMiddleware } from 'ai';
import { toJson } from './json-parts.js';

type Params = Parameters<NonNullable<LanguageModelMiddleware['wrapGenerate']>>[0]['params'];

const ROLES = { system: 'system', user: 'user', assistant: 'assistant', tool: 'user' } as const;

/** A prompt as text, for people, for counting and for telling whether two requests are the same: nothing is left out. */
export function messagesOf(prompt: Params['prompt']): readonly ChatMessage[] {
  return prompt.map(({ role, content }) => ({
    role: ROLES[role],
    content:
      typeof content === 'string'
        ? content
        : content.map((part) => (part.type === 'text' ? part.text : JSON.stringify(toJson(part)))).join('\n'),
  }));
}

/** Everything else that the model is asked; without what belongs to the transport. */
export function settingsOf({
  prompt: _prompt,
  abortSignal: _signal,
  headers: _headers,
  maxOutputTokens: _maximum,
  includeRawChunks: _raw,
  ...settings
}: Params): Json {
  return toJson(settings);
}
