/**
 * Immutable collection of entities by id, in the order of their first appearance. Versions share every chunk that did
 * not change.
 */
export interface Table<T> {
  readonly size: number;
  get(id: string): T | undefined;
  has(id: string): boolean;
  /** The same array as before while no entity was added or removed. */
  ids(): readonly string[];
  values(): IterableIterator<T>;
}

/** Entities in one chunk: a batch copies 64 pointers for each chunk that it touches. */
const BITS = 6;
const MASK = (1 << BITS) - 1;

/**
 * Slots of ids, shared by all versions: a version owns the first `length` slots and ignores the others. Only appended
 * to, and copied by whoever would need another id in a slot that is taken (a second continuation of one state).
 */
interface Index {
  readonly ids: string[];
  readonly slots: Map<string, number>;
}

type Chunk<T> = readonly (T | undefined)[];

class Version<T> implements Table<T> {
  constructor(
    readonly index: Index,
    readonly chunks: readonly Chunk<T>[],
    /** Slots in use, holes included. */
    readonly length: number,
    readonly size: number,
    /** Shared by versions that hold the same ids. */
    readonly known: { ids?: readonly string[] } = {},
  ) {}

  get(id: string): T | undefined {
    const slot = this.index.slots.get(id);
    return slot === undefined || slot >= this.length ? undefined : this.chunks[slot >> BITS]?.[slot & MASK];
  }

  has(id: string): boolean {
    return this.get(id) !== undefined;
  }

  ids(): readonly string[] {
    return (this.known.ids ??= this.index.ids
      .slice(0, this.length)
      .filter((_, slot) => this.chunks[slot >> BITS]?.[slot & MASK] !== undefined));
  }

  *values(): IterableIterator<T> {
    for (const chunk of this.chunks) for (const value of chunk) if (value !== undefined) yield value;
  }
}

/** A table of these entities; of two with the same id the later one counts. */
export function createTable<T extends object>(
  entries: Iterable<readonly [id: string, value: T]> = [],
): Table<T> {
  const ids: string[] = [];
  const slots = new Map<string, number>();
  const chunks: T[][] = [];
  for (const [id, value] of entries) {
    let slot = slots.get(id);
    if (slot === undefined) slots.set(id, (slot = ids.push(id) - 1));
    (chunks[slot >> BITS] ??= [])[slot & MASK] = value;
  }
  return new Version({ ids, slots }, chunks, ids.length, ids.length);
}

/** A table made elsewhere is copied into one of ours. */
function versionOf<T extends object>(table: Table<T>): Version<T> {
  if (table instanceof Version) return table as Version<T>;
  return versionOf(createTable(table.ids().map((id) => [id, table.get(id) as T] as const)));
}

/** An entity that is another one than before; it came without `before`, and went without `after`. */
export interface TableChange<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/**
 * Entities in which two versions of a table differ, in the order of their first appearance. Looks only at chunks that
 * are not shared.
 *
 * @returns `undefined` when one version does not follow from the other
 */
export function changesBetween<T>(before: Table<T>, after: Table<T>): readonly TableChange<T>[] | undefined {
  if (!(before instanceof Version && after instanceof Version) || before.index !== after.index)
    return undefined;
  const [old, next] = [before as Version<T>, after as Version<T>];
  const changes: TableChange<T>[] = [];
  const count = Math.max(old.chunks.length, next.chunks.length);
  for (let place = 0; place < count; place += 1) {
    const [was, is] = [old.chunks[place], next.chunks[place]];
    if (was === is) continue;
    for (let slot = 0; slot <= MASK; slot += 1) {
      const at = (place << BITS) + slot;
      const change = {
        before: at < old.length ? was?.[slot] : undefined,
        after: at < next.length ? is?.[slot] : undefined,
      };
      if (change.before !== change.after) changes.push(change);
    }
  }
  return changes;
}

export type Draft<T> = { -readonly [K in keyof T]: T[K] };

/**
 * An entity with none of its fields set, to be spread into new ones: all entities of a table then have one shape, which
 * makes the fold several times faster. No reader can tell `undefined` from absence.
 */
export function blank<T>(fields: object): Draft<T> {
  // A copy of a literal has a fast shape; an object that is filled name by name has not.
  const none: Record<string, unknown> = { key: undefined, ...fields };
  for (const name in none) none[name] = undefined;
  return none as Draft<T>;
}

/** An entity that the current batch may change in place. */
export interface Held<T> {
  readonly slot: number;
  readonly value: Draft<T>;
  /** Nested values that this batch has copied already, a bit each. */
  owned: number;
}

/**
 * Changes of one batch to a table: a touched entity is copied once, and so is each chunk that holds one. The base is
 * never changed; {@link TableDraft.finish} makes the new version.
 */
export class TableDraft<T extends object> {
  readonly #base: Version<T>;
  readonly #keyOf: (runId: string | undefined, id: string) => string;
  readonly #copy: (value: T) => Draft<T>;
  readonly #held = new Map<string, Held<T>>();
  /** The held ones again by run and id, which spares the hot path the making of keys. */
  #byRun: Map<string | undefined, Map<string, Held<T>>> | undefined;
  #recent: Map<string, Held<T>> | undefined;
  #recentRun: string | undefined;
  /** Slots of the removed ones; a key that came back has several. */
  #removed: Map<string, number[]> | undefined;
  #index: Index;
  #length: number;
  #size: number;
  #same = true;

  constructor(
    table: Table<T>,
    keyOf: (runId: string | undefined, id: string) => string,
    copy: (value: T) => Draft<T>,
  ) {
    const base = versionOf(table);
    this.#base = base;
    this.#keyOf = keyOf;
    this.#copy = copy;
    this.#index = base.index;
    this.#length = base.length;
    this.#size = base.size;
  }

  /** As it stands within the batch; not to be changed. */
  peek(key: string): T | undefined {
    return this.#held.get(key)?.value ?? this.#before(key);
  }

  /** A copy that the batch owns; the same one each time. */
  edit(key: string): Held<T> | undefined {
    const held = this.#held.get(key);
    if (held) return held;
    const value = this.#before(key);
    return value && this.#hold(key, this.#index.slots.get(key) as number, this.#copy(value));
  }

  /** {@link edit} by the parts of the key. */
  find(runId: string | undefined, id: string): Held<T> | undefined {
    let recent = this.#recent;
    if (!recent || runId !== this.#recentRun) {
      this.#byRun ??= new Map();
      recent = this.#byRun.get(runId) ?? new Map<string, Held<T>>();
      this.#byRun.set(runId, recent);
      this.#recent = recent;
      this.#recentRun = runId;
    }
    let held = recent.get(id);
    if (!held && (held = this.edit(this.#keyOf(runId, id)))) recent.set(id, held);
    return held;
  }

  /** Adds an entity that the table does not hold. */
  add(runId: string | undefined, id: string, value: T, key = this.#keyOf(runId, id)): Held<T> {
    const slot = this.#length;
    if (this.#index.ids[slot] !== key) {
      // Either another continuation took the slot, or a removed one returns and has to come last.
      if (this.#index === this.#base.index && (this.#index.ids.length > slot || this.#index.slots.has(key))) {
        const ids = this.#index.ids.slice(0, slot);
        this.#index = { ids, slots: new Map(ids.map((known, at) => [known, at])) };
      }
      this.#index.ids.push(key);
      this.#index.slots.set(key, slot);
    }
    this.#length += 1;
    this.#size += 1;
    this.#same = false;
    const held = this.#hold(key, slot, value);
    if (runId === this.#recentRun) this.#recent?.set(id, held);
    return held;
  }

  /** Puts a whole entity in the place of the one with its key, or last. */
  set(runId: string | undefined, id: string, value: T): void {
    const known = this.find(runId, id);
    if (!known) this.add(runId, id, value);
    else this.#recent?.set(id, this.#hold(this.#keyOf(runId, id), known.slot, value));
  }

  remove(key: string): void {
    if (!this.peek(key)) return;
    this.#held.delete(key);
    this.#byRun = this.#recent = undefined;
    this.#removed ??= new Map();
    const slots = this.#removed.get(key) ?? [];
    slots.push(this.#index.slots.get(key) as number);
    this.#removed.set(key, slots);
    this.#size -= 1;
    this.#same = false;
  }

  finish(): Table<T> {
    const base = this.#base;
    if (this.#held.size === 0 && this.#same) return base;
    const chunks = base.chunks.slice();
    const write = (slot: number, value: T | undefined): void => {
      const at = slot >> BITS;
      let chunk = chunks[at];
      if (!chunk || chunk === base.chunks[at]) chunks[at] = chunk = chunk ? chunk.slice() : [];
      (chunk as (T | undefined)[])[slot & MASK] = value;
    };
    for (const slots of this.#removed?.values() ?? []) for (const slot of slots) write(slot, undefined);
    for (const { slot, value } of this.#held.values()) write(slot, value);
    if (this.#same) return new Version(base.index, chunks, base.length, base.size, base.known);
    const next = new Version(this.#index, chunks, this.#length, this.#size);
    if (next.length <= 2 * next.size + MASK) return next;
    // Mostly holes: begin anew.
    return createTable(next.ids().map((id) => [id, next.get(id) as T] as const));
  }

  #before(key: string): T | undefined {
    return this.#removed?.has(key) ? undefined : this.#base.get(key);
  }

  #hold(key: string, slot: number, value: Draft<T>): Held<T> {
    const held = { slot, value, owned: 0 };
    this.#held.set(key, held);
    return held;
  }
}
