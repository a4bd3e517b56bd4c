import * as z from 'zod';
import { FleetglassError } from '../errors/fleetglass-error.js';
import type { Complexity } from '../protocol/events/task.js';
import { assertPlain, assertSchema } from '../protocol/schema/check.js';
import { maybe } from '../protocol/schema/values.js';
import { complexity, plainName } from './role.js';

/** One step of a workflow: an agent does a role's part. */
export interface WorkflowStep {
  /** Name of the node. */
  readonly id: string;
  readonly role: string;
  /** Steps that it waits for; none means that it starts at once. */
  readonly after: readonly string[];
  /** @default the role's name */
  readonly agent?: string;
  /** @default the planner's model for the role */
  readonly model?: string;
  /** Names of tools; what they do is up to the function that performs the step. */
  readonly tools?: readonly string[];
  /** What the agent is told beyond its role. */
  readonly instructions?: string;
  /** @default what the budget buys, at most the model's own */
  readonly maxOutputTokens?: number;
  /** Attempts in all. @default 1 */
  readonly attempts?: number;
  /** Milliseconds that one attempt may take. @default no limit */
  readonly timeoutMs?: number;
}

/** Which roles work on a task in which order. Plain JSON: it can be stored, drawn, edited and run again. */
export interface Workflow {
  readonly name: string;
  /** Name of the task type. */
  readonly type: string;
  readonly complexity: Complexity;
  readonly steps: readonly WorkflowStep[];
}

/** Longest text that an agent may be told beyond its role. */
export const MAX_INSTRUCTIONS = 16_384;

export const modelName = z.string().min(1).max(200);
export const toolNames = z.array(z.string().min(1).max(128)).max(128);

const stepSchema = z.strictObject({
  id: plainName,
  role: plainName,
  after: z.array(plainName).max(64),
  agent: maybe(plainName),
  model: maybe(modelName),
  tools: maybe(toolNames),
  instructions: maybe(z.string().max(MAX_INSTRUCTIONS)),
  maxOutputTokens: maybe(z.number().int().min(1)),
  attempts: maybe(z.number().int().min(1).max(100)),
  timeoutMs: maybe(z.number().int().min(1)),
});

export const workflowSchema = z.strictObject({
  name: z.string().min(1).max(200),
  type: plainName,
  complexity,
  steps: z.array(stepSchema).min(1).max(64),
}) satisfies z.ZodType<Workflow>;

const invalid = (message: string): FleetglassError => new FleetglassError('GRAPH_INVALID', message);

/**
 * Steps in an order in which each comes after those that it waits for; otherwise in the order of the workflow.
 *
 * @throws FleetglassError `GRAPH_INVALID` naming steps that do not exist, exist twice or wait for each other
 */
export function orderSteps({ steps }: Workflow): readonly WorkflowStep[] {
  const ids = new Set<string>();
  for (const { id } of steps) {
    if (ids.has(id)) throw invalid(`Two steps of the workflow are called '${id}'.`);
    ids.add(id);
  }
  for (const { id, after } of steps) {
    const missing = after.find((other) => !ids.has(other));
    if (missing !== undefined)
      throw invalid(`Step '${id}' waits for '${missing}', but there is no such step.`);
  }
  const ordered: WorkflowStep[] = [];
  const done = new Set<string>();
  let rest = [...steps];
  while (rest.length > 0) {
    const ready = rest.filter(({ after }) => after.every((other) => done.has(other)));
    if (ready.length === 0) {
      throw invalid(`Steps wait for each other: ${rest.map(({ id }) => id).join(', ')}.`);
    }
    for (const step of ready) {
      done.add(step.id);
      ordered.push(step);
    }
    rest = rest.filter(({ id }) => !done.has(id));
  }
  return ordered;
}

/** Ids of all steps whose results a step sees. */
export function stepsBefore({ steps }: Workflow, id: string): ReadonlySet<string> {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const before = new Set<string>();
  const visit = (of: string): void => {
    for (const other of byId.get(of)?.after ?? []) {
      if (before.has(other)) continue;
      before.add(other);
      visit(other);
    }
  };
  visit(id);
  return before;
}

/**
 * Checks a workflow from outside.
 *
 * @returns the very object that was given
 * @throws FleetglassError `BAD_INPUT` with the place in `details.path`, `GRAPH_INVALID` when its steps do not fit
 */
export function parseWorkflow(value: unknown): Workflow {
  assertPlain(value, 'BAD_INPUT', 'A workflow');
  assertSchema(workflowSchema, value, 'BAD_INPUT', 'The workflow');
  const workflow = value as unknown as Workflow;
  orderSteps(workflow);
  return workflow;
}
