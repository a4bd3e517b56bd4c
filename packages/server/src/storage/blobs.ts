import { createHash } from 'node:crypto';
import { BLOB_GRACE_MS } from '@fleetglass/core';
import type { Clock, StoredBlob } from '@fleetglass/core';
import type { BlobRef } from '@fleetglass/core/protocol';
import type { Column, Database } from './database.js';
import type { LongTexts } from './long-texts.js';

/** Payloads by the hash of their bytes, and the runs that name them. Writes happen inside a transaction. */
export interface Blobs {
  put(ref: BlobRef, bytes: Uint8Array, mediaType: string): void;
  get(ref: string): StoredBlob | undefined;
  /** Events or records of the run name the blob; `''` stands for no run. */
  name(runId: string, ref: BlobRef): void;
  /** The run names nothing any more. Frees what nobody names and nobody can be about to name, also of earlier runs. */
  release(runId: string): void;
}

export const blobRefOf = (bytes: Uint8Array): BlobRef =>
  `sha256-${createHash('sha256').update(bytes).digest('hex')}`;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text that can be kept as one; `undefined` for other bytes. */
function textOf(bytes: Uint8Array, mediaType: string): string | undefined {
  if (!mediaType.includes('json')) return undefined;
  try {
    const text = utf8.decode(bytes);
    return text.includes('\u0001') ? undefined : text;
  } catch {
    return undefined;
  }
}

export function createBlobs(database: Database, texts: LongTexts, clock: Clock): Blobs {
  const touch = database.prepare('UPDATE blobs SET put_at = ?2 WHERE ref = ?1 RETURNING 1');
  const insert = database.prepare('INSERT INTO blobs (ref, media_type, bytes, put_at) VALUES (?, ?, ?, ?)');
  const select = database.prepare('SELECT bytes, media_type FROM blobs WHERE ref = ?');
  const name = database.prepare('INSERT OR IGNORE INTO blob_runs (run_id, ref) VALUES (?, ?)');
  const orphan = database.prepare(
    'UPDATE blobs SET orphaned = 1 WHERE ref IN (SELECT ref FROM blob_runs WHERE run_id = ?)',
  );
  const forget = database.prepare('DELETE FROM blob_runs WHERE run_id = ?');
  const named = database.prepare(
    `UPDATE blobs SET orphaned = 0
     WHERE orphaned = 1 AND EXISTS (SELECT 1 FROM blob_runs WHERE blob_runs.ref = blobs.ref)`,
  );
  const sweep = database.prepare('DELETE FROM blobs WHERE orphaned = 1 AND put_at <= ? RETURNING bytes');

  const bytesOf = (column: Column | undefined): Uint8Array =>
    typeof column === 'string' ? new TextEncoder().encode(texts.decode(column)) : (column as Uint8Array);

  return {
    put(ref, bytes, mediaType) {
      const now = clock.now();
      if (touch.get(ref, now)) return;
      const text = textOf(bytes, mediaType);
      const kept = text === undefined ? undefined : texts.encode(text);
      insert.run(ref, mediaType, kept === undefined || kept === text ? bytes : kept, now);
    },
    get(ref) {
      const row = select.get(ref);
      return row && { bytes: bytesOf(row[0]), mediaType: String(row[1]) };
    },
    name: (runId, ref) => void name.run(runId, ref),
    release(runId) {
      orphan.run(runId);
      forget.run(runId);
      named.run();
      for (const [bytes] of sweep.all(clock.now() - BLOB_GRACE_MS)) {
        if (typeof bytes === 'string') texts.release(bytes);
      }
    },
  };
}
