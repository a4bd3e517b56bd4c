import { addNanoUsd } from '../../model/cost.js';
import type { EventDraft, EventScope } from '../../protocol/event.js';
import type { BudgetScopeKind, BudgetSetData, BudgetUnit, OnLimit } from '../../protocol/events/control.js';
import type { Actor } from '../../protocol/payload.js';
import type { AssumedPrice, BudgetOptions } from './budget-options.js';
import { readLimit } from './budget-options.js';
import { draftEvent } from '../run/event-draft.js';

/**
 * One limit and what counts against it, in its unit (`usd` in nano-dollars). `spent` is settled, `reserved` is for calls in flight,
 * `abandoned` was reserved by calls of which nobody knows whether they were paid.
 */
export interface BudgetAccount {
  readonly id: string;
  readonly unit: BudgetUnit;
  readonly onLimit: OnLimit;
  readonly downgradeTo: string | undefined;
  readonly unknownPrice: 'refuse' | 'allow' | 'assume';
  readonly assumedPrice: AssumedPrice | undefined;
  readonly limit: number;
  readonly spent: number;
  readonly reserved: number;
  /** What is left for another reservation; below 0 after an overrun. */
  readonly remaining: number;
  reserve(amount: number): void;
  release(amount: number): void;
  /** Turns a reservation into what was spent and tells the thresholds that were passed. */
  settle(reserved: number, spent: number, events: EventDraft[], time: number): void;
  abandon(amount: number): void;
  setLimit(limit: number, by: Actor | undefined, events: EventDraft[], time: number): void;
  /** Tells that a reservation did not fit, once until the limit changes. */
  tellReached(requested: number, events: EventDraft[], time: number): void;
  tellSet(events: EventDraft[], time: number): void;
  /** Resolves when something was released, settled or raised, in the order of asking. */
  changed(signal: AbortSignal): Promise<void>;
  /** Whether others wait for a change. */
  readonly contended: boolean;
  /** Lets the next one try as well. */
  wakeNext(): void;
  /** The question to a person whether to raise the limit, while it is open. */
  asking: Promise<boolean> | undefined;
  /** Amounts at which something is told, in rising order; the last one is the limit. */
  thresholds(): readonly number[];
  /** Starts anew, for the next period. */
  reset(spent: number): void;
}

const DEFAULT_WARN_AT: readonly number[] = [0.8];

/**
 * @param name its id, where it limits USD; the unit is added for others
 * @throws FleetglassError `BAD_INPUT` for impossible options
 */
export function createBudgetAccount(
  name: string,
  kind: BudgetScopeKind,
  scopeId: string | undefined,
  options: BudgetOptions,
  scope: EventScope,
  period?: BudgetSetData['period'],
): BudgetAccount {
  const { unit, amount } = readLimit(options);
  const id = unit === 'usd' ? name : `${name}:${unit}`;
  const onLimit = options.onLimit ?? 'stop';
  const warnAt = [...(options.warnAt ?? DEFAULT_WARN_AT)].sort((a, b) => a - b);
  let limit = amount;
  let spent = 0;
  let reserved = 0;
  let abandoned = 0;
  let reached = false;
  let warned = 0;
  let waiters: { wake: () => void }[] = [];

  const wake = (): void => waiters.shift()?.wake();
  const describe = (by?: Actor): BudgetSetData => ({
    budgetId: id,
    scope: scopeId === undefined ? { kind } : { kind, id: scopeId },
    unit,
    limit,
    warnAt,
    onLimit,
    ...(period === undefined ? {} : { period }),
    ...(by === undefined ? {} : { by }),
  });

  return {
    id,
    unit,
    onLimit,
    downgradeTo: options.downgradeTo,
    asking: undefined,
    unknownPrice: options.unknownPrice ?? (onLimit === 'warn' ? 'allow' : 'refuse'),
    assumedPrice: options.assumedPrice,
    get limit() {
      return limit;
    },
    get spent() {
      return spent;
    },
    get reserved() {
      return reserved;
    },
    get remaining() {
      return limit - spent - reserved - abandoned;
    },
    reserve(held) {
      reserved = addNanoUsd(reserved, held);
    },
    release(held) {
      reserved -= held;
      wake();
    },
    settle(held, used, events, time) {
      reserved -= held;
      spent = addNanoUsd(spent, used);
      for (
        let share = warnAt[warned];
        share !== undefined && spent >= share * limit;
        share = warnAt[warned]
      ) {
        warned += 1;
        events.push(draftEvent('budget.warned', { budgetId: id, share, spent, limit }, scope, time));
      }
      wake();
    },
    abandon(held) {
      abandoned = addNanoUsd(abandoned, held);
    },
    setLimit(next, by, events, time) {
      const raised = next > limit;
      limit = next;
      reached = false;
      warned = warnAt.filter((share) => spent >= share * limit).length;
      events.push(
        raised
          ? draftEvent(
              'budget.raised',
              { budgetId: id, limit, ...(by === undefined ? {} : { by }) },
              scope,
              time,
            )
          : draftEvent('budget.set', describe(by), scope, time),
      );
      wake();
    },
    tellReached(requested, events, time) {
      if (reached) return;
      reached = true;
      events.push(
        draftEvent('budget.reached', { budgetId: id, action: onLimit, spent, limit, requested }, scope, time),
      );
    },
    tellSet: (events, time) => void events.push(draftEvent('budget.set', describe(), scope, time)),
    changed: (signal) =>
      new Promise((resolve, reject) => {
        const onAbort = (): void => {
          waiters = waiters.filter((other) => other !== waiter);
          reject(signal.reason as Error);
        };
        const waiter = {
          wake: () => {
            signal.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        if (signal.aborted) {
          reject(signal.reason as Error);
          return;
        }
        signal.addEventListener('abort', onAbort, { once: true });
        waiters.push(waiter);
      }),
    get contended() {
      return waiters.length > 0;
    },
    wakeNext: wake,
    thresholds: () => [...warnAt.map((share) => Math.ceil(share * limit)), limit],
    reset(from) {
      spent = from;
      abandoned = 0;
      reached = false;
      warned = warnAt.filter((share) => spent >= share * limit).length;
      wake();
    },
  };
}
