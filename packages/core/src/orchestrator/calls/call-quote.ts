import type { Json } from '../../lib/json.js';
import { addNanoUsd, usdToNano } from '../../model/cost.js';
import { checkedLimits } from '../../model/checked-prices.js';
import type { ModelLimits, PriceTable } from '../../model/price.js';
import type { Cost, Usage } from '../../protocol/usage.js';
import type { AssumedPrice } from '../budgets/budget-options.js';
import type { ChatMessage, ModelProvider } from './model-provider.js';

/** Least output that a call may be limited to. */
const MIN_OUTPUT_TOKENS = 1_024;
/** Output limit of a model whose own maximum nobody knows. */
const DEFAULT_OUTPUT_TOKENS = 8_192;
/** Tokens that a provider may add to a message for its role and separators. */
const MESSAGE_OVERHEAD_TOKENS = 16;

/** What a call may cost at most, by its output limit. */
export interface CallQuote {
  readonly model: string;
  /** Upper bound of the request's input. */
  readonly inputTokens: number;
  /** Greatest output that the model gives. */
  readonly maxOutputTokens: number;
  readonly minOutputTokens: number;
  readonly contextTokens: number | undefined;
  /** Nano-dollars for the dearest kind of input and `outputTokens`; `undefined` when the price is unknown. */
  bound(outputTokens: number): number | undefined;
  /** Most output tokens whose bound is within `nanoUsd`; `undefined` when not even the least is. */
  affordable(nanoUsd: number): number | undefined;
}

export interface QuoteRequest {
  readonly prices: PriceTable;
  readonly provider: ModelProvider;
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly options: Json | undefined;
  readonly time: number;
  /** Used where the table knows no price. */
  readonly assumed: AssumedPrice | undefined;
}

function countInput(
  provider: ModelProvider,
  messages: readonly ChatMessage[],
  options: Json | undefined,
): number {
  const encoder = new TextEncoder();
  const extra = options === undefined ? 0 : Math.ceil(encoder.encode(JSON.stringify(options)).length / 2);
  const counted = provider.countTokens?.(messages) ?? NaN;
  if (counted >= 0 && Number.isSafeInteger(Math.ceil(counted))) return Math.ceil(counted) + extra;
  let tokens = extra;
  for (const { content } of messages) {
    tokens += Math.ceil(encoder.encode(content).length / 2) + MESSAGE_OVERHEAD_TOKENS;
  }
  return tokens;
}

/** Cost of `usage` at an assumed price. */
export function assumedCost(usage: Usage, price: AssumedPrice): Cost {
  const part = (usdPerMillion: number, tokens: number): bigint =>
    BigInt(usdToNano(usdPerMillion)) * BigInt(tokens);
  const sum = part(price.inputUsd, usage.inputTokens) + part(price.outputUsd, usage.outputTokens);
  return { nanoUsd: addNanoUsd(Number((sum + 500_000n) / 1_000_000n), 0), basis: 'custom' };
}

/** Limits that the provider declares, otherwise those of the price table. */
function limitsOf(provider: ModelProvider, prices: PriceTable, model: string): ModelLimits {
  return { ...prices.limits?.(model, provider.id), ...checkedLimits(provider.limits?.(model)) };
}

export function createQuote(request: QuoteRequest): CallQuote {
  const { prices, provider, model, messages, options, time, assumed } = request;
  const limits = limitsOf(provider, prices, model);
  const inputTokens = countInput(provider, messages, options);
  const maxOutputTokens = limits.maxOutputTokens ?? DEFAULT_OUTPUT_TOKENS;
  const minOutputTokens = Math.min(MIN_OUTPUT_TOKENS, maxOutputTokens);

  const price = (usage: Usage): number | undefined => {
    const cost = prices.cost({ model, provider: provider.id, usage, time });
    if (cost.basis !== 'unknown') return cost.nanoUsd;
    return assumed ? assumedCost(usage, assumed).nanoUsd : undefined;
  };
  const bound = (outputTokens: number): number | undefined => {
    let dearest: number | undefined;
    const kinds = [{}, { cacheWrite5mTokens: inputTokens }, { cacheWrite1hTokens: inputTokens }];
    for (const kind of kinds) {
      const nanoUsd = price({ inputTokens, ...kind, outputTokens });
      if (nanoUsd !== undefined && (dearest === undefined || nanoUsd > dearest)) dearest = nanoUsd;
    }
    return dearest;
  };

  return {
    model,
    inputTokens,
    maxOutputTokens,
    minOutputTokens,
    contextTokens: limits.contextTokens,
    bound,
    affordable(nanoUsd) {
      const within = (tokens: number): boolean => (bound(tokens) ?? 0) <= nanoUsd;
      if (!within(minOutputTokens)) return undefined;
      let least = minOutputTokens;
      let most = maxOutputTokens;
      while (least < most) {
        const middle = Math.ceil((least + most) / 2);
        if (within(middle)) least = middle;
        else most = middle - 1;
      }
      return least;
    },
  };
}
