import type { AnalystEffect, StepChange } from '@fleetglass/core/client';
import { defineLabels } from '../../labels/define-labels.js';

export interface ComparisonLabels {
  readonly title: string;
  readonly first: string;
  readonly second: string;
  readonly swap: string;
  readonly run: (name: string, started: string) => string;
  readonly sameRun: string;
  readonly missing: string;
  readonly missingHint: string;
  readonly totals: string;
  readonly outcome: string;
  readonly cost: string;
  readonly time: string;
  readonly tokens: string;
  readonly calls: string;
  readonly tasks: string;
  readonly figure: string;
  readonly difference: string;
  readonly equal: string;
  readonly more: (amount: string) => string;
  readonly less: (amount: string) => string;
  /** A difference with its share of the first figure. */
  readonly withShare: (difference: string, share: string) => string;
  readonly unknown: string;
  readonly steps: string;
  readonly step: string;
  readonly change: { readonly [C in StepChange]: string };
  readonly onlyDifferences: string;
  readonly summary: (counts: { readonly [C in StepChange]: string }) => string;
  readonly noSteps: string;
  readonly noDifferences: string;
  readonly omitted: (count: string) => string;
  readonly showSpans: (step: string) => string;
  readonly hideSpans: (step: string) => string;
  readonly was: (name: string) => string;
  readonly analyst: string;
  readonly analystWith: { readonly first: string; readonly second: string };
  readonly analystCost: string;
  readonly analystSaved: string;
  readonly analystLost: string;
  readonly analystReturn: string;
  readonly analystReturnValue: (times: string) => string;
  readonly analystUnknown: { readonly [R in NonNullable<AnalystEffect['unknown']>]: string };
  readonly analystNote: string;
}

export const comparisonLabels = defineLabels<ComparisonLabels>('comparison', {
  title: 'Two runs compared',
  first: 'First',
  second: 'Second',
  swap: 'Swap the two',
  run: (name, started) => `${name}, ${started}`,
  sameRun: 'Both are the same run. Choose another one to compare it with.',
  missing: 'Choose two runs to compare',
  missingHint: 'Of one of them nothing is known here.',
  totals: 'In total',
  outcome: 'Outcome',
  cost: 'Cost',
  time: 'Time',
  tokens: 'Tokens',
  calls: 'Calls',
  tasks: 'Tasks',
  figure: 'Figure',
  difference: 'Difference',
  equal: 'the same',
  more: (amount) => `+${amount}`,
  less: (amount) => `−${amount}`,
  withShare: (difference, share) => `${difference} (${share})`,
  unknown: '—',
  steps: 'Step by step',
  step: 'Step',
  change: { same: 'In both', changed: 'Changed', added: 'Only in the second', removed: 'Only in the first' },
  onlyDifferences: 'Only what differs',
  summary: ({ same, changed, added, removed }) =>
    `${same} in both, ${changed} changed, ${added} only in the second, ${removed} only in the first`,
  noSteps: 'Neither run has a step yet.',
  noDifferences: 'Every step is the same in both.',
  omitted: (count) => `${count} more steps are left out; the totals hold them.`,
  showSpans: (step) => `Show the calls of ${step}`,
  hideSpans: (step) => `Hide the calls of ${step}`,
  was: (name) => `was “${name}”`,
  analyst: 'With and without ANALYST',
  analystWith: { first: 'The first run had an ANALYST.', second: 'The second run had an ANALYST.' },
  analystCost: 'It cost',
  analystSaved: 'It saved',
  analystLost: 'It made the run dearer by',
  analystReturn: 'Return on its cost',
  analystReturnValue: (times) => `${times} ×`,
  analystUnknown: {
    price: 'What it saved is not known: some calls have no price.',
    unfinished: 'What it saved is not known until both runs are over.',
    outcome: 'What it saved is not known: not both runs were completed.',
    free: 'It cost nothing that is known, so there is no return to tell.',
  },
  analystNote: 'Two runs are no proof: the task may have been an easier one.',
});
