import type { ModelInfo, ModelPrice } from '@pydantic/genai-prices';
import { calcPrice, findProvider } from '@pydantic/genai-prices';
import { parseRate } from './decimal.js';
import type { ModelRates, TieredRate } from './rates.js';

const DAY_MS = 86_400_000;

/** How a model that is not listed is remembered, so that it is not searched for again. */
const NOT_LISTED = null;

/** Model names come from outside; the memory of look-ups stays bounded. */
const MAX_REMEMBERED = 2_000;

export interface ListPrices {
  /** Rates of a model at a moment; `undefined` when the list does not have it. */
  rates(model: string, provider: string | undefined, time: number): ModelRates | undefined;
  contextTokens(model: string, provider: string | undefined): number | undefined;
}

/**
 * The price list of `@pydantic/genai-prices`, read for exact arithmetic. Only its data and its matching rules are
 * used: its own sums are floating point.
 */
export function createListPrices(): ListPrices {
  const models = new Map<string, ModelInfo | typeof NOT_LISTED>();
  const parsed = new WeakMap<ModelPrice, ModelRates>();

  function modelFor(model: string, provider: string | undefined): ModelInfo | undefined {
    const key = `${provider ?? ''}\u0000${model}`;
    let found = models.get(key);
    if (found === undefined) {
      found = findModel(model, provider) ?? NOT_LISTED;
      if (models.size >= MAX_REMEMBERED) models.clear();
      models.set(key, found);
    }
    return found ?? undefined;
  }

  return {
    rates(model, provider, time) {
      const info = modelFor(model, provider);
      const price = info && priceAt(info, time);
      if (!price) return undefined;
      let rates = parsed.get(price);
      if (!rates) {
        rates = toRates(price);
        parsed.set(price, rates);
      }
      return rates;
    },
    contextTokens: (model, provider) => modelFor(model, provider)?.context_window,
  };
}

/** A hint that names no listed provider is no hint; one that does is binding. `provider/model` names its provider. */
function findModel(model: string, provider: string | undefined): ModelInfo | undefined {
  const hint = provider !== undefined && findProvider({ providerId: provider }) ? provider : undefined;
  const found = lookUp(model, hint);
  if (found || hint !== undefined) return found;
  const slash = model.indexOf('/');
  const prefix = model.slice(0, Math.max(slash, 0));
  if (!prefix || !findProvider({ providerId: prefix })) return undefined;
  return lookUp(model.slice(slash + 1), prefix);
}

function lookUp(model: string, provider: string | undefined): ModelInfo | undefined {
  try {
    return calcPrice({}, model, provider === undefined ? {} : { providerId: provider })?.model;
  } catch {
    return undefined;
  }
}

/** The last entry whose constraint holds; the first one when none does. */
function priceAt(model: ModelInfo, time: number): ModelPrice | undefined {
  if (!Array.isArray(model.prices)) return model.prices;
  for (let i = model.prices.length - 1; i >= 0; i -= 1) {
    const entry = model.prices[i];
    if (!entry) continue;
    const constraint = entry.constraint;
    if (!constraint) return entry.prices;
    if (constraint.type === 'start_date') {
      if (time >= Date.parse(constraint.start_date)) return entry.prices;
    } else if (isWithin(((time % DAY_MS) + DAY_MS) % DAY_MS, constraint.start_time, constraint.end_time)) {
      return entry.prices;
    }
  }
  return model.prices[0]?.prices;
}

function isWithin(timeOfDay: number, start: string, end: string): boolean {
  const from = toTimeOfDay(start);
  const to = toTimeOfDay(end);
  return to < from ? timeOfDay >= from || timeOfDay < to : timeOfDay >= from && timeOfDay < to;
}

/** Milliseconds after midnight UTC of a time such as `16:30:00Z`. */
function toTimeOfDay(text: string): number {
  const time = Date.parse(`1970-01-01T${text}`);
  return ((time % DAY_MS) + DAY_MS) % DAY_MS;
}

function toRates(price: ModelPrice): ModelRates {
  const rates: { -readonly [K in keyof ModelRates]: ModelRates[K] } = {};
  const put = (name: Exclude<keyof ModelRates, 'requests'>, key: string): void => {
    const rate = toTieredRate(price[key]);
    if (rate) rates[name] = rate;
  };
  put('input', 'input_mtok');
  put('cacheRead', 'cache_read_mtok');
  put('cacheWrite', 'cache_write_mtok');
  put('cacheWrite5m', 'cache_write_5m_mtok');
  put('cacheWrite1h', 'cache_write_1h_mtok');
  put('output', 'output_mtok');
  put('reasoning', 'output_reasoning_mtok');
  const requests = parseRate(price['requests_kcount']);
  if (requests !== undefined) rates.requests = requests;
  return rates;
}

function toTieredRate(value: ModelPrice[string]): TieredRate | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number') {
    const base = parseRate(value);
    return base === undefined ? undefined : { base, tiers: [] };
  }
  const base = parseRate(value.base);
  if (base === undefined) return undefined;
  const tiers: { above: number; rate: bigint }[] = [];
  for (const tier of value.tiers) {
    const rate = parseRate(tier.price);
    if (rate === undefined) return undefined;
    tiers.push({ above: tier.start, rate });
  }
  return { base, tiers: tiers.sort((a, b) => a.above - b.above) };
}
