import type { Priority } from '../../protocol/events/task.js';

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
  return new Queue(limit);
}

/** A class for the sake of memory: every run has one. */
class Queue<T> implements ReadyQueue<T> {
  readonly #limit: number;
  /** A line for lanes of each priority without a limit. */
  readonly #open: (Line<T> | undefined)[] = [];
  /** A line for each lane with a limit, made when there is one. */
  #limited: Map<Lane, Line<T>> | undefined;
  #size = 0;
  #running = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  size(): number {
    return this.#size;
  }

  push(item: T, lane: Lane): void {
    this.#lineOf(lane).push({ item, lane });
    this.#size += 1;
  }

  next(): T | undefined {
    if (this.#size === 0 || this.#running >= this.#limit) return undefined;
    for (let index = 0; index < PRIORITIES.length; index += 1) {
      const entry = this.#takeFrom(PRIORITIES[index] as Priority, index);
      if (!entry) continue;
      this.#size -= 1;
      this.#running += 1;
      entry.lane.running += 1;
      return entry.item;
    }
    return undefined;
  }

  release(lane: Lane): void {
    this.#running -= 1;
    lane.running -= 1;
  }

  retake(lane: Lane): void {
    this.#running += 1;
    lane.running += 1;
  }

  clear(): T[] {
    const left = [...this.#open, ...(this.#limited?.values() ?? NO_LINES)].flatMap(
      (line) => line?.drain() ?? [],
    );
    this.#size = 0;
    return left;
  }

  #lineOf(lane: Lane): Line<T> {
    if (!Number.isFinite(lane.limit)) return (this.#open[PRIORITIES.indexOf(lane.priority)] ??= new Line());
    this.#limited ??= new Map();
    let line = this.#limited.get(lane);
    if (!line) this.#limited.set(lane, (line = new Line()));
    return line;
  }

  #takeFrom(priority: Priority, index: number): Entry<T> | undefined {
    const unlimited = this.#open[index];
    if (unlimited) {
      const entry = unlimited.first;
      if (entry) {
        unlimited.shift();
        return entry;
      }
    }
    for (const [lane, line] of this.#limited ?? NO_LINES) {
      if (lane.priority !== priority || lane.running >= lane.limit) continue;
      const found = line.first;
      if (!found) continue;
      line.shift();
      return found;
    }
    return undefined;
  }
}
