import type { Clock } from '../lib/clock.js';
import { createDeferred } from '../lib/deferred.js';
import type { Deferred } from '../lib/deferred.js';

/** The part of the Web Locks API that is used. */
export interface TabLocks {
  request(
    name: string,
    options: { readonly ifAvailable?: boolean; readonly steal?: boolean; readonly signal?: AbortSignal },
    granted: (lock: unknown) => unknown,
  ): Promise<unknown>;
}

export interface TabElectionOptions {
  readonly name: string;
  readonly locks: TabLocks;
  readonly clock: Clock;
  /** How long nobody else may take over after a tab did. */
  readonly graceMs: number;
}

export interface TabElectionHandler {
  elected(): void;
  /** Another tab took over, because this one did not answer. */
  deposed(): void;
  /** There are no elections here, for example because the page has no origin. */
  failed(): void;
}

export interface TabElection {
  /** Waits for its turn. */
  stand(): void;
  /** Takes over from a tab that holds its place and does not answer; one of those who try it at a time. */
  takeOver(): void;
  /** Gives its place, or its turn, to the next. */
  resign(): void;
}

interface Candidacy {
  readonly abort: AbortController;
  readonly over: Deferred<undefined>;
  leads: boolean;
}

/** Which tab of a browser leads: the one that holds a lock, which the browser takes from tabs that die. */
export function createTabElection(options: TabElectionOptions, handler: TabElectionHandler): TabElection {
  const { name, locks, clock, graceMs } = options;
  let candidacy: Candidacy | undefined;

  const resign = (): void => {
    candidacy?.over.resolve(undefined);
    candidacy?.abort.abort();
    candidacy = undefined;
  };

  const request = (how: { readonly steal?: boolean }): void => {
    const mine: Candidacy = { abort: new AbortController(), over: createDeferred(), leads: false };
    candidacy = mine;
    const granted = (): Promise<undefined> | undefined => {
      if (candidacy !== mine) return undefined;
      mine.leads = true;
      handler.elected();
      return mine.over.promise;
    };
    const lost = (): void => {
      if (candidacy !== mine) return;
      candidacy = undefined;
      if (mine.leads) handler.deposed();
      else handler.failed();
    };
    // A lock that is being stolen cannot be waited for.
    const settings = how.steal ? how : { signal: mine.abort.signal };
    Promise.resolve()
      .then(() => locks.request(name, settings, granted))
      .catch(lost);
  };

  return {
    stand() {
      if (!candidacy) request({});
    },
    takeOver() {
      const steal = async (lock: unknown): Promise<void> => {
        if (!lock || !candidacy || candidacy.leads) return;
        resign();
        request({ steal: true });
        await new Promise<void>((resolve) => {
          clock.setTimeout(resolve, graceMs, { background: true });
        });
      };
      Promise.resolve()
        .then(() => locks.request(`${name}/take-over`, { ifAvailable: true }, steal))
        .catch(() => undefined);
    },
    resign,
  };
}
