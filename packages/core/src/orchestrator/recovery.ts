import { FleetglassError } from '../errors/fleetglass-error.js';
import type { Json } from '../lib/json.js';
import type { Lease, LedgerEntry, StoredRun } from '../log/store.js';
import type { EventDraft } from '../protocol/event.js';
import { decodeChoices } from './choices.js';
import { draftEvent } from './event-draft.js';
import { runFunction } from './function-run.js';
import { CALL_PREFIX, createRecordedCalls, readCallKey } from './recorded-calls.js';
import type { RecordedCalls } from './recorded-calls.js';
import type { RunBudgets } from './run-budgets.js';
import type { RunControl } from './run.js';
import type { RunBeginning, TaskOutcome } from './run-record.js';
import {
  ATTEMPT_PREFIX,
  BUDGET_PREFIX,
  OUTCOME_PREFIX,
  RUN_BEGIN,
  RUN_END,
  RUN_PAUSED,
} from './run-record.js';
import type { RunPlan, RunSurroundings } from './start-run.js';
import { assemble, openReservations, scopeOf } from './start-run.js';

/** What the records of a run tell. */
export interface RunHistory {
  readonly version: number;
  /** Absent for a run without checkpoints. */
  readonly beginning: RunBeginning | undefined;
  readonly ended: boolean;
  readonly paused: boolean;
  /** In the order of commits. */
  readonly outcomes: ReadonlyMap<string, TaskOutcome>;
  readonly attempts: ReadonlyMap<string, number>;
  readonly calls: ReadonlyMap<string, RecordedCalls>;
  readonly limits: ReadonlyMap<string, number>;
}

export function readHistory(stored: StoredRun): RunHistory {
  const outcomes = new Map<string, TaskOutcome>();
  const attempts = new Map<string, number>();
  const calls = new Map<string, RecordedCalls>();
  const limits = new Map<string, number>();
  let beginning: RunBeginning | undefined;
  let ended = false;
  let paused = false;
  for (const { key, value } of stored.records) {
    if (key === RUN_BEGIN) beginning = value as unknown as RunBeginning;
    else if (key === RUN_END) ended = true;
    else if (key === RUN_PAUSED) paused = value === true;
    else if (key.startsWith(OUTCOME_PREFIX))
      outcomes.set(key.slice(OUTCOME_PREFIX.length), value as TaskOutcome);
    else if (key.startsWith(ATTEMPT_PREFIX)) attempts.set(key.slice(ATTEMPT_PREFIX.length), value as number);
    else if (key.startsWith(BUDGET_PREFIX)) limits.set(key.slice(BUDGET_PREFIX.length), value as number);
    else if (key.startsWith(CALL_PREFIX)) restoreCall(calls, key, value);
  }
  return { version: stored.version, beginning, ended, paused, outcomes, attempts, calls, limits };
}

function restoreCall(calls: Map<string, RecordedCalls>, key: string, value: Json): void {
  const place = readCallKey(key);
  if (!place) return;
  let ofTask = calls.get(place.taskId);
  if (!ofTask) calls.set(place.taskId, (ofTask = createRecordedCalls(place.taskId)));
  ofTask.restore(place.path, value);
}

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
  const accountsOf = (entry: LedgerEntry) =>
    budgets.accountsFor(entry.node, entry.agentId).filter((account) => own.has(account));
  for (const [budgetId, limit] of history.limits)
    budgets.find(budgetId)?.setLimit(limit, undefined, quiet, time);
  for (const entry of ledger) {
    for (const account of accountsOf(entry)) {
      if (entry.kind === 'settled') account.settle(0, entry.nanoUsd ?? 0, quiet, time);
      else if (entry.kind === 'abandoned') account.abandon(entry.nanoUsd ?? 0);
    }
  }
  const events: EventDraft[] = [];
  const abandoned = openReservations(ledger).map((entry): LedgerEntry => {
    for (const account of budgets.accountsFor(entry.node, entry.agentId)) account.abandon(entry.nanoUsd ?? 0);
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
  onEnd: (run: RunControl) => void,
): Promise<RunControl> {
  const { beginning, version, paused } = history;
  if (!beginning) throw new FleetglassError('NOT_FOUND', `Run '${plan.id}' has no record of its beginning.`);
  const { run, graphRun } = assemble(plan, surroundings, { lease, version, paused, budgets }, onEnd);
  const time = run.time();
  const money = restoreMoney(plan, budgets, history, ledger, time);
  const events = [draftEvent('run.started', { resumedFrom: version }, run.scope, time), ...money.events];
  if (paused) events.push(draftEvent('run.paused', { reason: 'command' }, run.scope, time));
  if (graphRun && plan.work.kind === 'graph') {
    graphRun.begin(plan.work.input, decodeChoices(plan.work.graph, beginning.chosen), undefined);
    graphRun.replay(history.outcomes);
    for (const task of graphRun.pending) {
      task.attempt = history.attempts.get(task.id) ?? 1;
      task.calls = history.calls.get(task.id);
    }
  }
  onStart(run);
  // On its own, so that nothing runs again before the store knows the new owner.
  await run.journal.commit({ events, ledger: money.ledger });
  if (graphRun) await graphRun.proceedWith([], []);
  else if (plan.work.kind === 'function') {
    runFunction(run, plan.name, plan.work.fn, { outcomes: history.outcomes, calls: history.calls }, []);
  }
  return run;
}
