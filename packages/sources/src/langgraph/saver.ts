import { isDeepStrictEqual } from 'node:util';
import { FleetglassError } from '@fleetglass/core';
import type { RecordWrite, Store } from '@fleetglass/core';
import type { Json } from '@fleetglass/core/protocol';
import type { RunnableConfig } from '@langchain/core/runnables';
import { BaseCheckpointSaver, getCheckpointId, WRITES_IDX_MAP } from '@langchain/langgraph-checkpoint';
import type {
  ChannelVersions,
  Checkpoint,
  CheckpointListOptions,
  CheckpointMetadata,
  CheckpointTuple,
  DeltaChannelHistory,
  PendingWrite,
  SerializerProtocol,
} from '@langchain/langgraph-checkpoint';
import { asCheckpointRecord, asWriteEntries } from './checkpoint-record.js';
import type { ChannelEntry, CheckpointRecord, WriteEntry } from './checkpoint-record.js';
import {
  checkpointKey,
  checkpointOf,
  CHECKPOINTS,
  checkpointsIn,
  newestKey,
  runIdOf,
  threadIdOf,
  writesKey,
} from './keys.js';
import { configOf, findCheckpoint, readDeltaHistory, readMetadata, readTuple } from './read-checkpoint.js';
import type { StoredCheckpoint } from './read-checkpoint.js';
import { serialize } from './serialized-value.js';
import type { ThreadLease } from './thread-leases.js';
import { createThreadStore, unlessDeleted } from './thread-store.js';
import type { ThreadStore, ThreadView } from './thread-store.js';

/** Where checkpoints of LangGraph are kept. */
export interface FleetglassSaverOptions {
  readonly store: Store;
  /** Turns values into bytes; what it calls `json` has to be JSON text. @default LangGraph's own */
  readonly serde?: SerializerProtocol;
  /**
   * Makes the saver the only one that writes to its threads: it takes a thread's lease with its first write, and once
   * another owner took over, each of its writes is refused with `LEASE_LOST`. All savers of a thread have to own what
   * they write for that. @default writers share threads, and their writes are put in order
   */
  readonly lease?: ThreadLease;
}

const settingsOf = (config: RunnableConfig | undefined): Readonly<Record<string, unknown>> =>
  config?.configurable ?? {};

const namespaceOf = (config: RunnableConfig): string => {
  const { checkpoint_ns: ns = '' } = settingsOf(config);
  if (typeof ns === 'string') return ns;
  throw new FleetglassError('BAD_INPUT', '`checkpoint_ns` of the config has to be a string.');
};

/**
 * Work that begins before its write has its turn: the graph goes on and may change what it handed over. Its failure is
 * told by whoever waits for it.
 */
function started<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}

const byIdDescending = (a: StoredCheckpoint, b: StoredCheckpoint): number =>
  a.id < b.id ? 1 : a.id > b.id ? -1 : 0;

/**
 * Keeps the threads of LangGraph graphs in a Fleetglass store. A thread is the run `langgraph:<thread_id>`, each call
 * one commit: it is stored whole or not at all. A value is stored once, however many checkpoints hold it, and of a list
 * or a text that grew only what was added.
 *
 * A class, since LangGraph accepts only descendants of its own.
 */
export class FleetglassSaver extends BaseCheckpointSaver {
  readonly #threads: ThreadStore;

  constructor({ store, serde, lease }: FleetglassSaverOptions) {
    super(serde);
    this.#threads = createThreadStore(store, lease);
  }

  /** The checkpoint that the config names, or the newest of its namespace. */
  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const found = await this.#find(config);
    if (!found) return undefined;
    const tuple = await unlessDeleted(found.view, () => readTuple(this, found));
    if (!tuple) return undefined;
    this.#threads.remember(runIdOf(found.threadId), found.view);
    return tuple;
  }

  /** Checkpoints from the newest to the oldest, of one thread or of all; without those of a thread deleted meanwhile. */
  override async *list(
    config: RunnableConfig,
    { before, limit = Infinity, filter = {} }: CheckpointListOptions = {},
  ): AsyncGenerator<CheckpointTuple> {
    const { thread_id: threadId, checkpoint_ns: ns, checkpoint_id: id } = settingsOf(config);
    const beforeId = before && getCheckpointId(before);
    const runIds = threadId === undefined ? await this.#threads.runIds() : [runIdOf(threadId)];
    const found: StoredCheckpoint[] = [];
    for (const runId of runIds) {
      const thread = threadIdOf(runId);
      if (thread === undefined) continue;
      const view = await this.#threads.open(runId);
      for (const { key, value } of await view.find(ns === undefined ? CHECKPOINTS : checkpointsIn(ns))) {
        const place = checkpointOf(key);
        if ((id !== undefined && place.id !== id) || (beforeId && place.id >= beforeId)) continue;
        found.push({ ...place, threadId: thread, view, record: asCheckpointRecord(key, value) });
      }
    }
    const wanted = Object.entries(filter).filter(([, value]) => value !== undefined);
    let left = limit;
    for (const stored of found.sort(byIdDescending)) {
      if (left <= 0) return;
      const tuple = await unlessDeleted(stored.view, async () => {
        const metadata = wanted.length > 0 ? { ...(await readMetadata(this, stored)) } : {};
        const isWanted = wanted.every(([name, value]) => isDeepStrictEqual(metadata[name as never], value));
        return isWanted ? readTuple(this, stored) : undefined;
      });
      if (!tuple) continue;
      left -= 1;
      yield tuple;
    }
  }

  /** Stores a checkpoint; of its channels only the values of `newVersions`, the others stay where they are. */
  override async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions,
  ): Promise<RunnableConfig> {
    const runId = runIdOf(settingsOf(config)['thread_id']);
    const ns = namespaceOf(config);
    const parent = getCheckpointId(config) || null;
    const { channel_values: values, channel_versions: versions, ...rest } = checkpoint;
    const dump = async (name: string) => [name, await serialize(this.serde, values[name])] as const;
    const names = Object.keys(values);
    const whole = started(Promise.all([serialize(this.serde, rest), serialize(this.serde, metadata)]));
    const isNew = (name: string) => Object.hasOwn(newVersions, name) || !Object.hasOwn(versions, name);
    const changes = started(Promise.all(names.filter(isNew).map(dump)));
    await this.#threads.write(runId, async (view, encoder) => {
      const [[body, facts], changed] = await Promise.all([whole, changes]);
      const inherited = await this.#channelsOf(view, ns, parent);
      const isInherited = (name: string) => inherited.get(name)?.[1] === versions[name];
      const missing = names.filter((name) => !isNew(name) && !isInherited(name));
      const found = await Promise.all((await this.#known(view, ns, missing, versions)).map(dump));
      const nodes = new Map(
        [...changed, ...found].map(([name, value]) => [name, encoder.encode(value, `${ns}/${name}`)]),
      );
      const entry = (name: string, version: string | number | null): ChannelEntry => {
        const node = nodes.get(name);
        if (node !== undefined) return [name, version, node];
        const kept = Object.hasOwn(newVersions, name) || !isInherited(name) ? undefined : inherited.get(name);
        return kept ?? [name, version];
      };
      const record: CheckpointRecord = {
        parent,
        channels: [
          ...Object.entries(versions).map(([name, version]) => entry(name, version)),
          ...names.filter((name) => !Object.hasOwn(versions, name)).map((name) => entry(name, null)),
        ],
        body: encoder.encode(body),
        metadata: encoder.encode(facts),
      };
      const newest = await view.get(newestKey(ns));
      const writes: RecordWrite[] = [
        { key: checkpointKey(ns, checkpoint.id), value: record as unknown as Json },
      ];
      if (typeof newest !== 'string' || newest < checkpoint.id) {
        writes.push({ key: newestKey(ns), value: checkpoint.id });
      }
      return writes;
    });
    return configOf({ threadId: threadIdOf(runId) ?? '', ns, id: checkpoint.id });
  }

  /** Stores what a task wrote after a checkpoint, so that it need not run again. A repeated write changes nothing. */
  override async putWrites(config: RunnableConfig, writes: PendingWrite[], taskId: string): Promise<void> {
    const runId = runIdOf(settingsOf(config)['thread_id']);
    const ns = namespaceOf(config);
    const id = getCheckpointId(config);
    if (!id) {
      throw new FleetglassError(
        'BAD_INPUT',
        'The config names no checkpoint: writes need its `checkpoint_id`.',
      );
    }
    const key = writesKey(ns, id, taskId);
    const serialized = started(Promise.all(writes.map(([, value]) => serialize(this.serde, value))));
    await this.#threads.write(runId, async (view, encoder) => {
      const values = await serialized;
      const entries = new Map<number, WriteEntry>();
      const before = asWriteEntries(key, (await view.get(key)) ?? []);
      for (const entry of before) entries.set(entry[0], entry);
      writes.forEach(([channel], index) => {
        // Errors, interrupts and answers have a place of their own, and the latest counts.
        const place = Object.hasOwn(WRITES_IDX_MAP, channel) ? (WRITES_IDX_MAP[channel] ?? index) : index;
        const value = values[index];
        if (value === undefined || (place >= 0 && entries.has(place))) return;
        entries.set(place, [place, channel, encoder.encode(value)]);
      });
      const after = [...entries.values()];
      const isSame = after.length === before.length && after.every((entry, index) => entry === before[index]);
      return isSame ? [] : [{ key, value: after }];
    });
  }

  /**
   * Deletes a thread with all its checkpoints and writes, and frees their bytes.
   *
   * @throws FleetglassError `LEASE_HELD` while a saver that owns its threads holds the lease of this one
   */
  override async deleteThread(threadId: string): Promise<void> {
    await this.#threads.delete(runIdOf(threadId));
  }

  override async getDeltaChannelHistory(options: {
    config: RunnableConfig;
    channels: string[];
  }): Promise<Record<string, DeltaChannelHistory>> {
    const found = await this.#find(options.config);
    const read = () => readDeltaHistory(this, found, options.channels);
    return (
      (found && (await unlessDeleted(found.view, read))) ??
      readDeltaHistory(this, undefined, options.channels)
    );
  }

  /**
   * Gives the thread back when it was written with a lease; the next write takes it anew. Call it when an invocation of
   * the graph has ended, also after `LEASE_LOST`.
   */
  async release(threadId: string): Promise<void> {
    await this.#threads.release(runIdOf(threadId));
  }

  async #find(config: RunnableConfig): Promise<StoredCheckpoint | undefined> {
    const { thread_id: threadId } = settingsOf(config);
    if (threadId === undefined) return undefined;
    const runId = runIdOf(threadId);
    const view = await this.#threads.open(runId);
    return findCheckpoint(view, threadIdOf(runId) ?? '', namespaceOf(config), getCheckpointId(config));
  }

  async #channelsOf(
    view: ThreadView,
    ns: string,
    id: string | null,
  ): Promise<ReadonlyMap<string, ChannelEntry>> {
    const found = id === null ? undefined : await findCheckpoint(view, '', ns, id);
    return new Map(found?.record.channels.map((entry) => [entry[0], entry]));
  }

  /**
   * Of channels that neither changed nor come from the parent, those that another checkpoint has at this version: a
   * copy beside the original. What nobody ever stored at this version is not part of the thread.
   */
  async #known(
    view: ThreadView,
    ns: string,
    names: readonly string[],
    versions: ChannelVersions,
  ): Promise<readonly string[]> {
    if (names.length === 0) return [];
    const left = new Set(names);
    for (const { key, value } of await view.find(checkpointsIn(ns))) {
      for (const [name, version, node] of asCheckpointRecord(key, value).channels) {
        if (node !== undefined && version === versions[name]) left.delete(name);
      }
    }
    return names.filter((name) => !left.has(name));
  }
}
