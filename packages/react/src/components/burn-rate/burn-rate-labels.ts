export interface BurnRateLabels {
  readonly title: string;
  readonly perMinute: string;
  readonly perHourText: (money: string) => string;
  readonly unknown: string;
  readonly tooEarly: string;
  readonly unpriced: string;
  readonly toLimit: string;
  readonly toLimitText: (duration: string, clock: string) => string;
  readonly toLimitAtMostText: (duration: string, clock: string) => string;
  readonly limitFar: string;
  readonly limitReached: string;
  readonly noLimit: string;
  readonly notSpending: string;
  readonly simulated: string;
  readonly simulatedHint: string;
  readonly line: (peak: string) => string;
  readonly peak: (money: string) => string;
  readonly window: string;
  readonly wholeRun: string;
}

export const burnRateLabels: BurnRateLabels = {
  title: 'Burn rate',
  perMinute: '/ min',
  perHourText: (money) => `${money} / h`,
  unknown: '—',
  tooEarly: 'known after 5 seconds',
  unpriced: 'no call has a known price',
  toLimit: 'Limit',
  toLimitText: (duration, clock) => `reached in ${duration} at this rate, about ${clock}`,
  toLimitAtMostText: (duration, clock) =>
    `reached in at most ${duration} at this rate, by about ${clock}; calls without a price make it sooner`,
  limitFar: 'more than a week away at this rate',
  limitReached: 'reached',
  noLimit: 'not set',
  notSpending: 'nothing spent in the last minute',
  simulated: 'simulated',
  simulatedHint: 'A simulated model answered. Nobody was billed.',
  line: (peak) => `Spending a minute over time, at most ${peak}`,
  peak: (money) => `peak ${money}`,
  window: '1 min average',
  wholeRun: 'average of the whole run',
};
