import type { Json } from '@fleetglass/core/protocol';
import { maxChannelVersion, TASKS } from '@langchain/langgraph-checkpoint';
import type {
  BaseCheckpointSaver,
  Checkpoint,
  CheckpointMetadata,
  CheckpointPendingWrite,
  CheckpointTuple,
  DeltaChannelHistory,
} from '@langchain/langgraph-checkpoint';
import { asCheckpointRecord, asWriteEntries } from './checkpoint-record.js';
import type { CheckpointRecord } from './checkpoint-record.js';
import { checkpointKey, newestKey, taskOf, writesOf } from './keys.js';
import { deserialize } from './serialized-value.js';
import type { SerializedValue } from './serialized-value.js';
import type { ThreadView } from './thread-store.js';

/** Where a checkpoint is. */
export interface CheckpointPlace {
  readonly threadId: string;
  readonly ns: string;
  readonly id: string;
}

export interface StoredCheckpoint extends CheckpointPlace {
  readonly view: ThreadView;
  readonly record: CheckpointRecord;
}

/** Last format in which sends waited beside the parent's writes instead of in a channel. */
const LAST_WITH_PENDING_SENDS = 3;

export const configOf = ({ threadId, ns, id }: CheckpointPlace) => ({
  configurable: { thread_id: threadId, checkpoint_ns: ns, checkpoint_id: id },
});

/** @param id the newest of the namespace when it is empty */
export async function findCheckpoint(
  view: ThreadView,
  threadId: string,
  ns: string,
  id: string,
): Promise<StoredCheckpoint | undefined> {
  const wanted = id === '' ? await view.get(newestKey(ns)) : id;
  if (typeof wanted !== 'string') return undefined;
  const key = checkpointKey(ns, wanted);
  const value = await view.get(key);
  if (value === undefined) return undefined;
  return { view, threadId, ns, id: wanted, record: asCheckpointRecord(key, value) };
}

/** Values of encoded nodes. */
async function readValues(
  { serde }: BaseCheckpointSaver,
  view: ThreadView,
  nodes: readonly Json[],
): Promise<unknown[]> {
  const values = await view.decode(nodes);
  return Promise.all(values.map((value) => deserialize(serde, value as SerializedValue)));
}

interface EncodedWrite {
  readonly taskId: string;
  readonly channel: string;
  readonly node: Json;
}

/** Writes that wait beside a checkpoint: tasks in the order of their first write. */
async function findWrites(view: ThreadView, ns: string, id: string): Promise<EncodedWrite[]> {
  const records = await view.find(writesOf(ns, id));
  return records.flatMap(({ key, value }) =>
    asWriteEntries(key, value).map(([, channel, node]) => ({ taskId: taskOf(key), channel, node })),
  );
}

async function readWrites(
  saver: BaseCheckpointSaver,
  view: ThreadView,
  writes: readonly EncodedWrite[],
): Promise<CheckpointPendingWrite[]> {
  const values = await readValues(
    saver,
    view,
    writes.map(({ node }) => node),
  );
  return writes.map(({ taskId, channel }, index) => [taskId, channel, values[index]]);
}

export async function readMetadata(
  saver: BaseCheckpointSaver,
  { view, record }: StoredCheckpoint,
): Promise<CheckpointMetadata> {
  const [metadata] = await readValues(saver, view, [record.metadata]);
  return metadata as CheckpointMetadata;
}

export async function readTuple(
  saver: BaseCheckpointSaver,
  stored: StoredCheckpoint,
): Promise<CheckpointTuple> {
  const { view, record, ns, id } = stored;
  const { parent, channels } = record;
  const filled = channels.flatMap(([name, , node]) => (node === undefined ? [] : [{ name, node }]));
  const nodes = [record.body, ...filled.map(({ node }) => node)];
  const [body, ...values] = await readValues(saver, view, nodes);
  const checkpoint: Checkpoint = {
    ...(body as Omit<Checkpoint, 'channel_values' | 'channel_versions'>),
    channel_values: Object.fromEntries(filled.map(({ name }, index) => [name, values[index]])),
    channel_versions: Object.fromEntries(
      channels.flatMap(([name, version]) => (version === null ? [] : [[name, version]])),
    ),
  };
  if (checkpoint.v <= LAST_WITH_PENDING_SENDS && parent !== null) {
    await addPendingSends(saver, view, checkpoint, await findWrites(view, ns, parent));
  }
  return {
    config: configOf(stored),
    checkpoint,
    metadata: await readMetadata(saver, stored),
    ...(parent === null ? {} : { parentConfig: configOf({ ...stored, id: parent }) }),
    pendingWrites: await readWrites(saver, view, await findWrites(view, ns, id)),
  };
}

async function addPendingSends(
  saver: BaseCheckpointSaver,
  view: ThreadView,
  checkpoint: Checkpoint,
  writesOfParent: readonly EncodedWrite[],
): Promise<void> {
  const sends = writesOfParent.filter(({ channel }) => channel === TASKS);
  const versions = Object.values(checkpoint.channel_versions);
  checkpoint.channel_values[TASKS] = (await readWrites(saver, view, sends)).map(([, , value]) => value);
  checkpoint.channel_versions[TASKS] =
    versions.length > 0 ? maxChannelVersion(...versions) : saver.getNextVersion(undefined);
}

/** Walks from a checkpoint to its ancestors and reads nothing but what the channels need. */
export async function readDeltaHistory(
  saver: BaseCheckpointSaver,
  start: StoredCheckpoint | undefined,
  channels: readonly string[],
): Promise<Record<string, DeltaChannelHistory>> {
  const newestFirst = new Map(channels.map((channel) => [channel, new Array<CheckpointPendingWrite>()]));
  const seeds = new Map<string, unknown>();
  let place = start;
  while (place && place.record.parent !== null && seeds.size < newestFirst.size) {
    const { view, threadId, ns, record } = place;
    const ancestor = await findCheckpoint(view, threadId, ns, record.parent ?? '');
    if (!ancestor) break;
    const wanted = (channel: string) => newestFirst.has(channel) && !seeds.has(channel);
    const writes = (await findWrites(view, ns, ancestor.id)).filter(({ channel }) => wanted(channel));
    // Tasks of one step have no order of their own: their ids give the one that every saver uses.
    writes.sort((a, b) => (a.taskId < b.taskId ? -1 : a.taskId > b.taskId ? 1 : 0));
    for (const write of (await readWrites(saver, view, writes)).reverse())
      newestFirst.get(write[1])?.push(write);
    const found = ancestor.record.channels.filter(([name, , node]) => node !== undefined && wanted(name));
    const values = await readValues(
      saver,
      view,
      found.flatMap(([, , node]) => (node === undefined ? [] : [node])),
    );
    found.forEach(([name], index) => seeds.set(name, values[index]));
    place = ancestor;
  }
  return Object.fromEntries(
    [...newestFirst].map(([channel, writes]) => [
      channel,
      { writes: writes.reverse(), ...(seeds.has(channel) ? { seed: seeds.get(channel) } : {}) },
    ]),
  );
}
