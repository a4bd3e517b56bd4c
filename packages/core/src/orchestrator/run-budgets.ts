import { FleetglassError } from '../errors/fleetglass-error.js';
import type { EventDraft } from '../protocol/event.js';
import type { BudgetAccount } from './budget-account.js';
import type { AssumedPrice } from './budget-options.js';
import type { CallQuote } from './call-quote.js';

/** Output limit below which sharing what is left among running tasks does not push a call. */
const SHARED_OUTPUT_TOKENS = 8_192;

/** Money held for one call. */
export interface Reservation {
  /** Absent when the price is unknown. */
  readonly nanoUsd: number | undefined;
  readonly outputTokens: number;
  readonly accounts: readonly BudgetAccount[];
}

export interface ReserveRequest {
  readonly accounts: readonly BudgetAccount[];
  readonly quote: CallQuote;
  /** Output limit that the caller set. */
  readonly outputTokens: number | undefined;
  readonly signal: AbortSignal;
  /** Tasks among which what is left is shared. */
  readonly sharers: () => number;
  readonly time: () => number;
  /** The call has to wait; asked once. */
  readonly onWait: () => void;
  /** It does not fit: told once for each limit. */
  readonly onReached: (account: BudgetAccount, requested: number) => void;
  /** Waits until the paused run goes on. */
  readonly onPause: (account: BudgetAccount) => Promise<void>;
  /** Ends the run. */
  readonly onStop: (account: BudgetAccount, error: FleetglassError) => void;
}

/** The accounts of one run by what they are for. */
export interface RunBudgets {
  readonly all: readonly BudgetAccount[];
  find(budgetId: string): BudgetAccount | undefined;
  /** Every account that a call of this node and agent counts against. */
  accountsFor(node: string | undefined, agentId: string | undefined): readonly BudgetAccount[];
}

export function createRunBudgets(accounts: {
  readonly fleet: BudgetAccount | undefined;
  readonly run: BudgetAccount | undefined;
  readonly nodes: ReadonlyMap<string, BudgetAccount>;
  readonly agents: ReadonlyMap<string, BudgetAccount>;
}): RunBudgets {
  const own = [
    ...(accounts.run ? [accounts.run] : []),
    ...accounts.nodes.values(),
    ...accounts.agents.values(),
  ];
  const shared = [accounts.fleet, accounts.run].filter((account) => account !== undefined);
  return {
    all: own,
    find: (budgetId) => own.find((account) => account.id === budgetId),
    accountsFor(node, agentId) {
      const ofNode = node === undefined ? undefined : accounts.nodes.get(node);
      const ofAgent = agentId === undefined ? undefined : accounts.agents.get(agentId);
      if (!ofNode && !ofAgent) return shared;
      return [...shared, ...(ofNode ? [ofNode] : []), ...(ofAgent ? [ofAgent] : [])];
    },
  };
}

/** Price to use for a call whose price is unknown. */
export function assumedPriceOf(accounts: readonly BudgetAccount[]): AssumedPrice | undefined {
  return accounts.find((account) => account.unknownPrice === 'assume')?.assumedPrice;
}

function offer(
  hard: readonly BudgetAccount[],
  request: ReserveRequest,
): { nanoUsd: number; outputTokens: number } {
  const { quote } = request;
  const bound = (tokens: number): number => quote.bound(tokens) ?? 0;
  if (request.outputTokens !== undefined) {
    return { outputTokens: request.outputTokens, nanoUsd: bound(request.outputTokens) };
  }
  let outputTokens = quote.maxOutputTokens;
  if (hard.length > 0) {
    const remaining = Math.min(...hard.map((account) => account.remaining));
    const fair = Math.max(
      Math.floor(remaining / Math.max(1, request.sharers())),
      bound(Math.min(quote.maxOutputTokens, SHARED_OUTPUT_TOKENS)),
    );
    outputTokens = quote.affordable(Math.min(remaining, fair)) ?? quote.minOutputTokens;
  }
  return { outputTokens, nanoUsd: bound(outputTokens) };
}

/**
 * Holds what a call may cost at most against every account, all or nothing. It waits while money is held by calls in
 * flight that may turn out cheaper.
 *
 * @throws FleetglassError `BUDGET_EXCEEDED`, `UNKNOWN_PRICE`, or the signal's reason
 */
export async function reserve(request: ReserveRequest): Promise<Reservation> {
  const { accounts, quote } = request;
  const hard = accounts.filter((account) => account.onLimit !== 'warn');
  if (quote.bound(quote.minOutputTokens) === undefined) {
    const strict = accounts.find((account) => account.unknownPrice === 'refuse');
    if (strict) {
      throw new FleetglassError(
        'UNKNOWN_PRICE',
        `The price of this model is unknown and budget '${strict.id}' has a hard limit. Add the model to the price table, or set unknownPrice to 'allow' or 'assume'.`,
        { details: { budgetId: strict.id } },
      );
    }
    return { nanoUsd: undefined, outputTokens: request.outputTokens ?? quote.maxOutputTokens, accounts };
  }

  let waits = false;
  const wait = async (account: BudgetAccount): Promise<void> => {
    if (!waits) request.onWait();
    waits = true;
    await account.changed(request.signal);
  };

  let woken: BudgetAccount | undefined;
  for (;;) {
    if (request.signal.aborted) throw request.signal.reason;
    const queue = hard.find((account) => account.contended && account !== woken);
    if (queue && !woken) {
      await wait(queue);
      woken = queue;
      continue;
    }
    const { nanoUsd, outputTokens } = offer(hard, request);
    const short = hard.find((account) => account.remaining < nanoUsd);
    if (!short) {
      for (const account of accounts) {
        if (account.remaining < nanoUsd) request.onReached(account, nanoUsd);
        account.reserve(nanoUsd);
      }
      woken?.wakeNext();
      return { nanoUsd, outputTokens, accounts };
    }
    if (short.reserved > 0 && short.remaining + short.reserved >= nanoUsd) {
      await wait(short);
      woken = short;
      continue;
    }
    request.onReached(short, nanoUsd);
    woken?.wakeNext();
    if (short.onLimit === 'stop') {
      const error = new FleetglassError(
        'BUDGET_EXCEEDED',
        `The next call may cost up to ${formatUsd(nanoUsd)}, but budget '${short.id}' of ${formatUsd(short.limit)} has ${formatUsd(Math.max(0, short.remaining))} left; raise the limit and start again.`,
        {
          details: { budgetId: short.id, requested: nanoUsd, remaining: short.remaining, limit: short.limit },
        },
      );
      request.onStop(short, error);
      throw error;
    }
    // Paused first: a run that is paused does not also wait.
    const resumed = request.onPause(short);
    if (!waits) request.onWait();
    waits = true;
    await resumed;
    woken = undefined;
  }
}

function formatUsd(nanoUsd: number): string {
  return `$${(nanoUsd / 1e9).toFixed(6)}`;
}

/** What a finished call does to its accounts. */
export function settle(
  reservation: Reservation,
  nanoUsd: number | undefined,
  events: EventDraft[],
  time: number,
): void {
  for (const account of reservation.accounts) {
    account.settle(reservation.nanoUsd ?? 0, nanoUsd ?? 0, events, time);
  }
}

/** The call failed without a cost. */
export function release(reservation: Reservation): void {
  for (const account of reservation.accounts) account.release(reservation.nanoUsd ?? 0);
}

/** Nobody knows whether the call was paid: what was held stays held. */
export function abandon(reservation: Reservation): void {
  if (reservation.nanoUsd === undefined) return;
  for (const account of reservation.accounts) {
    account.abandon(reservation.nanoUsd);
    account.release(reservation.nanoUsd);
  }
}
