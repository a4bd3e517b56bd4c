import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Clock, TimerHandle } from '../../lib/clock.js';
import type { EventDraft } from '../../protocol/event.js';
import type { BudgetAccount } from './budget-account.js';

/** Limits of a run in steps and seconds: what is no call and cannot be reserved. */
export interface RunLimits {
  /** Counts a task that starts. */
  count(events: EventDraft[], time: number): void;
  /** Whether another task may start; where not, the limit acts. */
  mayStart(): boolean;
  /** A limit was changed. */
  changed(): void;
  end(): void;
}

export interface RunLimitOptions {
  readonly accounts: readonly BudgetAccount[];
  readonly clock: Clock;
  /** When the run began, in milliseconds since the epoch. */
  readonly startedAt: number;
  readonly record: (events: readonly EventDraft[]) => void;
  readonly onPause: (message: string) => void;
  readonly onStop: (reason: 'steps' | 'time', error: FleetglassError) => void;
}

const NO_LIMITS: RunLimits = {
  count: () => undefined,
  mayStart: () => true,
  changed: () => undefined,
  end: () => undefined,
};

/** `ask` pauses like `pause`: there is no task that could wait for the answer. */
export function createRunLimits(options: RunLimitOptions): RunLimits {
  const { accounts, clock, startedAt } = options;
  if (accounts.length === 0) return NO_LIMITS;
  const steps = accounts.filter(({ unit }) => unit === 'steps');
  const seconds = accounts.filter(({ unit }) => unit === 'seconds');
  let timer: TimerHandle;
  let ended = false;

  const act = (account: BudgetAccount): void => {
    const events: EventDraft[] = [];
    account.tellReached(1, events, clock.now());
    if (events.length > 0) options.record(events);
    const { id, unit, limit, onLimit } = account;
    if (onLimit === 'warn') return;
    if (onLimit === 'pause' || onLimit === 'ask') {
      options.onPause(`Budget '${id}' is used up; raise it and resume.`);
      return;
    }
    options.onStop(
      unit === 'steps' ? 'steps' : 'time',
      new FleetglassError(
        'BUDGET_EXCEEDED',
        `The run has used the ${limit} ${unit} of budget '${id}'; raise the limit and start again.`,
        { details: { budgetId: id, limit } },
      ),
    );
  };

  /** Brings accounts of time up to date and comes back when the next second of one is over. */
  const tick = (): void => {
    if (ended) return;
    const now = clock.now();
    const elapsed = Math.max(0, Math.floor((now - startedAt) / 1_000));
    const events: EventDraft[] = [];
    let next = Infinity;
    for (const account of seconds) {
      if (elapsed > account.spent) account.settle(0, elapsed - account.spent, events, now);
      for (const at of account.thresholds()) if (at > elapsed) next = Math.min(next, at);
    }
    if (events.length > 0) options.record(events);
    for (const account of seconds) if (account.remaining <= 0) act(account);
    clock.clearTimeout(timer);
    if (Number.isFinite(next))
      timer = clock.setTimeout(tick, startedAt + next * 1_000 - now, { background: true });
  };
  tick();

  return {
    count(events, time) {
      for (const account of steps) account.settle(0, 1, events, time);
    },
    mayStart() {
      const used = accounts.find((account) => account.onLimit !== 'warn' && account.remaining <= 0);
      if (used) act(used);
      return !used;
    },
    changed: tick,
    end() {
      ended = true;
      clock.clearTimeout(timer);
    },
  };
}
