import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Lease, LedgerEntry } from '../../log/store.js';
import type { EventDraft } from '../../protocol/event.js';
import { decodeChoices } from '../graph/choices.js';
import { draftEvent } from '../run/event-draft.js';
import { runFunction } from '../execution/function-run.js';
import { amountFor, amountsOf } from '../budgets/run-budgets.js';
import type { RunBudgets } from '../budgets/run-budgets.js';
import type { RunHistory } from './run-history.js';
import { RUN_PARKED } from './run-record.js';
import type { RunControl } from '../run/run-control.js';
import type { OnEnd, RunPlan, RunSurroundings } from '../run/start-run.js';
import { assemble, openReservations, scopeOf } from '../run/start-run.js';

/** Puts what was spent back into the accounts; gives the entries and events of calls that nobody finished. */
function restoreMoney(
  plan: RunPlan,
  budgets: RunBudgets,
  history: RunHistory,
  ledger: readonly LedgerEntry[],
  time: number,
): { readonly ledger: LedgerEntry[]; readonly events: EventDraft[] } {
  const quiet: EventDraft[] = [];
  const own = new Set(budgets.all);
  const accountsOf = (entry: LedgerEntry) => budgets.accountsFor(entry).filter((account) => own.has(account));
  for (const [budgetId, limit] of history.limits)
    budgets.find(budgetId)?.setLimit(limit, undefined, quiet, time);
  for (const entry of ledger) {
    for (const account of accountsOf(entry)) {
      const amount = amountFor(account, amountsOf(entry));
      if (entry.kind === 'settled') account.settle(0, amount, quiet, time);
      else if (entry.kind === 'abandoned') account.abandon(amount);
    }
  }
  const events: EventDraft[] = [];
  const abandoned = openReservations(ledger).map((entry): LedgerEntry => {
    for (const account of budgets.accountsFor(entry)) account.abandon(amountFor(account, amountsOf(entry)));
    const scope = {
      ...scopeOf(plan),
      ...(entry.agentId === undefined ? {} : { agentId: entry.agentId }),
      ...(entry.taskId === undefined ? {} : { taskId: entry.taskId }),
      spanId: entry.callId,
    };
    events.push(
      draftEvent('span.ended', { status: 'cancelled' }, scope, time),
      draftEvent(
        'alert.raised',
        {
          alertId: `abandoned-${entry.callId}`,
          rule: 'abandoned-call',
          severity: 'warning',
          message:
            'A model call was in flight when its process ended. Whether it was paid is not known; its reservation counts against the limit.',
          details: {
            spanId: entry.callId,
            ...(entry.nanoUsd === undefined ? {} : { nanoUsd: entry.nanoUsd }),
          },
        },
        scope,
        time,
      ),
    );
    return { ...entry, kind: 'abandoned', time };
  });
  return { ledger: abandoned, events };
}

/** Takes up a run that another process left: finished tasks are not repeated, recorded results are used again. */
export async function resumeRun(
  plan: RunPlan,
  history: RunHistory,
  surroundings: RunSurroundings,
  lease: Lease,
  budgets: RunBudgets,
  ledger: readonly LedgerEntry[],
  onStart: (run: RunControl) => void,
  onEnd: OnEnd,
): Promise<RunControl> {
  const { beginning, version, paused } = history;
  if (!beginning) throw new FleetglassError('NOT_FOUND', `Run '${plan.id}' has no record of its beginning.`);
  const startedAt = beginning.startedAt ?? surroundings.services.clock.now();
  const { run, graphRun } = assemble(
    plan,
    surroundings,
    { lease, version, paused, budgets, startedAt, asked: history.asked },
    onEnd,
  );
  const time = run.time();
  const money = restoreMoney(plan, budgets, history, ledger, time);
  const events = [draftEvent('run.started', { resumedFrom: version }, run.scope, time), ...money.events];
  if (paused) events.push(draftEvent('run.paused', { reason: 'command' }, run.scope, time));
  if (graphRun && plan.work.kind === 'graph') {
    graphRun.replay({
      input: plan.work.input,
      chosen: decodeChoices(plan.work.graph, beginning.chosen),
      outcomes: history.outcomes,
      calls: history.calls,
    });
    for (const task of graphRun.pending()) task.attempt = history.attempts.get(task.id) ?? 1;
  }
  onStart(run);
  // On its own, so that nothing runs again before the store knows the new owner.
  await run.journal.commit({
    events,
    ledger: money.ledger,
    ...(history.parked === undefined ? {} : { writes: [{ key: RUN_PARKED, value: null }] }),
  });
  if (graphRun) await graphRun.proceedWith([], []);
  else if (plan.work.kind === 'function') {
    runFunction(run, plan.name, plan.work.fn, { outcomes: history.outcomes, calls: history.calls }, []);
  }
  return run;
}
