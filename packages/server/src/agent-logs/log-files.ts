import { createHash } from 'node:crypto';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

const MAX_NAME = 80;

/**
 * Name of a folder or file for an id from outside: readable where the id is harmless, never the same for two ids, and
 * never a way out of its folder.
 */
export function safeName(id: string): string {
  const plain = id.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, MAX_NAME);
  if (plain === id && plain !== '') return plain;
  return `${plain}~${createHash('sha256').update(id).digest('hex').slice(0, 12)}`;
}

/** Appends text to files, which only their owner may read: they hold what agents were told. */
export async function appendTo(folder: string, texts: ReadonlyMap<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const [file, text] of texts) await appendFile(join(folder, file), text, { mode: 0o600 });
}
