import type { LedgerEntry } from './store.js';

/** An entry that stays, and its place among those that were given. */
export interface SpentEntry {
  readonly index: number;
  readonly entry: LedgerEntry;
}

/**
 * What stays of a run's entries when the run is deleted, in their order: money that was paid, and what nobody knows
 * to be unpaid. Budgets of its thread and of all runs go on counting it.
 */
export function spentEntries(entries: readonly LedgerEntry[]): SpentEntry[] {
  const open = new Set<string>();
  for (const { kind, callId } of entries) {
    if (kind === 'reserved') open.add(callId);
    else open.delete(callId);
  }
  const kept: SpentEntry[] = [];
  entries.forEach((entry, index) => {
    if (entry.kind === 'settled' || entry.kind === 'abandoned') kept.push({ index, entry });
    else if (entry.kind === 'reserved' && open.delete(entry.callId)) {
      kept.push({ index, entry: { ...entry, kind: 'abandoned' } });
    }
  });
  return kept;
}
