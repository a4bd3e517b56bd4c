import type { Reducer } from '../graph/reducer.js';

/** Fields of a state, or those that a task changes. */
export type Fields = Readonly<Record<string, unknown>>;

/** State as one task sees it. */
export interface View {
  readonly values: Fields;
  /** Order of the newest write that is part of it, by field without a reducer. */
  readonly writers: Readonly<Record<string, number>>;
}

/** Where in nested send groups something happens: groups by when they were opened, branches by the order of sends. */
export type BranchPath = readonly number[];

/**
 * What was known when a task finished: its own writes on top of everything that its causal ancestors wrote. Moments
 * form the causal order of a run. `dominator` is the nearest moment that every way from the start to this one passes:
 * all that follows a dominator was committed after it, which is what makes merging a walk over the part between.
 */
export interface Moment {
  /** Place in the order of commits. */
  readonly order: number;
  readonly path: BranchPath;
  parents: readonly Moment[];
  dominator: Moment | undefined;
  depth: number;
  writes: Fields | undefined;
  /** Fields that a fork replaced after the writes, whatever their reducers do. */
  patch: Fields | undefined;
  /** State before the writes; dropped once `after` is known. */
  before: View | undefined;
  after: View | undefined;
  /** Walk that saw it last. */
  mark: number;
}

export interface Ancestry {
  /** The beginning: the input of the run. */
  root(values: Fields): Moment;
  /**
   * A task wrote `writes` (nothing: `undefined`) on top of `before`, which was merged from `parents`.
   *
   * @param patch fields that were replaced right after
   */
  commit(
    parents: readonly Moment[],
    before: View,
    writes: Fields | undefined,
    path: BranchPath,
    patch?: Fields,
  ): Moment;
  /** The beginning of a branch, which sees `input` in place of the state's fields. */
  branch(parent: Moment, input: Fields, path: BranchPath): Moment;
  /** State that knows everything that one of `parents` knows; writes in commit order, those of a group in send order. */
  merge(parents: readonly Moment[]): View;
  /** Field of `writes` that has been written by a task which `view` does not know. */
  conflict(view: View, writes: Fields): string | undefined;
  /** State after a task's own writes. */
  preview(view: View, writes: Fields | undefined, patch?: Fields): Fields;
  /** Tells that all the future follows `moment`, so that what lies before it can be forgotten. */
  cut(moment: Moment): void;
}

const NO_MOMENTS: readonly Moment[] = [];

/** Send order within groups, commit order elsewhere; a group's writes come right after those of its sender. */
function inOrder(a: Moment, b: Moment): number {
  if (a.path === b.path) return a.order - b.order;
  const length = Math.max(a.path.length, b.path.length) + 1;
  for (let i = 0; i < length; i += 1) {
    const left = i === a.path.length ? a.order : (a.path[i] ?? -1);
    const right = i === b.path.length ? b.order : (b.path[i] ?? -1);
    if (left !== right) return left - right;
  }
  return 0;
}

type Reducers = { readonly [field: string]: Reducer<unknown> | undefined };

/** @param branchPrefixes beginnings of fields that every branch has for itself */
export function createAncestry(declared: Reducers, branchPrefixes: readonly string[] = []): Ancestry {
  return new History(declared, branchPrefixes);
}

/** A class for the sake of memory: every run has one. */
class History implements Ancestry {
  readonly #branchPrefixes: readonly string[];
  // Without a prototype: a field may be called `constructor`.
  readonly #reducers: Reducers;
  readonly #passing: readonly string[];
  #orders = 0;
  #walks = 0;
  /** Order of the newest write of each field without a reducer. */
  readonly #newest = new Map<string, number>();

  constructor(declared: Reducers, branchPrefixes: readonly string[]) {
    this.#branchPrefixes = branchPrefixes;
    this.#reducers = Object.assign(Object.create(null) as Reducers, declared);
    this.#passing = Object.keys(declared).filter((field) => declared[field]?.ephemeral);
  }

  root(values: Fields): Moment {
    const first = this.#moment([], undefined, undefined, undefined, []);
    first.after = { values, writers: {} };
    return first;
  }

  commit(
    parents: readonly Moment[],
    before: View,
    writes: Fields | undefined,
    path: BranchPath,
    patch?: Fields,
  ): Moment {
    const single = parents.length === 1 ? parents[0] : undefined;
    const made = this.#moment(parents, single ?? this.#dominatorOf(parents), before, writes, path, patch);
    if (writes)
      for (const field of Object.keys(writes))
        if (!this.#reducers[field]) this.#newest.set(field, made.order);
    if (patch)
      for (const field of Object.keys(patch)) if (!this.#reducers[field]) this.#newest.set(field, made.order);
    return made;
  }

  branch(parent: Moment, input: Fields, path: BranchPath): Moment {
    const { values, writers } = this.#after(parent);
    return this.#moment([parent], parent, { values: { ...values, ...input }, writers }, undefined, path);
  }

  merge(parents: readonly Moment[]): View {
    if (parents.length === 1) return this.#after(parents[0] as Moment);
    const base = this.#dominatorOf(parents);
    const start = this.#after(base);
    const written = this.#between(base, parents);
    if (written.length === 0 && this.#passing.length === 0) return start;
    const values: Record<string, unknown> = { ...start.values };
    const writers: Record<string, number> = { ...start.writers };
    const updates = new Map<string, { from: unknown; list: unknown[] }>();
    const take = (field: string, value: unknown, order: number): void => {
      // Writers of such a field follow each other, so the newest one is the one that counts.
      if (order < (writers[field] ?? -1)) return;
      values[field] = value;
      writers[field] = order;
    };
    for (const { writes = {}, patch = {}, order } of written) {
      for (const field of Object.keys(writes)) {
        const value = writes[field];
        if (!this.#reducers[field]) {
          take(field, value, order);
          continue;
        }
        const update = updates.get(field);
        if (update) update.list.push(value);
        else updates.set(field, { from: start.values[field], list: [value] });
      }
      for (const field of Object.keys(patch)) {
        if (this.#reducers[field]) updates.set(field, { from: patch[field], list: [] });
        else take(field, patch[field], order);
      }
    }
    for (const [field, { from, list }] of updates) {
      const reducer = this.#reducers[field] as Reducer<unknown>;
      values[field] =
        reducer.many && list.length > 0
          ? reducer.many(from, list)
          : list.reduce((current: unknown, update) => reducer(current, update), from);
    }
    if (this.#passing.length > 0) this.#withPassed(values, parents);
    return { values, writers };
  }

  conflict(view: View, writes: Fields): string | undefined {
    for (const field of Object.keys(writes)) {
      if (this.#reducers[field] || this.#branchPrefixes.some((prefix) => field.startsWith(prefix))) continue;
      const order = this.#newest.get(field);
      if (order !== undefined && order !== view.writers[field]) return field;
    }
    return undefined;
  }

  preview(view: View, writes: Fields | undefined, patch?: Fields): Fields {
    const written = writes ? this.#applyOne(view, writes, this.#orders) : view;
    return patch ? this.#replace(written, patch, this.#orders).values : written.values;
  }

  cut(at: Moment): void {
    this.#after(at);
    at.parents = NO_MOMENTS;
    at.dominator = undefined;
    at.depth = 0;
    at.writes = undefined;
    at.patch = undefined;
  }

  /** What is left of a state when a task that saw it has ended. */
  #lasting(view: View): View {
    if (!this.#passing.some((field) => field in view.values)) return view;
    const values = { ...view.values };
    for (const field of this.#passing) Reflect.deleteProperty(values, field);
    return { values, writers: view.writers };
  }

  /** Adds what the direct parents passed on to a state that was merged from further back. */
  #withPassed(values: Record<string, unknown>, parents: readonly Moment[]): void {
    for (const field of this.#passing) {
      Reflect.deleteProperty(values, field);
      for (const { writes, patch } of [...parents].sort(inOrder)) {
        if (writes && field in writes) values[field] = writes[field];
        if (patch && field in patch) values[field] = patch[field];
      }
    }
  }

  #moment(
    parents: readonly Moment[],
    dominator: Moment | undefined,
    before: View | undefined,
    writes: Fields | undefined,
    path: BranchPath,
    patch?: Fields,
  ): Moment {
    const order = this.#orders;
    this.#orders += 1;
    return {
      order,
      path,
      parents,
      dominator,
      depth: dominator ? dominator.depth + 1 : 0,
      writes,
      patch,
      before,
      after: undefined,
      mark: 0,
    };
  }

  #applyOne(view: View, writes: Fields, order: number): View {
    const values: Record<string, unknown> = { ...view.values };
    let writers = view.writers as Record<string, number>;
    for (const field of Object.keys(writes)) {
      const reducer = this.#reducers[field];
      if (reducer) {
        values[field] = reducer(values[field], writes[field]);
      } else {
        values[field] = writes[field];
        if (writers === view.writers) writers = { ...writers };
        writers[field] = order;
      }
    }
    return { values, writers };
  }

  #replace({ values, writers }: View, patch: Fields, order: number): View {
    const plain = Object.keys(patch).filter((field) => !this.#reducers[field]);
    return {
      values: { ...values, ...patch },
      writers: { ...writers, ...Object.fromEntries(plain.map((field) => [field, order])) },
    };
  }

  #after(of: Moment): View {
    if (!of.after) {
      const before = of.before as View;
      const kept = this.#passing.length > 0 ? this.#lasting(before) : before;
      of.after = of.writes ? this.#applyOne(kept, of.writes, of.order) : kept;
      if (of.patch) of.after = this.#replace(of.after, of.patch, of.order);
      of.before = undefined;
    }
    return of.after;
  }

  #dominatorOf(parents: readonly Moment[]): Moment {
    let found = parents[0] as Moment;
    for (let i = 1; i < parents.length; i += 1) {
      let other = parents[i] as Moment;
      while (found !== other) {
        if (found.depth >= other.depth && found.dominator) found = found.dominator;
        else other = other.dominator as Moment;
      }
    }
    return found;
  }

  #between(base: Moment, parents: readonly Moment[]): Moment[] {
    this.#walks += 1;
    base.mark = this.#walks;
    const written: Moment[] = [];
    const open = [...parents];
    for (let next = open.pop(); next; next = open.pop()) {
      if (next.mark === this.#walks) continue;
      next.mark = this.#walks;
      if (next.writes || next.patch) written.push(next);
      for (const parent of next.parents) if (parent.mark !== this.#walks) open.push(parent);
    }
    return written.sort(inOrder);
  }
}
