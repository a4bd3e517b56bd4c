import { FleetglassError } from '../errors/fleetglass-error.js';
import type { Complexity } from '../protocol/events/task.js';
import type { AgentDefinition } from './agent-definition.js';
import { agentFor } from './agent-definition.js';
import { ANALYST } from './builtin-roles.js';
import type { TaskType } from './task-type.js';
import type { Workflow, WorkflowStep } from './workflow.js';

/** Whether an ANALYST works on a task, and what decided it. */
export interface AnalystChoice {
  readonly included: boolean;
  /** `type`: tasks of this type have no part for it. `workflow`: the steps were given. */
  readonly because: 'complexity' | 'forced' | 'type' | 'workflow';
}

export interface DesignedWorkflow {
  readonly workflow: Workflow;
  readonly analyst: AnalystChoice;
}

export interface WorkflowDesign {
  readonly type: TaskType;
  readonly complexity: Complexity;
  readonly forceAnalyst: boolean;
  /** Own agents to take where their role has a part. */
  readonly agents: readonly AgentDefinition[];
}

/** Leaves room for a number. */
const MAX_ID_BASE = 60;
const LEVELS: readonly Complexity[] = ['simple', 'moderate', 'complex'];

function chooseAnalyst({ type, complexity, forceAnalyst }: WorkflowDesign): AnalystChoice {
  if (forceAnalyst) return { included: true, because: 'forced' };
  const part = type.stages.flat().find(({ role }) => role === ANALYST);
  if (!part) return { included: false, because: 'type' };
  return { included: takesPart(part.from, complexity), because: 'complexity' };
}

const takesPart = (from: Complexity = 'simple', complexity: Complexity): boolean =>
  LEVELS.indexOf(complexity) >= LEVELS.indexOf(from);

/** An id for a role's step that is not used yet. */
function freeId(role: string, used: Set<string>): string {
  const base = role.toLowerCase().slice(0, MAX_ID_BASE);
  let id = base;
  for (let count = 2; used.has(id); count += 1) id = `${base}-${count}`;
  used.add(id);
  return id;
}

/**
 * Lays out the steps of a task: each stage waits for the whole of the one before.
 *
 * @throws FleetglassError `BAD_INPUT` when no role takes part
 */
export function designWorkflow(design: WorkflowDesign): DesignedWorkflow {
  const { type, complexity, agents } = design;
  const analyst = chooseAnalyst(design);
  const stages = type.stages.map((parts) =>
    parts
      .filter(({ role, from }) => (role === ANALYST ? analyst.included : takesPart(from, complexity)))
      .map(({ role }) => role),
  );
  if (analyst.included && !stages.flat().includes(ANALYST)) stages.unshift([ANALYST]);

  const steps: WorkflowStep[] = [];
  const used = new Set<string>();
  let after: readonly string[] = [];
  for (const roles of stages) {
    if (roles.length === 0) continue;
    const stage = roles.map((role): WorkflowStep => {
      const agent = agentFor(agents, role, complexity);
      return {
        id: freeId(role, used),
        role,
        after,
        ...(agent === undefined ? {} : { agent: agent.name }),
        ...(agent?.model === undefined ? {} : { model: agent.model }),
        ...(agent?.tools === undefined ? {} : { tools: agent.tools }),
        ...(agent?.instructions === undefined ? {} : { instructions: agent.instructions }),
      };
    });
    steps.push(...stage);
    after = stage.map(({ id }) => id);
  }
  if (steps.length === 0) {
    throw new FleetglassError(
      'BAD_INPUT',
      `No role takes part in a ${complexity} task of type '${type.name}'; let one of them take part from 'simple' on.`,
    );
  }
  return { workflow: { name: type.name, type: type.name, complexity, steps }, analyst };
}

/** Takes steps as they were given; an ANALYST that is asked for and not among them goes before them. */
export function adoptWorkflow(
  workflow: Workflow,
  options: { readonly forceAnalyst: boolean; readonly complexity: Complexity | undefined },
): DesignedWorkflow {
  const { steps, complexity } = workflow;
  const adopted = { ...workflow, complexity: options.complexity ?? complexity };
  const included = steps.some(({ role }) => role === ANALYST);
  if (included || !options.forceAnalyst) {
    return { workflow: adopted, analyst: { included, because: 'workflow' } };
  }
  const id = freeId(ANALYST, new Set(steps.map((step) => step.id)));
  return {
    workflow: {
      ...adopted,
      steps: [
        { id, role: ANALYST, after: [] },
        ...steps.map((step) => (step.after.length === 0 ? { ...step, after: [id] } : step)),
      ],
    },
    analyst: { included: true, because: 'forced' },
  };
}
