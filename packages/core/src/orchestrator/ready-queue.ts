import type { Priority } from '../protocol/events/task.js';

/** Tasks that may start, the most urgent first, otherwise the oldest. */
export interface ReadyQueue<T> {
  readonly size: number;
  /** Tasks that hold a place. */
  readonly running: number;
  push(item: T, lane: Lane): void;
  /** Takes the next task that has a place, and its place. */
  next(): T | undefined;
  /** Gives a place back. */
  release(lane: Lane): void;
  /** Takes a place over the limit: for a task that goes on after waiting. */
  retake(lane: Lane): void;
  clear(): T[];
}

/** What decides when a task of a node starts. */
export interface Lane {
  readonly priority: Priority;
  /** Tasks at once; `Infinity` for no limit. */
  readonly limit: number;
  running: number;
}

interface Entry<T> {
  readonly item: T;
  readonly lane: Lane;
}

const PRIORITIES: readonly Priority[] = ['critical', 'high', 'normal', 'low'];

/** A queue whose head moves instead of its items. */
class Line<T> {
  #items: Entry<T>[] = [];
  #head = 0;

  get first(): Entry<T> | undefined {
    return this.#items[this.#head];
  }

  push(entry: Entry<T>): void {
    this.#items.push(entry);
  }

  shift(): void {
    this.#head += 1;
    if (this.#head < 1_024 || this.#head * 2 < this.#items.length) return;
    this.#items = this.#items.slice(this.#head);
    this.#head = 0;
  }

  drain(): T[] {
    const left = this.#items.slice(this.#head).map((entry) => entry.item);
    this.#items = [];
    this.#head = 0;
    return left;
  }
}

/** @param limit tasks at once in all; `Infinity` for no limit */
export function createReadyQueue<T>(limit: number): ReadyQueue<T> {
  /** One line a priority for lanes without a limit, and one for each lane that has one. */
  const open = new Map<Priority, Line<T>>();
  const limited = new Map<Lane, Line<T>>();
  let size = 0;
  let running = 0;

  const lineOf = (lane: Lane): Line<T> => {
    const lines: Map<unknown, Line<T>> = Number.isFinite(lane.limit) ? limited : open;
    const key = Number.isFinite(lane.limit) ? lane : lane.priority;
    let line = lines.get(key);
    if (!line) lines.set(key, (line = new Line()));
    return line;
  };
  const takeFrom = (priority: Priority): Entry<T> | undefined => {
    const unlimited = open.get(priority);
    if (unlimited) {
      const entry = unlimited.first;
      if (entry) {
        unlimited.shift();
        return entry;
      }
    }
    for (const [lane, line] of limited) {
      if (lane.priority !== priority || lane.running >= lane.limit) continue;
      const found = line.first;
      if (!found) continue;
      line.shift();
      return found;
    }
    return undefined;
  };

  return {
    get size() {
      return size;
    },
    get running() {
      return running;
    },
    push(item, lane) {
      lineOf(lane).push({ item, lane });
      size += 1;
    },
    next() {
      if (size === 0 || running >= limit) return undefined;
      for (const priority of PRIORITIES) {
        const entry = takeFrom(priority);
        if (!entry) continue;
        size -= 1;
        running += 1;
        entry.lane.running += 1;
        return entry.item;
      }
      return undefined;
    },
    release(lane) {
      running -= 1;
      lane.running -= 1;
    },
    retake(lane) {
      running += 1;
      lane.running += 1;
    },
    clear() {
      const left = [...open.values(), ...limited.values()].flatMap((line) => line.drain());
      size = 0;
      return left;
    },
  };
}
