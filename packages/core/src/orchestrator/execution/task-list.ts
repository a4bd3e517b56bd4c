import type { Task } from '../run/run-core.js';

/** Running tasks, in no order. A list with places, because a set that changes with every step is built anew all the time. */
export interface TaskList extends Iterable<Task> {
  size(): number;
  add(task: Task): void;
  /** @returns whether it was there */
  delete(task: Task): boolean;
  has(task: Task): boolean;
  clear(): void;
}

export function createTaskList(): TaskList {
  return new List();
}

/** A class for the sake of memory: every run has one. */
class List implements TaskList {
  readonly #tasks: Task[] = [];

  size(): number {
    return this.#tasks.length;
  }

  add(task: Task): void {
    if (this.has(task)) return;
    task.place = this.#tasks.length;
    this.#tasks.push(task);
  }

  delete(task: Task): boolean {
    if (!this.has(task)) return false;
    const last = this.#tasks.pop();
    if (last && last !== task) {
      this.#tasks[task.place] = last;
      last.place = task.place;
    }
    task.place = -1;
    return true;
  }

  clear(): void {
    for (const task of this.#tasks) task.place = -1;
    this.#tasks.length = 0;
  }

  [Symbol.iterator](): Iterator<Task> {
    return this.#tasks[Symbol.iterator]();
  }

  has(task: Task): boolean {
    return this.#tasks[task.place] === task;
  }
}
