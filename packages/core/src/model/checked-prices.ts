import { isRecord } from '../lib/json.js';
import type { Cost } from '../protocol/usage.js';
import type { ModelLimits, PriceTable } from './price.js';

const KNOWN: ReadonlySet<unknown> = new Set(['billed', 'list', 'custom', 'simulated']);

/** Whether it is a cost: unknown, or whole nano-dollars that sums stay exact with. */
export function isCost(value: unknown): value is Cost {
  if (!isRecord(value)) return false;
  const { basis, nanoUsd } = value;
  if (basis === 'unknown') return true;
  return KNOWN.has(basis) && Number.isSafeInteger(nanoUsd) && (nanoUsd as number) >= 0;
}

const limit = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : undefined;

/** What is said of a model, without what no model can have. */
export function checkedLimits(limits: ModelLimits | undefined): ModelLimits {
  const { contextTokens, maxOutputTokens } = isRecord(limits) ? limits : {};
  const context = limit(contextTokens);
  const output = limit(maxOutputTokens);
  return {
    ...(context === undefined ? {} : { contextTokens: context }),
    ...(output === undefined ? {} : { maxOutputTokens: output }),
  };
}

/**
 * A price table that somebody gave us, made safe: where it throws, or names no possible amount, the price is unknown.
 *
 * @param onFailure told the first time
 */
export function checkedPrices(prices: PriceTable, onFailure: (error: unknown) => void): PriceTable {
  let hasTold = false;
  const tell = (error: unknown): void => {
    if (hasTold) return;
    hasTold = true;
    onFailure(error);
  };
  return {
    cost(query) {
      try {
        const cost: unknown = prices.cost(query);
        if (isCost(cost)) return cost;
        tell(new Error('The price table gave something that is no cost.'));
      } catch (error) {
        tell(error);
      }
      return { basis: 'unknown' };
    },
    limits(model, provider) {
      try {
        return checkedLimits(prices.limits?.(model, provider));
      } catch (error) {
        tell(error);
        return undefined;
      }
    },
  };
}
