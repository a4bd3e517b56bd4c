import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Clock } from '../../lib/clock.js';
import type { LedgerEntry, Store } from '../../log/store.js';
import type { EventDraft } from '../../protocol/event.js';
import type { Actor } from '../../protocol/payload.js';
import type { BudgetAccount } from './budget-account.js';
import type { BudgetOptions, FleetBudgetOptions } from './budget-options.js';
import { listOf } from './budget-options.js';
import { accountsOf, amountFor, amountsOf } from './run-budgets.js';
import type { SharedLimits } from './shared-limits.js';

const DAY_MS = 86_400_000;
/** Threads whose accounts are kept in memory; what others spent is read from the ledger again. */
const MAX_THREADS = 1_000;

type Period = FleetBudgetOptions['period'];

/** Number of a period in UTC, counted from the epoch; weeks begin on Monday. */
export function periodAt(period: Period, time: number): number {
  const day = Math.floor(time / DAY_MS);
  if (period === 'day') return day;
  // The epoch was a Thursday.
  if (period === 'week') return Math.floor((day + 3) / 7);
  const date = new Date(time);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** Limits that runs share: of all runs for a period, and of the runs of one thread. */
export interface SharedBudgets {
  /** Reads what was spent before, where that is not known yet; starts anew in another period. */
  accounts(threadId: string | undefined): Promise<readonly BudgetAccount[]>;
  /** @throws FleetglassError `NOT_FOUND` */
  setLimit(budgetId: string, limit: number, by: Actor | undefined): Promise<void>;
}

export interface SharedBudgetOptions {
  readonly fleet: FleetBudgetOptions | readonly FleetBudgetOptions[] | undefined;
  readonly thread: BudgetOptions | readonly BudgetOptions[] | undefined;
  readonly store: Store;
  readonly clock: Clock;
  readonly limits: SharedLimits;
}

/** Accounts that begin together. */
interface Book {
  readonly accounts: readonly BudgetAccount[];
  readonly counts: (entry: LedgerEntry) => boolean;
  readonly period: Period | undefined;
  /** Period that was loaded. */
  loaded: number | undefined;
  loading: Promise<void> | undefined;
}

/** @throws FleetglassError `BAD_INPUT` for impossible options */
export function createSharedBudgets(options: SharedBudgetOptions): SharedBudgets {
  const { fleet, thread, store, clock, limits } = options;
  /** Limits as the options have them, by budget id, of those that were changed. */
  const configured = new Map<string, number>();
  const fleetBooks = listOf(fleet).map((options): Book => {
    const { period } = options;
    return {
      accounts: accountsOf('fleet', undefined, `fleet:${period}`, options, {}, period),
      counts: (entry) => periodAt(period, entry.time) === periodAt(period, clock.now()),
      period,
      loaded: undefined,
      loading: undefined,
    };
  });
  // Wrong options are refused at once and not when the first thread comes along.
  accountsOf('thread', '', 'thread', thread, {});
  const threadBooks = new Map<string, Book>();

  const threadBook = (threadId: string): Book => {
    let book = threadBooks.get(threadId);
    if (book) {
      threadBooks.delete(threadId);
    } else {
      book = {
        accounts: accountsOf('thread', threadId, `thread:${threadId}`, thread, { threadId }),
        counts: (entry) => entry.threadId === threadId,
        period: undefined,
        loaded: undefined,
        loading: undefined,
      };
    }
    threadBooks.set(threadId, book);
    for (const [id, { accounts }] of threadBooks) {
      if (threadBooks.size <= MAX_THREADS) break;
      const isIdle = accounts.every((account) => account.reserved === 0 && !account.contended);
      if (isIdle && id !== threadId) threadBooks.delete(id);
    }
    return book;
  };

  const load = async (book: Book, period: number): Promise<void> => {
    const entries = (await store.ledger()).filter(book.counts);
    const isFirst = book.loaded === undefined;
    for (const account of book.accounts) {
      let [spent, lost] = [0, 0];
      for (const entry of entries) {
        const amount = amountFor(account, amountsOf(entry));
        if (entry.kind === 'settled') spent += amount;
        else if (entry.kind === 'abandoned') lost += amount;
      }
      account.reset(spent);
      account.abandon(lost);
    }
    book.loaded = period;
    if (!isFirst) return;
    const events: EventDraft[] = [];
    for (const account of book.accounts) {
      const changed = await limits.find(account.id);
      if (changed?.configured !== account.limit) continue;
      configured.set(account.id, account.limit);
      account.setLimit(changed.limit, undefined, [], clock.now());
    }
    for (const account of book.accounts) account.tellSet(events, clock.now());
    await store.append(events);
  };

  const upToDate = async (book: Book): Promise<readonly BudgetAccount[]> => {
    const period = book.period === undefined ? 0 : periodAt(book.period, clock.now());
    if (book.loaded !== period) {
      book.loading ??= load(book, period).finally(() => {
        book.loading = undefined;
      });
      await book.loading;
    }
    return book.accounts;
  };

  const booksFor = (threadId: string | undefined): readonly Book[] =>
    thread === undefined || threadId === undefined ? fleetBooks : [...fleetBooks, threadBook(threadId)];

  return {
    accounts: async (threadId) => (await Promise.all(booksFor(threadId).map(upToDate))).flat(),
    async setLimit(budgetId, limit, by) {
      const account = [...fleetBooks, ...threadBooks.values()]
        .flatMap(({ accounts }) => accounts)
        .find(({ id }) => id === budgetId);
      if (!account) {
        throw new FleetglassError(
          'NOT_FOUND',
          `There is no budget '${budgetId}' that runs share: list the budgets to see their ids.`,
        );
      }
      const events: EventDraft[] = [];
      const before = configured.get(budgetId) ?? account.limit;
      configured.set(budgetId, before);
      account.setLimit(limit, by, events, clock.now());
      await limits.save(budgetId, { limit, configured: before }, events);
    },
  };
}
