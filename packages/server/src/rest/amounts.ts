import type { CostTotals, UsageTotals } from '@fleetglass/core';
import * as z from 'zod';
import { component } from './component.js';
import { costTotals, usageTotals } from './values.js';

/** What something cost and used. */
export const amount = z
  .object({ cost: costTotals, usage: usageTotals, modelCalls: z.number() })
  .meta(component('Amount'));

/** The same as a type. */
export interface AmountView {
  readonly cost: CostTotals;
  readonly usage: UsageTotals;
  readonly modelCalls: number;
}

/** An amount without what its source holds besides. */
export const viewAmount = ({ cost, usage, modelCalls }: AmountView): z.input<typeof amount> => ({
  cost,
  usage,
  modelCalls,
});
