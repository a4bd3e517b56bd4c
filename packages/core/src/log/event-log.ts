import { FleetglassError } from '../errors/fleetglass-error.js';
import type { Clock } from '../lib/clock.js';
import { nextMacrotask, systemClock } from '../lib/clock.js';
import { DEFAULT_BOUNDS, withinBounds } from '../projection/bounds.js';
import type { StateBounds } from '../projection/bounds.js';
import { pick } from '../projection/pick.js';
import { emptyState, reduce } from '../projection/reduce.js';
import type { FleetState } from '../projection/state.js';
import type { FleetEvent } from '../protocol/event.js';
import type { Filter } from '../protocol/filter.js';
import type { EventLog } from './fleet-host.js';
import type { Store } from './store.js';

/** How many states a log keeps so that the past can be shown. */
export interface EventLogOptions {
  /** Events between two kept states. @default 5000 */
  readonly stateEvery?: number;
  /** States kept; the oldest is forgotten and folded again when needed, from the beginning. @default 40 */
  readonly states?: number;
  /**
   * How much a state holds. A run that was forgotten is folded from its own events when a filter names it.
   *
   * @default 500 finished runs and 20000 rows without a run
   */
  readonly retain?: Partial<StateBounds>;
  /** @default the machine's clock */
  readonly clock?: Clock;
}

/**
 * Accepted events that may wait to be folded. Folding many at once is cheaper, but what waits for long is copied by each
 * collection of garbage: with ten times as many the server takes a quarter fewer events a second.
 */
const MAX_WAITING = 2_000;
/** Events folded in one turn, about two milliseconds. */
const SLICE = 1_000;
const PAGE = 1_000;
/** Pages folded until others have their turn. */
const PAGES_AT_A_TIME = 8;

/** What viewers may read of a store: its events, and the state after any of them. */
export function createEventLog(store: Store, options: EventLogOptions = {}): EventLog {
  let deletions = store.deletions();
  let states = createLogStates(store, options);
  return {
    epoch: store.epoch,
    head: () => store.head(),
    first: () => store.first(),
    deletions: () => store.deletions(),
    read: (query) => store.read(query),
    subscribe: (listener) => store.subscribe(listener),
    async stateAt(wanted, filter) {
      if (!Number.isSafeInteger(wanted) || wanted < 0) {
        throw new FleetglassError(
          'CURSOR_INVALID',
          'Give a position in the log as a whole number, 0 or more.',
        );
      }
      if (store.deletions() !== deletions) {
        // What was kept still holds the runs that are gone.
        deletions = store.deletions();
        states.close();
        states = createLogStates(store, options);
      }
      const seq = Math.min(wanted, store.head());
      return { seq, state: await states.at(seq, filter) };
    },
  };
}

interface LogStates {
  at(seq: number, filter: Filter): Promise<FleetState>;
  close(): void;
}

/** Folds a log as it grows, and keeps some of the states that it went through. */
function createLogStates(store: Store, options: EventLogOptions): LogStates {
  const { stateEvery = 5_000, states = 40, clock = systemClock } = options;
  const bounds = { ...DEFAULT_BOUNDS, ...options.retain };
  /** States by the position after which they hold, oldest first. */
  const kept = new Map<number, FleetState>();
  /** Newest state; `at` is undefined until what was in the store before is folded. */
  const newest = { at: undefined as number | undefined, state: emptyState() };
  let waiting: FleetEvent[] = [];
  const startHead = store.head();
  let head = startHead;
  let catchingUp: Promise<void> | undefined;
  let slicing = false;
  let hasForgotten = false;

  const keep = (at: number, state: FleetState): void => {
    kept.set(at, state);
    if (kept.size > states) kept.delete(kept.keys().next().value as number);
  };

  /**
   * Folds events that follow one another. At round positions, and only there, the state forgets what is too much: what
   * it holds after an event depends on the log alone, not on who asked when. Where the event at such a position was
   * deleted it does so after the one before.
   */
  const fold = (
    state: FleetState,
    events: readonly FleetEvent[],
    passed: (at: number, state: FleetState) => void = () => undefined,
  ): FleetState => {
    let folded = state;
    let from = 0;
    let before = state.seq;
    const pass = (position: number, end: number): void => {
      const whole = from < end ? reduce(folded, events.slice(from, end)) : folded;
      folded = withinBounds(whole, bounds);
      hasForgotten ||= folded !== whole;
      from = end;
      passed(position, folded);
    };
    for (let i = 0; i < events.length; i += 1) {
      const { seq } = events[i] as FleetEvent;
      const into = seq % stateEvery;
      if (into === 0) pass(seq, i + 1);
      else if (before > 0 && before < seq - into) pass(seq - into, i);
      before = seq;
    }
    return from < events.length ? reduce(folded, from === 0 ? events : events.slice(from)) : folded;
  };

  const foldWaiting = (most: number): void => {
    if (newest.at === undefined || waiting.length === 0) return;
    const events = waiting.length <= most ? waiting : waiting.slice(0, most);
    waiting = waiting.length <= most ? [] : waiting.slice(most);
    newest.state = fold(newest.state, events, keep);
    newest.at = waiting.length === 0 ? head : (events[events.length - 1] as FleetEvent).seq;
  };

  const slice = (): void => {
    foldWaiting(SLICE);
    slicing = waiting.length > SLICE && newest.at !== undefined;
    if (slicing) clock.setTimeout(slice, 0, { background: true });
  };

  const close = store.subscribe(({ to, events }) => {
    for (const event of events) waiting.push(event);
    head = to;
    if (waiting.length <= MAX_WAITING || slicing) return;
    slicing = true;
    clock.setTimeout(() => void caughtUp().then(slice, () => (slicing = false)), 0, { background: true });
  });

  const foldRange = async (
    state: FleetState,
    range: { readonly from: number; readonly to: number; readonly filter: Filter },
    foldPage: typeof reduce = reduce,
  ): Promise<FleetState> => {
    const { to, filter } = range;
    let folded = state;
    let pages = 0;
    for (let { from } = range; from <= to;) {
      pages += 1;
      if (pages % PAGES_AT_A_TIME === 0) await nextMacrotask();
      const page = await store.read({ from, to, filter, limit: PAGE });
      folded = foldPage(folded, page.events);
      from = Math.max(page.to, from) + 1;
    }
    return folded;
  };

  /** Folds what the store held before this log was made, once. */
  const caughtUp = (): Promise<void> =>
    (catchingUp ??= (async () => {
      const before = { from: store.first(), to: startHead, filter: {} };
      newest.state = await foldRange(emptyState(), before, (state, events) => fold(state, events, keep));
      newest.at = startHead;
    })().catch((error: unknown) => {
      catchingUp = undefined;
      throw error;
    }));

  const wholeStateAt = async (seq: number): Promise<FleetState> => {
    await caughtUp();
    foldWaiting(Number.POSITIVE_INFINITY);
    if (seq >= (newest.at ?? 0)) return newest.state;
    let base = 0;
    for (const at of kept.keys()) if (at <= seq && at > base) base = at;
    if (base === 0 && store.first() > 1) {
      throw new FleetglassError('CURSOR_TOO_OLD', 'The log no longer holds that moment; choose a later one.');
    }
    return foldRange(kept.get(base) ?? emptyState(), { from: base + 1, to: seq, filter: {} }, fold);
  };

  /** Whether a state lacks what the log still knows of the run that a filter names. */
  const lacksRun = async (state: FleetState, seq: number, { runId }: Filter): Promise<boolean> => {
    if (!hasForgotten || runId === undefined) return false;
    const { events } = await store.read({ from: store.first(), to: seq, filter: { runId }, limit: 1 });
    // One that came back with a late event has a beginning that is not its own.
    return events[0] !== undefined && events[0].seq < (state.runs.get(runId)?.firstSeq ?? Infinity);
  };

  const at: LogStates['at'] = async (seq, filter) => {
    const own = { from: store.first(), to: seq, filter };
    // Totals of chosen types cannot be picked out of totals of all: such a view is folded from its own events.
    if (filter.types) return foldRange(emptyState(), own);
    const whole = await wholeStateAt(seq);
    if (!(await lacksRun(whole, seq, filter))) return pick(whole, filter);
    return { ...(await foldRange(emptyState(), own)), seq: whole.seq, time: whole.time };
  };

  return { at, close };
}
