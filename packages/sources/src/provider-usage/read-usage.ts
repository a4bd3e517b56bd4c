import type { Usage } from '@fleetglass/core/protocol';
import { isRecord, text } from '../lib/guards.js';
import { recordedNanoUsd } from '../lib/recorded-cost.js';
import { normalizeUsage } from '../lib/usage-counts.js';
import type { UsageCounts } from '../lib/usage-counts.js';
import type { RawCounts, UsageShape } from './shapes.js';
import { USAGE_SHAPES } from './shapes.js';

type Fields = Readonly<Record<string, unknown>>;

/** Whose usage it is, where the numbers do not tell. */
export interface ReadProviderUsageOptions {
  /**
   * Who answered, where the caller knows: conventions that providers of one interface do not share, and prices, follow
   * from it. @default what the shape of the usage or the name of the model tells
   */
  readonly provider?: string | undefined;
}

/** Usage of one response. */
export interface ProviderUsage {
  /** As price tables name it; absent where neither the caller nor the body tells. */
  readonly provider: string | undefined;
  readonly model: string | undefined;
  /** In our convention: input with what was cached, output with the reasoning. */
  readonly usage: Usage;
  /** Calls that the provider made for the response and that `usage` leaves out, such as a compaction. */
  readonly beside: readonly {
    readonly kind: string;
    readonly model: string | undefined;
    readonly usage: Usage;
  }[];
  /** What the body says that it cost, in nano-dollars. */
  readonly recordedNanoUsd?: number;
  /** Counts that are none, and were left out: the usage is a lower bound. */
  readonly warnings: readonly string[];
}

/** No response has more; a greater number is no count. */
const MAX_TOKENS = 1_000_000_000;

const PROVIDER_OF_MODEL: readonly (readonly [RegExp, string])[] = [
  [/^grok-/, 'x-ai'],
  [/^deepseek-/, 'deepseek'],
];

/**
 * Reads the usage of a response body of a provider: OpenAI (chat and responses) and the many that write like it, Anthropic,
 * Gemini, Bedrock, Cohere, Ollama. Each family's convention is declared, none is guessed from the numbers.
 *
 * @param body the response, or only its usage
 * @returns `undefined` where there is no usage in it
 */
export function readProviderUsage(
  body: unknown,
  { provider: told }: ReadProviderUsageOptions = {},
): ProviderUsage | undefined {
  if (!isRecord(body)) return undefined;
  const usage = usageOf(body);
  const shape = usage && USAGE_SHAPES.find((one) => one.matches(usage));
  if (!usage || !shape) return undefined;
  const model = text(body['model']) ?? text(body['modelVersion']) ?? text(body['modelId']);
  const provider = told ?? shape.provider ?? markOf(body) ?? providerOf(model);
  const warnings: string[] = [];
  const cost = recordedNanoUsd(usage['cost']);
  return {
    provider,
    model,
    usage: normalize(usage, shape, provider, warnings),
    beside: callsBeside(usage).map((call) => ({
      kind: String(call['type']),
      model: text(call['model']) ?? model,
      usage: normalize(call, shape, provider, warnings),
    })),
    ...(cost === undefined ? {} : { recordedNanoUsd: cost }),
    warnings,
  };
}

/** The usage in a body, wherever it stands; a body may be nothing else. */
export function usageOf(body: Fields): Fields | undefined {
  const { x_groq: groq, response, message, metadata, meta } = body;
  for (const holder of [body, response, message, metadata, groq]) {
    if (!isRecord(holder)) continue;
    const usage = holder['usage'] ?? holder['usageMetadata'] ?? holder['usage_metadata'];
    if (isRecord(usage)) return usage;
  }
  if (isRecord(meta) && USAGE_SHAPES.some((shape) => shape.matches(meta))) return meta;
  return USAGE_SHAPES.some((shape) => shape.matches(body)) ? body : undefined;
}

/** Anthropic tells a compaction, and advisors of other models, only among the iterations of a response. */
function callsBeside(usage: Fields): readonly Fields[] {
  const { iterations } = usage;
  if (!Array.isArray(iterations)) return [];
  return (iterations as readonly unknown[])
    .filter(isRecord)
    .filter((one) => typeof one['type'] === 'string' && one['type'] !== 'message')
    .map((one) => ({ cache_creation: {}, ...one }));
}

/** Who answered, where a body bears the mark of one. */
export function markOf(body: Fields): string | undefined {
  return isRecord(body['x_groq']) ? 'groq' : undefined;
}

function providerOf(model: string | undefined): string | undefined {
  return PROVIDER_OF_MODEL.find(([pattern]) => model !== undefined && pattern.test(model))?.[1];
}

function normalize(
  usage: Fields,
  shape: UsageShape,
  provider: string | undefined,
  warnings: string[],
): Usage {
  const { usage: normal, contradicts } = normalizeUsage(
    valid(shape.counts(usage), warnings),
    shape.convention(provider),
  );
  if (contradicts) warnings.push('More cached than input tokens: the input was taken without them.');
  return normal;
}

function valid(raw: RawCounts, warnings: string[]): UsageCounts {
  const counts: Record<string, number> = {};
  for (const [name, value] of Object.entries<unknown>(raw)) {
    if (value === undefined || value === null) continue;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_TOKENS) {
      counts[name] = value;
    } else warnings.push(`${name} is no count of tokens and was left out: the sum is a lower bound.`);
  }
  return counts;
}
