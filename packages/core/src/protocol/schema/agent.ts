import * as z from 'zod';
import type { AgentEvents } from '../events/agent.js';
import type { DataSchemas } from './values.js';
import { count, maybe, text } from './values.js';

export const agentSchemas = {
  'agent.joined': z.looseObject({
    name: text,
    role: maybe(text),
    model: maybe(text),
    concurrency: maybe(count),
    parentAgentId: maybe(text),
  }),
  'agent.status': z.looseObject({
    status: z.enum(['idle', 'active', 'waiting', 'completed', 'failed', 'offline']),
    activity: maybe(text),
  }),
  'agent.heartbeat': z.looseObject({ activity: maybe(text) }),
  'agent.left': z.looseObject({ message: maybe(text) }),
} satisfies DataSchemas<AgentEvents>;
