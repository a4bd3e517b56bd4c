import { defineLabels } from '../../labels/define-labels.js';

export interface StartButtonLabels {
  /** On the button and above the form that it opens. */
  readonly start: string;
}

export const startButtonLabels = defineLabels<StartButtonLabels>('startButton', { start: 'Start a run' });
