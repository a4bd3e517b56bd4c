import { FleetglassError, isFleetglassError, toFleetglassError } from '../errors/fleetglass-error.js';
import { abortable } from '../lib/abort.js';
import { createDeferred } from '../lib/deferred.js';
import type { Deferred } from '../lib/deferred.js';
import { createId } from '../lib/ids.js';
import type { Lease } from '../log/store.js';
import type { WorkStatus } from '../model/status.js';
import type { EventDraft, EventScope } from '../protocol/event.js';
import type { RunWaitingData } from '../protocol/events/run.js';
import type { TaskWaitingData } from '../protocol/events/task.js';
import type { Actor } from '../protocol/payload.js';
import { createAgentRoster } from './agent-roster.js';
import { createApprovals } from './approvals.js';
import type { Decision } from './context.js';
import { draftEvent } from './event-draft.js';
import { toFailure } from './failure.js';
import { createJournal } from './journal.js';
import { toPayload } from './payload.js';
import { createOpenCalls } from './open-calls.js';
import type { RunCore, Task } from './run-core.js';
import type { Ending, RunOutcome } from './run-ending.js';
import { runEnding, taskEnding, toJsonOutput } from './run-ending.js';
import type { RunBudgets } from './run-budgets.js';
import { BUDGET_PREFIX, RUN_END, RUN_PAUSED } from './run-record.js';
import type { Services } from './services.js';
import { createRunLimits } from './run-limits.js';
import { createTaskList } from './task-list.js';

/** Shared by nearly all `task.started`. */
const FIRST_ATTEMPT = Object.freeze({ attempt: 1 });

/** What drives the tasks of a run: a graph or a function. */
export interface RunDriver {
  /** Something that held tasks back is gone. */
  proceed(): void;
  /** A task waits and needs no place. */
  waits(task: Task): void;
  /** It goes on, whether there is a place or not. */
  goesOn(task: Task): void;
  /** The run ends: nothing may start any more. Tasks that are ready or will be retried are given back. */
  end(): readonly Task[];
}

/** A run in this process: its books, and the only way to change its status. */
export interface RunControl extends RunCore {
  readonly status: WorkStatus;
  readonly outcome: Promise<RunOutcome>;
  /** Settles with the output or the error. */
  readonly result: Promise<unknown>;
  lease: Lease;
  drive(driver: RunDriver): void;
  complete(output: unknown): void;
  fail(cause: unknown): void;
  cancel(message: string | undefined, by: Actor | undefined): void;
  resume(by: Actor | undefined): Promise<void>;
  setBudget(budgetId: string, limit: number, by: Actor | undefined): Promise<void>;
  decide(approvalId: string, decision: Decision, by: Actor | undefined): Promise<void>;
  /** Lets go of the run without a word to the store: someone else owns it, or the store failed. */
  abandon(error: FleetglassError): void;
}

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
  /** The run left memory. */
  readonly onEnd: () => void;
}

export function createRun(options: RunControlOptions): RunControl {
  const { scope, services, budgets } = options;
  const { clock, random, store, emitter } = services;
  const tasks = createTaskList();
  const calls = createOpenCalls(clock);
  const agents = createAgentRoster(scope);
  const result = createDeferred<unknown>();
  const outcome = createDeferred<RunOutcome>();
  // Who only watches the run need not handle its error.
  result.promise.catch(() => undefined);
  let driver: RunDriver | undefined;
  let status: WorkStatus = options.paused ? 'paused' : 'running';
  let ending: Ending | undefined;
  let settled = false;
  let waitingTasks = 0;
  let waitsFor: RunWaitingData['reason'] = 'other';
  /** Tasks that only wait for tasks that they started. */
  let delegating = 0;
  let resumed: Deferred<void> | undefined;

  const time = (): number => clock.now();
  const journal = createJournal({
    store,
    emitter,
    redact: services.redact,
    runId: scope.runId,
    leaseEpoch: options.lease.epoch,
    version: options.version,
    checkpoint: options.checkpoint,
    onBroken: (error) => abandon(error),
  });
  const approvals = createApprovals((entry, onStored) => journal.commitThen(entry, onStored), clock);

  const settleWith = (final: RunOutcome): void => {
    if (settled) return;
    settled = true;
    limits.end();
    status = final.status;
    outcome.resolve(final);
    if (final.status === 'completed') result.resolve(final.output);
    else result.reject(final.error);
    options.onEnd();
  };

  /** When every task waits, so does the run. */
  const tellWaiting = (events: EventDraft[], now: number): void => {
    if (status !== 'running' || tasks.size === 0 || waitingTasks + delegating < tasks.size) return;
    status = 'waiting';
    events.push(draftEvent('run.waiting', { reason: waitsFor }, scope, now));
  };

  const closeTasks = (error: FleetglassError): readonly Task[] => {
    const waiting = driver?.end() ?? [];
    const open = [...tasks, ...waiting.filter((task) => !tasks.has(task))];
    for (const task of tasks) task.current?.close(error);
    tasks.clear();
    return open;
  };

  const abandon = (error: FleetglassError): void => {
    if (settled) return;
    journal.close(error);
    closeTasks(error);
    settleWith({ status: 'failed', error });
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
        writes: [{ key: RUN_END, value: { status: how.status } }],
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
    result: result.promise,
    get status() {
      return status;
    },
    get paused() {
      return status === 'paused';
    },
    time,
    newId: (prefix) => createId(prefix, clock, random),
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
      if (status === 'waiting') {
        status = 'running';
        events.push(draftEvent('run.resumed', {}, scope, now));
      }
    },
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
      driver?.waits(task);
      return () => {
        if (!task.waiting || task.current !== attempt || ending) return;
        task.waiting = false;
        waitingTasks -= 1;
        attempt?.startTimer();
        driver?.goesOn(task);
        const later = time();
        const then = [draftEvent('task.resumed', {}, task.scope, later)];
        if (agentId !== undefined) agents.proceed(agentId);
        agents.tell(then, later);
        if (status === 'waiting') {
          status = 'running';
          then.push(draftEvent('run.resumed', {}, scope, later));
        }
        journal.record({ events: then });
      };
    },
    pause(reason, message, by) {
      if (ending || status === 'paused') return;
      status = 'paused';
      resumed = createDeferred();
      journal.record({
        events: [
          draftEvent(
            'run.paused',
            { reason, ...(message === undefined ? {} : { message }), ...(by === undefined ? {} : { by }) },
            scope,
            time(),
          ),
        ],
        writes: [{ key: RUN_PAUSED, value: true }],
      });
    },
    async resume(by) {
      if (ending || status !== 'paused') return;
      status = 'running';
      const now = time();
      const events = [draftEvent('run.resumed', by === undefined ? {} : { by }, scope, now)];
      tellWaiting(events, now);
      const stored = journal.commit({ events, writes: [{ key: RUN_PAUSED, value: null }] });
      driver?.proceed();
      resumed?.resolve();
      resumed = undefined;
      await stored;
    },
    whenResumed: (signal) => (resumed ? abortable(resumed.promise, signal) : Promise.resolve()),
    async setBudget(budgetId, limit, by) {
      const account = budgets.find(budgetId);
      if (!account) {
        const known = budgets.all.map((other) => `'${other.id}'`).join(', ');
        throw new FleetglassError(
          'NOT_FOUND',
          `The run has no budget '${budgetId}'. It has: ${known || 'none'}.`,
        );
      }
      const events: EventDraft[] = [];
      account.setLimit(limit, by, events, time());
      limits.changed();
      await journal.commit({ events, writes: [{ key: BUDGET_PREFIX + budgetId, value: limit }] });
    },
    async decide(approvalId, decision, by) {
      const accepted = approvals.decide(approvalId, decision, by, time());
      await journal.commit({ events: [accepted.event], writes: [accepted.write] });
      accepted.proceed();
    },
    complete: (output) => void end({ status: 'completed', output }),
    fail: (cause) => {
      const failure = toFailure(cause);
      const error = isFleetglassError(cause)
        ? cause
        : new FleetglassError('TASK_FAILED', failure.message, { details: { code: failure.code }, cause });
      void end({ status: 'failed', error, cause });
    },
    cancel: (message, by) =>
      void end({
        status: 'cancelled',
        error: new FleetglassError('CANCELLED', message ?? 'The run was cancelled.'),
        ...(message === undefined ? {} : { message }),
        ...(by === undefined ? {} : { by }),
      }),
    stop: (reason, error) => void end({ status: 'stopped', error, reason }),
    abandon,
  };
  if (status === 'paused') resumed = createDeferred();
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
