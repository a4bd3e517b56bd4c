import * as z from 'zod';
import type { Complexity } from '../protocol/events/task.js';
import { assertPlain, assertSchema } from '../protocol/schema/check.js';
import { maybe } from '../protocol/schema/values.js';
import { complexity, plainName } from './role.js';
import type { WorkflowInput } from './workflow-graph.js';
import { workflowInput } from './workflow-graph.js';

/** What a run of planned work is started or recovered with. */
export interface LaunchInput extends WorkflowInput {
  readonly type?: string;
  readonly complexity?: Complexity;
  readonly forceAnalyst?: boolean;
}

const launchSchema = workflowInput.extend({
  type: maybe(plainName),
  complexity: maybe(complexity),
  forceAnalyst: maybe(z.boolean()),
  // The record of a run holds the whole state that it began with.
  results: maybe(z.array(z.never())),
}) satisfies z.ZodType<LaunchInput>;

/**
 * Checks what a command or a record says.
 *
 * @throws FleetglassError `BAD_INPUT` with the place in `details.path`
 */
export function parseLaunchInput(value: unknown): LaunchInput {
  assertPlain(value, 'BAD_INPUT', 'What a task is started with');
  assertSchema(launchSchema, value, 'BAD_INPUT', 'What a task is started with');
  return value as unknown as LaunchInput;
}
