/**
 * List prices of models by day, and your own above them.
 *
 * @packageDocumentation
 */
import { FleetglassError } from '@fleetglass/core';
import type { ModelLimits, PriceTable } from '@fleetglass/core';
import { parseRate } from './prices/decimal.js';
import { createListPrices } from './prices/list-prices.js';
import { maxOutputTokens } from './prices/max-output.js';
import type { ModelRates, TieredRate } from './prices/rates.js';
import { costOf } from './prices/rates.js';

/** USD per million tokens. A string such as `'0.0000125'` keeps digits that a number cannot hold. */
export type UsdPerMillion = number | string;

/** Rates of one class: one rate, or one that changes when the request's whole input exceeds a size. */
export type CustomRate =
  | UsdPerMillion
  | {
      readonly base: UsdPerMillion;
      readonly tiers: readonly { readonly aboveInputTokens: number; readonly rate: UsdPerMillion }[];
    };

/** Prices and limits of a model as the user knows them; they replace the list's entry as a whole. */
export interface CustomPrice extends ModelLimits {
  readonly input: CustomRate;
  readonly output: CustomRate;
  /** @default the rate of `input` */
  readonly cacheRead?: CustomRate;
  /** Five-minute cache writes. @default the rate of `input` */
  readonly cacheWrite5m?: CustomRate;
  /** One-hour cache writes. @default the rate of `input`; unknown when only `cacheWrite5m` is given */
  readonly cacheWrite1h?: CustomRate;
  /** @default the rate of `output` */
  readonly reasoning?: CustomRate;
}

/** Prices of your own. */
export interface PricesOptions {
  /** By model, or by `provider/model` where only that provider's price differs. Upper and lower case are the same. */
  readonly overrides?: { readonly [model: string]: CustomPrice };
}

/**
 * Prices of model calls from the list of `@pydantic/genai-prices`: dated, tiered by the request's whole input, with
 * cache classes and one-hour cache writes of their own. Costs are exact sums of decimal rates, rounded half up once to
 * integer nano-dollars. Basis `list`, or `custom` for overrides. What is not listed is `unknown`, never 0.
 *
 * A `provider` that the list does not know is ignored; one that it knows is binding. `anthropic/claude-sonnet-4-5`
 * as a model name means the model at that provider. Rates of batch, flex and priority service are not listed.
 *
 * @throws FleetglassError `BAD_INPUT` when an override is not a decimal of at least 0; `cost` throws `COST_OVERFLOW`
 * above the range of exact integers (about 9 million USD)
 */
export function createPrices(options: PricesOptions = {}): PriceTable {
  const list = createListPrices();
  const overrides = new Map<string, { readonly rates: ModelRates; readonly price: CustomPrice }>();
  for (const [model, price] of Object.entries(options.overrides ?? {})) {
    overrides.set(model.toLowerCase(), { rates: toRates(model, price), price });
  }

  const overrideOf = (model: string, provider: string | undefined) =>
    overrides.size === 0
      ? undefined
      : (overrides.get(`${provider ?? ''}/${model}`.toLowerCase()) ?? overrides.get(model.toLowerCase()));

  return {
    cost({ model, provider, usage, time }) {
      const override = overrideOf(model, provider);
      const rates = override?.rates ?? list.rates(model, provider, time);
      const nano = rates && costOf(rates, usage);
      if (nano === undefined) return { basis: 'unknown' };
      if (nano > BigInt(Number.MAX_SAFE_INTEGER)) {
        throw new FleetglassError(
          'COST_OVERFLOW',
          'One call costs more than exact integers can hold; check its usage.',
          {
            details: { model },
          },
        );
      }
      return { nanoUsd: Number(nano), basis: override ? 'custom' : 'list' };
    },
    limits(model, provider) {
      const custom = overrideOf(model, provider)?.price;
      const contextTokens = custom?.contextTokens ?? list.contextTokens(model, provider);
      const maxOutput = custom?.maxOutputTokens ?? maxOutputTokens(model);
      if (contextTokens === undefined && maxOutput === undefined) return undefined;
      return {
        ...(contextTokens === undefined ? {} : { contextTokens }),
        ...(maxOutput === undefined ? {} : { maxOutputTokens: maxOutput }),
      };
    },
  };
}

function toRates(model: string, price: CustomPrice): ModelRates {
  const optional = (name: 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h' | 'reasoning') => {
    const rate = price[name];
    return rate === undefined ? {} : { [name]: toTieredRate(model, name, rate) };
  };
  return {
    input: toTieredRate(model, 'input', price.input),
    output: toTieredRate(model, 'output', price.output),
    ...optional('cacheRead'),
    ...optional('cacheWrite5m'),
    ...optional('cacheWrite1h'),
    ...optional('reasoning'),
  };
}

function toTieredRate(model: string, name: string, rate: CustomRate): TieredRate {
  const read = (value: unknown) => {
    const exact = parseRate(value);
    if (exact !== undefined) return exact;
    throw new FleetglassError(
      'BAD_INPUT',
      `The price "${name}" of ${model} must be a decimal of at least 0.`,
      {
        details: { model, field: name },
      },
    );
  };
  if (typeof rate !== 'object') return { base: read(rate), tiers: [] };
  return {
    base: read(rate.base),
    tiers: rate.tiers
      .map((tier) => ({ above: tier.aboveInputTokens, rate: read(tier.rate) }))
      .sort((a, b) => a.above - b.above),
  };
}
