import type { Cost, Usage } from '../protocol/usage.js';

/** A model call to be priced. */
export interface PriceQuery {
  readonly model: string;
  /** Provider id such as `anthropic`; helps where two providers share a model name. */
  readonly provider?: string;
  readonly usage: Usage;
  /** Milliseconds since the epoch: prices are dated. */
  readonly time: number;
}

/** Declared bounds of a model, as far as the table knows them. */
export interface ModelLimits {
  readonly contextTokens?: number;
  readonly maxOutputTokens?: number;
}

/**
 * Prices of model calls. `@fleetglass/sources/prices` adapts `@pydantic/genai-prices`; users override any entry.
 */
export interface PriceTable {
  /** Exact cost, rounded half up once to integer nano-dollars; `{ basis: 'unknown' }` when the model is not listed. */
  cost(query: PriceQuery): Cost;
  limits?(model: string, provider?: string): ModelLimits | undefined;
}

/** Knows no price. */
export const noPrices: PriceTable = { cost: () => ({ basis: 'unknown' }) };
