import type { Dimension } from '@fleetglass/core/client';
import { defineLabels } from '../labels/define-labels.js';

export interface ChartsLabels {
  readonly costTrend: string;
  readonly modelUsage: string;
  readonly costBreakdown: string;
  readonly tokenUsage: string;
  readonly durations: string;
  readonly peakHours: string;
  readonly successRate: string;
  readonly tools: string;
  readonly agentCreation: string;
  readonly topCosts: string;
  readonly analytics: string;

  readonly showTable: string;
  readonly showChart: string;
  /** Of the scrolled table, for assistive technology. */
  readonly tableOf: (heading: string) => string;
  readonly downloadCsv: string;
  readonly loadingChart: string;
  readonly empty: string;
  readonly emptyHint: string;
  /** Of one run. */
  readonly emptyRun: string;
  readonly emptyRunHint: string;
  readonly chart: (heading: string, summary: string) => string;
  readonly keys: string;

  readonly by: string;
  readonly dimension: { readonly [D in Dimension | 'date']: string };
  readonly label: (name: string) => string;
  /** Where an agent has no role, a task no type, a call no agent. */
  readonly notGiven: string;
  readonly others: (count: number) => string;
  readonly more: (count: number) => string;

  readonly date: string;
  readonly dates: (from: string, to: string) => string;
  readonly cost: string;
  readonly costUsd: string;
  readonly unpricedCalls: string;
  readonly simulatedCost: string;
  readonly otherCost: string;
  readonly simulatedName: string;
  /** A part of what a tooltip tells. */
  readonly part: (name: string, amount: string) => string;
  readonly share: string;
  readonly tokens: string;
  readonly calls: string;
  readonly measure: string;
  readonly unknown: string;

  readonly uncachedInput: string;
  readonly cacheWrite: string;
  readonly cacheRead: string;
  readonly output: string;
  readonly reasoning: string;
  readonly cacheEfficiency: string;
  readonly cacheEfficiencyHint: string;
  readonly costPer1k: string;
  readonly costPer1kHint: string;

  readonly duration: string;
  readonly upTo: (limit: string) => string;
  readonly between: (from: string, to: string) => string;
  readonly from: (limit: string) => string;
  readonly ofTasks: string;
  readonly ofRuns: string;
  readonly ofAgents: string;
  readonly count: string;

  readonly weekday: string;
  readonly hour: string;
  readonly heatCell: (weekday: string, hour: string, calls: string, cost: string) => string;
  readonly heatHint: string;
  readonly less: string;
  readonly moreCalls: string;

  readonly type: string;
  readonly succeeded: (completed: string, of: string) => string;
  readonly completed: string;
  readonly failed: string;
  readonly otherEnds: string;
  readonly rate: string;
  readonly tool: string;
  readonly errors: string;
  /** How long a tool takes and how many of its calls failed, as far as either is known. */
  readonly toolNote: (mean: string | undefined, errors: string | undefined) => string;
  readonly meanDuration: string;
  readonly agentsJoined: string;
  readonly name: string;
  readonly run: string;
  readonly openRun: (name: string) => string;

  readonly range: string;
  readonly lastDays: (days: number) => string;
  readonly custom: string;
  readonly fromDate: string;
  readonly toDate: string;
  readonly runs: string;
  readonly runsSucceeded: string;
  readonly comparedWith: (days: number) => string;
  /** A change with its sign; `sign` is 1, 0 or -1. */
  readonly signed: (share: string, sign: number) => string;
  /** Percentage points. */
  readonly points: (points: string) => string;
  readonly nothingBefore: string;
  readonly incomparable: string;

  readonly lowerBound: (calls: number) => string;
  readonly simulated: (money: string) => string;
  readonly forgotten: (calls: string) => string;
  readonly heldSince: (date: string) => string;
}

export const chartsLabels = defineLabels<ChartsLabels>('charts', {
  costTrend: 'Cost over time',
  modelUsage: 'Models',
  costBreakdown: 'Where the money went',
  tokenUsage: 'Tokens',
  durations: 'How long things took',
  peakHours: 'Peak hours',
  successRate: 'Success by task type',
  tools: 'Tools',
  agentCreation: 'Agents that joined',
  topCosts: 'Top 10 by cost',
  analytics: 'Costs and usage',

  showTable: 'Show as a table',
  showChart: 'Show as a chart',
  tableOf: (heading) => `${heading}, table`,
  downloadCsv: 'Download CSV',
  loadingChart: 'Loading the chart …',
  empty: 'Nothing in this period',
  emptyHint: 'Choose a longer one, or start a run.',
  emptyRun: 'Nothing spent yet',
  emptyRunHint: 'What the calls of this run cost appears here.',
  chart: (heading, summary) => (summary === '' ? heading : `${heading}: ${summary}`),
  keys: 'Arrow keys move through the values.',

  by: 'By',
  dimension: { agent: 'Agent', role: 'Role', model: 'Model', type: 'Task type', task: 'Task', date: 'Date' },
  label: (name) => `Label: ${name}`,
  notGiven: 'Not given',
  others: (count) => (count === 1 ? '1 other' : `${count} others`),
  more: (count) => (count === 1 ? '1 more in the table' : `${count} more in the table`),

  date: 'Date',
  dates: (from, to) => (from === to ? from : `${from} to ${to}`),
  cost: 'Cost',
  costUsd: 'Cost (USD)',
  unpricedCalls: 'Calls of unknown cost',
  simulatedCost: 'Simulated cost (USD)',
  otherCost: 'Cost',
  simulatedName: 'Simulated cost',
  part: (name, amount) => `${name}: ${amount}`,
  share: 'Share',
  tokens: 'Tokens',
  calls: 'Calls',
  measure: 'Measure',
  unknown: '—',

  uncachedInput: 'Input, not cached',
  cacheWrite: 'Input, written to the cache',
  cacheRead: 'Input, read from the cache',
  output: 'Output',
  reasoning: 'of it reasoning',
  cacheEfficiency: 'Cache efficiency',
  cacheEfficiencyHint: 'Share of the input that was read from the cache',
  costPer1k: 'Cost per 1,000 tokens',
  costPer1kHint: 'Over the calls whose price is known',

  duration: 'Duration',
  upTo: (limit) => `< ${limit}`,
  between: (from, to) => `${from} – ${to}`,
  from: (limit) => `≥ ${limit}`,
  ofTasks: 'Tasks',
  ofRuns: 'Runs',
  ofAgents: 'Agents',
  count: 'Count',

  weekday: 'Weekday',
  hour: 'Hour',
  heatCell: (weekday, hour, calls, cost) => `${weekday} ${hour}: ${calls} model calls, ${cost}`,
  heatHint: 'Point at an hour, or move with the arrow keys.',
  less: 'none',
  moreCalls: 'most model calls',

  type: 'Task type',
  succeeded: (completed, of) => `${completed} of ${of}`,
  completed: 'Completed',
  failed: 'Failed',
  otherEnds: 'Cancelled, stopped or skipped',
  rate: 'Success rate',
  tool: 'Tool',
  errors: 'Errors',
  toolNote: (mean, errors) =>
    [...(errors ? [`${errors} failed`] : []), ...(mean ? [`⌀ ${mean}`] : [])].join(' · '),
  meanDuration: 'Mean duration (ms)',
  agentsJoined: 'Agents',
  name: 'Name',
  run: 'Run',
  openRun: (name) => `Open the run ${name}`,

  range: 'Period',
  lastDays: (days) => `${days} days`,
  custom: 'Custom',
  fromDate: 'From',
  toDate: 'To',
  runs: 'Runs',
  runsSucceeded: 'Runs that succeeded',
  comparedWith: (days) => `Changes against ${days === 1 ? 'the day before' : `the ${days} days before`}`,
  signed: (share, sign) => `${sign > 0 ? '+' : sign < 0 ? '−' : '±'}${share}`,
  points: (points) => (points === '1' ? '1 point' : `${points} points`),
  nothingBefore: 'nothing before',
  incomparable: 'not comparable',

  lowerBound: (calls) =>
    `${calls === 1 ? '1 call has' : `${calls} calls have`} no known price, so amounts with “≥” are lower bounds.`,
  simulated: (money) => `${money} of it is simulated: nobody was billed.`,
  forgotten: (calls) =>
    `The details of ${calls} older calls are no longer held: they count on their run’s first day as “Not given”.`,
  heldSince: (date) => `No run from before ${date} is held here, so earlier days may look empty.`,
});
