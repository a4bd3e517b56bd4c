import type { Clock } from '../lib/clock.js';
import type { BlobRef } from '../protocol/payload.js';
import { blobRefsIn } from './blob-ref.js';
import type { StoredBlob } from './store.js';
import { BLOB_GRACE_MS } from './store.js';

interface HeldBlob extends StoredBlob {
  /** When it was put last. */
  putAt: number;
}

/** Blobs in memory: the newest within a limit, without those of deleted runs. */
export interface MemoryBlobs {
  readonly bytes: number;
  readonly size: number;
  put(ref: BlobRef, blob: StoredBlob): void;
  get(ref: BlobRef): StoredBlob | undefined;
  /**
   * Frees what only deleted runs named.
   *
   * @param removed what the runs consisted of
   * @param left everything else; looked at only where something may be freed
   */
  free(removed: Iterable<unknown>, left: () => Iterable<unknown>): void;
  clear(): void;
}

export function createMemoryBlobs(maxBytes: number, clock: Clock): MemoryBlobs {
  const blobs = new Map<BlobRef, HeldBlob>();
  /** Named by deleted runs only, as far as is known; freed once nobody can be about to name them. */
  const orphans = new Set<BlobRef>();
  let bytes = 0;

  const remove = (ref: BlobRef): void => {
    bytes -= blobs.get(ref)?.bytes.byteLength ?? 0;
    blobs.delete(ref);
    orphans.delete(ref);
  };

  return {
    get bytes() {
      return bytes;
    },
    get size() {
      return blobs.size;
    },
    put(ref, blob) {
      const held = blobs.get(ref);
      if (held) {
        held.putAt = clock.now();
        return;
      }
      blobs.set(ref, { ...blob, putAt: clock.now() });
      bytes += blob.bytes.byteLength;
      for (const oldest of blobs.keys()) {
        if (bytes <= maxBytes || oldest === ref) break;
        remove(oldest);
      }
    },
    get(ref) {
      const held = blobs.get(ref);
      return held && { bytes: held.bytes, mediaType: held.mediaType };
    },
    free(removed, left) {
      if (blobs.size === 0) return;
      for (const value of removed) eachRef(value, (ref) => blobs.has(ref) && orphans.add(ref));
      if (orphans.size === 0) return;
      for (const value of left()) eachRef(value, (ref) => orphans.delete(ref));
      const newest = clock.now() - BLOB_GRACE_MS;
      for (const ref of orphans) if ((blobs.get(ref)?.putAt ?? 0) <= newest) remove(ref);
    },
    clear() {
      blobs.clear();
      orphans.clear();
      bytes = 0;
    },
  };
}

const MAX_DEPTH = 64;

/** Finds addresses in the strings of a value. */
function eachRef(value: unknown, found: (ref: BlobRef) => void, depth = MAX_DEPTH): void {
  if (typeof value === 'string') blobRefsIn(value).forEach(found);
  if (typeof value !== 'object' || value === null || depth === 0) return;
  for (const key in value) eachRef((value as Record<string, unknown>)[key], found, depth - 1);
}
