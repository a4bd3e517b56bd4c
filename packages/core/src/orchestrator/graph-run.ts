import { FleetglassError, isFleetglassError } from '../errors/fleetglass-error.js';
import { backoffDelay } from '../lib/backoff.js';
import type { TimerHandle } from '../lib/clock.js';
import type { Json } from '../lib/json.js';
import type { RecordWrite } from '../log/store.js';
import type { EventDraft } from '../protocol/event.js';
import type { Priority } from '../protocol/events/task.js';
import type { Fields } from './ancestry.js';
import { createAncestry } from './ancestry.js';
import { decodeChoices, encodeChoices } from './choices.js';
import type { CompiledGraph, CompiledNode } from './compiled-graph.js';
import { draftEvent } from './event-draft.js';
import { toFailure } from './failure.js';
import type { Pacer } from './pacer.js';
import { performTask } from './perform-task.js';
import type { TaskResult } from './perform-task.js';
import type { Places } from './places.js';
import type { Lane } from './ready-queue.js';
import { wantsRetry } from './retry.js';
import type { GraphTask } from './graph-task.js';
import {
  createGraphTask,
  publicFields,
  taskCompleted,
  taskCreated,
  taskReused,
  unknownTask,
} from './graph-task.js';
import type { Task } from './run-core.js';
import type { GraphRecord } from './run-history.js';
import type { RunControl, RunDriver } from './run-control.js';
import type { TaskOutcome } from './run-record.js';
import { ATTEMPT_PREFIX, OUTCOME_PREFIX } from './run-record.js';
import { TaskScope } from './task-scope.js';
import { createTaskStarter } from './task-starter.js';
import { createTokens } from './tokens.js';
import type { Chosen, Slot } from './token-scope.js';

export interface GraphRunOptions {
  readonly run: RunControl;
  readonly graph: CompiledGraph;
  readonly priority: Priority;
  /** Tasks at once; `Infinity` for no limit. */
  readonly concurrency: number;
  readonly places: Places;
  readonly pacer: Pacer;
}

/** Executes a graph: asks the token rules what is ready, runs it, and commits what became of it. */
export interface GraphRun extends RunDriver {
  /** Adds the events of the first tasks. */
  begin(input: Fields, chosen: readonly Chosen[], events: EventDraft[]): void;
  /**
   * Begins and repeats what the records tell.
   *
   * @param events where that is told, for a run whose log does not hold it
   */
  replay(record: GraphRecord, events?: EventDraft[]): void;
  /** After a replay: tasks that have not ended, to restore their attempts. */
  pending(): Iterable<Task>;
  /** Starts what is ready, together with `events` and `writes`, and ends the run when nothing is left. */
  proceedWith(events: EventDraft[], writes: readonly RecordWrite[]): Promise<void>;
}

/** Shared by all events and records that hold nothing. */
const NO_DATA: Readonly<Record<string, never>> = Object.freeze({});

export function createGraphRun({
  run,
  graph,
  priority,
  concurrency,
  places,
  pacer,
}: GraphRunOptions): GraphRun {
  const { clock, random } = run.services;
  const ancestry = createAncestry(graph.reducers, graph.branchPrefixes);
  const tokens = createTokens(graph, ancestry, {
    taken: (edge) => events?.push(draftEvent('edge.taken', edge, run.scope, time)),
    skipped(slot) {
      const task = makeTask(slot);
      events?.push(draftEvent('task.skipped', NO_DATA, task.scope, time));
    },
    ready(slot) {
      const task = makeTask(slot);
      if (replayed) replayed.set(task.id, task);
      else starter.push(task);
    },
  });
  const starter = createTaskStarter({ run, concurrency, places, pacer, launch: (task) => launch(task) });
  const lanes: (Lane | undefined)[] = [];
  /** From a replay until what it left is started: tasks that have not ended, by id. */
  let replayed: Map<string, GraphTask> | undefined;
  /** Last writer of each field, for the message of a conflict. */
  const writers = new Map<string, string>();
  let retries: Map<GraphTask, TimerHandle> | undefined;
  /** Results of calls that a former life of the run, or the run that it was forked from, recorded. */
  let recorded: GraphRecord['calls'] | undefined;
  let made = 0;
  let ended = false;
  /** Where what follows from a task's end is told, and when; nowhere during a replay. */
  let events: EventDraft[] | undefined;
  let time = 0;

  const laneOf = ({ index, definition }: CompiledNode): Lane => {
    const { priority: own, concurrency: limit } = definition?.options ?? {};
    return (lanes[index] ??= { priority: own ?? priority, limit: limit ?? Infinity, running: 0 });
  };

  const makeTask = (slot: Slot): GraphTask => {
    made += 1;
    const task = createGraphTask(run, made, slot, tokens.view(slot), laneOf(slot.node));
    task.calls = recorded?.get(task.id);
    const { agent, role } = task.options;
    if (agent !== undefined) run.agents.join(agent, { role }, events ?? [], time);
    events?.push(taskCreated(task, time));
    return task;
  };

  const complete = (): void => {
    try {
      // A copy: what tasks were given is frozen, and whoever started the run may do with its result as they like.
      run.complete(JSON.parse(JSON.stringify(publicFields(tokens.result(), graph))));
    } catch (error) {
      // A reducer threw while states were merged.
      run.fail(error);
    }
  };

  const launch = (task: GraphTask): void => {
    if (ended || !run.tasks.has(task)) return;
    const scope = new TaskScope(run, task);
    task.current = scope;
    const onThrown = (error: unknown): void => fail(task, scope, error);
    scope.limit(onThrown);
    performTask({
      run,
      graph,
      ancestry,
      task,
      scope,
      onThrown,
      onReturned: (result) => finish(task, scope, result),
    });
  };

  const finish = (task: GraphTask, scope: TaskScope, { writes, output, chosen }: TaskResult): void => {
    const conflict = writes && ancestry.conflict(task.view, writes);
    if (conflict) {
      const other = writers.get(conflict) ?? 'an earlier task';
      throw new FleetglassError(
        'STATE_CONFLICT',
        `Tasks '${other}' and '${task.id}' overlap and both write '${conflict}'; give the field a reducer, or let one follow the other.`,
        { details: { field: conflict, tasks: [other, task.id] } },
      );
    }
    scope.finish();
    const replaces = task.slot.node.definition?.replaces === true;
    const at = run.time();
    const told = [taskCompleted(task, output, scope.reused, at)];
    leave(task, false);
    let outcome: TaskOutcome = writes ? (replaces ? { patch: writes } : { writes }) : NO_DATA;
    if (chosen.length > 0) outcome = { ...outcome, chosen: encodeChoices(graph, chosen) };
    follow(task, outcome, chosen, told, at);
  };

  const noteWriter = (taskId: string, { writes, patch }: TaskOutcome): void => {
    if (writes) for (const field of Object.keys(writes)) writers.set(field, taskId);
    if (patch) for (const field of Object.keys(patch)) writers.set(field, taskId);
  };

  /** Commits a task's end with all that follows from it; without `chosen` it is the end of a dead branch. */
  const follow = (
    task: GraphTask,
    outcome: TaskOutcome,
    chosen: readonly Chosen[] | undefined,
    told: EventDraft[],
    at: number,
  ): void => {
    events = told;
    time = at;
    try {
      if (chosen) tokens.finish(task.slot, task.view, outcome.writes, chosen, outcome.patch);
      else tokens.kill(task.slot);
    } catch (error) {
      run.journal.record({ events: told });
      // Anything else is a reducer that threw while states were merged.
      if (isFleetglassError(error, 'STEP_LIMIT')) run.stop('steps', error);
      else run.fail(error);
      return;
    } finally {
      events = undefined;
    }
    noteWriter(task.id, outcome);
    const started = starter.start(told, at);
    const isOver = tokens.active() === 0;
    run.journal.commitThen(
      { events: told, writes: [{ key: OUTCOME_PREFIX + task.id, value: outcome as Json }] },
      () => {
        starter.launch(started);
        if (isOver) complete();
      },
    );
  };

  /** The task gives its place back. */
  const leave = (task: GraphTask, failed: boolean): void => {
    if (!task.waiting) starter.leave(task);
    run.taskEnds(task, failed);
    task.current = undefined;
    task.calls = undefined;
  };

  const fail = (task: GraphTask, scope: TaskScope, thrown: unknown): void => {
    if (scope.closed) return;
    const failure = toFailure(thrown);
    const { attempt } = task;
    const at = run.time();
    scope.close(new FleetglassError('CANCELLED', `Attempt ${attempt} of task '${task.name}' has failed.`));
    if (wantsRetry(task.options.retry, { attempt, error: failure })) {
      const { calls } = task;
      leave(task, true);
      task.calls = calls;
      task.attempt = attempt + 1;
      const delayMs = backoffDelay(attempt, random, task.options.retry?.backoff);
      const told = [draftEvent('task.retrying', { attempt, delayMs, error: failure }, task.scope, at)];
      run.agents.tell(told, at);
      run.journal.record({ events: told, writes: [{ key: ATTEMPT_PREFIX + task.id, value: task.attempt }] });
      const retry = (): void => {
        retries?.delete(task);
        starter.push(task);
        starter.proceed();
      };
      retries ??= new Map();
      retries.set(task, clock.setTimeout(retry, delayMs));
      starter.proceed();
      return;
    }
    leave(task, true);
    const told = [draftEvent('task.failed', { attempt, error: failure }, task.scope, at)];
    if (task.options.onError === 'skip') {
      follow(task, { failed: true }, undefined, told, at);
      return;
    }
    run.agents.tell(told, at);
    run.journal.record({ events: told });
    run.fail(thrown);
  };

  return {
    proceed: () => starter.proceed(),
    waits(task) {
      starter.leave(task as GraphTask);
      starter.proceed();
    },
    goesOn: (task) => starter.retake(task as GraphTask),
    busy: () => retries !== undefined && retries.size > 0,
    end() {
      ended = true;
      for (const handle of retries?.values() ?? []) clock.clearTimeout(handle);
      const left = [...starter.end(), ...(retries?.keys() ?? [])];
      retries = undefined;
      return left;
    },
    begin(input, chosen, told) {
      events = told;
      time = run.time();
      tokens.begin(input, chosen);
      events = undefined;
    },
    replay({ input, chosen, outcomes, calls }, told) {
      recorded = calls;
      events = told;
      time = run.time();
      const open = (replayed = new Map<string, GraphTask>());
      tokens.begin(input, chosen);
      for (const [taskId, outcome] of outcomes) {
        const task = open.get(taskId);
        if (!task) throw unknownTask(taskId);
        open.delete(taskId);
        told?.push(taskReused(task, outcome, time));
        if (outcome.failed) tokens.kill(task.slot);
        else {
          const choices = decodeChoices(graph, outcome.chosen);
          tokens.finish(task.slot, task.view, outcome.writes, choices, outcome.patch);
        }
        noteWriter(taskId, outcome);
      }
      events = undefined;
      for (const task of open.values()) starter.push(task);
    },
    pending: () => replayed?.values() ?? [],
    async proceedWith(told, writes) {
      replayed = undefined;
      const started = starter.start(told, run.time());
      const isOver = tokens.active() === 0;
      await run.journal.commit({ events: told, writes });
      starter.launch(started);
      if (isOver) complete();
    },
  };
}
