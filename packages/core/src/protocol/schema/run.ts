import * as z from 'zod';
import type { RunEvents } from '../events/run.js';
import type { DataSchemas } from './values.js';
import { actor, count, failure, jsonObject, labels, maybe, payload, text } from './values.js';

export const priority = z.enum(['critical', 'high', 'normal', 'low']);

const graph = z.looseObject({
  nodes: z.array(z.looseObject({ name: text, agent: maybe(text) })),
  edges: z.array(
    z.looseObject({ from: text, to: text, conditional: maybe(z.boolean()), join: maybe(z.boolean()) }),
  ),
  inputSchema: maybe(jsonObject),
});

export const runSchemas = {
  'run.created': z.looseObject({
    name: text,
    graph: maybe(graph),
    input: maybe(payload),
    priority: maybe(priority),
    forkOf: maybe(z.looseObject({ runId: text, checkpointId: text })),
    labels: maybe(labels),
    source: maybe(text),
  }),
  'run.started': z.looseObject({ resumedFrom: maybe(count) }),
  'run.waiting': z.looseObject({
    reason: z.enum(['approval', 'budget', 'dependency', 'other']),
    message: maybe(text),
  }),
  'run.paused': z.looseObject({
    reason: maybe(z.enum(['command', 'budget', 'store'])),
    message: maybe(text),
    by: maybe(actor),
  }),
  'run.resumed': z.looseObject({ by: maybe(actor) }),
  'run.completed': z.looseObject({ output: maybe(payload) }),
  'run.failed': z.looseObject({ error: failure }),
  'run.cancelled': z.looseObject({ message: maybe(text), by: maybe(actor) }),
  'run.stopped': z.looseObject({
    reason: z.enum(['budget', 'steps', 'time', 'other']),
    message: maybe(text),
  }),
  'run.labelled': z.looseObject({ labels, facts: maybe(jsonObject) }),
} satisfies DataSchemas<RunEvents>;
