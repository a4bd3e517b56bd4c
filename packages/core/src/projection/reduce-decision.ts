import type { FleetEvent } from '../protocol/event.js';
import { note } from './feed.js';
import type { Fold, Handler, Handlers } from './fold.js';
import { own, setScope } from './fold.js';
import type { Data } from './guard.js';
import { actor, amount, dataOf, list, object, oneOf, put, text } from './guard.js';
import { itemKey } from './keys.js';
import type { AlertState, ApprovalState, BudgetState } from './state.js';
import type { Draft, Held } from './table.js';

export const budgetScope = oneOf(['fleet', 'thread', 'run', 'agent', 'role', 'node']);
export const budgetUnit = oneOf(['usd', 'tokens', 'steps', 'seconds']);
export const budgetPeriod = oneOf(['run', 'day', 'week', 'month']);
export const onLimit = oneOf(['warn', 'pause', 'ask', 'downgrade', 'stop']);
export const alertSeverity = oneOf(['info', 'warning', 'critical']);

function budgetOf(fold: Fold, { runId }: FleetEvent, data: Data): Held<BudgetState> | undefined {
  const id = text(data['budgetId']);
  return id === undefined ? undefined : fold.budgets.edit(itemKey(runId, id));
}

/** Feed line about a budget: its unit says what the amounts are. */
const share = ({ unit }: BudgetState, spent: number | undefined, limit: number): string =>
  `${spent ?? '?'}/${limit} ${unit}`;

export const budgetHandlers: Handlers<'budget'> = {
  'budget.set': (fold, event, data) => {
    const budgetId = text(data['budgetId']);
    const limit = amount(data['limit']);
    if (budgetId === undefined || limit === undefined) return;
    const { kind, id } = dataOf(data['scope']);
    const scope = { kind: budgetScope(kind) ?? 'run' };
    const budget: Draft<BudgetState> = {
      budgetId,
      scope: typeof id === 'string' ? { ...scope, id } : scope,
      unit: budgetUnit(data['unit']) ?? 'usd',
      limit,
      warnAt: list(data['warnAt'], amount),
      onLimit: onLimit(data['onLimit']) ?? 'warn',
      setAt: event.time,
      warned: [],
    };
    setScope(budget, event);
    put(budget, 'period', budgetPeriod(data['period']));
    put(budget, 'by', actor(data['by']));
    fold.budgets.set(itemKey(event.runId, budgetId), budget);
    note(fold, event, { subject: budgetId, detail: share(budget, undefined, limit), by: budget.by });
  },
  'budget.warned': (fold, event, data) => {
    const budget = budgetOf(fold, event, data);
    const passed = amount(data['share']);
    if (!budget || passed === undefined) return;
    if (!budget.value.warned.includes(passed) && budget.value.warned.length < 100)
      own(budget, 'warned').push(passed);
    const detail = share(budget.value, amount(data['spent']), amount(data['limit']) ?? budget.value.limit);
    note(fold, event, { subject: budget.value.budgetId, detail, severity: 'warning' });
  },
  'budget.reached': (fold, event, data) => {
    const budget = budgetOf(fold, event, data)?.value;
    if (!budget) return;
    budget.reachedAt = event.time;
    const detail = share(budget, amount(data['spent']), amount(data['limit']) ?? budget.limit);
    note(fold, event, { subject: budget.budgetId, detail, severity: 'error' });
  },
  'budget.raised': (fold, event, data) => {
    const budget = budgetOf(fold, event, data)?.value;
    const limit = amount(data['limit']);
    if (!budget || limit === undefined) return;
    budget.limit = limit;
    budget.warned = [];
    delete budget.reachedAt;
    put(budget, 'by', actor(data['by']));
    note(fold, event, {
      subject: budget.budgetId,
      detail: share(budget, undefined, limit),
      by: actor(data['by']),
    });
  },
};

function approvalOf(fold: Fold, { runId }: FleetEvent, data: Data): Draft<ApprovalState> | undefined {
  const id = text(data['approvalId']);
  return id === undefined ? undefined : fold.approvals.edit(itemKey(runId, id))?.value;
}

export const approvalHandlers: Handlers<'approval'> = {
  'approval.requested': (fold, event, data) => {
    const approvalId = text(data['approvalId']);
    if (approvalId === undefined || approvalOf(fold, event, data)) return;
    const approval: Draft<ApprovalState> = {
      approvalId,
      title: text(data['title']) ?? approvalId,
      requestedAt: event.time,
      status: 'pending',
    };
    setScope(approval, event);
    put(approval, 'details', object(data['details']));
    if (Array.isArray(data['options'])) approval.options = list(data['options'], text);
    put(approval, 'expiresAt', amount(data['expiresAt']));
    fold.approvals.add(itemKey(event.runId, approvalId), approval);
    note(fold, event, { subject: approval.title, severity: 'warning' });
  },
  'approval.decided': (fold, event, data) => {
    const approval = approvalOf(fold, event, data);
    // The first answer counts.
    if (approval?.status !== 'pending') return;
    approval.status = 'decided';
    approval.decidedAt = event.time;
    put(approval, 'decision', text(data['decision']));
    put(approval, 'note', text(data['note']));
    put(approval, 'by', actor(data['by']));
    note(fold, event, { subject: approval.title, detail: approval.decision, by: approval.by });
  },
  'approval.expired': (fold, event, data) => {
    const approval = approvalOf(fold, event, data);
    if (approval?.status !== 'pending') return;
    approval.status = 'expired';
    approval.decidedAt = event.time;
    note(fold, event, { subject: approval.title, severity: 'warning' });
  },
};

const SEVERITY = { info: 'info', warning: 'warning', critical: 'error' } as const;

/** Handler of what becomes of an alert. */
const become =
  (status: AlertState['status']): Handler =>
  (fold, event, data) => {
    const id = text(data['alertId']);
    const alert = id === undefined ? undefined : fold.alerts.edit(itemKey(event.runId, id))?.value;
    if (!alert || alert.status === 'resolved') return;
    alert.status = status;
    put(alert, 'by', actor(data['by']));
    note(fold, event, { subject: alert.message, by: actor(data['by']) });
  };

export const alertHandlers: Handlers<'alert'> = {
  'alert.raised': (fold, event, data) => {
    const alertId = text(data['alertId']);
    if (alertId === undefined) return;
    const severity = alertSeverity(data['severity']) ?? 'warning';
    const alert: Draft<AlertState> = {
      alertId,
      rule: text(data['rule']) ?? '',
      severity,
      message: text(data['message']) ?? alertId,
      raisedAt: event.time,
      status: 'raised',
    };
    setScope(alert, event);
    put(alert, 'details', object(data['details']));
    fold.alerts.set(itemKey(event.runId, alertId), alert);
    note(fold, event, { subject: alert.message, severity: SEVERITY[severity] });
  },
  'alert.acknowledged': become('acknowledged'),
  'alert.resolved': become('resolved'),
};
