/**
 * Calls of AI SDK models under a run's budgets: a provider, or a middleware round any model.
 *
 * @packageDocumentation
 */
import { FleetglassError } from '@fleetglass/core';
import type {
  ChatMessage,
  ModelAnswer,
  ModelCall,
  ModelCallControl,
  ModelLimits,
  ModelProvider,
} from '@fleetglass/core';
import type { Usage } from '@fleetglass/core/protocol';
import type { LanguageModel } from 'ai';
import { streamText } from 'ai';
import { estimateUsage, toUsage } from './ai-sdk/usage.js';
import { isRecord } from './lib/guards.js';

export { fleetglassMiddleware } from './ai-sdk/middleware.js';
export type { FleetglassMiddlewareOptions } from './ai-sdk/middleware.js';

/** Name, limits and labels of a provider made from the AI SDK. */
export interface AiSdkProviderOptions {
  /** Name for price look-up and for people, for example `anthropic`. */
  readonly id: string;
  /** Declared bounds of a model, where the price table does not know them. */
  readonly limits?: (model: string) => ModelLimits | undefined;
}

/** Settings of a call that `ModelCall.options` may carry over; everything else in it is left alone. */
const SETTINGS = [
  'temperature',
  'topP',
  'topK',
  'presencePenalty',
  'frequencyPenalty',
  'stopSequences',
  'seed',
  'providerOptions',
] as const;

/**
 * A model provider over the AI SDK: any of its language models answers `ctx.model()`, streamed, with usage normalised
 * and the abort signal honoured. It never retries by itself: a hidden second call would be paid and not counted.
 *
 * A model that reports no usage is counted by an upper bound (UTF-8 bytes ÷ 2), and `data.usageEstimated` says so.
 *
 * @param languageModel makes the model for a name, for example `anthropic` of `@ai-sdk/anthropic`
 */
export function aiSdkProvider(
  languageModel: (model: string) => LanguageModel,
  { id, limits }: AiSdkProviderOptions,
): ModelProvider {
  return {
    id,
    ...(limits ? { limits } : {}),
    call: (call, control) => answer(languageModel(call.model), call, control),
  };
}

async function answer(
  model: LanguageModel,
  call: ModelCall,
  control: ModelCallControl,
): Promise<ModelAnswer> {
  control.signal.throwIfAborted();
  const { system, messages } = splitSystem(call.messages);
  const stream = streamText({
    ...settingsOf(call),
    model,
    ...(system === undefined ? {} : { system }),
    messages,
    maxOutputTokens: call.maxOutputTokens,
    abortSignal: control.signal,
    maxRetries: 0,
    // Errors arrive as parts of the stream; the default prints them.
    onError: () => undefined,
  });

  let text = '';
  let usage: Usage | undefined;
  let finishReason: string | undefined;
  let answeredBy: string | undefined;
  for await (const part of stream.fullStream) {
    switch (part.type) {
      case 'text-delta':
        text += part.text;
        control.onDelta(part.text, 'text');
        break;
      case 'reasoning-delta':
        control.onDelta(part.text, 'thinking');
        break;
      case 'finish-step':
        usage = toUsage(part.usage);
        if (usage) control.onUsage(usage);
        finishReason = part.finishReason;
        answeredBy = part.response.modelId;
        break;
      case 'abort':
        control.signal.throwIfAborted();
        throw new FleetglassError('CANCELLED', 'The model call was aborted.');
      case 'error':
        control.signal.throwIfAborted();
        throw part.error;
      default:
    }
  }
  control.signal.throwIfAborted();
  return {
    text,
    usage: usage ?? estimateUsage(call.messages, text),
    ...(answeredBy === undefined || answeredBy === call.model ? {} : { model: answeredBy }),
    ...(finishReason === undefined ? {} : { finishReason }),
    ...(usage ? {} : { data: { usageEstimated: true } }),
  };
}

/** The SDK takes instructions apart from the conversation that follows them. */
function splitSystem(messages: readonly ChatMessage[]): {
  system: string | undefined;
  messages: ChatMessage[];
} {
  const first = messages.findIndex(({ role }) => role !== 'system');
  const leading = messages.slice(0, first < 0 ? messages.length : first);
  return {
    system: leading.length === 0 ? undefined : leading.map(({ content }) => content).join('\n\n'),
    messages: messages.slice(leading.length).map(({ role, content }) => ({ role, content })),
  };
}

function settingsOf(call: ModelCall): object {
  if (!isRecord(call.options)) return {};
  const { options } = call;
  return Object.fromEntries(
    SETTINGS.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  );
}
