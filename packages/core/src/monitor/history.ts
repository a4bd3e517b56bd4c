import { reduce } from '../projection/reduce.js';
import type { FleetState } from '../projection/state.js';
import type { FleetEvent } from '../protocol/event.js';

export interface HistoryLimits {
  /** Events kept at least, once there were so many. */
  readonly events: number;
  /** Events between two kept states: the most that a jump has to fold. */
  readonly stateEvery: number;
}

/** The recent past: events, and a state every so many of them, which share whatever did not change. */
export interface History {
  /** Oldest position that {@link History.stateAt} can show. */
  readonly first: number;
  /** Forgets everything and starts from a state. */
  restart(seq: number, state: FleetState): void;
  /** @param state the state after these events */
  add(events: readonly FleetEvent[], state: FleetState): void;
  /** State after `seq`; `undefined` when that lies before {@link History.first}. */
  stateAt(seq: number): FleetState | undefined;
}

/** A kept state and the events that followed it, up to the next kept state. */
interface Stretch {
  /** Position of `state`; later than `state.seq` where nothing was selected in between. */
  readonly from: number;
  readonly state: FleetState;
  readonly events: FleetEvent[];
}

/** A jump that folds more events than these leaves its state behind. */
const SPLIT_AFTER = 500;

export function createHistory(seq: number, state: FleetState, limits: HistoryLimits): History {
  let stretches: Stretch[] = [{ from: seq, state, events: [] }];
  let size = 0;

  const oldest = (): Stretch => stretches[0] as Stretch;
  const newest = (): Stretch => stretches[stretches.length - 1] as Stretch;

  return {
    get first() {
      return oldest().from;
    },
    restart(from, start) {
      stretches = [{ from, state: start, events: [] }];
      size = 0;
    },
    add(events, after) {
      const { events: held } = newest();
      for (const event of events) held.push(event);
      size += events.length;
      if (held.length >= limits.stateEvery) stretches.push({ from: after.seq, state: after, events: [] });
      while (stretches.length > 1 && size - oldest().events.length >= limits.events) {
        size -= oldest().events.length;
        stretches.shift();
      }
    },
    stateAt(wanted) {
      const place = stretches.findLastIndex((candidate) => candidate.from <= wanted);
      const stretch = stretches[place];
      if (!stretch) return undefined;
      const { events } = stretch;
      const later = events.findIndex((event) => event.seq > wanted);
      const count = later < 0 ? events.length : later;
      const state = reduce(stretch.state, events.slice(0, count));
      // Where somebody looks, the next jump has less to fold.
      if (count > SPLIT_AFTER)
        stretches.splice(place + 1, 0, { from: wanted, state, events: events.splice(count) });
      return state;
    },
  };
}
