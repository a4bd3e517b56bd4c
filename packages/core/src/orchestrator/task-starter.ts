import type { EventDraft } from '../protocol/event.js';
import type { GraphTask } from './graph-task.js';
import type { Pacer } from './pacer.js';
import type { Places } from './places.js';
import { createReadyQueue } from './ready-queue.js';
import type { RunCore } from './run-core.js';

/** Decides which ready tasks of a run start, as far as the run, their nodes and the orchestrator have places. */
export interface TaskStarter {
  /** The task is ready; it starts with the next `start` that has a place for it. */
  push(task: GraphTask): void;
  /** Gives places to ready tasks and tells it; launch them when that is stored. */
  start(events: EventDraft[], time: number): GraphTask[];
  launch(started: readonly GraphTask[]): void;
  /** Starts what can start now, in a commit of its own. */
  proceed(): void;
  /** The task gives its place back. */
  leave(task: GraphTask): void;
  /** The task takes a place again, whether there is one or not. */
  retake(task: GraphTask): void;
  /** Starts nothing more; gives back what was ready. */
  end(): GraphTask[];
}

export interface TaskStarterOptions {
  readonly run: RunCore;
  /** Tasks at once; `Infinity` for no limit. */
  readonly concurrency: number;
  readonly places: Places;
  readonly pacer: Pacer;
  readonly launch: (task: GraphTask) => void;
}

const NOTHING: GraphTask[] = [];

export function createTaskStarter(options: TaskStarterOptions): TaskStarter {
  const { run, places, pacer } = options;
  const queue = createReadyQueue<GraphTask>(options.concurrency);
  let ended = false;

  const start = (events: EventDraft[], time: number): GraphTask[] => {
    let started = NOTHING;
    while (!ended && !run.paused() && queue.size() > 0 && run.mayStart()) {
      if (!places.take(proceed)) break;
      const task = queue.next();
      if (!task) {
        places.release();
        break;
      }
      run.taskStarts(task, events, time);
      // A list of its size: most steps start one task.
      if (started.length === 0) started = [task];
      else started.push(task);
    }
    run.agents.tell(events, time);
    return started;
  };

  const launch = (started: readonly GraphTask[]): void => {
    for (const task of started) pacer.step(() => options.launch(task));
  };

  const proceed = (): void => {
    if (ended || run.paused() || queue.size() === 0) return;
    const events: EventDraft[] = [];
    const started = start(events, run.time());
    if (started.length > 0) run.journal.commitThen({ events }, () => launch(started));
  };

  const leave = (task: GraphTask): void => {
    queue.release(task.lane);
    places.release();
  };

  return {
    push: (task) => queue.push(task, task.lane),
    start,
    launch,
    proceed,
    leave,
    retake(task) {
      queue.retake(task.lane);
      places.retake();
    },
    end() {
      ended = true;
      for (const task of run.tasks) if (!task.waiting) leave(task as GraphTask);
      return queue.clear();
    },
  };
}
