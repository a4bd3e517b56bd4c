/** A limit in USD. */
export interface BudgetOptions {
  /** The limit in USD. */
  readonly usd: number;
  /** Shares of the limit (0 to 1) at which `budget.warned` is sent. @default [0.8] */
  readonly warnAt?: readonly number[];
  /**
   * What happens when a call does not fit: `stop` ends the run, `pause` pauses it until the limit is raised and the run
   * is resumed, `warn` only tells. @default 'stop'
   */
  readonly onLimit?: 'warn' | 'pause' | 'stop';
  /**
   * What happens to a call whose price is unknown: it is refused, allowed (and then not counted), or counted with
   * {@link BudgetOptions.assumedPrice}. @default 'refuse', with `onLimit: 'warn'` 'allow'
   */
  readonly unknownPrice?: 'refuse' | 'allow' | 'assume';
  /** Price of calls whose price is unknown; its costs have basis `custom`. Required for `unknownPrice: 'assume'`. */
  readonly assumedPrice?: AssumedPrice;
}

/** USD a million tokens. */
export interface AssumedPrice {
  readonly inputUsd: number;
  readonly outputUsd: number;
}

/** A limit that all runs of an orchestrator share. */
export interface FleetBudgetOptions extends BudgetOptions {
  /** The period that the limit is for, in UTC. */
  readonly period: 'day';
}
