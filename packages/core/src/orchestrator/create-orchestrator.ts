import type { Emitter } from '../emitter/emitter.js';
import { clean } from '../emitter/clean.js';
import type { SecretFinder } from '../emitter/clean.js';
import { createEmitter } from '../emitter/emitter.js';
import { createRedactor } from '../emitter/redact.js';
import { FleetglassError, toFleetglassError } from '../errors/fleetglass-error.js';
import type { Clock } from '../lib/clock.js';
import { nextMacrotask } from '../lib/clock.js';
import { dependableClock, dependableRandom } from '../lib/dependable.js';
import type { Random } from '../lib/ids.js';
import { createId } from '../lib/ids.js';
import { createEventLog } from '../log/event-log.js';
import { createMemoryStore } from '../log/memory-store.js';
import type { Lease, Store } from '../log/store.js';
import type { PriceTable } from '../model/price.js';
import { checkedPrices } from '../model/checked-prices.js';
import { noPrices } from '../model/price.js';
import type { BudgetList, FleetBudgetOptions } from './budgets/budget-options.js';
import type { Orchestrator } from './orchestrator.js';
import { createNodeCache } from './execution/node-cache.js';
import { createSharedBudgets } from './budgets/shared-budgets.js';
import { createSharedLimits } from './budgets/shared-limits.js';
import type { StoreTrouble } from './run/services.js';
import { assembleOrchestrator } from './assemble-orchestrator.js';
import { DEFAULT_LEASE_TTL_MS } from './run/lease-keeper.js';

/** What an orchestrator stores to, prices by and limits. */
export interface OrchestratorOptions {
  /** @default a memory store, closed with the orchestrator */
  readonly store?: Store;
  /** Prices of model calls. @default none: every cost is unknown */
  readonly prices?: PriceTable;
  /** Limits for all runs together; their ids are `fleet:day` and so on. @default none */
  readonly budget?: FleetBudgetOptions | readonly FleetBudgetOptions[];
  /** Limits for the runs of each thread together; their ids are `thread:` and the thread's. @default none */
  readonly threadBudget?: BudgetList;
  /** Tasks of graphs that may run at once in all runs. @default no limit */
  readonly concurrency?: number;
  /** Replaces secrets before anything is stored or shown. @default `createRedactor()` */
  readonly redact?: SecretFinder | false;
  /** Where observed events go; give it the same store and the same `redact`. @default one of its own */
  readonly emitter?: Emitter;
  /**
   * Who holds the leases of runs. On one host `processOwner()` of `@fleetglass/server` lets a crashed process's runs be
   * taken up at once. @default a new id
   */
  readonly owner?: string;
  /** Tells that the process which made an owner's name is gone, so that its lease need not run out. @default never */
  readonly isOwnerGone?: (owner: string) => boolean;
  /**
   * `automatic` takes up unfinished runs of a name soon after that is registered, and again whenever another owner's
   * lease may have run out; what cannot be taken up is told as `log.written`. `manual` waits for
   * {@link Orchestrator.recover}. @default 'automatic'
   */
  readonly recovery?: 'automatic' | 'manual';
  /**
   * Milliseconds after which a run that only waits for people leaves memory, when its name is registered, it keeps
   * checkpoints and was given no signal. `ctx.approve` rejects with `SUSPENDED` then: let that through. A decision, a
   * command or the first expiry starts the waiting tasks again, with the results that they have recorded.
   * @default 300_000 (5 min); `Infinity` keeps every run
   */
  readonly parkAfterMs?: number;
  /**
   * Milliseconds after which another process may take a run over whose owner gives no sign of life; owners renew their
   * leases each third of it. Longer is kinder to processes that stall, shorter recovers sooner from a lost machine.
   * @default 10_000
   */
  readonly leaseTtlMs?: number;
  /**
   * Told when the store fails to take what a run commits (a full disk, a folder that is read-only), and again without an
   * error when it has taken everything. The run is paused meanwhile, loses nothing, and goes on by itself or at once
   * when it is resumed; its log says so then with `run.paused` and `run.resumed`. @default nobody
   */
  readonly onStoreTrouble?: (trouble: StoreTrouble) => void;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Lets timers and I/O have their turn while many steps follow each other. @default the machine's own way */
  readonly nextMacrotask?: () => Promise<void>;
}

/** Most characters of one value that are looked through for secrets. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

function checkTtl(leaseTtlMs = DEFAULT_LEASE_TTL_MS): number {
  if (Number.isFinite(leaseTtlMs) && leaseTtlMs > 0) return leaseTtlMs;
  throw new FleetglassError('BAD_INPUT', '`leaseTtlMs` must be a number of milliseconds above 0.');
}

/**
 * @throws FleetglassError `BAD_INPUT` for an impossible budget or `leaseTtlMs`
 *
 * @example
 * const orchestrator = createOrchestrator({ prices, budget: { usd: 5, period: 'day' } })
 * const run = orchestrator.start(graph, input, { budget: { usd: 0.5, onLimit: 'pause' } })
 * const state = await run.result
 */
export function createOrchestrator(options: OrchestratorOptions = {}): Orchestrator<Emitter> {
  const clock = dependableClock(options.clock);
  const random = dependableRandom(options.random);
  const store = options.store ?? createMemoryStore({ clock, random });
  const finder = options.redact === false ? undefined : (options.redact ?? createRedactor());
  const emitter = options.emitter ?? createEmitter({ store, clock, redact: finder ?? false });
  const prices = checkedPrices(options.prices ?? noPrices, (error) =>
    emitter.emit({
      type: 'log.written',
      data: {
        level: 'error',
        message: `The price table failed; costs that it does not tell are unknown: ${toFleetglassError(error).message}`,
      },
    }),
  );
  const leaseTtlMs = checkTtl(options.leaseTtlMs);
  const owner = options.owner ?? createId('owner', clock, random);
  const { isOwnerGone } = options;
  const acquire = (runId: string): Promise<Lease> =>
    store.acquireLease({
      runId,
      owner,
      ttlMs: leaseTtlMs,
      ...(isOwnerGone ? { isGone: isOwnerGone } : {}),
    });
  return assembleOrchestrator({
    services: {
      store,
      emitter,
      prices,
      clock,
      random,
      cache: createNodeCache(clock),
      redact: (value) => clean(value, finder, MOST_CHARACTERS),
      onStoreTrouble(trouble) {
        try {
          options.onStoreTrouble?.(trouble);
        } catch {
          // Who watches does not disturb the run.
        }
      },
    },
    openLog: () => createEventLog(store),
    acquire,
    concurrency: options.concurrency ?? Infinity,
    budgets: createSharedBudgets({
      fleet: options.budget,
      thread: options.threadBudget,
      store,
      clock,
      limits: createSharedLimits(store, acquire),
    }),
    recovers: options.recovery !== 'manual',
    parkAfterMs: options.parkAfterMs ?? 300_000,
    leaseTtlMs,
    nextMacrotask: options.nextMacrotask ?? nextMacrotask,
    async onClose() {
      if (!options.emitter) await emitter.close();
      if (!options.store) await store.close();
    },
  });
}
