import { FleetglassError, toFleetglassError } from '../../errors/fleetglass-error.js';
import type { Clock, TimerHandle } from '../../lib/clock.js';
import { systemClock } from '../../lib/clock.js';
import { BLOB_GRACE_MS } from '../../log/store.js';
import type { DeletionReport } from './delete-runs.js';
import type { Orchestrator } from '../orchestrator.js';

/** Which of the runs that have ended are too many. A run is deleted when any of the limits says so. */
export interface RetentionPolicy {
  /** Milliseconds since its end. @default no limit */
  readonly maxAgeMs?: number;
  /** Most runs that have ended; the newest stay. @default no limit */
  readonly maxRuns?: number;
  /**
   * Most bytes of the store, as it counts them. The runs that ended first go until it is within; those that ended in
   * the last ten minutes stay, since a part of their bytes is not free yet. @default no limit
   */
  readonly maxBytes?: number;
}

/** A run that is over. */
export interface EndedRun {
  readonly runId: string;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
}

/** Runs that are too old or too many, the one that ended first first. */
export function expiredRuns<T extends EndedRun>(
  ended: readonly T[],
  { maxAgeMs = Infinity, maxRuns = Infinity }: RetentionPolicy,
  now: number,
): readonly T[] {
  const oldestFirst = [...ended].sort((a, b) => a.endedAt - b.endedAt);
  const tooMany = Math.max(0, ended.length - maxRuns);
  return oldestFirst.filter(({ endedAt }, index) => index < tooMany || now - endedAt > maxAgeMs);
}

export interface RetentionOptions extends RetentionPolicy {
  readonly orchestrator: Pick<Orchestrator<unknown>, 'list' | 'delete' | 'store'>;
  /** Milliseconds between two sweeps; the first is made at once. @default only when {@link Retention.sweep} is called */
  readonly everyMs?: number;
  /** Told what a sweep that the timer made failed with. @default it is ignored, the next one tries again */
  readonly onError?: (error: FleetglassError) => void;
  /** @default the machine's clock */
  readonly clock?: Clock;
}

/** Deletes runs that are too old or too many. */
export interface Retention {
  /** Deletes what is too much. A call during a sweep gets the report of that one. */
  sweep(): Promise<DeletionReport>;
  /** Makes no more sweeps by itself. */
  close(): void;
}

/** Runs deleted until the store's bytes are looked at again. */
const BYTES_STEP = 8;

/**
 * Deletes runs that have ended once they are too old, too many or too large; nothing does so unless one is made. What
 * they spent stays in the ledger.
 *
 * @throws FleetglassError `BAD_INPUT` for limits that make no sense
 */
export function createRetention(options: RetentionOptions): Retention {
  const { orchestrator, everyMs, onError, clock = systemClock } = options;
  const { maxBytes = Infinity } = options;
  for (const name of ['maxAgeMs', 'maxRuns', 'maxBytes'] as const) {
    if (options[name] !== undefined && !(options[name] >= 0)) {
      throw new FleetglassError('BAD_INPUT', `\`${name}\` of a retention has to be a number of at least 0.`);
    }
  }
  if (everyMs !== undefined && !(everyMs >= 1)) {
    throw new FleetglassError('BAD_INPUT', '`everyMs` of a retention has to be a number of at least 1.');
  }
  let sweeping: Promise<DeletionReport> | undefined;
  let timer: TimerHandle;
  let isClosed = false;

  const sweepNow = async (): Promise<DeletionReport> => {
    const ended = (await orchestrator.list()).flatMap(({ runId, ended: status, endedAt = 0 }) =>
      status === undefined ? [] : [{ runId, endedAt }],
    );
    const now = clock.now();
    const expired = new Set(expiredRuns(ended, options, now));
    const reports = [await orchestrator.delete([...expired].map(({ runId }) => runId))];
    if (maxBytes < Infinity) {
      const rest = expiredRuns(
        ended.filter((run) => !expired.has(run)),
        { maxAgeMs: BLOB_GRACE_MS },
        now,
      ).map(({ runId }) => runId);
      while (rest.length > 0 && (await orchestrator.store.bytes()) > maxBytes) {
        reports.push(await orchestrator.delete(rest.splice(0, BYTES_STEP)));
      }
    }
    return {
      deleted: reports.flatMap(({ deleted }) => deleted),
      refused: reports.flatMap(({ refused }) => refused),
    };
  };

  const sweep = (): Promise<DeletionReport> =>
    (sweeping ??= sweepNow().finally(() => {
      sweeping = undefined;
    }));

  const repeat = (ms: number): void => {
    sweep()
      .catch((error: unknown) => onError?.(toFleetglassError(error, 'STORE_FAILED')))
      .finally(() => {
        if (!isClosed) timer = clock.setTimeout(() => repeat(ms), ms, { background: true });
      })
      .catch(() => undefined);
  };
  if (everyMs !== undefined) repeat(everyMs);

  return {
    sweep,
    close() {
      isClosed = true;
      clock.clearTimeout(timer);
    },
  };
}
