import type { BudgetUnit } from '@fleetglass/core/protocol';
import { defineLabels } from '../../labels/define-labels.js';

export interface ApprovalsLabels {
  readonly title: string;
  readonly asked: (who: string, time: string) => string;
  readonly asker: string;
  readonly expires: (duration: string) => string;
  /** Which option counts when nobody answers in time. */
  readonly expiresWith: (option: string, duration: string) => string;
  /** Words of an option by its code; others are shown as they are. */
  readonly options: { readonly [option: string]: string };
  readonly replaying: string;
  readonly recorded: string;
  readonly readOnly: string;
  readonly addNote: string;
  readonly note: string;
  readonly noteHint: string;
  /** Before the title of what was decided. */
  readonly settled: { readonly decided: string; readonly expired: string };
  readonly decidedBy: (option: string, who: string, time: string) => string;
  readonly decided: (option: string, time: string) => string;
  readonly expiredAt: (time: string) => string;
  readonly missing: string;
}

export const approvalsLabels = defineLabels<ApprovalsLabels>('approvals', {
  title: 'Decision needed',
  asked: (who, time) => `${who} asked at ${time}`,
  asker: 'The run',
  expires: (duration) => `expires in ${duration}`,
  expiresWith: (option, duration) => `without an answer it is “${option}” in ${duration}`,
  options: { approve: 'Approve', reject: 'Reject' },
  replaying: 'It can be answered in the present only.',
  recorded: 'This is a recording: it can be watched, not answered.',
  readOnly: 'Somebody who may give commands has to answer it.',
  addNote: 'Add a note',
  note: 'Note',
  noteHint: 'Kept with the decision, for whoever reads the run later.',
  settled: { decided: 'Decided', expired: 'Expired' },
  decidedBy: (option, who, time) => `“${option}” by ${who} at ${time}`,
  decided: (option, time) => `“${option}” at ${time}`,
  expiredAt: (time) => `Nobody answered until ${time}`,
  missing: 'This decision is not in the log.',
});

export interface BudgetQuestionLabels {
  readonly title: (scope: string) => string;
  readonly spent: string;
  readonly inFlight: (amount: string) => string;
  readonly nothingInFlight: string;
  readonly limit: string;
  readonly untilNow: string;
  readonly nextCall: string;
  readonly nextCallNote: string;
  readonly goingOn: string;
  readonly about: (amount: string) => string;
  /** What the estimate is made of. */
  readonly estimate: (openTasks: string) => string;
  readonly noEstimate: string;
  readonly newLimit: string;
  readonly unit: { readonly [U in BudgetUnit]: string };
  readonly raise: (limit: string) => string;
  /** Where nothing waits for it. */
  readonly raiseOnly: (limit: string) => string;
  readonly raiseToWhat: string;
  /** Sets the limit with which the rest about fits. */
  readonly enough: (limit: string) => string;
  readonly stop: string;
  readonly stopNote: string;
  readonly keep: string;
  readonly tooLow: (limit: string) => string;
  readonly tooHigh: string;
  readonly notEnough: (needed: string) => string;
}

export const budgetQuestionLabels = defineLabels<BudgetQuestionLabels>('budgetQuestion', {
  title: (scope) => `Budget used up: ${scope}`,
  spent: 'Spent',
  inFlight: (amount) => `and ${amount} for calls in flight`,
  nothingInFlight: 'no call in flight',
  limit: 'Limit',
  untilNow: 'until now',
  nextCall: 'Next call',
  nextCallNote: 'at most',
  goingOn: 'Going on',
  about: (amount) => `about ${amount}`,
  estimate: (openTasks) =>
    openTasks === '1'
      ? '1 open task, at the average so far'
      : `${openTasks} open tasks, at the average so far`,
  noEstimate: 'no finished task to compare with',
  newLimit: 'New limit',
  unit: { usd: 'in USD', tokens: 'in tokens', steps: 'in steps', seconds: 'in seconds' },
  raise: (limit) => `Raise to ${limit} and continue`,
  raiseOnly: (limit) => `Raise to ${limit}`,
  raiseToWhat: 'Raise and continue',
  enough: (limit) => `Set ${limit}, about enough for the rest`,
  stop: 'Stop the run',
  stopNote: 'Stopping keeps everything that is done.',
  keep: 'Keep the limit',
  tooLow: (limit) => `Enter more than ${limit}.`,
  tooHigh: 'This is more than can be counted.',
  notEnough: (needed) => `The next call needs a limit of ${needed}; below that the run asks again.`,
});
