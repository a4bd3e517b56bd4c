import type { Clock } from '../lib/clock.js';
import type { Store } from '../log/store.js';
import type { EventDraft } from '../protocol/event.js';
import type { BudgetAccount } from './budget-account.js';
import { createBudgetAccount } from './budget-account.js';
import type { FleetBudgetOptions } from './budget-options.js';

const DAY_MS = 86_400_000;

/** The limit that all runs of an orchestrator share, for a day in UTC. */
export interface FleetBudget {
  /** Reads what was spent today, the first time; starts anew on another day. */
  account(): Promise<BudgetAccount>;
  readonly current: BudgetAccount;
}

/** @throws FleetglassError `BAD_INPUT` for impossible options */
export function createFleetBudget(options: FleetBudgetOptions, store: Store, clock: Clock): FleetBudget {
  const account = createBudgetAccount('fleet:day', 'fleet', undefined, options, {}, options.period);
  let day = -1;
  let loading: Promise<void> | undefined;

  const load = async (today: number): Promise<void> => {
    let spent = 0;
    for (const entry of await store.ledger()) {
      if (entry.kind === 'settled' && Math.floor(entry.time / DAY_MS) === today) spent += entry.nanoUsd ?? 0;
    }
    if (day < 0) {
      const events: EventDraft[] = [];
      account.tellSet(events, clock.now());
      await store.append(events);
    }
    day = today;
    account.reset(spent);
  };

  return {
    current: account,
    async account() {
      const today = Math.floor(clock.now() / DAY_MS);
      if (today !== day) {
        loading ??= load(today).finally(() => {
          loading = undefined;
        });
        await loading;
      }
      return account;
    },
  };
}
