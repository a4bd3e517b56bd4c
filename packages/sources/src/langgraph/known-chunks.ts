import type { Json } from '@fleetglass/core/protocol';
import type { BoundedMap } from '../lib/bounded-map.js';
import { createBoundedMap } from '../lib/bounded-map.js';
import type { ChunkEncoder, EncodedParts, KnownChunks } from './chunk-codec.js';

/**
 * Remembers where the chunks of threads lie, so that they are not stored again. What it forgets, or never knew, costs
 * space and nothing else.
 */
export interface ChunkMemory {
  /** What is known of the thread as of this version; nothing when somebody else has written to it since. */
  at(runId: string, version: number): KnownChunks | undefined;
  /** Adds what the reader or the writer of `version` saw; what was known of `base` stays known. */
  learn(
    runId: string,
    base: number,
    version: number,
    seen: Partial<Pick<ChunkEncoder, 'places' | 'parts'>>,
  ): void;
  forget(runId: string): void;
}

interface ThreadChunks {
  version: number;
  readonly places: Map<string, Json>;
  /** Weak: this only saves work, and must not keep the states of threads alive that nobody runs. */
  readonly parts: BoundedMap<string, WeakRef<EncodedParts>>;
}

const MAX_PARTS_OF_THREAD = 64;

/** @param limit most chunks of all threads together; those of the thread that was idle longest go first */
export function createChunkMemory(limit: number): ChunkMemory {
  const threads = new Map<string, ThreadChunks>();
  let size = 0;

  const forget = (runId: string): void => {
    size -= threads.get(runId)?.places.size ?? 0;
    threads.delete(runId);
  };

  const shrink = (): void => {
    while (size > limit) {
      const [idlest] = threads;
      if (!idlest) return;
      const [runId, { places }] = idlest;
      if (threads.size > 1) {
        forget(runId);
        continue;
      }
      for (const hash of places.keys()) {
        if (size <= limit) return;
        places.delete(hash);
        size -= 1;
      }
    }
  };

  return {
    at(runId, version) {
      const thread = threads.get(runId);
      if (thread?.version !== version) return undefined;
      return {
        place: (hash) => thread.places.get(hash),
        parts: (name) => thread.parts.get(name)?.deref(),
      };
    },
    learn(runId, base, version, { places, parts }) {
      let thread = threads.get(runId);
      // A reader that was slower than a writer has nothing to add.
      if (thread && thread.version > version) return;
      if (thread && thread.version !== base && thread.version !== version) {
        forget(runId);
        thread = undefined;
      }
      thread ??= { version, places: new Map(), parts: createBoundedMap(MAX_PARTS_OF_THREAD) };
      thread.version = version;
      threads.delete(runId);
      threads.set(runId, thread);
      for (const [hash, place] of places ?? []) {
        if (!thread.places.has(hash)) size += 1;
        thread.places.set(hash, place);
      }
      for (const [name, each] of parts ?? []) thread.parts.set(name, new WeakRef(each));
      shrink();
    },
    forget,
  };
}
