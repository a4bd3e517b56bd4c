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

/** Where known chunks lie, by the hash of their content. */
export type KnownChunks = ReadonlyMap<string, Json>;

export interface ChunkEncoder {
  encode(value: Json): Json;
  /** Chunks that were not known; to be stored by the commit of `version`. */
  readonly chunks: readonly Json[];
  /** Where they will lie, by hash. */
  readonly added: ReadonlyMap<string, Json>;
}

const isList = (node: Json): node is readonly Json[] => Array.isArray(node);
const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

function* slices<T extends string | readonly unknown[]>(whole: T, length: number): Generator<T> {
  for (let from = 0; from < whole.length; from += length) yield whole.slice(from, from + length) as T;
}

/** @param version number of the commit that will store the new chunks */
export function createChunkEncoder(version: number, known: KnownChunks): ChunkEncoder {
  const chunks: Json[] = [];
  const added = new Map<string, Json>();

  /** The node itself when it is short, otherwise a reference to it. */
  const keep = (node: Json): Json => {
    const text = JSON.stringify(node);
    if (text.length < MIN_CHUNK_CHARS) return node;
    const hash = hashOf(text);
    const found = known.get(hash) ?? added.get(hash);
    if (found !== undefined) return found;
    const place: Json = [CHUNK, version, chunks.length];
    chunks.push(node);
    added.set(hash, place);
    return place;
  };

  const join = (parts: readonly Json[]): Json => {
    let nodes = parts;
    while (nodes.length > FAN) nodes = [...slices(nodes, FAN)].map((group) => keep([JOINED, ...group]));
    return nodes.length === 1 && nodes[0] !== undefined ? nodes[0] : keep([JOINED, ...nodes]);
  };

  const encode = (value: Json): Json => {
    if (typeof value === 'string') {
      return value.length <= TEXT_CHARS ? keep(value) : join([...slices(value, TEXT_CHARS)].map(keep));
    }
    // JSON has no negative zero.
    if (typeof value === 'number') return value + 0;
    if (typeof value !== 'object' || value === null) return value;
    if (isList(value)) {
      const items = value.map(encode);
      if (items.length === 0) return [LIST];
      return join([...slices(items, FAN)].map((group) => keep([LIST, ...group])));
    }
    const fields = Object.entries(value).map(([name, field]): readonly [string, Json] => [
      name,
      encode(field),
    ]);
    if (fields.length === 0) return {};
    return join([...slices(fields, FAN)].map((group) => keep(Object.fromEntries(group))));
  };

  return { encode, chunks, added };
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
    else for (const child of Object.values(node)) references(child as Json, found);
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
    return Object.fromEntries(parts.flatMap((part) => Object.entries(part as object))) as Json;
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
