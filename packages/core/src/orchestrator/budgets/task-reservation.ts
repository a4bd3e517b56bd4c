import { abortable } from '../../lib/abort.js';
import type { RecordWrite } from '../../log/store.js';
import type { EventDraft } from '../../protocol/event.js';
import type { BudgetAccount } from './budget-account.js';
import type { CallScope } from '../calls/call-scope.js';
import { canonical } from '../calls/request-hash.js';
import type { Decision } from '../calls/context.js';
import { release, reserve } from './reservation.js';
import type { Reservation } from './reservation.js';
import { BUDGET_PREFIX } from '../history/run-record.js';

const RAISE = 'raise';
const STOP = 'stop';

/** Holds what a call of a task may use; the task waits, the run pauses or stops, or a person is asked, as the limits say. */
export async function reserveForTask(
  scope: CallScope,
  call: Parameters<CallScope['reserve']>[0],
): Promise<Reservation> {
  const { run, ownTask: task, signal } = scope;
  scope.assertOpen();
  let proceed: (() => void) | undefined;
  try {
    const reservation = await reserve({
      ...call,
      signal,
      sharers: () => run.tasks.size(),
      onWait: () => {
        proceed = run.wait(task, 'budget', 'Waits for a budget.');
      },
      onReached: (account, requested) => {
        const events: EventDraft[] = [];
        account.tellReached(requested, events, run.time());
        run.journal.record({ events });
      },
      onPause: (account) => {
        run.pause('budget', `Budget '${account.id}' is used up; raise it and resume.`);
        return run.whenResumed(signal);
      },
      onAsk: async (account, requested) => {
        account.asking ??= askToRaise(scope, account, requested).finally(() => {
          account.asking = undefined;
        });
        // Whoever asked may be cancelled; then the next one asks.
        return abortable(account.asking, signal).catch((error: unknown) => {
          if (signal.aborted) throw error;
          return true;
        });
      },
      onStop: (_, error) => run.stop('budget', error),
    });
    if (scope.closed) {
      release(reservation);
      throw scope.reason();
    }
    return reservation;
  } finally {
    proceed?.();
  }
}

/** The limit that a person is offered: once more as much as there was, at least what is needed. */
function suggestedLimit({ limit, remaining }: BudgetAccount, requested: number): number {
  return Math.max(limit * 2, limit - remaining + requested);
}

/** Asks whether a limit may be raised, and raises it. @returns whether it was */
async function askToRaise(scope: CallScope, account: BudgetAccount, requested: number): Promise<boolean> {
  const { run, ownTask: task } = scope;
  const { id, unit, spent, limit } = account;
  const suggested = suggestedLimit(account, requested);
  const limitOf = ({ decision, data }: Decision): number | undefined => {
    if (decision !== RAISE) return undefined;
    const given = typeof data === 'object' && data !== null && 'limit' in data ? data.limit : undefined;
    return typeof given === 'number' && Number.isSafeInteger(given) && given >= 0 ? given : suggested;
  };
  // The decision and the new limit are one commit.
  const record = (decision: Decision): RecordWrite => ({
    key: BUDGET_PREFIX + id,
    value: limitOf(decision) ?? limit,
  });
  const answer = run.approvals.ask({
    place: `${task.id}/${scope.nextKey(`raise:${id}`)}`,
    // What a decision changes: what was spent may have grown meanwhile.
    shown: canonical([id, unit, limit, suggested]),
    title: `Budget '${id}' is used up. Raise it?`,
    details: { budgetId: id, unit, spent, limit, requested, suggestedLimit: suggested },
    options: [RAISE, STOP],
    expiresInMs: undefined,
    onExpiry: undefined,
    scope: task.scope,
    signal: scope.signal,
    record,
  });
  const decision = await answer;
  const raised = limitOf(decision);
  if (raised === undefined) return false;
  const told: EventDraft[] = [];
  account.setLimit(raised, decision.by, told, run.time());
  run.journal.record({ events: told });
  return true;
}
