import type * as FastCheck from 'fast-check';
import type { FleetEvent } from '../protocol/event.js';
import { EVENT_TYPES } from '../protocol/event.js';
import type { Step } from './legal-log.js';
import { legalLogOf } from './legal-log.js';

/** The module `fast-check` or its default export, given as an argument so that nothing here imports it. */
export type FastCheckModule = Omit<typeof FastCheck, 'default'>;

/** Which logs are made up. */
export interface LegalLogOptions {
  /** Most runs. @default 3 */
  readonly runs?: number;
  /** Most steps; a step is one to three events. @default 60 */
  readonly steps?: number;
}

/**
 * Logs as honest writers make them: several runs side by side, each with agents, tasks, spans, messages, budgets and
 * approvals; entities begin before they end, every event of one carries the same scope, time never runs backwards,
 * `seq` starts at 1 and has no holes.
 */
export function legalLogs(
  fc: FastCheckModule,
  { runs = 3, steps = 60 }: LegalLogOptions = {},
): FastCheck.Arbitrary<readonly FleetEvent[]> {
  const step: FastCheck.Arbitrary<Step> = fc.record({
    run: fc.nat(runs - 1),
    // Repeated choices make streams of deltas, which is what can be merged.
    choice: fc.oneof(
      { weight: 2, arbitrary: fc.nat(1_000) },
      { weight: 1, arbitrary: fc.constantFrom(14, 15, 16) },
    ),
    which: fc.nat(7),
    amount: fc.nat(5_000),
    pauseMs: fc.oneof({ weight: 6, arbitrary: fc.nat(40) }, { weight: 1, arbitrary: fc.nat(5_000_000) }),
    repeat: fc.oneof(
      { weight: 3, arbitrary: fc.constant(1) },
      { weight: 1, arbitrary: fc.integer({ min: 2, max: 6 }) },
    ),
    text: fc.oneof(
      fc.string({ maxLength: 12, unit: 'grapheme' }),
      fc.constantFrom('', '\u202e', '</script>', '\u0000'),
    ),
  });
  return fc.array(step, { maxLength: steps }).map(legalLogOf);
}

const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  '$',
  'a.b',
  '0',
  'seq',
  'data',
];
const TEXTS = [
  '',
  '\u0000',
  '\ud800',
  '\u202e',
  '<img src=x onerror=alert(1)>',
  '\u001b]52;c;x\u0007',
  'x'.repeat(5_000),
];
const NUMBERS = [0, -1, 1.5, Infinity, 2 ** 53, -(2 ** 53), 5e-324, 8.64e15 + 1];

/** JSON as nobody honest writes it: keys that mean something to JavaScript, extreme numbers, deep nesting. */
export function hostileJson(fc: FastCheckModule): FastCheck.Arbitrary<unknown> {
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom(null, true, false, ...TEXTS, ...NUMBERS),
      fc.string(),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc
        .array(fc.tuple(fc.oneof(fc.constantFrom(...NAMES), fc.string()), tie('tree')), { maxLength: 4 })
        // `fromEntries` makes `__proto__` an own key, as `JSON.parse` does.
        .map((entries) => Object.fromEntries(entries)),
    ),
  }));
  const deep = fc.tuple(fc.integer({ min: 60, max: 3_000 }), fc.boolean()).map(([depth, isList]) => {
    let value: unknown = 1;
    for (let i = 0; i < depth; i += 1) value = isList ? [value] : { a: value };
    return value;
  });
  return fc.oneof({ weight: 12, arbitrary: tree }, { weight: 1, arbitrary: deep });
}

/** Something in the place of an event: a known or unknown type, with fields that may be anything. */
export function hostileEvents(fc: FastCheckModule): FastCheck.Arbitrary<unknown> {
  const anything = hostileJson(fc);
  const field = fc.oneof(anything, fc.constantFrom('run', 'a', 't'));
  const envelope = fc.record(
    {
      v: fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: anything }),
      seq: fc.oneof({ weight: 5, arbitrary: fc.nat() }, { weight: 1, arbitrary: anything }),
      time: fc.oneof({ weight: 5, arbitrary: fc.nat() }, { weight: 1, arbitrary: anything }),
      type: fc.oneof(
        { weight: 5, arbitrary: fc.constantFrom<unknown>(...EVENT_TYPES) },
        { weight: 1, arbitrary: anything },
        { weight: 1, arbitrary: fc.constantFrom('future.invented', 'constructor', '__proto__', 'run') },
      ),
      data: fc.oneof(
        { weight: 3, arbitrary: fc.dictionary(fc.constantFrom(...FIELDS), anything, { maxKeys: 6 }) },
        { weight: 1, arbitrary: anything },
      ),
      runId: field,
      threadId: field,
      agentId: field,
      taskId: field,
      spanId: field,
      covers: anything,
    },
    { requiredKeys: [] },
  );
  return fc.oneof({ weight: 8, arbitrary: envelope }, { weight: 1, arbitrary: anything });
}

/** Names that the data of known events use. */
const FIELDS = [
  'name',
  'status',
  'reason',
  'error',
  'usage',
  'cost',
  'parts',
  'messageId',
  'text',
  'kind',
  'labels',
  'graph',
  'input',
  'limit',
  'scope',
  'budgetId',
  'approvalId',
  'alertId',
  'counts',
  'attempt',
];
