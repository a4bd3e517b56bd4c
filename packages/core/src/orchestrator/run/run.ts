import { FleetglassError, toFleetglassError } from '../../errors/fleetglass-error.js';
import { abortable } from '../../lib/abort.js';
import { createDeferred } from '../../lib/deferred.js';
import type { Deferred } from '../../lib/deferred.js';
import { createId } from '../../lib/ids.js';
import type { Lease } from '../../log/store.js';
import type { WorkStatus } from '../../model/status.js';
import type { EventDraft, EventScope } from '../../protocol/event.js';
import type { RunWaitingData } from '../../protocol/events/run.js';
import type { TaskWaitingData } from '../../protocol/events/task.js';
import { createAgentRoster } from './agent-roster.js';
import { createApprovals } from './approvals.js';
import { actorOf, commandWrites } from './command-origin.js';
import { draftEvent } from './event-draft.js';
import { createJournal } from './journal.js';
import { toPayload } from './payload.js';
import { createOpenCalls } from '../calls/open-calls.js';
import type { Task } from './run-core.js';
import { createParking } from './parking.js';
import type { Ending, Parked, RunOutcome } from './run-ending.js';
import { cancelledBy, endingWrites, failedBy, runEnding, taskEnding, toJsonOutput } from './run-ending.js';
import type { RunBudgets } from '../budgets/run-budgets.js';
import type { RunControl, RunDriver } from './run-control.js';
import { BUDGET_PREFIX, RUN_END, RUN_PARKED, RUN_PAUSED } from '../history/run-record.js';
import type { AskedRecord } from '../history/run-record.js';
import type { Services } from './services.js';
import { createRunLimits } from '../budgets/run-limits.js';
import { storeTroubleOf } from './store-trouble.js';
import { createTaskList } from '../execution/task-list.js';

/** Shared by nearly all `task.started`. */
const FIRST_ATTEMPT = Object.freeze({ attempt: 1 });

export interface RunControlOptions {
  readonly scope: EventScope & { readonly runId: string };
  readonly services: Services;
  readonly budgets: RunBudgets;
  readonly lease: Lease;
  readonly version: number;
  readonly checkpoint: boolean;
  readonly paused: boolean;
  /** When the run began, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** Questions that were open before a restart, by their ids. */
  readonly asked: ReadonlyMap<string, AskedRecord>;
  /** Milliseconds after which a run that only waits for people leaves memory; `Infinity` for one that stays. */
  readonly parkAfterMs: number;
  /** The run left memory. */
  readonly onEnd: (outcome: RunOutcome | Parked) => void;
}

export function createRun(options: RunControlOptions): RunControl {
  const { scope, services, budgets } = options;
  const { clock, random, store, emitter } = services;
  const tasks = createTaskList();
  const calls = createOpenCalls(clock);
  const agents = createAgentRoster(scope);
  const outcome = createDeferred<RunOutcome | Parked>();
  let driver: RunDriver | undefined;
  let status: WorkStatus = options.paused ? 'paused' : 'running';
  let ending: Ending | undefined;
  let settled = false;
  let waitingTasks = 0;
  let waitsFor: RunWaitingData['reason'] = 'other';
  /** Tasks that only wait for tasks that they started. */
  let delegating = 0;
  let resumed: Deferred<void> | undefined;
  let pausedFor: Parameters<RunControl['pause']>[0] | undefined;

  const time = (): number => clock.now();
  const newId = (prefix: string): string => createId(prefix, clock, random);
  const journal = createJournal({
    store,
    emitter,
    clock,
    random,
    redact: services.redact,
    runId: scope.runId,
    leaseEpoch: options.lease.epoch,
    version: options.version,
    checkpoint: options.checkpoint,
    ...storeTroubleOf(
      () => run,
      () => pausedFor === 'store',
    ),
    onBroken: (error) => abandon(error),
  });
  const approvals = createApprovals({
    commit: (entry, onStored) => journal.commitThen(entry, onStored),
    clock,
    asked: options.asked,
    newId,
  });

  const settleWith = (final: RunOutcome | Parked): void => {
    if (settled) return;
    settled = true;
    limits.end();
    parking.stop();
    approvals.end();
    status = final.status;
    outcome.resolve(final);
    options.onEnd(final);
  };

  /** When every task waits, so does the run. */
  const tellWaiting = (events: EventDraft[], now: number): void => {
    if (status !== 'running' || tasks.size() === 0 || waitingTasks + delegating < tasks.size()) return;
    if (driver?.busy()) return;
    status = 'waiting';
    events.push(draftEvent('run.waiting', { reason: waitsFor }, scope, now));
    parking.start();
  };

  const goesOn = (events: EventDraft[], now: number): void => {
    if (status !== 'waiting') return;
    status = 'running';
    events.push(draftEvent('run.resumed', {}, scope, now));
    parking.stop();
  };

  const closeTasks = (error: FleetglassError): readonly Task[] => {
    const waiting = driver?.end() ?? [];
    const open = [...tasks, ...waiting.filter((task) => !tasks.has(task))];
    for (const task of tasks) task.current?.close(error);
    tasks.clear();
    return open;
  };

  const leave = (error: FleetglassError, final: RunOutcome | Parked): void => {
    if (settled) return;
    journal.close(error);
    closeTasks(error);
    settleWith(final);
  };

  const abandon = (error: FleetglassError): void => leave(error, { status: 'failed', error });

  const park = (): void => {
    const wakeAt = approvals.firstExpiry();
    const record = { key: RUN_PARKED, value: wakeAt === undefined ? {} : { wakeAt } };
    journal.commitThen({ writes: [record] }, () => {
      if (status !== 'waiting' || approvals.settling() > 0) {
        // Somebody decided meanwhile.
        journal.record({ writes: [{ key: RUN_PARKED, value: null }] });
        return;
      }
      const message = `Run '${scope.runId}' leaves memory until somebody decides; its tasks are repeated then.`;
      leave(new FleetglassError('SUSPENDED', message), { status: 'waiting', wakeAt });
    });
  };

  const end = async (how: Ending): Promise<void> => {
    if (ending) return;
    ending = how;
    try {
      if (how.status !== 'completed') {
        const now = time();
        const open = closeTasks(how.error);
        journal.record({ events: open.map((task) => taskEnding(task, how, now)) });
      }
      const given: EventDraft[] = [];
      const ledger = await calls.drain(given);
      if (given.length > 0) journal.record({ events: given });
      const output =
        how.status === 'completed' && how.output !== undefined ? toJsonOutput(how.output) : undefined;
      const payload = output === undefined ? undefined : await toPayload(output, services);
      const events: EventDraft[] = [];
      agents.finish(how.status === 'completed', events, time());
      events.push(runEnding(how, payload, scope, time()));
      await journal.commit({
        events,
        writes: [{ key: RUN_END, value: { status: how.status, time: time() } }, ...endingWrites(how)],
        ...(ledger.length > 0 ? { ledger } : {}),
      });
      journal.close(new FleetglassError('RUN_ENDED', `Run '${scope.runId}' is over.`));
    } catch (error) {
      abandon(toFleetglassError(error, 'STORE_FAILED'));
      return;
    }
    settleWith(how.status === 'completed' ? how : { status: how.status, error: how.error });
  };

  const run: RunControl = {
    id: scope.runId,
    scope,
    services,
    journal,
    agents,
    budgets,
    approvals,
    callOpened: (call) => calls.add(call),
    callClosed: (call) => calls.remove(call),
    mayStart: () => limits.mayStart(),
    tasks,
    lease: options.lease,
    outcome: outcome.promise,
    status: () => status,
    parked: () => settled && status === 'waiting',
    paused: () => status === 'paused',
    time,
    newId,
    drive(by) {
      driver = by;
    },
    taskStarts(task, events, now) {
      const attempt = task.attempt === 1 ? FIRST_ATTEMPT : { attempt: task.attempt };
      tasks.add(task);
      limits.count(events, now);
      events.push(draftEvent('task.started', attempt, task.scope, now));
      const { parent, scope: own } = task;
      if (parent) {
        parent.children = (parent.children ?? 0) + 1;
        if (parent.children === 1) delegating += 1;
      }
      if (own.agentId !== undefined) agents.start(own.agentId, task.name);
      goesOn(events, now);
    },
    tellWaiting,
    taskEnds(task, failed) {
      if (!tasks.delete(task)) return;
      const { parent, scope: own } = task;
      if (parent?.children !== undefined) {
        parent.children -= 1;
        if (parent.children === 0) delegating -= 1;
      }
      if (own.agentId !== undefined) {
        if (task.waiting) agents.proceed(own.agentId);
        agents.end(own.agentId, failed);
      }
      if (task.waiting) {
        task.waiting = false;
        waitingTasks -= 1;
      }
    },
    wait(task, reason: TaskWaitingData['reason'], message) {
      if (task.waiting || ending) return () => undefined;
      const attempt = task.current;
      task.waiting = true;
      waitingTasks += 1;
      attempt?.stopTimer();
      const now = time();
      const events = [
        draftEvent('task.waiting', message === undefined ? { reason } : { reason, message }, task.scope, now),
      ];
      const { agentId } = task.scope;
      if (agentId !== undefined) agents.wait(agentId, message ?? reason);
      agents.tell(events, now);
      waitsFor = reason === 'approval' || reason === 'budget' ? reason : 'other';
      tellWaiting(events, now);
      journal.record({ events });
      driver?.waits(task, reason);
      return () => {
        if (!task.waiting || task.current !== attempt || ending || settled) return;
        task.waiting = false;
        waitingTasks -= 1;
        attempt?.startTimer();
        driver?.goesOn(task);
        const later = time();
        const then = [draftEvent('task.resumed', {}, task.scope, later)];
        if (agentId !== undefined) agents.proceed(agentId);
        agents.tell(then, later);
        goesOn(then, later);
        journal.record({ events: then });
      };
    },
    pause(reason, message, origin = {}) {
      // Whom a person stopped goes on only when a person says so.
      if (ending || (status === 'paused' && (pausedFor !== 'store' || reason === 'store'))) return;
      status = 'paused';
      pausedFor = reason;
      parking.stop();
      resumed ??= createDeferred();
      const said = message === undefined ? { reason } : { reason, message };
      const events = [draftEvent('run.paused', { ...said, ...actorOf(origin) }, scope, time())];
      const writes = [{ key: RUN_PAUSED, value: true }, ...commandWrites(origin)];
      // A run that is taken up after a crash finds out by itself whether the store works.
      journal.record(reason === 'store' ? { events } : { events, writes });
    },
    async resume(origin = {}) {
      if (ending || status !== 'paused') return;
      if (journal.holding()) {
        pausedFor = 'store';
        journal.retry();
        return;
      }
      status = 'running';
      pausedFor = undefined;
      const now = time();
      const events = [draftEvent('run.resumed', actorOf(origin), scope, now)];
      tellWaiting(events, now);
      const writes = [{ key: RUN_PAUSED, value: null }, ...commandWrites(origin)];
      const stored = journal.commit({ events, writes });
      driver?.proceed();
      resumed?.resolve();
      resumed = undefined;
      await stored;
    },
    whenResumed: (signal) => (resumed ? abortable(resumed.promise, signal) : Promise.resolve()),
    async setBudget(budgetId, limit, origin = {}) {
      const account = budgets.find(budgetId);
      if (!account) {
        const known = budgets.all.map((other) => `'${other.id}'`).join(', ');
        throw new FleetglassError(
          'NOT_FOUND',
          `The run has no budget '${budgetId}'. It has: ${known || 'none'}.`,
        );
      }
      const events: EventDraft[] = [];
      account.setLimit(limit, origin.by, events, time());
      limits.changed();
      const writes = [{ key: BUDGET_PREFIX + budgetId, value: limit }, ...commandWrites(origin)];
      await journal.commit({ events, writes });
    },
    async decide(approvalId, decision, origin = {}) {
      const asked = approvals.whenAsked(approvalId);
      if (asked) await asked;
      const accepted = approvals.decide(approvalId, decision, origin, time());
      await journal.commit(accepted.entry);
      accepted.proceed();
    },
    complete: (output) => void end({ status: 'completed', output }),
    fail: (cause) => void end(failedBy(cause)),
    cancel: (message, origin = {}) => void end(cancelledBy(message, origin)),
    stop: (reason, error) => void end({ status: 'stopped', error, reason }),
    abandon,
  };
  if (status === 'paused') resumed = createDeferred();
  const parking = createParking({
    clock,
    afterMs: options.parkAfterMs,
    isBusy: () =>
      calls.size() > 0 ||
      approvals.settling() > 0 ||
      driver?.busy() === true ||
      [...tasks].some((task) => task.current?.busy),
    onPark: park,
  });
  const limits = createRunLimits({
    accounts: budgets.ofRun,
    clock,
    startedAt: options.startedAt,
    record: (events) => journal.record({ events }),
    onPause: (message) => run.pause('budget', message),
    onStop: (reason, error) => run.stop(reason, error),
  });
  return run;
}
