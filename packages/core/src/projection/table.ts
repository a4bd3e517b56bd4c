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

class ChunkedTable<T> implements Table<T> {
  constructor(
    readonly index: Index,
    readonly chunks: readonly Chunk<T>[],
    /** Slots in use, holes included. */
    readonly length: number,
    readonly size: number,
    /** Shared by versions that hold the same ids. */
    readonly known: { ids?: readonly string[] },
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
    for (const chunk of this.chunks) {
      for (const value of chunk) if (value !== undefined) yield value;
    }
  }
}

/** A table of these entities; a later one with the same id replaces an earlier one in its place. */
export function createTable<T extends object>(
  entries: Iterable<readonly [id: string, value: T]> = [],
): Table<T> {
  const byId = new Map(entries);
  const ids = [...byId.keys()];
  const values = [...byId.values()];
  const slots = new Map(ids.map((id, slot) => [id, slot]));
  const chunks: Chunk<T>[] = [];
  for (let slot = 0; slot < values.length; slot += MASK + 1) chunks.push(values.slice(slot, slot + MASK + 1));
  return new ChunkedTable({ ids, slots }, chunks, ids.length, ids.length, {});
}

export type Draft<T> = { -readonly [K in keyof T]: T[K] };

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
  private readonly base: ChunkedTable<T>;
  private readonly held = new Map<string, Held<T>>();
  /** The held ones again by run and id, which spares the hot path the making of keys. */
  private readonly byRun = new Map<string | undefined, Map<string, Held<T>>>();
  private recent: Map<string, Held<T>> | undefined;
  private recentRun: string | undefined;
  private readonly removed = new Set<string>();
  private readonly holes: number[] = [];
  private index: Index;
  private length: number;
  private size: number;
  private same = true;

  /** @param table made by {@link createTable} or a former batch */
  constructor(
    table: Table<T>,
    private readonly keyOf: (runId: string | undefined, id: string) => string,
  ) {
    const base = table as ChunkedTable<T>;
    this.base = base;
    this.index = base.index;
    this.length = base.length;
    this.size = base.size;
  }

  /** As it stands within the batch; not to be changed. */
  peek(key: string): T | undefined {
    return this.held.get(key)?.value ?? this.before(key);
  }

  /** A copy that the batch owns; the same one each time. */
  edit(key: string): Held<T> | undefined {
    const held = this.held.get(key);
    if (held) return held;
    const value = this.before(key);
    return value && this.hold(key, this.index.slots.get(key) as number, { ...value });
  }

  /** {@link edit} by the parts of the key. */
  find(runId: string | undefined, id: string): Held<T> | undefined {
    let recent = this.recent;
    if (!recent || runId !== this.recentRun) {
      recent = this.byRun.get(runId);
      if (!recent) this.byRun.set(runId, (recent = new Map()));
      this.recent = recent;
      this.recentRun = runId;
    }
    let held = recent.get(id);
    if (!held && (held = this.edit(this.keyOf(runId, id)))) recent.set(id, held);
    return held;
  }

  /** Adds an entity that the table does not hold. */
  add(runId: string | undefined, id: string, value: T): Held<T> {
    const held = this.append(this.keyOf(runId, id), value);
    if (runId === this.recentRun) this.recent?.set(id, held);
    return held;
  }

  private append(key: string, value: T): Held<T> {
    const slot = this.length;
    if (this.index.ids[slot] !== key) {
      // Either another continuation took the slot, or a removed one returns and has to come last.
      if (this.index === this.base.index && (this.index.ids.length > slot || this.index.slots.has(key))) {
        const ids = this.index.ids.slice(0, slot);
        this.index = { ids, slots: new Map(ids.map((known, at) => [known, at])) };
      }
      this.index.ids.push(key);
      this.index.slots.set(key, slot);
    }
    this.length += 1;
    this.size += 1;
    this.same = false;
    return this.hold(key, slot, value);
  }

  /** Puts a whole entity in the place of the one with its key, or last. */
  set(runId: string | undefined, id: string, value: T): void {
    const known = this.find(runId, id);
    if (!known) this.add(runId, id, value);
    else this.recent?.set(id, this.hold(this.keyOf(runId, id), known.slot, value));
  }

  remove(key: string): void {
    const held = this.edit(key);
    if (!held) return;
    this.held.delete(key);
    this.byRun.clear();
    this.recent = undefined;
    this.removed.add(key);
    this.holes.push(held.slot);
    this.size -= 1;
    this.same = false;
  }

  finish(): Table<T> {
    const { base } = this;
    if (this.held.size === 0 && this.same) return base;
    const chunks = base.chunks.slice();
    const write = (slot: number, value: T | undefined): void => {
      const at = slot >> BITS;
      let chunk = chunks[at];
      if (!chunk || chunk === base.chunks[at]) chunks[at] = chunk = chunk ? chunk.slice() : [];
      (chunk as (T | undefined)[])[slot & MASK] = value;
    };
    for (const slot of this.holes) write(slot, undefined);
    for (const { slot, value } of this.held.values()) write(slot, value as T);
    if (this.same) return new ChunkedTable(base.index, chunks, base.length, base.size, base.known);
    const next = new ChunkedTable(this.index, chunks, this.length, this.size, {});
    if (next.length <= 2 * next.size + MASK) return next;
    // Mostly holes: begin anew.
    return createTable(next.ids().map((id) => [id, next.get(id) as T] as const));
  }

  private before(key: string): T | undefined {
    return this.removed.size > 0 && this.removed.has(key) ? undefined : this.base.get(key);
  }

  private hold(key: string, slot: number, value: Draft<T>): Held<T> {
    const held = { slot, value, owned: 0 };
    this.held.set(key, held);
    return held;
  }
}
