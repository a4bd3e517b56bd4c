import { defineLabels } from '../../labels/define-labels.js';

export interface FactsLabels {
  /** Names of what is told, by their key; others are made of the key. */
  readonly names: { readonly [key: string]: string };
  readonly yes: string;
  readonly no: string;
  readonly details: string;
}

export const factsLabels = defineLabels<FactsLabels>('facts', {
  names: {},
  yes: 'yes',
  no: 'no',
  details: 'Details',
});
