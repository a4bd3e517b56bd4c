import type { SystemDroppedData } from '../protocol/events/control.js';

export type DropReason = SystemDroppedData['reason'];

/** Counts what was dropped until that is announced. */
export interface DropCounter {
  /** Dropped since the beginning. */
  readonly total: number;
  /** Whether something was not announced yet. */
  readonly waiting: boolean;
  add(type: string, reason: DropReason, count?: number): void;
  /** What is to be announced, one entry a reason; then counts anew. */
  take(): SystemDroppedData[];
  /** Takes an announcement back that did not arrive. */
  restore(data: SystemDroppedData): void;
}

const MOST_TYPES = 64;

export function createDropCounter(): DropCounter {
  const byReason = new Map<DropReason, Map<string, number>>();
  let total = 0;

  const count = (type: string, reason: DropReason, amount: number): void => {
    const counts = byReason.get(reason) ?? new Map<string, number>();
    byReason.set(reason, counts);
    const name = counts.has(type) || counts.size < MOST_TYPES ? type : 'other';
    counts.set(name, (counts.get(name) ?? 0) + amount);
  };

  return {
    get total() {
      return total;
    },
    get waiting() {
      return byReason.size > 0;
    },
    add(type, reason, amount = 1) {
      total += amount;
      count(type, reason, amount);
    },
    take() {
      const taken = [...byReason].map(([reason, counts]) => ({ reason, counts: Object.fromEntries(counts) }));
      byReason.clear();
      return taken;
    },
    restore({ reason, counts }) {
      for (const [type, amount] of Object.entries(counts)) count(type, reason, amount);
    },
  };
}
