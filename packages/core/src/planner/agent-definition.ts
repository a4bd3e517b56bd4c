import * as z from 'zod';
import type { Complexity } from '../protocol/events/task.js';
import { assertPlain, assertSchema } from '../protocol/schema/check.js';
import { maybe } from '../protocol/schema/values.js';
import { complexity, plainName } from './role.js';
import { MAX_INSTRUCTIONS, modelName, toolNames } from './workflow.js';

/** An agent as a person set it up. Plain JSON. */
export interface AgentDefinition {
  readonly name: string;
  readonly role: string;
  /** @default the planner's model for the role */
  readonly model?: string;
  /** Names of tools; what they do is up to the function that performs its steps. */
  readonly tools?: readonly string[];
  /** Tasks that it is meant for. @default every complexity */
  readonly complexity?: Complexity;
  /** What it is told beyond its role. */
  readonly instructions?: string;
}

export const agentDefinitionSchema = z.strictObject({
  name: plainName,
  role: plainName,
  model: maybe(modelName),
  tools: maybe(toolNames),
  complexity: maybe(complexity),
  instructions: maybe(z.string().max(MAX_INSTRUCTIONS)),
}) satisfies z.ZodType<AgentDefinition>;

/**
 * Checks an agent definition from outside.
 *
 * @returns the very object that was given
 * @throws FleetglassError `BAD_INPUT` with the place in `details.path`
 */
export function parseAgentDefinition(value: unknown): AgentDefinition {
  assertPlain(value, 'BAD_INPUT', 'An agent definition');
  assertSchema(agentDefinitionSchema, value, 'BAD_INPUT', 'The agent definition');
  return value as unknown as AgentDefinition;
}

/** The agent for a role's part in a task: one that is meant for the complexity before one that is meant for all. */
export function agentFor(
  agents: readonly AgentDefinition[],
  role: string,
  complexity: Complexity,
): AgentDefinition | undefined {
  const ofRole = agents.filter((agent) => agent.role === role);
  return (
    ofRole.find((agent) => agent.complexity === complexity) ??
    ofRole.find((agent) => agent.complexity === undefined)
  );
}
