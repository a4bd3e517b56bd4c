import { createHash } from 'node:crypto';
import { FleetglassError } from '@fleetglass/core';
import type { Json } from '@fleetglass/core/protocol';

/**
 * Values are stored as trees of chunks, each stored once however many values hold it. Lists, objects and long texts are
 * cut at fixed places from their beginning, so that what is appended leaves the chunks before it as they were.
 *
 * In an encoded node every array begins with its meaning:
 *
 * | node | stands for |
 * |---|---|
 * | `[0, …items]` | a list |
 * | `[1, …nodes]` | the lists, objects or texts of the nodes as one |
 * | `[2, version, place]` | the chunk at that place of what that commit stored |
 */
const LIST = 0;
const JOINED = 1;
const CHUNK = 2;

/** Shorter JSON stays where it is: referring to it would not save much. It also keeps a node's nesting low. */
const MIN_CHUNK_CHARS = 128;
/** Most characters of a text in one chunk. */
const TEXT_CHARS = 1024;
/** Most items of a list, fields of an object or parts of a joined node in one node. */
const FAN = 16;

/** A list or text of several parts as it was encoded, so that what grew from it is encoded from there on. */
export interface EncodedParts {
  readonly whole: string | readonly Json[];
  /** A node for each part. */
  readonly nodes: readonly Json[];
}

/** What is known of the chunks that a thread holds. */
export interface KnownChunks {
  /** Where the chunk with this hash lies. */
  place(hash: string): Json | undefined;
  /** What was last encoded under this name. */
  parts(name: string): EncodedParts | undefined;
}

export interface ChunkEncoder {
  /** @param name of something that is encoded again and again and mostly grows */
  encode(value: Json, name?: string): Json;
  /** Chunks that were not known; to be stored by the commit of `version`. */
  readonly chunks: readonly Json[];
  /** Where they will lie, by hash. */
  readonly places: ReadonlyMap<string, Json>;
  /** By name, what was encoded in several parts. */
  readonly parts: ReadonlyMap<string, EncodedParts>;
}

const isList = (node: Json): node is readonly Json[] => Array.isArray(node);
const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

function* slices<T extends string | readonly unknown[]>(whole: T, length: number, start = 0): Generator<T> {
  for (let from = start; from < whole.length; from += length) yield whole.slice(from, from + length) as T;
}

/** Whether two values give the same JSON text; unlike in a comparison of values, the order of keys counts. */
function isSameText(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isList(a) !== isList(b)) return false;
  const names = Object.keys(a);
  const others = Object.keys(b);
  return (
    names.length === others.length &&
    names.every((name, index) => name === others[index] && isSameText(a[name as never], b[name as never]))
  );
}

/** Nodes of the parts that begin `whole` as they began `before`: only whole parts, the last may have grown. */
function commonParts(
  whole: string | readonly Json[],
  before: EncodedParts | undefined,
  length: number,
): readonly Json[] {
  if (!before || typeof whole !== typeof before.whole) return [];
  const most = Math.floor(Math.min(whole.length, before.whole.length) / length);
  let count = 0;
  const isSamePart = (from: number) => {
    const to = from + length;
    if (typeof whole === 'string') return whole.slice(from, to) === before.whole.slice(from, to);
    for (let index = from; index < to; index += 1) {
      if (!isSameText(whole[index] ?? null, before.whole[index] ?? null)) return false;
    }
    return true;
  };
  while (count < most && isSamePart(count * length)) count += 1;
  return before.nodes.slice(0, count);
}

/** @param version number of the commit that will store the new chunks */
export function createChunkEncoder(version: number, known?: KnownChunks): ChunkEncoder {
  const chunks: Json[] = [];
  const places = new Map<string, Json>();
  const parts = new Map<string, EncodedParts>();

  /** The node itself when it is short, otherwise a reference to it. */
  const keep = (node: Json): Json => {
    const text = JSON.stringify(node);
    if (text.length < MIN_CHUNK_CHARS) return node;
    const hash = hashOf(text);
    const found = known?.place(hash) ?? places.get(hash);
    if (found !== undefined) return found;
    const place: Json = [CHUNK, version, chunks.length];
    chunks.push(node);
    places.set(hash, place);
    return place;
  };

  const join = (parts: readonly Json[]): Json => {
    let nodes = parts;
    while (nodes.length > FAN) nodes = [...slices(nodes, FAN)].map((group) => keep([JOINED, ...group]));
    return nodes.length === 1 && nodes[0] !== undefined ? nodes[0] : keep([JOINED, ...nodes]);
  };

  const encodeParts = <T extends string | readonly Json[]>(
    whole: T,
    length: number,
    name: string | undefined,
    encodePart: (part: T) => Json,
  ): Json => {
    const before = name === undefined ? undefined : (parts.get(name) ?? known?.parts(name));
    const nodes = [...commonParts(whole, before, length)];
    for (const part of slices(whole, length, nodes.length * length)) nodes.push(encodePart(part));
    if (name !== undefined && nodes.length > 1) parts.set(name, { whole, nodes });
    return join(nodes);
  };

  const encode = (value: Json, name?: string): Json => {
    if (typeof value === 'string') {
      return value.length <= TEXT_CHARS ? keep(value) : encodeParts(value, TEXT_CHARS, name, keep);
    }
    // JSON has no negative zero.
    if (typeof value === 'number') return value + 0;
    if (typeof value !== 'object' || value === null) return value;
    if (isList(value)) {
      if (value.length === 0) return [LIST];
      return encodeParts(value, FAN, name, (items) => keep([LIST, ...items.map((item) => encode(item))]));
    }
    const fields = Object.entries(value).map(([field, content]): readonly [string, Json] => [
      field,
      encode(content, name === undefined ? undefined : `${name}.${field}`),
    ]);
    if (fields.length === 0) return {};
    return join([...slices(fields, FAN)].map((group) => keep(Object.fromEntries(group))));
  };

  return { encode, chunks, places, parts };
}

/** Loads what the commits of these versions stored: the chunks, by version. */
export type LoadChunks = (versions: ReadonlySet<number>) => Promise<ReadonlyMap<number, readonly Json[]>>;

export interface ChunkDecoder {
  /** Fetches everything that the nodes refer to, then gives the values. */
  decode(nodes: readonly Json[]): Promise<Json[]>;
  /** Where the chunks lie that were fetched so far, by hash. */
  places(): Map<string, Json>;
}

const damaged = (): FleetglassError =>
  new FleetglassError(
    'STORE_FAILED',
    'The thread refers to a value that its store does not hold: it is damaged.',
  );

export function createChunkDecoder(load: LoadChunks): ChunkDecoder {
  const packs = new Map<number, readonly Json[]>();
  /** Fetched chunks by version and place. */
  const fetched = new Map<string, { readonly reference: Json; readonly node: Json }>();

  const chunkAt = (reference: readonly Json[]): Json => {
    const node = packs.get(Number(reference[1]))?.[Number(reference[2])];
    if (node === undefined) throw damaged();
    return node;
  };

  const references = (node: Json, found: (readonly Json[])[] = []): (readonly Json[])[] => {
    if (typeof node !== 'object' || node === null) return found;
    if (isList(node) && node[0] === CHUNK) found.push(node);
    else for (const child of Object.values(node)) references(child, found);
    return found;
  };

  /** Fetches level by level: a level's commits are asked for together. */
  const fetchAll = async (roots: readonly Json[]): Promise<void> => {
    let level = roots;
    while (level.length > 0) {
      const wanted = new Map<string, readonly Json[]>();
      for (const reference of level.flatMap((node) => references(node))) {
        const place = `${Number(reference[1])}.${Number(reference[2])}`;
        if (!fetched.has(place)) wanted.set(place, reference);
      }
      const missing = new Set<number>();
      for (const [, version] of wanted.values())
        if (!packs.has(Number(version))) missing.add(Number(version));
      if (missing.size > 0) for (const [version, chunks] of await load(missing)) packs.set(version, chunks);
      level = [...wanted].map(([place, reference]) => {
        const node = chunkAt(reference);
        fetched.set(place, { reference, node });
        return node;
      });
    }
  };

  const read = (node: Json): Json => {
    if (typeof node !== 'object' || node === null) return node;
    if (!isList(node)) {
      return Object.fromEntries(Object.entries(node).map(([name, field]) => [name, read(field)]));
    }
    const [meaning, ...rest] = node;
    if (meaning === CHUNK) return read(chunkAt(node));
    if (meaning === LIST) return rest.map(read);
    if (meaning !== JOINED) throw damaged();
    const parts = rest.map(read);
    if (parts.every((part) => typeof part === 'string')) return parts.join('');
    if (parts.every(isList)) return parts.flat();
    return Object.fromEntries(parts.flatMap((part) => Object.entries(part as object)));
  };

  return {
    async decode(nodes) {
      await fetchAll(nodes);
      return nodes.map(read);
    },
    places: () =>
      new Map([...fetched.values()].map(({ reference, node }) => [hashOf(JSON.stringify(node)), reference])),
  };
}
