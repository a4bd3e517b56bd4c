import type { Priority } from '../protocol/events/task.js';

/** Tasks that may start, the most urgent first, otherwise the oldest. */
export interface ReadyQueue<T> {
  size(): number;
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

const NO_LINES: readonly never[] = [];

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
  /** A line for lanes of each priority without a limit. */
  const open: (Line<T> | undefined)[] = [];
  /** A line for each lane with a limit, made when there is one. */
  let limited: Map<Lane, Line<T>> | undefined;
  let size = 0;
  let running = 0;

  const lineOf = (lane: Lane): Line<T> => {
    if (!Number.isFinite(lane.limit)) return (open[PRIORITIES.indexOf(lane.priority)] ??= new Line());
    limited ??= new Map();
    let line = limited.get(lane);
    if (!line) limited.set(lane, (line = new Line()));
    return line;
  };
  const takeFrom = (priority: Priority, index: number): Entry<T> | undefined => {
    const unlimited = open[index];
    if (unlimited) {
      const entry = unlimited.first;
      if (entry) {
        unlimited.shift();
        return entry;
      }
    }
    for (const [lane, line] of limited ?? NO_LINES) {
      if (lane.priority !== priority || lane.running >= lane.limit) continue;
      const found = line.first;
      if (!found) continue;
      line.shift();
      return found;
    }
    return undefined;
  };

  return {
    size: () => size,
    push(item, lane) {
      lineOf(lane).push({ item, lane });
      size += 1;
    },
    next() {
      if (size === 0 || running >= limit) return undefined;
      for (let index = 0; index < PRIORITIES.length; index += 1) {
        const entry = takeFrom(PRIORITIES[index] as Priority, index);
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
      const left = [...open, ...(limited?.values() ?? NO_LINES)].flatMap((line) => line?.drain() ?? []);
      size = 0;
      return left;
    },
  };
}
