export interface BurnRateLabels {
  readonly title: string;
  readonly perMinute: string;
  readonly perHour: string;
  readonly perHourText: (money: string) => string;
  readonly unknown: string;
  readonly tooEarly: string;
  readonly unpriced: string;
  readonly over: (average: string) => string;
  readonly toLimit: string;
  readonly toLimitText: (duration: string, clock: string) => string;
  readonly limitFar: string;
  readonly limitReached: string;
  readonly noLimit: string;
  readonly notSpending: string;
  readonly simulated: string;
  readonly simulatedHint: string;
  readonly line: (peak: string) => string;
  readonly peak: (money: string) => string;
  readonly window: string;
}

export const burnRateLabels: BurnRateLabels = {
  title: 'Burn rate',
  perMinute: '/ min',
  perHour: 'per hour',
  perHourText: (money) => `${money} / h`,
  unknown: '—',
  tooEarly: 'Known after 5 seconds of work',
  unpriced: 'No call so far has a known price',
  over: (average) => `Run over. Average ${average} / min`,
  toLimit: 'Limit',
  toLimitText: (duration, clock) => `reached in ${duration} at this rate, about ${clock}`,
  limitFar: 'more than a week away at this rate',
  limitReached: 'reached',
  noLimit: 'not set',
  notSpending: 'nothing spent in the last minute',
  simulated: 'simulated',
  simulatedHint: 'A simulated model answered. Nobody was billed.',
  line: (peak) => `Spending a minute over time, at most ${peak}`,
  peak: (money) => `peak ${money}`,
  window: '1 min average',
};
