import * as z from 'zod';
import { FleetglassError } from '../errors/fleetglass-error.js';
import { assertPlain, assertSchema } from '../protocol/schema/check.js';
import type { Complexity } from '../protocol/events/task.js';
import { maybe } from '../protocol/schema/values.js';
import { ANALYST } from './builtin-roles.js';
import { complexity, plainName } from './role.js';

/** A role's part in a task type. */
export interface RolePart {
  readonly role: string;
  /** Least complexity at which it takes part. @default 'simple' */
  readonly from?: Complexity;
}

/** A kind of task, and which roles work on it in which order. Plain JSON. */
export interface TaskType {
  readonly name: string;
  /** What it is for, in one line for people. */
  readonly description: string;
  /** Words, in lower case, by which a description is recognised. */
  readonly keywords: readonly string[];
  /** One stage after the other; the roles of one stage work side by side. */
  readonly stages: readonly (readonly RolePart[])[];
}

/** How a description got its type. */
export interface TypeChoice {
  readonly name: string;
  readonly source: 'given' | 'description' | 'default';
  /** Keywords found, for `description`. */
  readonly found: readonly string[];
}

/** The kinds of task that are planned. */
export interface TaskTypes {
  list(): readonly TaskType[];
  /** @throws FleetglassError `NOT_FOUND` */
  get(name: string): TaskType;
  /** The type whose keywords a description holds most of; `custom` when it holds none. */
  recognise(description: string): TypeChoice;
}

const ANALYSED: readonly RolePart[] = [{ role: ANALYST, from: 'moderate' }];

/** Kinds of tasks that the planner knows without being told any. */
export const BUILTIN_TASK_TYPES: readonly TaskType[] = [
  {
    name: 'featureImplementation',
    description: 'Something new that users can do',
    keywords: ['add', 'implement', 'feature', 'support', 'introduce', 'create', 'build'],
    stages: [
      ANALYSED,
      [{ role: 'PLANNER' }],
      [{ role: 'BUILDER' }],
      [{ role: 'TESTER' }, { role: 'REVIEWER', from: 'moderate' }],
      [{ role: 'DOCUMENTER', from: 'complex' }],
    ],
  },
  {
    name: 'bugFix',
    description: 'Something that does not work as it should',
    keywords: ['fix', 'bug', 'broken', 'crash', 'crashes', 'error', 'fails', 'regression', 'wrong', 'typo'],
    stages: [
      ANALYSED,
      [{ role: 'PLANNER', from: 'complex' }],
      [{ role: 'BUILDER' }],
      [{ role: 'TESTER' }, { role: 'REVIEWER', from: 'moderate' }],
    ],
  },
  {
    name: 'codeReview',
    description: 'A judgement of code that exists',
    keywords: ['review', 'audit', 'inspect', 'assess', 'critique'],
    stages: [ANALYSED, [{ role: 'REVIEWER' }, { role: 'TESTER', from: 'complex' }]],
  },
  {
    name: 'documentation',
    description: 'Text for users or maintainers',
    keywords: ['document', 'documentation', 'docs', 'readme', 'guide', 'tutorial', 'changelog', 'docstring'],
    stages: [ANALYSED, [{ role: 'DOCUMENTER' }], [{ role: 'REVIEWER', from: 'moderate' }]],
  },
  {
    name: 'custom',
    description: 'Anything else',
    keywords: [],
    stages: [
      ANALYSED,
      [{ role: 'PLANNER', from: 'moderate' }],
      [{ role: 'BUILDER' }],
      [{ role: 'REVIEWER', from: 'moderate' }],
    ],
  },
];

const taskTypeSchema = z.strictObject({
  name: plainName,
  description: z.string().max(500),
  keywords: z.array(z.string().min(1).max(64)).max(100),
  stages: z
    .array(
      z
        .array(z.strictObject({ role: plainName, from: maybe(complexity) }))
        .min(1)
        .max(16),
    )
    .min(1)
    .max(32),
}) satisfies z.ZodType<TaskType>;

/** Words of a description, in lower case. */
const wordsOf = (text: string): Set<string> => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu));

/**
 * Begins with feature implementation, bug fix, code review, documentation and custom.
 *
 * @param types more of them, or replacements of those
 * @throws FleetglassError `BAD_INPUT` for a malformed type
 */
export function createTaskTypes(types: readonly TaskType[] = []): TaskTypes {
  const known = new Map(BUILTIN_TASK_TYPES.map((type) => [type.name, type]));
  for (const type of types) {
    assertPlain(type, 'BAD_INPUT', 'A task type');
    assertSchema(taskTypeSchema, type, 'BAD_INPUT', 'The task type');
    known.set(type.name, structuredClone(type));
  }
  const get = (name: string): TaskType => {
    const type = known.get(name);
    if (type) return type;
    throw new FleetglassError(
      'NOT_FOUND',
      `There is no task type '${name.slice(0, 64)}'; use ${[...known.keys()].join(', ')}.`,
    );
  };
  return {
    list: () => [...known.values()],
    get,
    recognise(description) {
      const words = wordsOf(description);
      let best: TypeChoice = { name: 'custom', source: 'default', found: [] };
      for (const type of known.values()) {
        const found = type.keywords.filter((keyword) => words.has(keyword));
        if (found.length > best.found.length) best = { name: type.name, source: 'description', found };
      }
      return best;
    },
  };
}
