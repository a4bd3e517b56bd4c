import * as z from 'zod';
import { component } from './component.js';
import { complexity } from './values.js';

const step = z.strictObject({
  id: z.string(),
  role: z.string(),
  after: z.array(z.string()).describe('Steps that it waits for'),
  agent: z.string().optional(),
  model: z.string().optional(),
  tools: z.array(z.string()).optional(),
  instructions: z.string().optional(),
  maxOutputTokens: z.number().int().optional(),
  attempts: z.number().int().optional(),
  timeoutMs: z.number().int().optional(),
});

/** Which roles work on a task in which order, as it is read and answered. Core checks what is handed in. */
export const workflow = z
  .strictObject({
    name: z.string(),
    type: z.string(),
    complexity,
    steps: z.array(step).max(64),
  })
  .meta(component('Workflow'));

/** An agent of one's own. */
export const agentDefinition = z
  .looseObject({ name: z.string(), role: z.string() })
  .meta(component('AgentDefinition', 'Name and role, and what differs from the role'));
