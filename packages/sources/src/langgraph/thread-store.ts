import { createDeferred, FleetglassError, isFleetglassError } from '@fleetglass/core';
import type { Deferred, RecordWrite, Store } from '@fleetglass/core';
import type { Json } from '@fleetglass/core/protocol';
import { createChunkDecoder, createChunkEncoder } from './chunk-codec.js';
import type { ChunkDecoder, ChunkEncoder } from './chunk-codec.js';
import { CHUNKS, chunksKey } from './keys.js';
import { createChunkMemory } from './known-chunks.js';
import { createThreadLeases } from './thread-leases.js';
import type { ThreadLease } from './thread-leases.js';

/** A thread as it was at one version, however often it is read. */
export interface ThreadView extends ChunkDecoder {
  readonly version: number;
  get(key: string): Promise<Json | undefined>;
  find(prefix: string): Promise<readonly KeyedValue[]>;
}

export interface KeyedValue {
  readonly key: string;
  readonly value: Json;
}

/** What to write to the thread as it is; called again when another writer was faster. */
export type BuildWrites = (view: ThreadView, encoder: ChunkEncoder) => Promise<readonly RecordWrite[]>;

export interface ThreadStore {
  open(runId: string): Promise<ThreadView>;
  runIds(): Promise<readonly string[]>;
  /** Writes in the order of the calls; those that wait while another is stored are stored together. */
  write(runId: string, build: BuildWrites): Promise<void>;
  /** Deletes all that the thread holds. */
  clear(runId: string): Promise<void>;
  /** Gives the lease of a thread back after the writes that were asked for so far. */
  release(runId: string): Promise<void>;
  /** Keeps in mind what a view of the thread fetched, so that the next write does not store it again. */
  remember(runId: string, view: ThreadView): void;
}

/** Each lost round means that somebody else's write was stored; more are lost only by a writer that is shut out. */
const MAX_ROUNDS = 100;
/** Above it all chunks of a thread are read at once. */
const MAX_SINGLE_READS = 32;
const MAX_KNOWN_CHUNKS = 2 ** 18;

export function createThreadStore(store: Store, ownership?: ThreadLease): ThreadStore {
  const known = createChunkMemory(MAX_KNOWN_CHUNKS);
  const leases = createThreadLeases(store, ownership);
  /** Writes that wait, by thread; a thread is in it while it is written to. */
  const queues = new Map<string, Waiting[]>();

  const open = async (runId: string): Promise<{ view: ThreadView; leaseEpoch: number }> => {
    // Keys begin with a word: this asks for the version alone.
    const run = await store.load(runId, { prefix: '/' });
    const version = run?.version ?? 0;
    const find = async (prefix: string): Promise<readonly KeyedValue[]> =>
      version === 0 ? [] : ((await store.load(runId, { prefix, version }))?.records ?? []);
    const decoder = createChunkDecoder(async (versions) => {
      const all = versions.size > MAX_SINGLE_READS ? await find(CHUNKS) : undefined;
      const records = all ?? (await Promise.all([...versions].map((each) => find(chunksKey(each))))).flat();
      return new Map(
        records.map(({ key, value }) => [Number(key.slice(CHUNKS.length, -1)), value as readonly Json[]]),
      );
    });
    const get = async (key: string) => (await find(key))[0]?.value;
    return { view: { ...decoder, version, get, find }, leaseEpoch: run?.leaseEpoch ?? 0 };
  };

  /** Stores what all of them give in one commit. One that cannot tell what it writes is refused alone. */
  const commit = async (runId: string, group: readonly Waiting[]): Promise<(() => void)[]> => {
    const thread = await open(runId);
    const version = thread.view.version + 1;
    const encoder = createChunkEncoder(version, known.at(runId, thread.view.version));
    const written = new Map<string, Json>();
    const view = viewAfter(thread.view, written);
    const settle: (() => void)[] = [];
    for (const { build, answer } of group) {
      try {
        for (const { key, value } of await build(view, encoder)) written.set(key, value);
        settle.push(() => answer.resolve(undefined));
      } catch (error) {
        settle.push(() => answer.reject(error));
      }
    }
    if (written.size === 0) return settle;
    if (encoder.chunks.length > 0) written.set(chunksKey(version), encoder.chunks);
    await store.commit({
      runId,
      leaseEpoch: (await leases.epochOf(runId)) ?? thread.leaseEpoch,
      expectedVersion: thread.view.version,
      writes: [...written].map(([key, value]) => ({ key, value })),
      events: [],
    });
    if (group.some(({ clears }) => clears)) known.forget(runId);
    else known.learn(runId, thread.view.version, version, encoder);
    return settle;
  };

  const commitAfterOthers = async (runId: string, group: readonly Waiting[]): Promise<(() => void)[]> => {
    for (let round = 1; ; round += 1) {
      try {
        return await commit(runId, group);
      } catch (error) {
        if (!isFleetglassError(error, 'VERSION_CONFLICT')) throw error;
        if (round < MAX_ROUNDS) continue;
        throw new FleetglassError(
          'VERSION_CONFLICT',
          `Others wrote to the thread in each of ${MAX_ROUNDS} attempts; nothing was stored. Let fewer write to it at once.`,
          { cause: error },
        );
      }
    }
  };

  const drain = async (runId: string, waiting: Waiting[]): Promise<void> => {
    while (waiting.length > 0) {
      // Nothing that is deleted may be referred to by what is stored with it.
      const next = waiting.findIndex(({ clears }) => clears);
      const group = waiting.splice(0, next < 0 ? waiting.length : Math.max(1, next));
      try {
        for (const settle of await commitAfterOthers(runId, group)) settle();
      } catch (error) {
        for (const { answer } of group) answer.reject(error);
      }
    }
    queues.delete(runId);
  };

  const enqueue = (runId: string, build: BuildWrites, clears: boolean): Promise<undefined> => {
    const answer = createDeferred<undefined>();
    const entry: Waiting = { build, clears, answer };
    const waiting = queues.get(runId);
    if (waiting) {
      waiting.push(entry);
    } else {
      const first = [entry];
      queues.set(runId, first);
      void drain(runId, first);
    }
    return answer.promise;
  };

  return {
    open: async (runId) => (await open(runId)).view,
    runIds: () => store.listRuns(),
    write: (runId, build) => enqueue(runId, build, false),
    clear: (runId) =>
      enqueue(runId, async (view) => (await view.find('')).map(({ key }) => ({ key, value: null })), true),
    async release(runId) {
      // Takes its place behind what waits, and asks for nothing.
      await enqueue(runId, async () => [], false).catch(() => undefined);
      await leases.release(runId);
    },
    remember(runId, view) {
      if (view.version === 0 || known.at(runId, view.version)) return;
      known.learn(runId, view.version, view.version, { places: view.places() });
    },
  };
}

interface Waiting {
  readonly build: BuildWrites;
  /** Deletes everything; stored alone. */
  readonly clears: boolean;
  readonly answer: Deferred<undefined>;
}

/** What a thread looks like once `written` is stored too. */
function viewAfter(view: ThreadView, written: ReadonlyMap<string, Json>): ThreadView {
  return {
    ...view,
    async get(key) {
      const value = written.has(key) ? written.get(key) : await view.get(key);
      return value === null ? undefined : value;
    },
    async find(prefix) {
      const found = new Map((await view.find(prefix)).map(({ key, value }) => [key, value]));
      for (const [key, value] of written) if (key.startsWith(prefix)) found.set(key, value);
      return [...found].flatMap(([key, value]) => (value === null ? [] : [{ key, value }]));
    },
  };
}
