import type { Json } from '../../lib/json.js';
import { findNonJson } from '../../lib/json.js';
import type { EventDraft } from '../../protocol/event.js';
import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { RunContext } from '../calls/context.js';
import { draftEvent } from '../run/event-draft.js';
import { toFailure } from '../run/failure.js';
import { toPayload } from '../run/payload.js';
import type { RecordedCalls } from '../calls/recorded-calls.js';
import type { RunCore, Task } from '../run/run-core.js';
import type { RunControl } from '../run/run-control.js';
import type { TaskOutcome } from '../history/run-record.js';
import { OUTCOME_PREFIX } from '../history/run-record.js';
import { TaskScope } from './task-scope.js';

/** What a run without a graph had recorded before a restart, by task id. */
export interface RestoredTasks {
  readonly outcomes: ReadonlyMap<string, TaskOutcome>;
  readonly calls: ReadonlyMap<string, RecordedCalls>;
}

type Body = (ctx: RunContext) => unknown;

interface Opening {
  readonly id: string;
  readonly name: string;
  readonly agentId: string | undefined;
  readonly parent: Task | undefined;
}

type Perform = (opening: Opening, body: Body, events: EventDraft[]) => Promise<unknown>;

const ROOT = 'main';

class FunctionScope extends TaskScope implements RunContext {
  readonly #perform: Perform;

  constructor(run: RunCore, task: Task, perform: Perform) {
    super(run, task);
    this.#perform = perform;
  }

  get agent(): RunContext['agent'] {
    return (name, fn) => this.call(() => this.#open(name, name, fn));
  }

  get task(): RunContext['task'] {
    return (name, fn) => this.call(() => this.#open(name, this.agentId, fn));
  }

  async #open<T>(
    name: string,
    agentId: string | undefined,
    fn: (ctx: RunContext) => T | Promise<T>,
  ): Promise<T> {
    const id = `${this.taskId}/${this.nextKey(`task:${name}`).slice('task:'.length)}`;
    this.run.mayStart();
    if (this.run.paused()) await this.run.whenResumed(this.signal);
    // The limit, or whatever happened during the pause, may have ended the run.
    this.assertOpen();
    return (await this.#perform({ id, name, agentId, parent: this.ownTask }, fn, [])) as T;
  }
}

/**
 * Runs an async function as a run whose tasks open and close as it goes. After a restart it runs again from its top:
 * finished tasks and recorded calls answer with what they answered before.
 */
export function runFunction(
  run: RunControl,
  name: string,
  body: Body,
  restored: RestoredTasks,
  events: EventDraft[],
): void {
  const open = ({ id, name: title, agentId, parent }: Opening, opened: EventDraft[]): Task => {
    const time = run.time();
    const task: Task = {
      id,
      name: title,
      scope: agentId === undefined ? { ...run.scope, taskId: id } : { ...run.scope, agentId, taskId: id },
      node: undefined,
      options: {},
      attempt: 1,
      current: undefined,
      calls: restored.calls.get(id),
      waiting: false,
      place: -1,
      ...(parent ? { parent } : {}),
    };
    if (agentId !== undefined) {
      const parentAgentId = parent?.scope.agentId;
      run.agents.join(agentId, parentAgentId === agentId ? {} : { parentAgentId }, opened, time);
    }
    opened.push(
      draftEvent(
        'task.created',
        { name: title, ...(parent ? { parentTaskId: parent.id } : {}) },
        task.scope,
        time,
      ),
    );
    run.taskStarts(task, opened, time);
    run.agents.tell(opened, time);
    return task;
  };

  const perform: Perform = async (opening, fn, opened) => {
    const known = restored.outcomes.get(opening.id);
    if (known) return known.result;
    const task = open(opening, opened);
    const scope = new FunctionScope(run, task, perform);
    task.current = scope;
    await run.journal.commit({ events: opened });
    try {
      scope.assertOpen();
      const result = await fn(scope);
      scope.assertOpen();
      await finish(task, scope, result);
      return result;
    } catch (error) {
      if (!scope.closed) fail(task, scope, error);
      throw error;
    }
  };

  const finish = async (task: Task, scope: FunctionScope, result: unknown): Promise<void> => {
    const isJson = result !== undefined && findNonJson(result) === undefined;
    const output = isJson ? await toPayload(result as Json, run.services) : undefined;
    scope.assertOpen();
    scope.finish();
    run.taskEnds(task, false);
    const time = run.time();
    const done = [draftEvent('task.completed', output === undefined ? {} : { output }, task.scope, time)];
    run.agents.tell(done, time);
    run.tellWaiting(done, time);
    // A result that is not JSON cannot be kept: such a task is repeated after a restart.
    const isKept = isJson || result === undefined;
    await run.journal.commit({
      events: done,
      writes: isKept
        ? [{ key: OUTCOME_PREFIX + task.id, value: isJson ? { result: result as Json } : {} }]
        : [],
    });
  };

  const fail = (task: Task, scope: FunctionScope, error: unknown): void => {
    scope.close(new FleetglassError('CANCELLED', `Task '${task.name}' has failed.`));
    run.taskEnds(task, true);
    const time = run.time();
    const failed = [
      draftEvent('task.failed', { attempt: task.attempt, error: toFailure(error) }, task.scope, time),
    ];
    run.agents.tell(failed, time);
    run.journal.record({ events: failed });
  };

  run.drive({
    proceed: () => undefined,
    waits: () => undefined,
    goesOn: () => undefined,
    busy: () => false,
    end: () => [],
  });
  perform({ id: ROOT, name, agentId: undefined, parent: undefined }, body, events).then(
    (result) => run.complete(result),
    (error: unknown) => run.fail(error),
  );
}
