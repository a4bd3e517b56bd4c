import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { EventDraft } from '../../protocol/event.js';
import type { Cost } from '../../protocol/usage.js';
import type { UsageReport } from './context.js';
import { draftEvent } from '../run/event-draft.js';
import { charge } from '../budgets/run-budgets.js';
import type { CallScope } from './call-scope.js';

/** See {@link TaskContext.usage}. What was spent already cannot be refused, so a passed limit acts at once. */
export function reportUsage(scope: CallScope, report: UsageReport): void {
  const { run, ownTask: task } = scope;
  const time = run.time();
  const { model, usage } = report;
  const cost: Cost =
    report.cost ??
    (model === undefined ? { basis: 'unknown' } : run.services.prices.cost({ model, usage, time }));
  const events: EventDraft[] = [
    draftEvent(
      'usage.recorded',
      { usage, cost, ...(model === undefined ? {} : { model }) },
      task.scope,
      time,
    ),
  ];
  const accounts = run.budgets.accountsFor({ node: task.node, agentId: task.scope.agentId });
  charge(accounts, { nanoUsd: cost.nanoUsd, tokens: usage.inputTokens + usage.outputTokens }, events, time);
  const passed = accounts.find((account) => account.spent > account.limit);
  passed?.tellReached(0, events, time);
  run.journal.record({
    events,
    ledger: [
      {
        callId: run.newId('usage'),
        kind: 'settled',
        time,
        usage,
        ...(cost.nanoUsd === undefined ? {} : { nanoUsd: cost.nanoUsd }),
        ...(model === undefined ? {} : { model }),
        ...(run.scope.threadId === undefined ? {} : { threadId: run.scope.threadId }),
        ...(task.scope.agentId === undefined ? {} : { agentId: task.scope.agentId }),
        ...(task.scope.taskId === undefined ? {} : { taskId: task.scope.taskId }),
        ...(task.node === undefined ? {} : { node: task.node }),
      },
    ],
  });
  if (passed?.onLimit === 'pause' || passed?.onLimit === 'ask') {
    run.pause('budget', `Budget '${passed.id}' is used up; raise it and resume.`);
  } else if (passed?.onLimit === 'stop' || passed?.onLimit === 'downgrade') {
    run.stop(
      'budget',
      new FleetglassError('BUDGET_EXCEEDED', `Budget '${passed.id}' is used up.`, {
        details: { budgetId: passed.id },
      }),
    );
  }
}
