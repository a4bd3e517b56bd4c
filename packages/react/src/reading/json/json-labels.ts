import { defineLabels } from '../../labels/define-labels.js';

export interface JsonLabels {
  readonly title: string;
  readonly members: (count: string, one: boolean) => string;
  readonly items: (count: string, one: boolean) => string;
  readonly range: (from: string, to: string) => string;
  readonly circle: string;
  readonly deep: (levels: string) => string;
  readonly copyValue: string;
  readonly copyPath: string;
  readonly partlySearched: string;
  readonly wholeText: string;
}

export const jsonLabels = defineLabels<JsonLabels>('json', {
  title: 'Value',
  members: (count, one) => (one ? '1 member' : `${count} members`),
  items: (count, one) => (one ? '1 item' : `${count} items`),
  range: (from, to) => `${from} to ${to}`,
  circle: 'holds itself: shown further out',
  deep: (levels) => `more than ${levels} levels deep: copy its value to read on`,
  copyValue: 'Copy value',
  copyPath: 'Copy path',
  partlySearched: 'Only part was searched',
  wholeText: 'Whole text',
});
