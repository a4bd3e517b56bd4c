import { FleetglassError } from '../errors/fleetglass-error.js';
import type { Clock } from '../lib/clock.js';
import { systemClock } from '../lib/clock.js';
import type { PriceTable } from '../model/price.js';
import { noPrices } from '../model/price.js';
import type { Launch } from '../orchestrator/history/registry.js';
import type { RunOptions } from '../orchestrator/run/run-options.js';
import type { Complexity } from '../protocol/events/task.js';
import type { AgentDefinition } from './agent-definition.js';
import { parseAgentDefinition } from './agent-definition.js';
import type { ComplexityEstimate, ComplexityOptions } from './complexity.js';
import { estimateComplexity } from './complexity.js';
import type { CostEstimate } from './cost-estimate.js';
import { estimateCost } from './cost-estimate.js';
import type { AnalystChoice } from './design-workflow.js';
import { adoptWorkflow, designWorkflow } from './design-workflow.js';
import type { FinishedRun } from './finished-run.js';
import { parseLaunchInput } from './launch-input.js';
import { createRoleRegistry } from './role-registry.js';
import type { RoleRegistry } from './role-registry.js';
import type { StepTokens } from './step-tokens.js';
import { createStepHistory } from './step-tokens.js';
import type { TaskType, TaskTypes, TypeChoice } from './task-type.js';
import { createTaskTypes } from './task-type.js';
import type { Workflow } from './workflow.js';
import { parseWorkflow } from './workflow.js';
import type { WorkflowCrew, WorkflowGraph, WorkflowInput } from './workflow-graph.js';
import { createWorkflowGraph, MAX_TASK_CHARACTERS, modelOf } from './workflow-graph.js';

/** What a planner knows: roles, kinds of tasks, templates, prices. */
export interface PlannerOptions extends Omit<WorkflowCrew, 'roles'> {
  /** @default the built-in roles */
  readonly roles?: RoleRegistry;
  /** More task types, or replacements of the built-in ones. */
  readonly types?: readonly TaskType[];
  /** Own agents; each takes its role's part in tasks that it is meant for. */
  readonly agents?: readonly AgentDefinition[];
  /** @default none: every estimate is unknown */
  readonly prices?: PriceTable;
  readonly complexity?: ComplexityOptions;
  /** What roles are known to use, for estimates; of use for performers that call a model more than once. */
  readonly tokens?: { readonly [role: string]: StepTokens };
  /** Name under which runs are started and registered. @default 'task' */
  readonly name?: string;
  readonly clock?: Clock;
}

/** What is planned for one task. */
export interface PlanOptions {
  /** Name of the task type. @default recognised from the description */
  readonly type?: string;
  /** @default estimated from the description */
  readonly complexity?: Complexity;
  /** Lets an ANALYST work on a simple task too. @default false */
  readonly forceAnalyst?: boolean;
  /** Folder that the task is about; check it before (`createWorkspaces` of `@fleetglass/server`). */
  readonly workingDirectory?: string;
  /**
   * Steps to take in place of those of the type, for example a stored template's. Its type and, unless one is given, its
   * complexity count.
   */
  readonly workflow?: Workflow;
  /** Finished runs that narrow the estimate. @default none */
  readonly history?: readonly FinishedRun[];
  /** Finished steps of a role and complexity from which on they are believed. @default 5 */
  readonly minSamples?: number;
}

/** An agent that will take part, and in which steps. */
export interface PlannedAgent {
  readonly name: string;
  readonly role: string;
  readonly models: readonly string[];
  readonly tools: readonly string[];
  readonly steps: readonly string[];
}

/** What will happen, before any of it does. Start it with `orchestrator.start(plan.graph, plan.input, plan.options)`. */
export interface Plan {
  readonly workflow: Workflow;
  readonly type: TypeChoice;
  /** Estimated from the description, also where another one was given. */
  readonly complexity: ComplexityEstimate;
  readonly analyst: AnalystChoice;
  readonly agents: readonly PlannedAgent[];
  readonly estimate: CostEstimate;
  readonly graph: WorkflowGraph;
  readonly input: WorkflowInput;
  readonly options: Pick<RunOptions, 'name' | 'labels'>;
}

/** Turns descriptions of tasks into workflows of roles. */
export interface Planner {
  /** Name under which its runs are started; register {@link Planner.launch} under it. */
  readonly name: string;
  readonly roles: RoleRegistry;
  readonly types: TaskTypes;
  /**
   * Nothing runs, and no model is asked: the same description and options always give the same plan.
   *
   * @throws FleetglassError `BAD_INPUT` for an empty or too long description, `NOT_FOUND` for an unknown type or role,
   * `GRAPH_INVALID` for a workflow whose steps do not fit
   */
  plan(description: string, options?: PlanOptions): Plan;
  /**
   * What a run executes, from its own input (recovery) or from a `start` command's `{ task, type?, complexity?,
   * forceAnalyst?, workingDirectory?, workflow? }`: `orchestrator.register(planner.name, planner.launch)`.
   *
   * @throws FleetglassError as {@link Planner.plan}
   */
  launch(input: unknown): Launch;
}

const MAX_LABEL_CHARACTERS = 120;

function agentsOf(workflow: Workflow, crew: WorkflowCrew): readonly PlannedAgent[] {
  const agents = new Map<string, PlannedAgent>();
  const merge = (known: readonly string[], more: readonly string[]) => [...new Set([...known, ...more])];
  for (const step of workflow.steps) {
    const name = step.agent ?? step.role;
    const known = agents.get(name) ?? { name, role: step.role, models: [], tools: [], steps: [] };
    agents.set(name, {
      ...known,
      models: merge(known.models, [modelOf(crew, step)]),
      tools: merge(known.tools, step.tools ?? []),
      steps: [...known.steps, step.id],
    });
  }
  return [...agents.values()];
}

/** First line of a description, for lists. */
function titleOf(description: string): string {
  const [line = ''] = description.trim().split('\n', 1);
  return line.length > MAX_LABEL_CHARACTERS ? `${line.slice(0, MAX_LABEL_CHARACTERS - 1)}…` : line;
}

/**
 * @throws FleetglassError `BAD_INPUT` for a malformed task type or agent
 *
 * @example
 * const planner = createPlanner({ provider, model: 'claude-sonnet-4-5', prices: createPrices() })
 * const plan = planner.plan('Add rate limiting to the public API', { type: 'featureImplementation' })
 * const run = orchestrator.start(plan.graph, plan.input, plan.options)
 */
export function createPlanner(options: PlannerOptions): Planner {
  const { prices = noPrices, clock = systemClock, name = 'task', agents = [] } = options;
  const roles = options.roles ?? createRoleRegistry();
  const types = createTaskTypes(options.types);
  for (const agent of agents) parseAgentDefinition(agent);
  const crew: WorkflowCrew = {
    roles,
    provider: options.provider,
    model: options.model,
    ...(options.models === undefined ? {} : { models: options.models }),
    ...(options.performers === undefined ? {} : { performers: options.performers }),
  };

  const plan: Planner['plan'] = (description, asked = {}) => {
    if (description.trim() === '' || description.length > MAX_TASK_CHARACTERS) {
      throw new FleetglassError(
        'BAD_INPUT',
        `The description of a task has to have 1 to ${MAX_TASK_CHARACTERS} characters.`,
      );
    }
    const { workingDirectory, history = [], minSamples = 5, forceAnalyst = false } = asked;
    const estimated = estimateComplexity(description, options.complexity);
    const type: TypeChoice = asked.workflow
      ? { name: asked.workflow.type, source: 'given', found: [] }
      : asked.type === undefined
        ? types.recognise(description)
        : { name: asked.type, source: 'given', found: [] };
    const { workflow, analyst } = asked.workflow
      ? adoptWorkflow(parseWorkflow(asked.workflow), { forceAnalyst, complexity: asked.complexity })
      : designWorkflow({
          type: types.get(type.name),
          complexity: asked.complexity ?? estimated.complexity,
          forceAnalyst,
          agents,
        });
    const about = {
      task: description,
      ...(workingDirectory === undefined ? {} : { workingDirectory }),
    };
    return {
      workflow,
      type,
      complexity: estimated,
      analyst,
      agents: agentsOf(workflow, crew),
      estimate: estimateCost(workflow, crew, {
        ...about,
        prices,
        history: createStepHistory(history),
        minSamples,
        tokens: options.tokens,
        time: clock.now(),
      }),
      graph: createWorkflowGraph(workflow, crew, name),
      input: { ...about, workflow },
      options: {
        name,
        labels: {
          task: titleOf(description),
          type: workflow.type,
          complexity: workflow.complexity,
          workflow: workflow.name,
        },
      },
    };
  };

  return {
    name,
    roles,
    types,
    plan,
    launch(input) {
      const { task, ...asked } = parseLaunchInput(input);
      const planned = plan(task, asked);
      return { graph: planned.graph, input: planned.input, options: planned.options };
    },
  };
}
