import type { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Json } from '../../lib/json.js';
import type { RecordWrite } from '../../log/store.js';
import type { EventDataMap, EventScope, EventType } from '../../protocol/event.js';
import type { BudgetAccount } from '../budgets/budget-account.js';
import type { CallQuote } from './call-quote.js';
import type { CallKind } from './recorded-calls.js';
import type { RunCore, Task } from '../run/run-core.js';
import type { Reservation } from '../budgets/reservation.js';

/** What the calls of an attempt (`model`, `tool`, `once`, …) need of it. */
export interface CallScope {
  readonly run: RunCore;
  readonly ownTask: Task;
  readonly signal: AbortSignal;
  readonly closed: boolean;
  /** Why the attempt is over. */
  reason(): FleetglassError;
  /** @throws why the attempt is over */
  assertOpen(): void;
  /** Key of a call that was given none: its place among its like. */
  nextKey(name: string): string;
  spanScope(spanId: string): EventScope;
  /** A span began; the attempt's end ends it too. */
  spanOpened(spanId: string): void;
  /** Whether it was still open. */
  spanClosed(spanId: string): boolean;
  /** A recorded result that this attempt may use again. */
  recorded(kind: CallKind, key: string, hash: string): { readonly result: Json } | undefined;
  /** Keeps a result for repetitions and gives what has to be written for it. */
  record(kind: CallKind, key: string, hash: string, result: Json): RecordWrite;
  /** Observes: never waits, and is ignored after the attempt's end. */
  emit<T extends EventType>(type: T, data: EventDataMap[T], scope?: EventScope): void;
  /** Adds an event to the journal that nobody waits for. */
  note<T extends EventType>(type: T, data: EventDataMap[T], scope?: EventScope): void;
  /** Holds money for a call. @throws FleetglassError `BUDGET_EXCEEDED`, `UNKNOWN_PRICE` */
  reserve(call: {
    readonly accounts: readonly BudgetAccount[];
    readonly quote: CallQuote;
    readonly quoteOf: (model: string) => CallQuote;
    readonly outputTokens: number | undefined;
  }): Promise<Reservation>;
}
