import type { Task } from './run-core.js';

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
  const tasks: Task[] = [];
  const has = (task: Task): boolean => tasks[task.place] === task;
  return {
    size: () => tasks.length,
    has,
    add(task) {
      if (has(task)) return;
      task.place = tasks.length;
      tasks.push(task);
    },
    delete(task) {
      if (!has(task)) return false;
      const last = tasks.pop();
      if (last && last !== task) {
        tasks[task.place] = last;
        last.place = task.place;
      }
      task.place = -1;
      return true;
    },
    clear() {
      for (const task of tasks) task.place = -1;
      tasks.length = 0;
    },
    [Symbol.iterator]: () => tasks[Symbol.iterator](),
  };
}
