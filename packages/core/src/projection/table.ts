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
    private readonly known: { ids?: readonly string[] },
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

  /** The same content with some chunks replaced. */
  with(chunks: readonly Chunk<T>[]): ChunkedTable<T> {
    return new ChunkedTable(this.index, chunks, this.length, this.size, this.known);
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
  readonly id: string;
  readonly slot: number;
  readonly value: Draft<T>;
  /** Nested values that this batch has copied already. */
  readonly owned: Set<keyof T>;
}

/** Changes of one batch to a table. The base is never changed; {@link TableDraft.finish} makes the new version. */
export interface TableDraft<T> {
  readonly size: number;
  /** As it stands within the batch; not to be changed. */
  peek(id: string): T | undefined;
  /** A copy that the batch owns; the same one each time. */
  edit(id: string): Held<T> | undefined;
  /** Adds an entity whose id the table does not hold. */
  add(id: string, value: T): Held<T>;
  /** Puts a whole entity in the place of the one with its id, or last. */
  set(id: string, value: T): void;
  remove(id: string): void;
  finish(): Table<T>;
}

class BatchDraft<T extends object> implements TableDraft<T> {
  private readonly held = new Map<string, Held<T>>();
  private readonly removed = new Set<string>();
  private readonly holes: number[] = [];
  private index: Index;
  private length: number;
  size: number;
  private same = true;

  constructor(private readonly base: ChunkedTable<T>) {
    this.index = base.index;
    this.length = base.length;
    this.size = base.size;
  }

  peek(id: string): T | undefined {
    return this.held.get(id)?.value ?? (this.removed.has(id) ? undefined : this.base.get(id));
  }

  edit(id: string): Held<T> | undefined {
    const held = this.held.get(id);
    if (held) return held;
    const value = this.removed.has(id) ? undefined : this.base.get(id);
    return value && this.hold(id, this.index.slots.get(id) as number, { ...value });
  }

  add(id: string, value: T): Held<T> {
    const slot = this.length;
    if (this.index.ids[slot] !== id) {
      // Either another continuation took the slot, or a removed id returns and has to come last.
      if (this.index === this.base.index && (this.index.ids.length > slot || this.index.slots.has(id))) {
        const ids = this.index.ids.slice(0, slot);
        this.index = { ids, slots: new Map(ids.map((known, at) => [known, at])) };
      }
      this.index.ids.push(id);
      this.index.slots.set(id, slot);
    }
    this.length += 1;
    this.size += 1;
    this.same = false;
    return this.hold(id, slot, value);
  }

  set(id: string, value: T): void {
    const known = this.edit(id);
    if (known) this.hold(id, known.slot, value);
    else this.add(id, value);
  }

  remove(id: string): void {
    const held = this.edit(id);
    if (!held) return;
    this.held.delete(id);
    this.removed.add(id);
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
    if (this.same) return base.with(chunks);
    const next = new ChunkedTable(this.index, chunks, this.length, this.size, {});
    return next.length > 2 * next.size + MASK ? compact(next) : next;
  }

  private hold(id: string, slot: number, value: Draft<T>): Held<T> {
    const held = { id, slot, value, owned: new Set<keyof T>() };
    this.held.set(id, held);
    return held;
  }
}

function compact<T extends object>(table: ChunkedTable<T>): Table<T> {
  return createTable(table.ids().map((id) => [id, table.get(id) as T] as const));
}

/** Begins a batch of changes. `table` must come from this file. */
export function draftTable<T extends object>(table: Table<T>): TableDraft<T> {
  return new BatchDraft(table as ChunkedTable<T>);
}
