import { FleetglassError, isFleetglassError } from '../errors/fleetglass-error.js';
import { backoffDelay } from '../lib/backoff.js';
import type { TimerHandle } from '../lib/clock.js';
import type { Json } from '../lib/json.js';
import type { RecordWrite } from '../log/store.js';
import type { EventDraft } from '../protocol/event.js';
import type { Priority } from '../protocol/events/task.js';
import type { Payload } from '../protocol/payload.js';
import type { Fields } from './ancestry.js';
import { createAncestry } from './ancestry.js';
import { choose, decodeChoices, encodeChoices } from './choices.js';
import type { CompiledGraph, CompiledNode } from './compiled-graph.js';
import { draftEvent } from './event-draft.js';
import { toFailure } from './failure.js';
import type { JournalEntry } from './journal.js';
import type { Pacer } from './pacer.js';
import { toPayload } from './payload.js';
import type { Places } from './places.js';
import type { Lane } from './ready-queue.js';
import { wantsRetry } from './retry.js';
import type { GraphTask } from './graph-task.js';
import { createGraphTask, isThenable, readUpdate, taskCreated } from './graph-task.js';
import type { Task } from './run-core.js';
import type { RunControl, RunDriver } from './run.js';
import type { TaskOutcome } from './run-record.js';
import { ATTEMPT_PREFIX, OUTCOME_PREFIX } from './run-record.js';
import { TaskScope } from './task-scope.js';
import { createTaskStarter } from './task-starter.js';
import { createTokens } from './tokens.js';
import type { Chosen, Slot } from './token-scope.js';
import type { Step } from './tokens.js';

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
  /** Adds the events of the first tasks, or none where the records hold them already. */
  begin(input: Fields, chosen: readonly Chosen[], events: EventDraft[] | undefined): void;
  /** Repeats what the records tell, without events. */
  replay(outcomes: Iterable<readonly [taskId: string, outcome: TaskOutcome]>): void;
  /** Tasks that have not ended, to restore their attempts and calls. */
  readonly pending: Iterable<Task>;
  /** Starts what is ready, together with `events` and `writes`, and ends the run when nothing is left. */
  proceedWith(events: EventDraft[], writes: readonly RecordWrite[]): Promise<void>;
}

const NOTHING_CHOSEN: readonly Chosen[] = [];

export function createGraphRun({
  run,
  graph,
  priority,
  concurrency,
  places,
  pacer,
}: GraphRunOptions): GraphRun {
  const { clock, random } = run.services;
  const ancestry = createAncestry(graph.reducers);
  const tokens = createTokens(graph, ancestry);
  const starter = createTaskStarter({ run, concurrency, places, pacer, launch: (task) => launch(task) });
  const lanes: (Lane | undefined)[] = [];
  /** During a replay: tasks that have not ended, by id. */
  const pending = new Map<string, GraphTask>();
  /** Last writer of each field, for the message of a conflict. */
  const writers = new Map<string, string>();
  const retries = new Map<GraphTask, TimerHandle>();
  let made = 0;
  let ended = false;

  const laneOf = ({ index, definition }: CompiledNode): Lane => {
    const { priority: own, concurrency: limit } = definition?.options ?? {};
    return (lanes[index] ??= { priority: own ?? priority, limit: limit ?? Infinity, running: 0 });
  };

  const makeTask = (slot: Slot, events: EventDraft[] | undefined, time: number): GraphTask => {
    made += 1;
    const task = createGraphTask(run, made, slot, tokens.view(slot), laneOf(slot.node));
    const { agent, role } = task.options;
    if (agent !== undefined) run.agents.join(agent, { role }, events ?? [], time);
    events?.push(taskCreated(task, time));
    return task;
  };

  /** Turns what followed into events and ready tasks. */
  const apply = (step: Step, events: EventDraft[] | undefined, time: number): void => {
    if (events) for (const data of step.taken) events.push(draftEvent('edge.taken', data, run.scope, time));
    for (const slot of step.skipped) {
      const task = makeTask(slot, events, time);
      events?.push(draftEvent('task.skipped', {}, task.scope, time));
    }
    for (const slot of step.ready) {
      const task = makeTask(slot, events, time);
      if (events) starter.push(task);
      else pending.set(task.id, task);
    }
  };

  /** What is committed together with the tasks that can start, and what happens once it is stored. */
  const prepare = (
    events: EventDraft[],
    writes: readonly RecordWrite[],
    time: number,
  ): [entry: JournalEntry, onStored: () => void] => {
    const started = starter.start(events, time);
    const isOver = tokens.active === 0;
    const onStored = (): void => {
      starter.launch(started);
      if (isOver) complete();
    };
    return [{ events, writes }, onStored];
  };

  const complete = (): void => {
    try {
      run.complete(tokens.result());
    } catch (error) {
      // A reducer threw while states were merged.
      run.fail(error);
    }
  };

  const launch = (task: GraphTask): void => {
    const { node } = task.slot;
    if (ended || !run.tasks.has(task) || !node.definition) return;
    const scope = new TaskScope(run, task);
    task.current = scope;
    if (task.options.timeoutMs !== undefined) {
      scope.limit(task.options.timeoutMs, (error) => onThrown(task, scope, error));
    }
    let returned: unknown;
    try {
      returned = node.definition.run(Object.freeze(task.view.values), scope);
    } catch (error) {
      onThrown(task, scope, error);
      return;
    }
    if (isThenable(returned)) {
      returned.then(
        (update) => onReturned(task, scope, update),
        (error: unknown) => onThrown(task, scope, error),
      );
    } else {
      onReturned(task, scope, returned);
    }
  };

  const onReturned = (task: GraphTask, scope: TaskScope, update: unknown): void => {
    if (scope.closed) return;
    try {
      const writes = readUpdate(update, task);
      const output = writes && toPayload(writes, run.services);
      const { node } = task.slot;
      if (node.routers.length === 0 && !(output && 'then' in output)) {
        onEnded(task, scope, writes, output, NOTHING_CHOSEN);
        return;
      }
      void finishLater(task, scope, writes, output);
    } catch (error) {
      onThrown(task, scope, error);
    }
  };

  const finishLater = async (
    task: GraphTask,
    scope: TaskScope,
    writes: Readonly<Record<string, Json>> | undefined,
    output: Payload | Promise<Payload> | undefined,
  ): Promise<void> => {
    try {
      const { node } = task.slot;
      const chosen =
        node.routers.length === 0
          ? NOTHING_CHOSEN
          : await choose(graph, node, ancestry.preview(task.view, writes));
      const payload = await output;
      if (!scope.closed) onEnded(task, scope, writes, payload, chosen);
    } catch (error) {
      onThrown(task, scope, error);
    }
  };

  const onEnded = (
    task: GraphTask,
    scope: TaskScope,
    writes: Readonly<Record<string, Json>> | undefined,
    output: Payload | undefined,
    chosen: readonly Chosen[],
  ): void => {
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
    const time = run.time();
    const events = [draftEvent('task.completed', output === undefined ? {} : { output }, task.scope, time)];
    let step: Step;
    try {
      step = tokens.finish(task.slot, task.view, writes, chosen);
    } catch (error) {
      leave(task, false);
      run.journal.record({ events });
      if (isFleetglassError(error, 'STEP_LIMIT')) run.stop('steps', error);
      else run.fail(error);
      return;
    }
    if (writes) for (const field of Object.keys(writes)) writers.set(field, task.id);
    leave(task, false);
    const outcome: TaskOutcome = {
      ...(writes ? { writes } : {}),
      ...(chosen.length > 0 ? { chosen: encodeChoices(graph, chosen) } : {}),
    };
    follow(task, step, events, outcome, time);
  };

  /** Commits a task's end with all that follows from it. */
  const follow = (
    task: GraphTask,
    step: Step,
    events: EventDraft[],
    outcome: TaskOutcome,
    time: number,
  ): void => {
    try {
      apply(step, events, time);
    } catch (error) {
      // A reducer threw while states were merged.
      run.journal.record({ events });
      run.fail(error);
      return;
    }
    run.journal.commitThen(
      ...prepare(events, [{ key: OUTCOME_PREFIX + task.id, value: outcome as Json }], time),
    );
  };

  /** The task gives its place back. */
  const leave = (task: GraphTask, failed: boolean): void => {
    if (!task.waiting) starter.leave(task);
    run.taskEnds(task, failed);
    task.current = undefined;
    task.calls = undefined;
  };

  const onThrown = (task: GraphTask, scope: TaskScope, thrown: unknown): void => {
    if (scope.closed) return;
    const failure = toFailure(thrown);
    const { attempt } = task;
    const time = run.time();
    scope.close(new FleetglassError('CANCELLED', `Attempt ${attempt} of task '${task.name}' has failed.`));
    if (wantsRetryOf(task, failure)) {
      const { calls } = task;
      leave(task, true);
      task.calls = calls;
      task.attempt = attempt + 1;
      const delayMs = backoffDelay(attempt, random, task.options.retry?.backoff);
      const events = [draftEvent('task.retrying', { attempt, delayMs, error: failure }, task.scope, time)];
      run.agents.tell(events, time);
      run.journal.record({ events, writes: [{ key: ATTEMPT_PREFIX + task.id, value: task.attempt }] });
      const retry = (): void => {
        retries.delete(task);
        starter.push(task);
        starter.proceed();
      };
      retries.set(task, clock.setTimeout(retry, delayMs));
      starter.proceed();
      return;
    }
    leave(task, true);
    const events = [draftEvent('task.failed', { attempt, error: failure }, task.scope, time)];
    if (task.options.onError === 'skip') {
      follow(task, tokens.kill(task.slot), events, { failed: true }, time);
      return;
    }
    run.agents.tell(events, time);
    run.journal.record({ events });
    run.fail(thrown);
  };

  return {
    proceed: () => starter.proceed(),
    waits(task) {
      starter.leave(task as GraphTask);
      starter.proceed();
    },
    goesOn: (task) => starter.retake(task as GraphTask),
    end() {
      ended = true;
      for (const handle of retries.values()) clock.clearTimeout(handle);
      const left = [...starter.end(), ...retries.keys()];
      retries.clear();
      return left;
    },
    begin(input, chosen, events) {
      apply(tokens.begin(input, chosen), events, run.time());
    },
    replay(outcomes) {
      for (const [taskId, outcome] of outcomes) {
        const task = pending.get(taskId);
        if (!task) {
          throw new FleetglassError(
            'GRAPH_INVALID',
            `The run's record holds task '${taskId}', which this graph does not lead to; recover it with the graph that it was started with.`,
          );
        }
        pending.delete(taskId);
        const step = outcome.failed
          ? tokens.kill(task.slot)
          : tokens.finish(task.slot, task.view, outcome.writes, decodeChoices(graph, outcome.chosen));
        for (const field of Object.keys(outcome.writes ?? {})) writers.set(field, taskId);
        apply(step, undefined, run.time());
      }
      for (const task of pending.values()) starter.push(task);
    },
    pending: { [Symbol.iterator]: () => pending.values() },
    async proceedWith(events, writes) {
      pending.clear();
      const [entry, onStored] = prepare(events, writes, run.time());
      await run.journal.commit(entry);
      onStored();
    },
  };
}

function wantsRetryOf(task: GraphTask, failure: ReturnType<typeof toFailure>): boolean {
  return wantsRetry(task.options.retry, { attempt: task.attempt, error: failure });
}
