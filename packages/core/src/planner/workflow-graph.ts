import * as z from 'zod';
import { FleetglassError } from '../errors/fleetglass-error.js';
import type { TaskContext } from '../orchestrator/calls/context.js';
import type { NodeOptions } from '../orchestrator/graph/graph-definition.js';
import { END, START } from '../orchestrator/graph/graph-definition.js';
import { StateGraph } from '../orchestrator/graph/graph.js';
import type { ModelProvider } from '../orchestrator/calls/model-provider.js';
import { append } from '../orchestrator/graph/reducer.js';
import { maybe } from '../protocol/schema/values.js';
import type { Role } from './role.js';
import type { RolePrompt, StepResult } from './role-prompt.js';
import { renderRole } from './role-prompt.js';
import type { RoleRegistry } from './role-registry.js';
import type { Workflow, WorkflowStep } from './workflow.js';
import { orderSteps, workflowSchema } from './workflow.js';

/** State of a run of a workflow. */
export interface WorkflowState {
  readonly task: string;
  readonly workingDirectory?: string;
  /** The workflow itself, so that a run can be recovered from its record alone. */
  readonly workflow?: Workflow;
  /** In the order in which the steps finished. */
  readonly results: readonly StepResult[];
}

/** What a run of a workflow is started with. */
export type WorkflowInput = Omit<WorkflowState, 'results'>;

/** The graph that a plan runs as. */
export type WorkflowGraph = StateGraph<WorkflowState, WorkflowInput, string>;

/** Everything that a step needs to be performed. */
export interface StepWork {
  readonly step: WorkflowStep;
  readonly role: Role;
  /** What a model would be sent. */
  readonly prompt: RolePrompt;
  readonly provider: ModelProvider;
  readonly model: string;
  readonly state: Readonly<WorkflowState>;
}

/** Performs a step and gives its result: one model call, or as many calls and tools as the role needs. */
export type PerformStep = (work: StepWork, ctx: TaskContext) => string | Promise<string>;

/** Who answers, and how steps are performed. */
export interface WorkflowCrew {
  readonly roles: RoleRegistry;
  readonly provider: ModelProvider | ((model: string) => ModelProvider);
  /** Model of steps that name none. */
  readonly model: string;
  /** The same by role. */
  readonly models?: { readonly [role: string]: string };
  /** How steps are performed, by role. @default one model call with the role's prompt */
  readonly performers?: { readonly [role: string]: PerformStep };
}

/** Longest description of a task, in characters. */
export const MAX_TASK_CHARACTERS = 200_000;

export const workflowInput = z.strictObject({
  task: z.string().min(1).max(MAX_TASK_CHARACTERS),
  workingDirectory: maybe(z.string().min(1).max(4_096)),
  workflow: maybe(workflowSchema),
}) satisfies z.ZodType<WorkflowInput>;

const stateSchema = workflowInput.extend({
  results: z.array(z.strictObject({ step: z.string(), role: z.string(), text: z.string() })).default([]),
});

/** What `values` holds itself under a name that somebody chose. */
const ownValue = <T>(values: { readonly [name: string]: T } | undefined, name: string): T | undefined =>
  values && Object.hasOwn(values, name) ? values[name] : undefined;

export const modelOf = ({ model, models }: WorkflowCrew, step: WorkflowStep): string =>
  step.model ?? ownValue(models, step.role) ?? model;

export const providerOf = ({ provider }: WorkflowCrew, model: string): ModelProvider =>
  typeof provider === 'function' ? provider(model) : provider;

export const performerOf = ({ performers }: WorkflowCrew, step: WorkflowStep): PerformStep | undefined =>
  ownValue(performers, step.role);

/** What a model is sent for a step, with what the steps before it gave in the workflow's order. */
export function promptOf(
  { type, complexity, steps }: Workflow,
  step: WorkflowStep,
  role: Role,
  { task, workingDirectory, results }: WorkflowState,
): RolePrompt {
  // Steps side by side finish in any order; a repetition must ask the same question.
  const place = new Map(steps.map(({ id }, index) => [id, index]));
  const sorted = [...results].sort((a, b) => (place.get(a.step) ?? 0) - (place.get(b.step) ?? 0));
  return renderRole(role, {
    task,
    type,
    complexity,
    results: sorted,
    ...(workingDirectory === undefined ? {} : { workingDirectory }),
    ...(step.instructions === undefined ? {} : { instructions: step.instructions }),
  });
}

const askModel: PerformStep = async ({ step, prompt, provider, model }, ctx) => {
  const { maxOutputTokens } = step;
  const { text } = await ctx.model({
    provider,
    model,
    system: prompt.system,
    prompt: prompt.prompt,
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
  });
  return text;
};

/**
 * A graph that runs a workflow: each step is a node, performed by its agent, and adds its result to the state.
 *
 * @throws FleetglassError `GRAPH_INVALID` when its steps do not fit together, `NOT_FOUND` for an unknown role,
 * `BAD_INPUT` for a step with tools that nothing performs
 */
export function createWorkflowGraph(workflow: Workflow, crew: WorkflowCrew, name: string): WorkflowGraph {
  const graph = new StateGraph<WorkflowState, WorkflowInput>({
    name,
    state: stateSchema,
    reducers: { results: append },
  });
  // Names of steps are data here, so the compiler cannot check them; `orderSteps` did.
  const open = graph as WorkflowGraph;
  const ordered = orderSteps(workflow);
  for (const step of ordered) {
    const role = crew.roles.get(step.role);
    const perform = performerOf(crew, step);
    if (!perform && (step.tools?.length ?? 0) > 0) {
      throw new FleetglassError(
        'BAD_INPUT',
        `Step '${step.id}' names tools, but nothing performs them; give a performer for ${step.role}.`,
      );
    }
    const model = modelOf(crew, step);
    const provider = providerOf(crew, model);
    open.addNode(
      step.id,
      async (state, ctx) => {
        const work = { step, role, prompt: promptOf(workflow, step, role, state), provider, model, state };
        return {
          results: [{ step: step.id, role: step.role, text: await (perform ?? askModel)(work, ctx) }],
        };
      },
      nodeOptions(workflow, step),
    );
  }
  const leadsOn = new Set(ordered.flatMap(({ after }) => after));
  for (const { id, after } of ordered) {
    if (after.length === 0) open.addEdge(START, id);
    for (const other of after) open.addEdge(other, id);
    if (!leadsOn.has(id)) open.addEdge(id, END);
  }
  return open;
}

function nodeOptions({ type, complexity }: Workflow, step: WorkflowStep): NodeOptions<WorkflowState> {
  return {
    agent: step.agent ?? step.role,
    role: step.role,
    type,
    complexity,
    ...(step.attempts === undefined ? {} : { retry: { attempts: step.attempts } }),
    ...(step.timeoutMs === undefined ? {} : { timeoutMs: step.timeoutMs }),
  };
}
