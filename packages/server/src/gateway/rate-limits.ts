import { FleetglassError } from '@fleetglass/core';
// By itself: the package as a whole also loads its limiters for a dozen databases.
import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js';
import type { Identity } from './access.js';

/** How often a client may ask. */
export interface RateLimits {
  /** Requests of REST a minute without a token, by address. @default 100 */
  readonly requestsPerAddress: number;
  /** Requests of REST a minute by token. @default 1200 */
  readonly requestsPerToken: number;
  /** New live connections a second, of all clients together. @default 1500 */
  readonly newConnectionsPerSecond: number;
  /** Whether clients on the gateway's own machine are free of them. @default true */
  readonly exemptLoopback: boolean;
}

export const DEFAULT_RATE_LIMITS: RateLimits = {
  requestsPerAddress: 100,
  requestsPerToken: 1_200,
  newConnectionsPerSecond: 1_500,
  exemptLoopback: true,
};

/** What each of the numbers is, in the words of the configuration. */
export const RATE_NOTES: Readonly<Record<Exclude<keyof RateLimits, 'exemptLoopback'>, string>> = {
  requestsPerAddress: 'Requests of REST a minute without a token, by address',
  requestsPerToken: 'Requests of REST a minute by token',
  newConnectionsPerSecond: 'New live connections a second, of all clients together',
};

/** Who asks, for counting. */
export interface Asker {
  readonly address: string | undefined;
  /** Whether it is a program of this machine. */
  readonly isLocal: boolean;
}

/** Counts requests over HTTP. */
export interface RequestMeter {
  /** @throws FleetglassError `RATE_LIMITED` */
  countAddress(asker: Asker): Promise<void>;
  /** @throws FleetglassError `RATE_LIMITED` */
  countToken(asker: Asker, identity: Identity): Promise<void>;
}

const MINUTE_S = 60;

/** Whoever has an IPv6 address has at least 2^64 of them: they count as one. */
export function addressKey(address: string | undefined): string {
  if (address === undefined) return '';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address.slice(0, 64);
  const [head = '', tail = ''] = address.split('%')[0]?.toLowerCase().split('::') ?? [];
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  const zeros = address.includes('::') ? Math.max(0, 8 - before.length - after.length) : 0;
  return [...before, ...Array<string>(zeros).fill('0'), ...after].slice(0, 4).join(':').slice(0, 64);
}

export function createRequestMeter({
  requestsPerAddress,
  requestsPerToken,
  exemptLoopback,
}: RateLimits): RequestMeter {
  const addresses = new RateLimiterMemory({ points: requestsPerAddress, duration: MINUTE_S });
  const tokens = new RateLimiterMemory({ points: requestsPerToken, duration: MINUTE_S });

  const count = async (limiter: RateLimiterMemory, key: string, message: string): Promise<void> => {
    try {
      await limiter.consume(key);
    } catch (refusal) {
      const retryAfterMs = (refusal as { readonly msBeforeNext?: unknown }).msBeforeNext;
      if (typeof retryAfterMs !== 'number') throw refusal;
      throw new FleetglassError('RATE_LIMITED', message, { details: { retryAfterMs } });
    }
  };

  return {
    async countAddress({ address, isLocal }) {
      if (isLocal && exemptLoopback) return;
      await count(
        addresses,
        addressKey(address),
        `Without a token an address may ask ${String(requestsPerAddress)} times a minute: wait, or send a token.`,
      );
    },
    async countToken({ isLocal }, { tokenId, tenant, actor }) {
      if (isLocal && exemptLoopback) return;
      await count(
        tokens,
        tokenId ?? JSON.stringify([tenant ?? null, actor?.id ?? null]),
        `Your token may ask ${String(requestsPerToken)} times a minute: wait as long as Retry-After says.`,
      );
    },
  };
}
