import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../shared/traces/', import.meta.url));

/** Path of a recording, for tests that read real ones. */
export function tracePath(file: string): string {
  return `${root}${file}`;
}

/** Whether the recordings are here; says so when they are not, so that a skipped test is never silent. */
export function hasTraces(what: string): boolean {
  const present = existsSync(root);
  if (!present) console.warn(`SKIPPED: ${what}: no recordings at ../shared/traces beside the repository.`);
  return present;
}

export function readTrace(file: string): unknown {
  return JSON.parse(readFileSync(tracePath(file), 'utf8'));
}
