import { defineLabels } from '../../labels/define-labels.js';
export interface BurnRateLabels {
  readonly title: string;
  readonly perMinute: string;
  readonly perHourText: (money: string) => string;
  readonly unknown: string;
  readonly tooEarly: string;
  readonly unpriced: string;
  /** What follows the time that is left: when a limit is reached. */
  readonly toLimit: (clock: string) => string;
  readonly toLimitAtMost: (clock: string) => string;
  readonly atMost: (duration: string) => string;
  readonly leftOfLimit: string;
  readonly limitUnknown: string;
  readonly limitFar: string;
  readonly limitReached: string;
  readonly noLimit: string;
  readonly notSpending: string;
  readonly line: (peak: string) => string;
  readonly peak: (money: string) => string;
  readonly window: string;
  readonly wholeRun: string;
  readonly fleetWindow: string;
}

export const burnRateLabels = defineLabels<BurnRateLabels>('burnRate', {
  title: 'Burn rate',
  perMinute: '/ min',
  perHourText: (money) => `${money} / h`,
  unknown: '—',
  tooEarly: 'known after 5 seconds',
  unpriced: 'no call has a known cost',
  toLimit: (clock) => `to the limit at this rate, about ${clock}`,
  toLimitAtMost: (clock) => `to the limit at this rate, about ${clock}; calls of unknown cost make it sooner`,
  atMost: (duration) => `at most ${duration}`,
  leftOfLimit: 'of the limit not spent',
  limitUnknown: 'The time to the limit is not known yet.',
  limitFar: 'The limit is more than a week away at this rate.',
  limitReached: 'The limit is reached.',
  noLimit: 'No limit in USD is set.',
  notSpending: 'Nothing was spent in the last minute.',
  line: (peak) => `Spending a minute over time, at most ${peak}`,
  peak: (money) => `peak ${money} / min`,
  window: '1 min average',
  wholeRun: 'average of the whole run',
  fleetWindow: 'all runs, 1 min average',
});
