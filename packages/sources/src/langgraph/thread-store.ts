import {
  createDeferred,
  createId,
  FleetglassError,
  isFleetglassError,
  systemClock,
  systemRandom,
} from '@fleetglass/core';
import type { Deferred, RecordWrite, Store, StoredRun } from '@fleetglass/core';
import type { Json } from '@fleetglass/core/protocol';
import { createChunkDecoder, createChunkEncoder } from './chunk-codec.js';
import type { ChunkDecoder, ChunkEncoder } from './chunk-codec.js';
import { CHUNKS, chunksKey, LIFE } from './keys.js';
import { createChunkMemory } from './known-chunks.js';
import { createThreadLeases } from './thread-leases.js';
import type { ThreadLease } from './thread-leases.js';

/** A thread as it was at one version, however often it is read. */
export interface ThreadView extends ChunkDecoder {
  readonly version: number;
  /** Names the thread: another one of the same id, begun after this was deleted, has another. */
  readonly life: string;
  /** Whether the thread has not been deleted since. What was read of it may lack parts otherwise. */
  lives(): Promise<boolean>;
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
  /** Deletes the thread with all that it holds. */
  delete(runId: string): Promise<void>;
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
    const run = await store.load(runId, { prefix: LIFE });
    const version = run?.version ?? 0;
    const life = lifeOf(run);
    const lives = async () => version === 0 || lifeOf(await store.load(runId, { prefix: LIFE })) === life;
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
    return { view: { ...decoder, version, life, lives, get, find }, leaseEpoch: run?.leaseEpoch ?? 0 };
  };

  /** Stores what all of them give in one commit. One that cannot tell what it writes is refused alone. */
  const commit = async (runId: string, group: readonly Waiting[]): Promise<(() => void)[]> => {
    const thread = await open(runId);
    const version = thread.view.version + 1;
    const isNew = version === 1;
    const life = isNew ? createId('thread', systemClock, systemRandom) : thread.view.life;
    const encoder = createChunkEncoder(version, known.at(runId + thread.view.life, thread.view.version));
    const written = new Map<string, Json>();
    const view = viewAfter(thread.view, written);
    const settle: (() => void)[] = [];
    for (const { build, answer } of group) {
      try {
        for (const { key, value } of (await build?.(view, encoder)) ?? []) written.set(key, value);
        settle.push(() => answer.resolve(undefined));
      } catch (error) {
        if (!(await view.lives())) throw deletedMeanwhile();
        settle.push(() => answer.reject(error));
      }
    }
    if (written.size === 0) return settle;
    if (isNew) written.set(LIFE, life);
    if (encoder.chunks.length > 0) written.set(chunksKey(version), encoder.chunks);
    await store.commit({
      runId,
      leaseEpoch: (await leases.leaseOf(runId))?.epoch ?? thread.leaseEpoch,
      expectedVersion: thread.view.version,
      writes: [...written].map(([key, value]) => ({ key, value })),
      events: [],
    });
    known.learn(runId + life, thread.view.version, version, encoder);
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

  const deleteNow = async (runId: string): Promise<void> => {
    const life = lifeOf(await store.load(runId, { prefix: LIFE }));
    await store.deleteRun(runId, await leases.leaseOf(runId));
    leases.forget(runId);
    known.forget(runId + life);
  };

  const drain = async (runId: string, waiting: Waiting[]): Promise<void> => {
    while (waiting.length > 0) {
      // A deletion has its own turn, between the writes before and after it.
      const next = waiting.findIndex(({ build }) => build === undefined);
      const group = waiting.splice(0, next < 0 ? waiting.length : Math.max(1, next));
      try {
        if (next === 0) {
          await deleteNow(runId);
          for (const { answer } of group) answer.resolve(undefined);
          continue;
        }
        for (const settle of await commitAfterOthers(runId, group)) settle();
      } catch (error) {
        for (const { answer } of group) answer.reject(error);
      }
    }
    queues.delete(runId);
  };

  const enqueue = (runId: string, build: BuildWrites | undefined): Promise<undefined> => {
    const answer = createDeferred<undefined>();
    const entry: Waiting = { build, answer };
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
    write: (runId, build) => enqueue(runId, build),
    delete: (runId) => enqueue(runId, undefined),
    async release(runId) {
      // Takes its place behind what waits, and asks for nothing.
      await enqueue(runId, async () => []).catch(() => undefined);
      await leases.release(runId);
    },
    remember(runId, view) {
      const name = runId + view.life;
      if (view.version === 0 || known.at(name, view.version)) return;
      known.learn(name, view.version, view.version, { places: view.places() });
    },
  };
}

interface Waiting {
  /** Absent for a deletion. */
  readonly build: BuildWrites | undefined;
  readonly answer: Deferred<undefined>;
}

function lifeOf(run: StoredRun | undefined): string {
  const life = run?.records[0]?.value;
  // Threads that began before they had names have none.
  return typeof life === 'string' ? life : '';
}

const deletedMeanwhile = (): FleetglassError =>
  new FleetglassError('VERSION_CONFLICT', 'Somebody deleted the thread meanwhile; read it again.');

/** What was read of a thread; `undefined` when it was deleted meanwhile, since parts may be missing then. */
export async function unlessDeleted<T>(view: ThreadView, read: () => Promise<T>): Promise<T | undefined> {
  try {
    const found = await read();
    return (await view.lives()) ? found : undefined;
  } catch (error) {
    if (await view.lives()) throw error;
    return undefined;
  }
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
