import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { EventDraft } from '../../protocol/event.js';
import type { BudgetAccount } from './budget-account.js';
import type { CallQuote } from '../calls/call-quote.js';
import { amountFor } from './run-budgets.js';
import type { CallAmounts } from './run-budgets.js';

/** Output limit below which sharing what is left among running tasks does not push a call. */
const SHARED_OUTPUT_TOKENS = 8_192;

/** What is held for one call. */
export interface Reservation {
  /** Model to call; another than was asked for where a limit downgraded the call. */
  readonly model: string;
  readonly outputTokens: number;
  readonly held: CallAmounts;
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
  /** The call has to wait; asked once. */
  readonly onWait: () => void;
  /** It does not fit: told once for each limit. */
  readonly onReached: (account: BudgetAccount, requested: number) => void;
  /** Waits until the paused run goes on. */
  readonly onPause: (account: BudgetAccount) => Promise<void>;
  /** Asks a person; resolves with whether the limit was raised. */
  readonly onAsk: (account: BudgetAccount, requested: number) => Promise<boolean>;
  /** The same call of another model. */
  readonly quoteOf: (model: string) => CallQuote;
  /** Ends the run. */
  readonly onStop: (account: BudgetAccount, error: FleetglassError) => void;
}

interface Offer {
  readonly held: CallAmounts;
  readonly outputTokens: number;
}

const hold = (quote: CallQuote, outputTokens: number): Offer => ({
  outputTokens,
  held: { nanoUsd: quote.bound(outputTokens), tokens: quote.inputTokens + outputTokens },
});

/** What to hold: for the caller's output limit, or for the most that what is left buys. */
function offer(hard: readonly BudgetAccount[], quote: CallQuote, request: ReserveRequest): Offer {
  if (request.outputTokens !== undefined) return hold(quote, request.outputTokens);
  const shared = hold(quote, Math.min(quote.maxOutputTokens, SHARED_OUTPUT_TOKENS)).held;
  let most = quote.maxOutputTokens;
  for (const account of hard) {
    const { unit, remaining } = account;
    const fair = Math.max(Math.floor(remaining / Math.max(1, request.sharers())), amountFor(account, shared));
    const buys = Math.min(remaining, fair);
    if (unit === 'usd') most = Math.min(most, quote.affordable(buys) ?? quote.minOutputTokens);
    else most = Math.min(most, Math.max(buys - quote.inputTokens, quote.minOutputTokens));
  }
  return hold(quote, most);
}

function refuseUnknownPrice(accounts: readonly BudgetAccount[]): void {
  const strict = accounts.find(({ unit, unknownPrice }) => unit === 'usd' && unknownPrice === 'refuse');
  if (!strict) return;
  throw new FleetglassError(
    'UNKNOWN_PRICE',
    `The price of this model is unknown and budget '${strict.id}' has a hard limit. Add the model to the price table, or set unknownPrice to 'allow' or 'assume'.`,
    { details: { budgetId: strict.id } },
  );
}

/**
 * Holds what a call may use at most against every account, all or nothing. It waits while calls in flight hold what
 * they may not use.
 *
 * @throws FleetglassError `BUDGET_EXCEEDED`, `UNKNOWN_PRICE`, or the signal's reason
 */
export async function reserve(request: ReserveRequest): Promise<Reservation> {
  const { signal } = request;
  let { quote } = request;
  let waits = false;
  let woken: BudgetAccount | undefined;
  const beginWaiting = (): void => {
    if (!waits) request.onWait();
    waits = true;
  };

  for (;;) {
    if (signal.aborted) throw signal.reason;
    const isPriced = quote.bound(quote.minOutputTokens) !== undefined;
    if (!isPriced) refuseUnknownPrice(request.accounts);
    const accounts = isPriced ? request.accounts : request.accounts.filter(({ unit }) => unit !== 'usd');
    const hard = accounts.filter((account) => account.onLimit !== 'warn');
    const queue = hard.find((account) => account.contended && account !== woken);
    if (queue && !woken) {
      beginWaiting();
      await queue.changed(signal);
      woken = queue;
      continue;
    }
    const { held, outputTokens } = offer(hard, quote, request);
    const short = hard.find((account) => account.remaining < amountFor(account, held));
    if (!short) {
      for (const account of accounts) {
        const amount = amountFor(account, held);
        if (account.remaining < amount) request.onReached(account, amount);
        account.reserve(amount);
      }
      woken?.wakeNext();
      return { model: quote.model, outputTokens, held, accounts };
    }
    const needed = amountFor(short, held);
    if (short.reserved > 0 && short.remaining + short.reserved >= needed) {
      beginWaiting();
      await short.changed(signal);
      woken = short;
      continue;
    }
    request.onReached(short, needed);
    woken?.wakeNext();
    woken = undefined;
    if (
      short.onLimit === 'downgrade' &&
      short.downgradeTo !== undefined &&
      short.downgradeTo !== quote.model
    ) {
      quote = request.quoteOf(short.downgradeTo);
      continue;
    }
    if (short.onLimit === 'pause') {
      // Paused first: a run that is paused does not also wait.
      const resumed = request.onPause(short);
      beginWaiting();
      await resumed;
      continue;
    }
    if (short.onLimit === 'ask') {
      beginWaiting();
      if (await request.onAsk(short, needed)) continue;
    }
    const error = exceeded(short, needed);
    request.onStop(short, error);
    throw error;
  }
}

function exceeded({ id, unit, limit, remaining }: BudgetAccount, requested: number): FleetglassError {
  const say = (amount: number): string =>
    unit === 'usd' ? `$${(amount / 1e9).toFixed(6)}` : `${amount} ${unit}`;
  return new FleetglassError(
    'BUDGET_EXCEEDED',
    `The next call may use up to ${say(requested)}, but budget '${id}' of ${say(limit)} has ${say(Math.max(0, remaining))} left; raise the limit and start again.`,
    { details: { budgetId: id, requested, remaining, limit } },
  );
}

/** What a finished call does to its accounts. */
export function settle(
  { accounts, held }: Reservation,
  used: CallAmounts,
  events: EventDraft[],
  time: number,
): void {
  for (const account of accounts) {
    account.settle(amountFor(account, held), amountFor(account, used), events, time);
  }
}

/** The call failed and used nothing. */
export function release({ accounts, held }: Reservation): void {
  for (const account of accounts) account.release(amountFor(account, held));
}

/** Nobody knows whether the call was paid: what was held stays held. */
export function abandon({ accounts, held }: Reservation): void {
  for (const account of accounts) {
    account.abandon(amountFor(account, held));
    account.release(amountFor(account, held));
  }
}
