import { FleetglassError } from '@fleetglass/core';
import type { Clock, Random } from '@fleetglass/core';
import type { Asker } from './rate-limits.js';
import { addressKey } from './rate-limits.js';

/** Who may open another live connection. */
export interface Admission {
  /** Why a newcomer has to wait; `undefined` lets it in. */
  refusal(connections: number, asker: Asker): FleetglassError | undefined;
  /** Counts a connection of this address until the function that is returned is called. */
  enter(asker: Asker): () => void;
  /** The reason that viewers are given when the gateway closes; each is told another time to come back. */
  farewell(connections: number): FleetglassError;
}

export interface AdmissionOptions {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  readonly newConnectionsPerSecond: number;
  /** Whether programs of this machine are free of both limits below the first. */
  readonly exemptLoopback: boolean;
  readonly clock: Clock;
  readonly random: Random;
}

/** So many are expected back within a second. */
const RETURNS_A_SECOND = 1_000;
const LEAST_SPREAD_MS = 1_000;
const MOST_SPREAD_MS = 15_000;

/** More than any process opens in a second: there is nothing to count. */
const UNCOUNTED = 1_000_000;

/** Share of the turns that those who were refused are told: the rest is for those who come for the first time. */
const TOLD_SHARE = 0.8;

/** Lets no more than so many through within any second, and tells the others one after the other when there is room. */
function createTurnstile(perSecond: number, clock: Clock): { waitMs(): number } {
  if (perSecond >= UNCOUNTED) return { waitMs: () => 0 };
  const passed = new Float64Array(Math.floor(perSecond)).fill(-Infinity);
  let oldest = 0;
  let lastTurn = -Infinity;
  return {
    /** 0 lets one in. */
    waitMs() {
      const now = clock.monotonic();
      const room = (passed[oldest] ?? now) + 1_000;
      if (now < room) {
        lastTurn = Math.max(lastTurn + 1_000 / (perSecond * TOLD_SHARE), room);
        return lastTurn - now;
      }
      passed[oldest] = now;
      oldest = (oldest + 1) % passed.length;
      return 0;
    },
  };
}

export function createAdmission(options: AdmissionOptions): Admission {
  const { maxConnections, maxConnectionsPerAddress, exemptLoopback, clock, random } = options;
  const turnstile = createTurnstile(options.newConnectionsPerSecond, clock);
  const addresses = new Map<string, number>();
  const isExempt = ({ isLocal }: Asker): boolean => isLocal && exemptLoopback;
  const shuttingDown = (message: string, waitMs: number): FleetglassError =>
    new FleetglassError('SHUTTING_DOWN', message, { details: { retryAfterMs: Math.ceil(waitMs) } });
  const spreadMs = (connections: number): number => {
    const spread = (connections / RETURNS_A_SECOND) * 1_000;
    return random() * Math.min(MOST_SPREAD_MS, Math.max(LEAST_SPREAD_MS, spread));
  };
  return {
    refusal(connections, asker) {
      // Newcomers wait: to evict someone else would only set off a chain of reconnects.
      if (connections >= maxConnections)
        return shuttingDown(
          'The gateway has as many viewers as it takes; try again later.',
          spreadMs(connections),
        );
      if (isExempt(asker)) return undefined;
      if ((addresses.get(addressKey(asker.address)) ?? 0) >= maxConnectionsPerAddress)
        return new FleetglassError(
          'RATE_LIMITED',
          `Your address has ${String(maxConnectionsPerAddress)} open connections, as many as it may: close some.`,
        );
      const waitMs = turnstile.waitMs();
      if (waitMs === 0) return undefined;
      // Beyond that nobody is told a turn of its own.
      const toldMs = waitMs < MOST_SPREAD_MS ? waitMs : random() * MOST_SPREAD_MS;
      return shuttingDown('Too many connect at the same time; try again in a moment.', toldMs);
    },
    enter(asker) {
      if (isExempt(asker)) return () => undefined;
      const key = addressKey(asker.address);
      addresses.set(key, (addresses.get(key) ?? 0) + 1);
      return () => {
        const left = (addresses.get(key) ?? 1) - 1;
        if (left === 0) addresses.delete(key);
        else addresses.set(key, left);
      };
    },
    farewell: (connections) =>
      shuttingDown(
        'The gateway is shutting down; come back after `details.retryAfterMs`.',
        spreadMs(connections),
      ),
  };
}
