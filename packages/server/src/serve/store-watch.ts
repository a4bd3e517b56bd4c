import { isFleetglassError } from '@fleetglass/core';
import type { Clock, FleetglassError, TimerHandle } from '@fleetglass/core';
import type { Registry } from 'prom-client';
import type { GatewayLogger } from '../gateway/logger.js';
import { prometheus } from '../gateway/prometheus.js';
import { isDiskFull } from '../storage/database.js';
import type { SqliteStore } from '../storage/sqlite-store.js';
import type { HealthReports } from './health-reports.js';

/** A store whose refusals are noticed. */
export interface WatchedStore {
  /** The same store, to be written through. */
  readonly store: SqliteStore;
  /** Adds what was noticed to metrics. */
  measure(registry: Registry): void;
  close(): void;
}

/** Without a refusal for so long, it is tried whether the store takes something again. */
const QUIET_MS = 1_000;
/** A store that refuses again so soon had room for what was tried and for nothing else. */
const RELAPSE_MS = 10_000;
const LONGEST_QUIET_MS = 60_000;

interface Outage {
  readonly error: FleetglassError;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly begunAt: number;
  refusedAt: number;
  refused: number;
}

/**
 * Notices when a store refuses what is written, because the disk is full or for any other reason: one line and a metric
 * while it does, and one `system.health` event when it takes something again. A disk on which little fits and much does
 * not would begin an outage and end it again and again: it is told as one that goes on.
 */
export function watchStore(
  raw: SqliteStore,
  {
    clock,
    logger,
    reports,
  }: {
    readonly clock: Clock;
    readonly logger: GatewayLogger;
    /** Writes to the store itself, and not through what is made here. */
    readonly reports: HealthReports;
  },
): WatchedStore {
  let outage: Outage | undefined;
  let quietMs = QUIET_MS;
  let endedAt = -Infinity;
  let timer: TimerHandle;
  let isClosed = false;
  let refusals = 0;

  const reasonOf = ({ cause }: FleetglassError): string =>
    isDiskFull(cause) ? 'the disk was full' : 'its file could not be written';

  const look = (): void => {
    if (!outage || isClosed) return;
    const left = outage.refusedAt + quietMs - clock.monotonic();
    if (left > 0) timer = clock.setTimeout(look, left, { background: true });
    else void tell(outage);
  };

  const tell = async (told: Outage): Promise<void> => {
    const seconds = (): number => Math.max(1, Math.round((clock.monotonic() - told.begunAt) / 1_000));
    const isStored = await reports.report('store', () => ({
      status: 'ok',
      message: `The store refused writes for ${String(seconds())} s because ${reasonOf(told.error)}; it takes them again.`,
      fields: { since: told.since, refused: told.refused },
    }));
    if (!isStored) return;
    logger.warn(
      { seconds: seconds(), refused: told.refused },
      'the store takes writes again; what was refused meanwhile was told to whoever sent it',
    );
    endedAt = clock.monotonic();
    outage = undefined;
  };

  const noteRefusal = (error: unknown): void => {
    if (isClosed || !isFleetglassError(error, 'STORE_FAILED')) return;
    refusals += 1;
    const now = clock.monotonic();
    if (outage) {
      outage.refused += 1;
      outage.refusedAt = now;
      return;
    }
    quietMs = now - endedAt < RELAPSE_MS ? Math.min(quietMs * 2, LONGEST_QUIET_MS) : QUIET_MS;
    outage = { error, since: clock.now(), begunAt: now, refusedAt: now, refused: 1 };
    logger.error(
      { code: error.code, fault: error.message },
      'the store refuses writes; reading goes on, and it takes them again by itself',
    );
    look();
  };

  /** Passes a write through; whoever made it is told of its failure as ever. */
  const watched = <T>(result: Promise<T>): Promise<T> => {
    result.catch(noteRefusal);
    return result;
  };

  return {
    store: {
      ...raw,
      append: (drafts, options) => watched(raw.append(drafts, options)),
      commit: (commit) => watched(raw.commit(commit)),
      putBlob: (bytes, mediaType) => watched(raw.putBlob(bytes, mediaType)),
    },
    measure(registry) {
      const registers = [registry];
      new prometheus.Gauge({
        name: 'fleetglass_store_refusing',
        help: '1 while the store refuses what is written, for example because the disk is full',
        registers,
        collect() {
          this.set(outage ? 1 : 0);
        },
      });
      new prometheus.Counter({
        name: 'fleetglass_store_refused_total',
        help: 'Writes that the store refused because of its file or disk',
        registers,
        collect() {
          this.reset();
          this.inc(refusals);
        },
      });
    },
    close() {
      isClosed = true;
      clock.clearTimeout(timer);
    },
  };
}
