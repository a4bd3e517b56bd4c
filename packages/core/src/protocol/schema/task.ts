import * as z from 'zod';
import type { TaskEvents } from '../events/task.js';
import { priority } from './run.js';
import type { DataSchemas } from './values.js';
import { actor, amount, count, failure, maybe, payload, text } from './values.js';

const complexity = z.enum(['simple', 'moderate', 'complex']);

export const taskSchemas = {
  'task.created': z.looseObject({
    name: text,
    node: maybe(text),
    parentTaskId: maybe(text),
    type: maybe(text),
    complexity: maybe(complexity),
    priority: maybe(priority),
    role: maybe(text),
    branch: maybe(z.looseObject({ index: count, of: count })),
  }),
  'task.assigned': z.looseObject({ by: maybe(actor) }),
  'task.started': z.looseObject({ attempt: count }),
  'task.progress': z.looseObject({ done: amount, total: maybe(amount), message: maybe(text) }),
  'task.waiting': z.looseObject({
    reason: z.enum(['approval', 'budget', 'dependency', 'concurrency', 'retry', 'other']),
    message: maybe(text),
  }),
  'task.paused': z.looseObject({ by: maybe(actor), message: maybe(text) }),
  'task.resumed': z.looseObject({ by: maybe(actor) }),
  'task.retrying': z.looseObject({ attempt: count, delayMs: amount, error: failure }),
  'task.completed': z.looseObject({ output: maybe(payload), reused: maybe(z.boolean()) }),
  'task.failed': z.looseObject({ attempt: count, error: failure }),
  'task.cancelled': z.looseObject({ message: maybe(text), by: maybe(actor) }),
  'task.skipped': z.looseObject({ message: maybe(text) }),
  'task.stopped': z.looseObject({
    reason: z.enum(['budget', 'steps', 'time', 'other']),
    message: maybe(text),
  }),
  'task.moved': z.looseObject({ from: maybe(text), to: text }),
  'task.updated': z.looseObject({
    name: maybe(text),
    type: maybe(text),
    complexity: maybe(complexity),
    priority: maybe(priority),
    role: maybe(text),
  }),
} satisfies DataSchemas<TaskEvents>;
