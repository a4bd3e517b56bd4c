import { FleetglassError } from '@fleetglass/core';
import type {
  ModelAnswer,
  ModelCallControl,
  ModelLimits,
  ModelProvider,
  TaskContext,
} from '@fleetglass/core';
import type { Json } from '@fleetglass/core/protocol';
import type { LanguageModelMiddleware } from 'ai';
import { messagesOf, settingsOf } from './call-text.js';
import { fromJson, toJson } from './json-parts.js';
import { estimateUsage, toUsage } from './usage.js';

type Wrapped = Parameters<NonNullable<LanguageModelMiddleware['wrapGenerate']>>[0];
type Model = Wrapped['model'];
type Params = Wrapped['params'];
type GenerateResult = Awaited<ReturnType<Model['doGenerate']>>;
type StreamResult = Awaited<ReturnType<Model['doStream']>>;
type Part = StreamResult['stream'] extends ReadableStream<infer P> ? P : never;
type FinishPart = Extract<Part, { type: 'finish' }>;

/** Name, limits and labels of the calls of a wrapped model. */
export interface FleetglassMiddlewareOptions {
  /** Name for price look-up and for people. @default the model's own provider name up to its first dot */
  readonly provider?: string;
  /** Costs are labelled as simulated. @default false */
  readonly simulated?: boolean;
  /** Declared bounds of a model, where the price table does not know them. */
  readonly limits?: (model: string) => ModelLimits | undefined;
  /** Makes another model of the same provider, for budgets that downgrade. @default the wrapped one is kept and refused */
  readonly modelFor?: (model: string) => Model;
}

/**
 * Makes every call of an AI SDK language model a call of `ctx.model()`: reserved before, priced and recorded after,
 * reused after a crash, cut off when it overruns. A model that reports no usage is counted by an upper bound (UTF-8
 * bytes ÷ 2). Tool loops of `generateText` and `streamText` need nothing else.
 *
 * @example
 * const model = wrapLanguageModel({ model: anthropic('claude-sonnet-4-5'), middleware: fleetglassMiddleware(ctx) })
 * const { text } = await generateText({ model, prompt, tools, maxRetries: 0 })
 */
export function fleetglassMiddleware(
  ctx: Pick<TaskContext, 'model'>,
  options: FleetglassMiddlewareOptions = {},
): LanguageModelMiddleware {
  return {
    specificationVersion: 'v3',
    async wrapGenerate({ model, params }) {
      const result = await callModel(ctx, options, model, params, async (asked, limited) => {
        const generated = await asked.doGenerate(limited);
        return {
          text: generated.content.map((part) => (part.type === 'text' ? part.text : '')).join(''),
          usage: generated.usage,
          model: generated.response?.modelId,
          data: toJson(withoutTransport(generated)),
        };
      });
      return fromJson(result.data) as GenerateResult;
    },
    async wrapStream({ model, params }) {
      return streamThrough((forward) =>
        callModel(ctx, options, model, params, (asked, limited, control) =>
          pump(asked, limited, control, forward),
        ),
      );
    },
  };
}

interface Answered {
  readonly text: string;
  readonly usage: FinishPart['usage'];
  readonly model: string | undefined;
  readonly data: Json;
}

type Ask = (model: Model, params: Params, control: ModelCallControl) => Promise<Answered>;

function callModel(
  ctx: Pick<TaskContext, 'model'>,
  { provider = '', simulated, limits, modelFor }: FleetglassMiddlewareOptions,
  model: Model,
  params: Params,
  ask: Ask,
): ReturnType<TaskContext['model']> {
  const adapter: ModelProvider = {
    id: provider === '' ? (model.provider.split('.')[0] ?? model.provider) : provider,
    ...(simulated === undefined ? {} : { simulated }),
    ...(limits ? { limits } : {}),
    async call(call, control): Promise<ModelAnswer> {
      const other = call.model === model.modelId ? model : modelFor?.(call.model);
      if (!other) {
        throw new FleetglassError(
          'BAD_INPUT',
          `A budget asks for model '${call.model}' instead; give fleetglassMiddleware a modelFor that makes it.`,
        );
      }
      const limited = { ...params, maxOutputTokens: call.maxOutputTokens, abortSignal: control.signal };
      const { usage, ...answer } = await ask(other, limited, control);
      const counted = toUsage({
        inputTokens: usage.inputTokens.total,
        inputTokenDetails: {
          noCacheTokens: usage.inputTokens.noCache,
          cacheReadTokens: usage.inputTokens.cacheRead,
          cacheWriteTokens: usage.inputTokens.cacheWrite,
        },
        outputTokens: usage.outputTokens.total,
        outputTokenDetails: {
          textTokens: usage.outputTokens.text,
          reasoningTokens: usage.outputTokens.reasoning,
        },
        totalTokens: undefined,
        ...(usage.raw === undefined ? {} : { raw: usage.raw }),
      });
      return {
        text: answer.text,
        usage: counted ?? estimateUsage(call.messages, answer.text),
        data: answer.data,
        ...(answer.model === undefined || answer.model === call.model ? {} : { model: answer.model }),
      };
    },
  };
  return ctx.model({
    provider: adapter,
    model: model.modelId,
    messages: messagesOf(params.prompt),
    options: settingsOf(params),
    ...(params.maxOutputTokens === undefined ? {} : { maxOutputTokens: params.maxOutputTokens }),
  });
}

/** Headers and bodies may hold what must not be stored. */
function withoutTransport({ request: _request, response, ...result }: GenerateResult): object {
  if (!response) return result;
  const { id, timestamp, modelId } = response;
  return { ...result, response: { id, timestamp, modelId } };
}

/** Hands parts on as they come; the last one only when the call is settled. */
async function pump(
  model: Model,
  params: Params,
  control: ModelCallControl,
  forward: (part: Part) => void,
): Promise<Answered> {
  const { stream } = await model.doStream(params);
  const parts: Part[] = [];
  let text = '';
  let finish: FinishPart | undefined;
  let answeredBy: string | undefined;
  for await (const part of stream as unknown as AsyncIterable<Part>) {
    if (part.type === 'raw') continue;
    if (part.type === 'error') throw part.error;
    parts.push(part);
    if (part.type === 'finish') {
      finish = part;
      continue;
    }
    if (part.type === 'text-delta') {
      text += part.delta;
      control.onDelta(part.delta, 'text');
    } else if (part.type === 'reasoning-delta') control.onDelta(part.delta, 'thinking');
    else if (part.type === 'response-metadata') answeredBy = part.modelId;
    forward(part);
  }
  control.signal.throwIfAborted();
  if (!finish) {
    throw new FleetglassError('BAD_INPUT', `The stream of model '${model.modelId}' ended without its usage.`);
  }
  return { text, usage: finish.usage, model: answeredBy, data: toJson(parts) };
}

/** Resolves when the first part is there or the call was refused, so that a refusal is thrown and not streamed. */
async function streamThrough(
  call: (forward: (part: Part) => void) => ReturnType<TaskContext['model']>,
): Promise<StreamResult> {
  let begun: (() => void) | undefined;
  const first = new Promise<void>((resolve) => (begun = resolve));
  let done: Promise<void> | undefined;
  const stream = new ReadableStream<Part>({
    start(controller) {
      let isEmpty = true;
      const forward = (part: Part): void => {
        isEmpty = false;
        begun?.();
        controller.enqueue(part);
      };
      done = call(forward).then(
        (result) => {
          const parts = fromJson(result.data) as Part[];
          // A recorded result comes at once; of a live one only the end is left to hand on.
          for (const part of result.reused || isEmpty ? parts : parts.slice(-1)) controller.enqueue(part);
          controller.close();
        },
        (error: unknown) => {
          controller.error(error);
          if (isEmpty) throw error;
        },
      );
    },
  });
  await Promise.race([first, done]);
  // Whoever reads the stream hears of what comes later.
  done?.catch(() => undefined);
  return { stream };
}
