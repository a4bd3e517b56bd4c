import type { FleetEvent } from '../protocol/event.js';
import { note, UNIT } from './feed.js';
import type { Fold, Handler, Handlers } from './fold.js';
import { clear, own, pushTo, SCOPE, setScope } from './fold.js';
import type { Data, Fields } from './guard.js';
import { actor, amount, each, object, oneOf, put, shape, take, text } from './guard.js';
import type { AlertState, ApprovalState, BudgetState } from './state.js';
import type { Draft, Held, TableDraft } from './table.js';

export const BUDGET: Fields<BudgetState> = {
  ...SCOPE,
  budgetId: text,
  scope: shape<BudgetState['scope']>(
    { kind: oneOf('fleet', 'thread', 'run', 'agent', 'role', 'node'), id: text },
    'id',
  ),
  unit: UNIT,
  limit: amount,
  warnAt: each(amount),
  onLimit: oneOf('warn', 'pause', 'ask', 'downgrade', 'stop'),
  period: oneOf('run', 'day', 'week', 'month'),
  by: actor,
  setAt: amount,
  warned: each(amount),
  reachedAt: amount,
};

export const APPROVAL: Fields<ApprovalState> = {
  ...SCOPE,
  approvalId: text,
  title: text,
  details: object,
  options: each(text),
  expiresAt: amount,
  onExpiry: text,
  requestedAt: amount,
  status: oneOf('pending', 'decided', 'expired'),
  decision: text,
  note: text,
  by: actor,
  decidedAt: amount,
};

export const ALERT: Fields<AlertState> = {
  ...SCOPE,
  alertId: text,
  rule: text,
  severity: oneOf('info', 'warning', 'critical'),
  message: text,
  details: object,
  raisedAt: amount,
  status: oneOf('raised', 'acknowledged', 'resolved'),
  by: actor,
};

export function newBudget(budgetId: string, setAt: number): Draft<BudgetState> {
  return { budgetId, scope: { kind: 'run' }, unit: 'usd', limit: 0, onLimit: 'warn', setAt, warned: [] };
}

export function newApproval(approvalId: string, requestedAt: number): Draft<ApprovalState> {
  return { approvalId, title: approvalId, requestedAt, status: 'pending' };
}

export function newAlert(alertId: string, raisedAt: number): Draft<AlertState> {
  return { alertId, rule: '', severity: 'warning', message: alertId, raisedAt, status: 'raised' };
}

/** The row that an event names by the id in this field of its data. */
function rowOf<T extends object>(
  table: TableDraft<T>,
  { runId }: FleetEvent,
  id: unknown,
): Held<T> | undefined {
  return typeof id === 'string' ? table.find(runId, id) : undefined;
}

/** Puts a new row in the place of one with the same id. */
function place<T extends object>(table: TableDraft<T>, event: FleetEvent, id: string, row: T): void {
  setScope(row, event);
  table.set(event.runId, id, row);
}

/** Feed line about a budget. */
function noteBudget(
  fold: Fold,
  event: FleetEvent,
  data: Data,
  { budgetId, unit, limit }: BudgetState,
  severity?: 'warning' | 'error',
): void {
  const spent = amount(data['spent']);
  const amounts = { limit, unit, ...(spent === undefined ? {} : { spent }) };
  note(fold, event, budgetId, undefined, severity, actor(data['by']), amounts);
}

export const budgetHandlers: Handlers<'budget'> = {
  'budget.set': (fold, event, data) => {
    const id = text(data['budgetId']);
    if (id === undefined || amount(data['limit']) === undefined) return;
    const budget = newBudget(id, event.time);
    take(budget, data, BUDGET, ['scope', 'unit', 'limit', 'warnAt', 'onLimit', 'period', 'by']);
    place(fold.budgets, event, id, budget);
    noteBudget(fold, event, data, budget);
  },
  'budget.warned': (fold, event, data) => {
    const budget = rowOf(fold.budgets, event, data['budgetId']);
    const share = amount(data['share']);
    if (!budget || share === undefined) return;
    if (!budget.value.warned.includes(share)) pushTo(own(budget, 'warned'), share, 100);
    noteBudget(fold, event, data, budget.value, 'warning');
  },
  'budget.reached': (fold, event, data) => {
    const budget = rowOf(fold.budgets, event, data['budgetId'])?.value;
    if (!budget) return;
    budget.reachedAt = event.time;
    noteBudget(fold, event, data, budget, 'error');
  },
  'budget.raised': (fold, event, data) => {
    const budget = rowOf(fold.budgets, event, data['budgetId'])?.value;
    if (!budget || amount(data['limit']) === undefined) return;
    clear(budget, 'reachedAt');
    budget.warned = [];
    take(budget, data, BUDGET, ['limit', 'by']);
    noteBudget(fold, event, data, budget);
  },
};

/** Handler of what becomes of an approval; the first answer counts. */
const settle =
  (status: ApprovalState['status']): Handler =>
  (fold, event, data) => {
    const approval = rowOf(fold.approvals, event, data['approvalId'])?.value;
    if (approval?.status !== 'pending') return;
    approval.status = status;
    approval.decidedAt = event.time;
    take(approval, data, APPROVAL, ['decision', 'note', 'by']);
    const severity = status === 'expired' ? 'warning' : undefined;
    note(fold, event, approval.title, approval.decision, severity, approval.by);
  };

export const approvalHandlers: Handlers<'approval'> = {
  'approval.requested': (fold, event, data) => {
    const id = text(data['approvalId']);
    if (id === undefined || rowOf(fold.approvals, event, id)) return;
    const approval = newApproval(id, event.time);
    take(approval, data, APPROVAL, ['title', 'details', 'options', 'expiresAt', 'onExpiry']);
    place(fold.approvals, event, id, approval);
    note(fold, event, approval.title, undefined, 'warning');
  },
  'approval.decided': settle('decided'),
  'approval.expired': settle('expired'),
};

const SEVERITY = { info: 'info', warning: 'warning', critical: 'error' } as const;

/** Handler of what becomes of an alert. */
const become =
  (status: AlertState['status']): Handler =>
  (fold, event, data) => {
    const alert = rowOf(fold.alerts, event, data['alertId'])?.value;
    if (!alert || alert.status === 'resolved') return;
    alert.status = status;
    put(alert, 'by', actor(data['by']));
    note(fold, event, alert.message, undefined, undefined, actor(data['by']));
  };

export const alertHandlers: Handlers<'alert'> = {
  'alert.raised': (fold, event, data) => {
    const id = text(data['alertId']);
    if (id === undefined) return;
    const alert = newAlert(id, event.time);
    take(alert, data, ALERT, ['rule', 'severity', 'message', 'details']);
    place(fold.alerts, event, id, alert);
    note(fold, event, alert.message, undefined, SEVERITY[alert.severity]);
  },
  'alert.acknowledged': become('acknowledged'),
  'alert.resolved': become('resolved'),
};
