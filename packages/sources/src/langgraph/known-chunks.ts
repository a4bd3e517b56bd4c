import type { Json } from '@fleetglass/core/protocol';
import type { KnownChunks } from './chunk-codec.js';

/**
 * Remembers where the chunks of threads lie, so that they are not stored again. What it forgets, or never knew, costs
 * space and nothing else.
 */
export interface ChunkMemory {
  /** What is known of the thread as of this version; nothing when somebody else has written to it since. */
  at(runId: string, version: number): KnownChunks;
  /** Adds what the reader or the writer of `version` saw; what was known of `base` stays known. */
  learn(runId: string, base: number, version: number, places: Iterable<readonly [string, Json]>): void;
  forget(runId: string): void;
}

interface ThreadChunks {
  version: number;
  readonly places: Map<string, Json>;
}

const NOTHING: KnownChunks = new Map();

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
      return thread?.version === version ? thread.places : NOTHING;
    },
    learn(runId, base, version, places) {
      const before = threads.get(runId);
      // A reader that was slower than a writer has nothing to add.
      if (before && before.version > version) return;
      const isSame = before && (before.version === base || before.version === version);
      if (before && !isSame) forget(runId);
      const known = isSame ? before.places : new Map<string, Json>();
      threads.delete(runId);
      threads.set(runId, { version, places: known });
      for (const [hash, place] of places) {
        if (!known.delete(hash)) size += 1;
        known.set(hash, place);
      }
      shrink();
    },
    forget,
  };
}
