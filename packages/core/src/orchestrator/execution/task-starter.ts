import type { EventDraft } from '../../protocol/event.js';
import type { GraphTask } from './graph-task.js';
import type { Pacer } from './pacer.js';
import type { Places } from './places.js';
import type { ReadyQueue } from './ready-queue.js';
import { createReadyQueue } from './ready-queue.js';
import type { RunCore } from '../run/run-core.js';

/** Decides which ready tasks of a run start, as far as the run, their nodes and the orchestrator have places. */
export interface TaskStarter {
  /** The task is ready; it starts with the next `start` that has a place for it. */
  push(task: GraphTask): void;
  /** Gives places to ready tasks and tells it; launch them when that is stored. */
  start(events: EventDraft[], time: number): GraphTask[];
  launch(started: readonly GraphTask[]): void;
  /** Starts what can start now, in a commit of its own. */
  proceed(): void;
  /** The task gives back what places it has. */
  leave(task: GraphTask): void;
  /** The task gives its place in the orchestrator to other runs and keeps that in its own. */
  lend(task: GraphTask): void;
  /** The task takes the places again that it lacks, whether there are any or not. */
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
  return new Starter(options);
}

/** A class for the sake of memory: every run has one. */
class Starter implements TaskStarter {
  readonly #options: TaskStarterOptions;
  readonly #queue: ReadyQueue<GraphTask>;
  /** Waits for a place of the orchestrator; always the same, so that it waits there once. */
  readonly #onPlace = (): void => this.proceed();
  #ended = false;

  constructor(options: TaskStarterOptions) {
    this.#options = options;
    this.#queue = createReadyQueue(options.concurrency);
  }

  push(task: GraphTask): void {
    this.#queue.push(task, task.lane);
  }

  retake(task: GraphTask): void {
    if (!task.inRun) this.#queue.retake(task.lane);
    if (!task.inAll) this.#options.places.retake();
    task.inRun = true;
    task.inAll = true;
  }

  end(): GraphTask[] {
    this.#ended = true;
    for (const task of this.#options.run.tasks) this.leave(task as GraphTask);
    return this.#queue.clear();
  }

  start(events: EventDraft[], time: number): GraphTask[] {
    const { run, places } = this.#options;
    let started = NOTHING;
    while (!this.#ended && !run.paused() && this.#queue.size() > 0 && run.mayStart()) {
      if (!places.take(this.#onPlace)) break;
      const task = this.#queue.next();
      if (!task) {
        places.release();
        break;
      }
      task.inRun = true;
      task.inAll = true;
      run.taskStarts(task, events, time);
      // A list of its size: most steps start one task.
      if (started.length === 0) started = [task];
      else started.push(task);
    }
    run.agents.tell(events, time);
    return started;
  }

  launch(started: readonly GraphTask[]): void {
    const { pacer, launch } = this.#options;
    for (const task of started) pacer.step(() => launch(task));
  }

  proceed(): void {
    const { run } = this.#options;
    if (this.#ended || run.paused() || this.#queue.size() === 0) return;
    const events: EventDraft[] = [];
    const started = this.start(events, run.time());
    if (started.length > 0) run.journal.commitThen({ events }, () => this.launch(started));
  }

  leave(task: GraphTask): void {
    if (task.inRun) this.#queue.release(task.lane);
    task.inRun = false;
    this.lend(task);
  }

  lend(task: GraphTask): void {
    if (task.inAll) this.#options.places.release();
    task.inAll = false;
  }
}
