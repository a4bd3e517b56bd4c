import * as z from 'zod';
import type {
  AlertEvents,
  ApprovalEvents,
  BudgetEvents,
  CheckpointEvents,
  EdgeEvents,
  SystemEvents,
} from '../events/control.js';
import type { DataSchemas } from './values.js';
import { actor, amount, count, json, jsonObject, maybe, text } from './values.js';

const onLimit = z.enum(['warn', 'pause', 'ask', 'downgrade', 'stop']);

type ControlEvents = EdgeEvents &
  CheckpointEvents &
  BudgetEvents &
  ApprovalEvents &
  AlertEvents &
  SystemEvents;

export const controlSchemas = {
  'edge.taken': z.looseObject({ from: text, to: text, condition: maybe(text), count: maybe(count) }),
  'checkpoint.saved': z.looseObject({ checkpointId: text, version: count, label: maybe(text) }),
  'checkpoint.forked': z.looseObject({ checkpointId: text, forkRunId: text, by: maybe(actor) }),
  'checkpoint.pruned': z.looseObject({ belowVersion: count }),
  'budget.set': z.looseObject({
    budgetId: text,
    scope: z.looseObject({
      kind: z.enum(['fleet', 'thread', 'run', 'agent', 'role', 'node']),
      id: maybe(text),
    }),
    unit: z.enum(['usd', 'tokens', 'steps', 'seconds']),
    limit: amount,
    warnAt: maybe(z.array(amount)),
    onLimit,
    period: maybe(z.enum(['run', 'day', 'week', 'month'])),
    by: maybe(actor),
  }),
  'budget.warned': z.looseObject({ budgetId: text, share: amount, spent: amount, limit: amount }),
  'budget.reached': z.looseObject({
    budgetId: text,
    action: onLimit,
    spent: amount,
    limit: amount,
    requested: maybe(amount),
  }),
  'budget.raised': z.looseObject({ budgetId: text, limit: amount, by: maybe(actor) }),
  'approval.requested': z.looseObject({
    approvalId: text,
    title: text,
    details: maybe(jsonObject),
    options: maybe(z.array(text)),
    expiresAt: maybe(count),
    onExpiry: maybe(text),
  }),
  'approval.decided': z.looseObject({
    approvalId: text,
    decision: text,
    note: maybe(text),
    data: maybe(json),
    by: maybe(actor),
  }),
  'approval.expired': z.looseObject({ approvalId: text }),
  'alert.raised': z.looseObject({
    alertId: text,
    rule: text,
    severity: z.enum(['info', 'warning', 'critical']),
    message: text,
    details: maybe(jsonObject),
  }),
  'alert.acknowledged': z.looseObject({ alertId: text, by: maybe(actor) }),
  'alert.resolved': z.looseObject({ alertId: text }),
  'system.health': z.looseObject({
    status: z.enum(['ok', 'degraded', 'down']),
    component: text,
    message: maybe(text),
    fields: maybe(jsonObject),
  }),
  'system.mcp': z.looseObject({
    server: text,
    status: z.enum(['connected', 'disconnected', 'failed']),
    tools: maybe(count),
    message: maybe(text),
  }),
  'system.dropped': z.looseObject({
    counts: z.record(text, count),
    reason: z.enum(['queue-full', 'too-large', 'invalid', 'store-failed', 'lease-lost']),
  }),
} satisfies DataSchemas<ControlEvents>;
