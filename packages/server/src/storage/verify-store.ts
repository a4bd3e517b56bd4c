import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { STORE_SCHEMA_VERSION } from '@fleetglass/core';
import type { FleetEvent } from '@fleetglass/core/protocol';
import { blobRefOf } from './blobs.js';
import type { Column, Database } from './database.js';
import { openReadOnly } from './database.js';
import { createLongTexts } from './long-texts.js';
import { APPLICATION_ID } from './schema.js';

/** What a file of a store holds, and what is wrong with it. */
export interface StoreReport {
  readonly file: string;
  /** In words, the first ones only; none when all is well. */
  readonly problems: readonly string[];
  /** Version of what is written in it; 0 when that could not be read. */
  readonly schema: number;
  /** Life of its log. */
  readonly epoch: string;
  readonly events: number;
  /** `seq` of the newest event. */
  readonly head: number;
  /** Of everything that the events say, in their order: equal logs have equal ones. */
  readonly sha256: string;
}

/** What is written beside a backup: without it nobody could tell that a byte of a text has changed. */
export interface BackupManifest {
  readonly format: 'fleetglass-backup';
  readonly bytes: number;
  /** Of the file. */
  readonly sha256: string;
  readonly epoch: string;
  readonly events: number;
  readonly head: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** Where the manifest of a backup stands. */
export const manifestPath = (file: string): string => `${file}.manifest.json`;

const MOST_PROBLEMS = 10;
const ROWS = 256;

export async function hashOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

/**
 * Reads a store's file from end to end: the structure of the database, every event and its place, every record and
 * blob, and for a backup that nothing of it has changed since it was made. Others may go on writing to it.
 */
export async function verifyStore(file: string): Promise<StoreReport> {
  const found = { schema: 0, epoch: '', events: 0, head: 0, sha256: '' };
  const problems: string[] = [];
  const tell = (problem: string): void => {
    if (problems.length < MOST_PROBLEMS) problems.push(problem);
    else if (problems.length === MOST_PROBLEMS) problems.push('There is more.');
  };
  if (!existsSync(file)) {
    tell('There is no such file.');
    return { file, problems, ...found };
  }
  await checkManifest(file, tell);
  let database: Database | undefined;
  try {
    database = openReadOnly(file);
    Object.assign(found, readAll(database, tell));
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown reason';
    tell(`It cannot be read as a database (${reason}): it is damaged, cut off, or something else.`);
  } finally {
    database?.close();
  }
  return { file, problems, ...found };
}

async function checkManifest(file: string, tell: (problem: string) => void): Promise<void> {
  if (!existsSync(manifestPath(file))) return;
  let manifest: Partial<BackupManifest>;
  try {
    manifest = JSON.parse(await readFile(manifestPath(file), 'utf8')) as Partial<BackupManifest>;
  } catch {
    tell('Its manifest cannot be read.');
    return;
  }
  const { size } = await stat(file);
  if (size !== manifest.bytes) {
    tell(`It has ${String(size)} bytes; when it was made it had ${String(manifest.bytes)}.`);
  } else if ((await hashOfFile(file)) !== manifest.sha256) {
    tell('Its content has changed since it was made: the checksum of its manifest does not fit.');
  }
}

function readAll(database: Database, tell: (problem: string) => void) {
  const pragma = (name: string): number => Number(database.prepare(`PRAGMA ${name}`).get()?.[0] ?? 0);
  const schema = pragma('user_version');
  const found = { schema, epoch: '', events: 0, head: 0, sha256: '' };
  if (pragma('application_id') !== APPLICATION_ID) {
    tell('It is a database of another program.');
    return found;
  }
  if (schema > STORE_SCHEMA_VERSION) {
    tell(
      `A newer version wrote it (schema ${String(schema)}, this one knows ${String(STORE_SCHEMA_VERSION)}): update Fleetglass.`,
    );
    return found;
  }
  // One moment of the file, whatever others write meanwhile.
  database.exec('BEGIN');
  for (const [message] of database.prepare(`PRAGMA integrity_check(${String(MOST_PROBLEMS)})`).all()) {
    if (message !== 'ok') tell(`The database is damaged: ${String(message)}.`);
  }
  found.epoch = String(database.prepare("SELECT value FROM meta WHERE key = 'epoch'").get()?.[0] ?? '');
  if (found.epoch === '') tell('The log has no epoch.');
  const decode: Decode = schema < 2 ? String : decoderOf(database);
  Object.assign(found, readEvents(database, decode, tell));
  checkValues(database, decode, tell);
  return found;
}

type Decode = (kept: Column | undefined) => string;

function decoderOf(database: Database): Decode {
  const texts = createLongTexts(database);
  return (kept) => texts.decode(kept);
}

function readEvents(database: Database, decode: Decode, tell: (problem: string) => void) {
  const deleted = Number(database.prepare("SELECT value FROM meta WHERE key = 'deletions'").get()?.[0] ?? 0);
  const select = database.prepare(
    `SELECT seq_from, seq_to, body FROM segments WHERE seq_from > ? ORDER BY seq_from LIMIT ${String(ROWS)}`,
  );
  const hash = createHash('sha256');
  let head = 0;
  let events = 0;
  const missing = (from: number, to: number): void => {
    // What runs that were deleted have left.
    if (from <= to && deleted === 0) tell(`Events ${String(from)} to ${String(to)} are missing.`);
  };
  for (let after = 0; ;) {
    const rows = select.all(after);
    for (const [from, to, body] of rows) {
      const [first, last] = [Number(from), Number(to)];
      if (first <= head || last < first)
        tell(`Events ${String(first)} to ${String(last)} overlap with others.`);
      missing(head + 1, first - 1);
      const texts = textsOf(decode, body, first, last, tell);
      let at = first - 1;
      for (const { seq, text } of texts) {
        if (seq <= at || seq > last) tell(`Event ${String(seq)} is out of its place.`);
        missing(at + 1, seq - 1);
        at = seq;
        events += 1;
        hash.update(text).update('\n');
      }
      missing(at + 1, last);
      head = Math.max(head, last);
      after = first;
    }
    if (rows.length < ROWS) return { head, events, sha256: hash.digest('hex') };
  }
}

function textsOf(
  decode: Decode,
  body: Column | undefined,
  first: number,
  last: number,
  tell: (problem: string) => void,
): { readonly seq: number; readonly text: string }[] {
  try {
    const events = JSON.parse(decode(body)) as FleetEvent[];
    return events.map((event) => {
      if (!Number.isSafeInteger(event.seq) || typeof event.type !== 'string') throw new Error('no event');
      return { seq: event.seq, text: JSON.stringify(event) };
    });
  } catch {
    tell(`Events ${String(first)} to ${String(last)} cannot be read.`);
    return [];
  }
}

/** Records and blobs: that each can be read, and that each blob is what its name says. */
function checkValues(database: Database, decode: Decode, tell: (problem: string) => void): void {
  const records = database.prepare(
    `SELECT run_id, key, version, value FROM records WHERE (run_id, key, version) > (?, ?, ?) AND value IS NOT NULL
     ORDER BY run_id, key, version LIMIT ${String(ROWS)}`,
  );
  for (let after: [string, string, number] = ['', '', 0]; ;) {
    const rows = records.all(...after);
    for (const [runId, key, version, value] of rows) {
      after = [String(runId), String(key), Number(version)];
      try {
        JSON.parse(decode(value));
      } catch {
        tell(`The record ${String(key)} of run ${String(runId)} cannot be read.`);
      }
    }
    if (rows.length < ROWS) break;
  }
  const blob = database.prepare('SELECT bytes FROM blobs WHERE ref = ?');
  for (const [ref] of database.prepare('SELECT ref FROM blobs').all()) {
    try {
      const kept = blob.get(String(ref))?.[0];
      const bytes = typeof kept === 'string' ? Buffer.from(decode(kept)) : (kept as Uint8Array);
      if (blobRefOf(bytes) !== ref) tell(`The blob ${String(ref)} is not what it was.`);
    } catch {
      tell(`The blob ${String(ref)} cannot be read.`);
    }
  }
}
