import { FleetglassError } from '@fleetglass/core';
import type { EventLog, FleetState } from '@fleetglass/core';
import { filterKey } from '@fleetglass/core/protocol';
import type { Filter } from '@fleetglass/core/protocol';
import { narrow } from '../gateway/access.js';

/** A state and the position in the log after which it holds. */
export interface Reading {
  readonly seq: number;
  readonly state: FleetState;
}

/** States of one log, as those who ask may see them. Made once for all who may see the same. */
export interface Reader {
  readonly log: EventLog;
  /** Text that is another one whenever anything that can be read is. */
  position(): string;
  /** The newest state. */
  head(scope: Filter | undefined): Promise<Reading>;
  /** An earlier one, for the pages after the first. @throws FleetglassError `CURSOR_TOO_OLD` */
  at(seq: number, scope: Filter | undefined, runId?: string): Promise<Reading>;
  /**
   * A state with all that the log knows of one run, also of one that the newest state has forgotten.
   *
   * @throws FleetglassError `FORBIDDEN` for a run outside the scope
   */
  run(runId: string, scope: Filter | undefined): Promise<Reading>;
}

/** States that are remembered. They share what did not change from one to the other. */
const MOST_STATES = 64;
/** Positions back to which a page may continue when its state is no longer remembered: folding anew takes time. */
const MOST_REFOLDED = 50_000;

const deletionsOf = (log: EventLog): number => log.deletions?.() ?? 0;

export function createReader(log: EventLog): Reader {
  const states = new Map<string, Promise<Reading>>();
  let deletions = deletionsOf(log);

  const forgetDeleted = (): void => {
    if (deletionsOf(log) === deletions) return;
    deletions = deletionsOf(log);
    states.clear();
  };

  const read = (seq: number, filter: Filter): Promise<Reading> => {
    forgetDeleted();
    const key = `${seq} ${filterKey(filter)}`;
    let reading = states.get(key);
    if (reading) states.delete(key);
    else {
      reading = log.stateAt(seq, filter);
      reading.catch(() => states.delete(key));
    }
    states.set(key, reading);
    if (states.size > MOST_STATES) states.delete(states.keys().next().value as string);
    return reading;
  };

  const readRun = async (seq: number, runId: string, scope: Filter | undefined): Promise<Reading> => {
    const filter = narrow({ runId }, scope);
    const whole = await read(seq, scope ?? {});
    return whole.state.runs.has(runId) ? whole : read(seq, filter);
  };

  return {
    log,
    position: () => `${log.epoch}.${log.head()}.${deletionsOf(log)}`,
    head: (scope) => read(log.head(), scope ?? {}),
    async at(seq, scope, runId) {
      forgetDeleted();
      const filter = scope ?? {};
      if (!states.has(`${seq} ${filterKey(filter)}`) && log.head() - seq > MOST_REFOLDED) {
        throw new FleetglassError('CURSOR_TOO_OLD', 'That list is too long ago; begin with its first page.');
      }
      return runId === undefined ? read(seq, filter) : readRun(seq, runId, scope);
    },
    run: (runId, scope) => readRun(log.head(), runId, scope),
  };
}
