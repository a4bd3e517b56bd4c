import { defineLabels } from '../../labels/define-labels.js';
import type { LogLevelName } from './log-entries.js';

export interface LogLabels {
  readonly title: string;
  readonly count: (count: string, one: boolean) => string;
  readonly empty: string;
  readonly emptyHint: string;
  readonly tool: string;
  readonly everyTool: string;
  readonly outcome: string;
  readonly level: { readonly [L in LogLevelName]: string };
  readonly everything: string;
  readonly warnings: string;
  readonly errors: string;
  readonly calls: (count: string, one: boolean) => string;
  readonly callsFailed: (count: string) => string;
  readonly from: string;
  readonly to: string;
  readonly allTimes: string;
  readonly showFile: string;
  readonly copyLine: string;
  readonly line: (number: string) => string;
  readonly malformed: (count: string) => string;
  readonly noJson: string;
  readonly cut: string;
  readonly value: string;
  readonly of: (shown: string, all: string) => string;
}

export const logLabels = defineLabels<LogLabels>('log', {
  title: 'Log',
  count: (count, one) => (one ? '1 line' : `${count} lines`),
  empty: 'Nothing was logged yet',
  emptyHint: 'Lines appear as agents log, call tools, touch files and speak.',
  tool: 'Tool',
  everyTool: 'Every tool',
  outcome: 'Outcome',
  level: { debug: 'Debug', info: 'Info', warn: 'Warning', error: 'Error' },
  everything: 'Every outcome',
  warnings: 'Warnings and errors',
  errors: 'Errors only',
  calls: (count, one) => (one ? '1 tool call' : `${count} tool calls`),
  callsFailed: (count) => `${count} failed`,
  from: 'From',
  to: 'To',
  allTimes: 'All times',
  showFile: 'Show file',
  copyLine: 'Copy line',
  line: (number) => `Line ${number}`,
  malformed: (count) => `${count} lines are no JSON and shown as text.`,
  noJson: 'no JSON',
  cut: 'The log is longer than what can be shown here.',
  value: 'Line as JSON',
  of: (shown, all) => `${shown} of ${all} lines`,
});
