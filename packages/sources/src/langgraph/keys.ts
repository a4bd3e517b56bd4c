import { FleetglassError } from '@fleetglass/core';

/** What the runs that hold LangGraph's threads are called. */
const RUN_PREFIX = 'langgraph:';

/** Ids come from anywhere: encoded, none can reach into another's keys, and each key ends where it ends. */
function segment(name: string, id: unknown): string {
  if (typeof id === 'string') {
    try {
      return encodeURIComponent(id);
    } catch {
      // Half a surrogate pair: two such ids could become one on disk.
    }
  }
  throw new FleetglassError('BAD_INPUT', `\`${name}\` of the config has to be a string of whole characters.`);
}

/**
 * Id of the run that holds a thread.
 *
 * @throws FleetglassError `BAD_INPUT` for anything but a string that is not empty
 */
export function runIdOf(threadId: unknown): string {
  if (threadId === undefined || threadId === '') {
    throw new FleetglassError(
      'BAD_INPUT',
      'The config names no thread: pass `{ configurable: { thread_id: "…" } }` when you call the graph.',
    );
  }
  return RUN_PREFIX + segment('thread_id', threadId);
}

/** The thread that a run holds; `undefined` for runs of other kinds. */
export function threadIdOf(runId: string): string | undefined {
  return runId.startsWith(RUN_PREFIX) ? decodeURIComponent(runId.slice(RUN_PREFIX.length)) : undefined;
}

/** Keys of a thread's checkpoints, in one namespace or in all. */
export const CHECKPOINTS = 'checkpoint/';
export const checkpointsIn = (ns: unknown): string => `${CHECKPOINTS}${segment('checkpoint_ns', ns)}/`;
export const checkpointKey = (ns: unknown, id: unknown): string =>
  `${checkpointsIn(ns)}${segment('checkpoint_id', id)}/`;

const segmentOf = (key: string, index: number): string => decodeURIComponent(key.split('/')[index] ?? '');
/** Namespace and id of the checkpoint that a key belongs to. */
export const checkpointOf = (key: string) => ({ ns: segmentOf(key, 1), id: segmentOf(key, 2) });

/** Key of the id of a namespace's newest checkpoint. */
export const newestKey = (ns: unknown): string => `newest/${segment('checkpoint_ns', ns)}/`;

/** Keys of the writes that wait for the step after a checkpoint, all or a task's. */
export const writesOf = (ns: unknown, id: unknown): string =>
  `writes/${segment('checkpoint_ns', ns)}/${segment('checkpoint_id', id)}/`;
export const writesKey = (ns: unknown, id: unknown, taskId: unknown): string =>
  `${writesOf(ns, id)}${segment('task_id', taskId)}/`;
export const taskOf = (key: string): string => segmentOf(key, 3);

/** Keys of the chunks that a commit stored. */
export const CHUNKS = 'chunks/';
export const chunksKey = (version: number): string => `${CHUNKS}${version}/`;

/** Key of a name that a thread gets with its first write, and that no later thread of its id has. */
export const LIFE = 'life/';
