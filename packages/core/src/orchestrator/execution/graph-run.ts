import { FleetglassError, isFleetglassError } from '../../errors/fleetglass-error.js';
import { backoffDelay } from '../../lib/backoff.js';
import type { TimerHandle } from '../../lib/clock.js';
import type { Json } from '../../lib/json.js';
import type { RecordWrite } from '../../log/store.js';
import type { EventDraft } from '../../protocol/event.js';
import type { EdgeTakenData } from '../../protocol/events/control.js';
import type { Priority, TaskWaitingData } from '../../protocol/events/task.js';
import type { Ancestry, Fields } from './ancestry.js';
import { createAncestry } from './ancestry.js';
import { decodeChoices, encodeChoices } from '../graph/choices.js';
import type { CompiledGraph, CompiledNode } from '../graph/compiled-graph.js';
import { draftEvent } from '../run/event-draft.js';
import { toFailure } from '../run/failure.js';
import type { Pacer } from './pacer.js';
import { performTask } from './perform-task.js';
import type { TaskResult } from './perform-task.js';
import type { Places } from './places.js';
import type { Lane } from './ready-queue.js';
import { wantsRetry } from '../graph/retry.js';
import type { GraphTask } from './graph-task.js';
import {
  createGraphTask,
  publicFields,
  taskCompleted,
  taskCreated,
  taskReused,
  unknownTask,
} from './graph-task.js';
import type { Task } from '../run/run-core.js';
import type { GraphRecord } from '../history/run-history.js';
import type { RunControl, RunDriver } from '../run/run-control.js';
import type { TaskOutcome } from '../history/run-record.js';
import { ATTEMPT_PREFIX, OUTCOME_PREFIX } from '../history/run-record.js';
import { TaskScope } from './task-scope.js';
import type { TaskStarter } from './task-starter.js';
import { createTaskStarter } from './task-starter.js';
import { createTokens } from './tokens.js';
import type { Chosen, Slot, Tokens, TokenSink } from './token-scope.js';

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

export function createGraphRun(options: GraphRunOptions): GraphRun {
  return new Execution(options);
}

/** A class for the sake of memory: many runs may wait at once. */
class Execution implements GraphRun, TokenSink {
  readonly #run: RunControl;
  readonly #graph: CompiledGraph;
  readonly #priority: Priority;
  readonly #ancestry: Ancestry;
  readonly #tokens: Tokens;
  readonly #starter: TaskStarter;
  readonly #lanes: (Lane | undefined)[] = [];
  /** From a replay until what it left is started: tasks that have not ended, by id. */
  #replayed: Map<string, GraphTask> | undefined;
  /** Last writer of each field, for the message of a conflict. */
  readonly #writers = new Map<string, string>();
  #retries: Map<GraphTask, TimerHandle> | undefined;
  /** Results of calls that a former life of the run, or the run that it was forked from, recorded. */
  #recorded: GraphRecord['calls'] | undefined;
  #made = 0;
  #ended = false;
  /** Where what follows from a task's end is told, and when; nowhere during a replay. */
  #events: EventDraft[] | undefined;
  #time = 0;

  constructor({ run, graph, priority, concurrency, places, pacer }: GraphRunOptions) {
    this.#run = run;
    this.#graph = graph;
    this.#priority = priority;
    this.#ancestry = createAncestry(graph.reducers, graph.branchPrefixes);
    this.#tokens = createTokens(graph, this.#ancestry, this);
    this.#starter = createTaskStarter({
      run,
      concurrency,
      places,
      pacer,
      launch: (task) => this.#launch(task),
    });
  }

  taken(edge: EdgeTakenData): void {
    this.#events?.push(draftEvent('edge.taken', edge, this.#run.scope, this.#time));
  }

  skipped(slot: Slot): void {
    const task = this.#makeTask(slot);
    this.#events?.push(draftEvent('task.skipped', NO_DATA, task.scope, this.#time));
  }

  ready(slot: Slot): void {
    const task = this.#makeTask(slot);
    if (this.#replayed) this.#replayed.set(task.id, task);
    else this.#starter.push(task);
  }

  proceed(): void {
    this.#starter.proceed();
  }

  waits(task: Task, reason: TaskWaitingData['reason']): void {
    if (reason === 'budget') this.#starter.lend(task as GraphTask);
    else this.#starter.leave(task as GraphTask);
    this.#starter.proceed();
  }

  goesOn(task: Task): void {
    this.#starter.retake(task as GraphTask);
  }

  busy(): boolean {
    return this.#retries !== undefined && this.#retries.size > 0;
  }

  end(): readonly Task[] {
    this.#ended = true;
    for (const handle of this.#retries?.values() ?? []) this.#run.services.clock.clearTimeout(handle);
    const left = [...this.#starter.end(), ...(this.#retries?.keys() ?? [])];
    this.#retries = undefined;
    return left;
  }

  begin(input: Fields, chosen: readonly Chosen[], told: EventDraft[]): void {
    this.#events = told;
    this.#time = this.#run.time();
    this.#tokens.begin(input, chosen);
    this.#events = undefined;
  }

  replay({ input, chosen, outcomes, calls }: GraphRecord, told?: EventDraft[]): void {
    this.#recorded = calls;
    this.#events = told;
    this.#time = this.#run.time();
    const open = (this.#replayed = new Map<string, GraphTask>());
    this.#tokens.begin(input, chosen);
    for (const [taskId, outcome] of outcomes) {
      const task = open.get(taskId);
      if (!task) throw unknownTask(taskId);
      open.delete(taskId);
      told?.push(taskReused(task, outcome, this.#time));
      if (outcome.failed) this.#tokens.kill(task.slot);
      else {
        const choices = decodeChoices(this.#graph, outcome.chosen);
        this.#tokens.finish(task.slot, task.view, outcome.writes, choices, outcome.patch);
      }
      this.#noteWriter(taskId, outcome);
    }
    this.#events = undefined;
    for (const task of open.values()) this.#starter.push(task);
  }

  pending(): Iterable<Task> {
    return this.#replayed?.values() ?? [];
  }

  async proceedWith(told: EventDraft[], writes: readonly RecordWrite[]): Promise<void> {
    this.#replayed = undefined;
    const started = this.#starter.start(told, this.#run.time());
    const isOver = this.#tokens.active() === 0;
    await this.#run.journal.commit({ events: told, writes });
    this.#starter.launch(started);
    if (isOver) this.#complete();
  }

  #laneOf({ index, definition }: CompiledNode): Lane {
    const { priority: own, concurrency: limit } = definition?.options ?? {};
    return (this.#lanes[index] ??= { priority: own ?? this.#priority, limit: limit ?? Infinity, running: 0 });
  }

  #makeTask(slot: Slot): GraphTask {
    this.#made += 1;
    const task = createGraphTask(
      this.#run,
      this.#made,
      slot,
      this.#tokens.view(slot),
      this.#laneOf(slot.node),
    );
    task.calls = this.#recorded?.get(task.id);
    const { agent, role } = task.options;
    if (agent !== undefined) this.#run.agents.join(agent, { role }, this.#events ?? [], this.#time);
    this.#events?.push(taskCreated(task, this.#time));
    return task;
  }

  #complete(): void {
    try {
      // A copy: what tasks were given is frozen, and whoever started the run may do with its result as they like.
      this.#run.complete(JSON.parse(JSON.stringify(publicFields(this.#tokens.result(), this.#graph))));
    } catch (error) {
      // A reducer threw while states were merged.
      this.#run.fail(error);
    }
  }

  #launch(task: GraphTask): void {
    if (this.#ended || !this.#run.tasks.has(task)) return;
    const scope = new TaskScope(this.#run, task);
    task.current = scope;
    const onThrown = (error: unknown): void => this.#fail(task, scope, error);
    scope.limit(onThrown);
    performTask({
      run: this.#run,
      graph: this.#graph,
      ancestry: this.#ancestry,
      task,
      scope,
      onThrown,
      onReturned: (result) => this.#finish(task, scope, result),
    });
  }

  #finish(task: GraphTask, scope: TaskScope, { writes, output, chosen }: TaskResult): void {
    const conflict = writes && this.#ancestry.conflict(task.view, writes);
    if (conflict) {
      const other = this.#writers.get(conflict) ?? 'an earlier task';
      throw new FleetglassError(
        'STATE_CONFLICT',
        `Tasks '${other}' and '${task.id}' overlap and both write '${conflict}'; give the field a reducer, or let one follow the other.`,
        { details: { field: conflict, tasks: [other, task.id] } },
      );
    }
    scope.finish();
    const replaces = task.slot.node.definition?.replaces === true;
    const at = this.#run.time();
    const told = [taskCompleted(task, output, scope.reused, at)];
    this.#leave(task, false);
    let outcome: TaskOutcome = writes ? (replaces ? { patch: writes } : { writes }) : NO_DATA;
    if (chosen.length > 0) outcome = { ...outcome, chosen: encodeChoices(this.#graph, chosen) };
    this.#follow(task, outcome, chosen, told, at);
  }

  #noteWriter(taskId: string, { writes, patch }: TaskOutcome): void {
    if (writes) for (const field of Object.keys(writes)) this.#writers.set(field, taskId);
    if (patch) for (const field of Object.keys(patch)) this.#writers.set(field, taskId);
  }

  /** Commits a task's end with all that follows from it; without `chosen` it is the end of a dead branch. */
  #follow(
    task: GraphTask,
    outcome: TaskOutcome,
    chosen: readonly Chosen[] | undefined,
    told: EventDraft[],
    at: number,
  ): void {
    this.#events = told;
    this.#time = at;
    try {
      if (chosen) this.#tokens.finish(task.slot, task.view, outcome.writes, chosen, outcome.patch);
      else this.#tokens.kill(task.slot);
    } catch (error) {
      this.#run.journal.record({ events: told });
      // Anything else is a reducer that threw while states were merged.
      if (isFleetglassError(error, 'STEP_LIMIT')) this.#run.stop('steps', error);
      else this.#run.fail(error);
      return;
    } finally {
      this.#events = undefined;
    }
    this.#noteWriter(task.id, outcome);
    const started = this.#starter.start(told, at);
    this.#run.tellWaiting(told, at);
    const isOver = this.#tokens.active() === 0;
    this.#run.journal.commitThen(
      { events: told, writes: [{ key: OUTCOME_PREFIX + task.id, value: outcome as Json }] },
      () => {
        this.#starter.launch(started);
        if (isOver) this.#complete();
      },
    );
  }

  /** The task gives its place back. */
  #leave(task: GraphTask, failed: boolean): void {
    this.#starter.leave(task);
    this.#run.taskEnds(task, failed);
    task.current = undefined;
    task.calls = undefined;
  }

  #fail(task: GraphTask, scope: TaskScope, thrown: unknown): void {
    if (scope.closed) return;
    const failure = toFailure(thrown);
    const { attempt } = task;
    const at = this.#run.time();
    scope.close(new FleetglassError('CANCELLED', `Attempt ${attempt} of task '${task.name}' has failed.`));
    if (wantsRetry(task.options.retry, { attempt, error: failure })) {
      const { calls } = task;
      const { clock, random } = this.#run.services;
      this.#leave(task, true);
      task.calls = calls;
      task.attempt = attempt + 1;
      const delayMs = backoffDelay(attempt, random, task.options.retry?.backoff);
      const told = [draftEvent('task.retrying', { attempt, delayMs, error: failure }, task.scope, at)];
      this.#run.agents.tell(told, at);
      this.#run.journal.record({
        events: told,
        writes: [{ key: ATTEMPT_PREFIX + task.id, value: task.attempt }],
      });
      const retry = (): void => {
        this.#retries?.delete(task);
        this.#starter.push(task);
        this.#starter.proceed();
      };
      this.#retries ??= new Map();
      this.#retries.set(task, clock.setTimeout(retry, delayMs));
      this.#starter.proceed();
      return;
    }
    this.#leave(task, true);
    const told = [draftEvent('task.failed', { attempt, error: failure }, task.scope, at)];
    if (task.options.onError === 'skip') {
      this.#follow(task, { failed: true }, undefined, told, at);
      return;
    }
    this.#run.agents.tell(told, at);
    this.#run.journal.record({ events: told });
    this.#run.fail(thrown);
  }
}
