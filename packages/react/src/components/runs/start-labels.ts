import { defineLabels } from '../../labels/define-labels.js';
import type { FieldProblem } from './form/draft.js';

export interface StartRunLabels {
  readonly what: string;
  readonly start: string;
  readonly starting: string;
  readonly nothing: string;
  readonly nothingHint: string;
  readonly replaying: string;
  /** Above a form without a schema. */
  readonly noSchema: string;
  readonly input: string;
  readonly optional: string;
  readonly json: string;
  readonly yes: string;
  readonly no: string;
  readonly notSet: string;
  readonly nullValue: string;
  readonly add: (label: string) => string;
  readonly remove: (label: string, place: string) => string;
  readonly itemOf: (label: string, place: string) => string;
  readonly between: (min: string, max: string) => string;
  readonly atLeast: (bound: string) => string;
  readonly atMost: (bound: string) => string;
  /** How many fields have to be looked at. */
  readonly wrong: (count: string) => string;
  readonly problem: {
    readonly [K in FieldProblem['kind']]: (bound: string) => string;
  };
}

export const startRunLabels = defineLabels<StartRunLabels>('startRun', {
  what: 'What to start',
  start: 'Start',
  starting: 'Starting …',
  nothing: 'Nothing to start yet',
  nothingHint: 'What ran here once as a graph can be started from here, and so can what the host offers.',
  replaying: 'You are looking at the past. Go back to live to start a run.',
  noSchema: 'What it needs is not known. Write its input as JSON.',
  input: 'Input',
  optional: 'optional',
  json: 'JSON',
  yes: 'Yes',
  no: 'No',
  notSet: 'Not set',
  nullValue: 'None',
  add: (label) => `Add to ${label}`,
  remove: (label, place) => `Remove ${label} ${place}`,
  itemOf: (label, place) => `${label} ${place}`,
  between: (min, max) => `${min} to ${max}`,
  atLeast: (bound) => `At least ${bound}`,
  atMost: (bound) => `At most ${bound}`,
  wrong: (count) =>
    count === '1' ? 'One field has to be looked at.' : `${count} fields have to be looked at.`,
  problem: {
    required: () => 'Fill this in.',
    number: () => 'This has to be a number.',
    integer: () => 'This has to be a whole number.',
    min: (bound) => `This has to be at least ${bound}.`,
    max: (bound) => `This may be at most ${bound}.`,
    minLength: (bound) => `This needs at least ${bound} characters.`,
    maxLength: (bound) => `This may have at most ${bound} characters.`,
    minItems: (bound) => `At least ${bound} are needed.`,
    maxItems: (bound) => `At most ${bound} are allowed.`,
    pattern: () => 'This does not have the form that is asked for.',
    json: (message) => `This is not JSON: ${message}`,
    object: () => 'The input has to be an object: { … }.',
  },
});
