import type { Need } from '@fleetglass/core/client';
import { defineLabels } from '../../labels/define-labels.js';

export interface FleetLabels {
  readonly title: string;
  readonly none: string;
  readonly noneHint: string;
  readonly needs: string;
  readonly noNeeds: string;
  readonly need: { readonly [K in Need['kind']]: string };
  /** Where nothing was said. */
  readonly silent: string;
  readonly since: (time: string, ago: string) => string;
  readonly open: string;
  readonly openThis: (run: string) => string;
  readonly moreNeeds: (count: string) => string;
  readonly money: string;
  readonly today: string;
  readonly month: string;
  readonly all: string;
  readonly burn: string;
  readonly noSpend: string;
  readonly nearest: string;
  readonly activity: string;
  readonly byStatus: string;
  readonly agents: string;
  readonly agentsOf: (active: string, all: string) => string;
  readonly agentsNote: (runs: string) => string;
  readonly tokens: string;
  readonly tokensNote: (input: string, cached: string, output: string) => string;
}

export const fleetLabels = defineLabels<FleetLabels>('fleet', {
  title: 'Fleet',
  none: 'No run yet',
  noneHint: 'Everything that your agents do, cost and wait for is summed up here.',
  needs: 'Needs a person',
  noNeeds: 'Nothing waits for a person.',
  need: {
    approval: 'Decision needed',
    budget: 'Paused at a limit',
    stuck: 'Stuck',
    failed: 'Failed',
    stopped: 'Stopped',
  },
  silent: 'Nothing was heard of it for ten minutes or more.',
  since: (time, ago) => `since ${time}, ${ago}`,
  open: 'Open',
  openThis: (run) => `Open ${run}`,
  moreNeeds: (count) => `and ${count} more`,
  money: 'Money',
  today: 'Today',
  month: 'This month',
  all: 'All runs',
  burn: 'Burn rate',
  noSpend: 'nothing spent',
  nearest: 'Nearest limit',
  activity: 'Activity',
  byStatus: 'Runs by status',
  agents: 'Active agents',
  agentsOf: (active, all) => `${active} of ${all}`,
  agentsNote: (runs) => (runs === '1' ? 'in 1 open run' : `in ${runs} open runs`),
  tokens: 'Tokens',
  tokensNote: (input, cached, output) =>
    cached === '' ? `${input} in, ${output} out` : `${input} in (${cached} cached), ${output} out`,
});

export interface TickerLabels {
  readonly label: string;
  readonly now: string;
  readonly nowHint: string;
  readonly all: string;
  readonly run: string;
  readonly today: string;
  readonly perMinute: (money: string) => string;
  readonly toLimit: (duration: string) => string;
  readonly limitReached: string;
}

export const tickerLabels = defineLabels<TickerLabels>('ticker', {
  label: 'Cost',
  now: 'now',
  nowHint: 'Cost of the runs that go on.',
  all: 'in all',
  run: 'this run',
  today: 'today',
  perMinute: (money) => `${money}/min`,
  toLimit: (duration) => `${duration} to the limit`,
  limitReached: 'limit reached',
});
