import { isFleetglassError } from '../errors/fleetglass-error.js';
import type { Clock } from '../lib/clock.js';
import { systemClock } from '../lib/clock.js';
import type { Commit, EventBatch, Store } from '../log/store.js';
import type { EventDraft } from '../protocol/event.js';
import type { ContractApi } from './contract-api.js';

/** What the store under test is made by, and what it can do. */
export interface StoreContractOptions {
  readonly name: string;
  /** A new, empty store. The clock lets time pass for leases; a store that ignores it fails those cases. */
  readonly create: (clock: Clock) => Promise<Store>;
  /** Whether it keeps sums by hour and day. @default true */
  readonly rollups?: boolean;
  /** Closes the store and opens what it stored again. Without it a store is taken to live in memory only. */
  readonly reopen?: (store: Store, clock: Clock) => Promise<Store>;
}

/** The machine's clock, which can be set forward. */
export interface SkewedClock extends Clock {
  skip(ms: number): void;
}

function createSkewedClock(): SkewedClock {
  let skew = 0;
  return {
    ...systemClock,
    now: () => systemClock.now() + skew,
    skip(ms) {
      skew += ms;
    },
  };
}

/** Defines a case with a store of its own. */
export type Case = (title: string, run: (store: Store, clock: SkewedClock) => Promise<void>) => void;

export function casesOf({ it }: ContractApi, { create }: StoreContractOptions): Case {
  return (title, run) => {
    it(title, async () => {
      const clock = createSkewedClock();
      const store = await create(clock);
      try {
        await run(store, clock);
      } finally {
        await store.close().catch(() => undefined);
      }
    });
  };
}

let drafts = 0;

/** An event of a run that nobody else made. */
export function draftOf(runId: string, type = 'log.written', more: Partial<EventDraft> = {}): EventDraft {
  drafts += 1;
  const data = type === 'log.written' ? { level: 'info', message: `line ${drafts}` } : {};
  return { v: 1, time: 1_700_000_000_000 + drafts, type, runId, data, ...more };
}

export function commitOf(runId: string, expectedVersion: number, more: Partial<Commit> = {}): Commit {
  return { runId, leaseEpoch: 0, expectedVersion, writes: [], events: [], ...more };
}

/** Code of the error that a promise is rejected with. */
export const refusal = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'not refused',
    (error: unknown) => (isFleetglassError(error) ? error.code : `no FleetglassError: ${String(error)}`),
  );

export function watch(store: Store): EventBatch[] {
  const batches: EventBatch[] = [];
  store.subscribe((batch) => batches.push(batch));
  return batches;
}

/** Everything that a refused call must leave as it was. */
export async function imageOf(store: Store, runId: string): Promise<unknown> {
  const [run, runs, ledger, page] = await Promise.all([
    store.load(runId),
    store.listRuns(),
    store.ledger(),
    store.read({ from: 1 }),
  ]);
  return JSON.parse(JSON.stringify([run ?? null, runs, ledger, page, store.head()])) as unknown;
}
