import { FleetglassError } from '../errors/fleetglass-error.js';
import type { Json } from '../lib/json.js';
import { findNonJson } from '../lib/json.js';
import type { Commit, LedgerEntry, RecordWrite, RunRecord } from './store.js';

/** Ledger entry with its place among the entries of all runs. */
export interface OrderedEntry {
  readonly order: number;
  readonly entry: LedgerEntry;
}

/** Everything committed for one run. */
export interface MemoryRun {
  version: number;
  /** By key, in the order of first writing: what it held since which version, oldest first; `null` is deleted. */
  readonly history: Map<string, { readonly version: number; readonly value: Json }[]>;
  readonly ledger: OrderedEntry[];
}

export function createMemoryRun(): MemoryRun {
  return { version: 0, history: new Map(), ledger: [] };
}

/** @throws FleetglassError `VERSION_CONFLICT`, `STATE_NOT_JSON` */
export function checkCommit(run: MemoryRun | undefined, commit: Commit): void {
  const version = run?.version ?? 0;
  if (commit.expectedVersion !== version) {
    throw new FleetglassError(
      'VERSION_CONFLICT',
      `Run "${commit.runId}" is at version ${version}; load it again and repeat the change.`,
      { details: { runId: commit.runId, version } },
    );
  }
  for (const { key, value } of commit.writes) {
    const path = findNonJson(value, key);
    if (path !== undefined) {
      throw new FleetglassError(
        'STATE_NOT_JSON',
        `"${path}" does not survive a JSON round trip; store plain data.`,
        {
          details: { runId: commit.runId, path },
        },
      );
    }
  }
}

export function applyWrites(run: MemoryRun, writes: readonly RecordWrite[]): void {
  run.version += 1;
  for (const { key, value } of writes) {
    const values = run.history.get(key);
    if (!values) {
      run.history.set(key, [{ version: run.version, value }]);
      continue;
    }
    // The last write of a key in one commit counts.
    if (values.at(-1)?.version === run.version) values.pop();
    values.push({ version: run.version, value });
  }
}

/** Records whose keys begin with `prefix`, as of `version`. */
export function recordsOf(run: MemoryRun, prefix: string, version: number): RunRecord[] {
  const records: RunRecord[] = [];
  for (const [key, values] of run.history) {
    if (!key.startsWith(prefix)) continue;
    const held = values.findLast((entry) => entry.version <= version);
    if (held && held.value !== null) records.push({ key, ...held });
  }
  return records;
}

/** Every value that was ever written and not deleted with its key. */
export function* valuesOf({ history }: MemoryRun): IterableIterator<Json> {
  for (const values of history.values()) for (const { value } of values) yield value;
}
