import { FleetglassError } from '../../errors/fleetglass-error.js';
import { usdToNano } from '../../model/cost.js';
import type { BudgetUnit } from '../../protocol/events/control.js';

/** What is limited: money and tokens of model calls; of a whole run also its tasks and its time. */
export type BudgetAmount =
  | { readonly usd: number }
  | { readonly tokens: number }
  /** Tasks that start, each attempt counted. Only for a run. */
  | { readonly steps: number }
  /** Time since the run began, whatever it did meanwhile. Only for a run. */
  | { readonly seconds: number };

/** What happens at a limit. */
export interface BudgetRules {
  /** Shares of the limit (0 to 1) at which `budget.warned` is sent. @default [0.8] */
  readonly warnAt?: readonly number[];
  /**
   * What happens when something does not fit: `stop` ends the run, `pause` pauses it until the limit is raised and the
   * run is resumed, `ask` lets the task wait for a person who may raise the limit, `downgrade` makes the call with
   * {@link BudgetRules.downgradeTo} and stops when that does not fit either, `warn` only tells. @default 'stop'
   */
  readonly onLimit?: 'warn' | 'pause' | 'ask' | 'downgrade' | 'stop';
  /** Cheaper model of the same provider. Required for `onLimit: 'downgrade'`. */
  readonly downgradeTo?: string;
  /**
   * What happens to a call whose price is unknown: it is refused, allowed (and then not counted), or counted with
   * {@link BudgetRules.assumedPrice}. Only for limits in USD. @default 'refuse', with `onLimit: 'warn'` 'allow'
   */
  readonly unknownPrice?: 'refuse' | 'allow' | 'assume';
  /** Price of calls whose price is unknown; its costs have basis `custom`. Required for `unknownPrice: 'assume'`. */
  readonly assumedPrice?: AssumedPrice;
}

/** A limit with exactly one amount. */
export type BudgetOptions = BudgetAmount & BudgetRules;

/** One limit, or one for each of several units. */
export type BudgetList = BudgetOptions | readonly BudgetOptions[];

/** USD a million tokens. */
export interface AssumedPrice {
  readonly inputUsd: number;
  readonly outputUsd: number;
}

/** A limit that all runs of an orchestrator share. */
export type FleetBudgetOptions = BudgetOptions & {
  /** The period that the limit is for, in UTC; a week begins on Monday. */
  readonly period: 'day' | 'week' | 'month';
};

/** A limit that the runs of one thread share; it does not begin anew. */
export type ThreadBudgetOptions = BudgetOptions;

export interface Limit {
  readonly unit: BudgetUnit;
  /** `usd` in nano-dollars. */
  readonly amount: number;
}

const UNITS: readonly BudgetUnit[] = ['usd', 'tokens', 'steps', 'seconds'];

export const listOf = <T extends object>(list: T | readonly T[] | undefined): readonly T[] =>
  list === undefined ? [] : Array.isArray(list) ? (list as readonly T[]) : [list as T];

/** @throws FleetglassError `BAD_INPUT` when the options make no sense */
export function readLimit(options: BudgetOptions): Limit {
  const wrong = (what: string): never => {
    throw new FleetglassError('BAD_INPUT', `A budget's ${what}.`);
  };
  const amounts = options as { readonly [unit in BudgetUnit]?: unknown };
  const given = UNITS.filter((unit) => amounts[unit] !== undefined);
  const [unit] = given;
  if (unit === undefined || given.length > 1)
    return wrong('amount must be one of usd, tokens, steps and seconds');
  const value = amounts[unit];
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    return wrong(`${unit} must be a number of at least 0`);
  if (unit !== 'usd' && !Number.isSafeInteger(value)) wrong(`${unit} must be a whole number`);
  if (options.warnAt?.some((share) => !(share > 0 && share <= 1)))
    wrong('warnAt must hold shares above 0 and up to 1');
  if (options.unknownPrice === 'assume' && !options.assumedPrice)
    wrong("unknownPrice 'assume' needs an assumedPrice");
  if (options.onLimit === 'downgrade') {
    if (unit !== 'usd' && unit !== 'tokens') wrong("onLimit 'downgrade' is for limits in usd or tokens");
    if (!options.downgradeTo) wrong("onLimit 'downgrade' needs the model to downgradeTo");
  }
  return { unit, amount: unit === 'usd' ? usdToNano(value) : value };
}
