import { FleetglassError } from '@fleetglass/core';
import type { Clock } from '@fleetglass/core';
import type { Identity } from './access.js';

/** The right of one open connection. */
export interface Hold {
  /** The connection goes on in the name of somebody else, with another end. @throws FleetglassError `RATE_LIMITED` */
  replace(identity: Identity): void;
  /** The connection is over. */
  release(): void;
}

/** Ends connections whose right ends while they are open, and bounds how many one identity may have. */
export interface IdentityWatch {
  /**
   * @param end closes the connection; called at most once
   * @throws FleetglassError `RATE_LIMITED` when the identity has as many as it may, `UNAUTHENTICATED` when it has expired
   */
  hold(identity: Identity, end: (error: FleetglassError) => void): Hold;
  /** Throws what {@link IdentityWatch.hold} would throw; for who cannot refuse any more once it holds. */
  check(identity: Identity): void;
  /** Ends what was opened by a token that was revoked. Called every half heartbeat interval. */
  sweep(): Promise<void>;
}

export interface IdentityWatchOptions {
  readonly clock: Clock;
  /** Those of these tokens that open nothing any more. @default none ever is */
  readonly ended?: ((tokenIds: ReadonlySet<string>) => Promise<ReadonlySet<string>>) | undefined;
  readonly maxConnections: number;
}

/** Timers take 31 bits of milliseconds; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

const expired = (): FleetglassError =>
  new FleetglassError('UNAUTHENTICATED', 'The token has expired; connect again with a new one.');

class HeldRight implements Hold {
  identity: Identity = {};
  #timer: unknown;
  #isOver = false;

  constructor(
    private readonly clock: Clock,
    private readonly host: {
      /** @throws FleetglassError */
      check(identity: Identity): void;
      count(identity: Identity, change: 1 | -1): void;
      released(right: HeldRight): void;
    },
    private readonly close: (error: FleetglassError) => void,
  ) {}

  take(identity: Identity): void {
    this.host.count(identity, 1);
    this.identity = identity;
    this.#wait();
  }

  replace(identity: Identity): void {
    if (this.#isOver) return;
    this.host.count(this.identity, -1);
    try {
      this.host.check(identity);
    } catch (error) {
      this.host.count(this.identity, 1);
      throw error;
    }
    this.clock.clearTimeout(this.#timer);
    this.take(identity);
  }

  end(error: FleetglassError): void {
    if (this.#isOver) return;
    this.release();
    this.close(error);
  }

  release(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.clock.clearTimeout(this.#timer);
    this.host.count(this.identity, -1);
    this.host.released(this);
  }

  #wait(): void {
    const { expiresAt } = this.identity;
    if (expiresAt === undefined) return;
    const left = expiresAt - this.clock.now();
    this.#timer = this.clock.setTimeout(
      () => {
        if (this.clock.now() >= expiresAt) this.end(expired());
        else this.#wait();
      },
      Math.min(Math.max(left, 0), LONGEST_TIMER_MS),
      { background: true },
    );
  }
}

export function createIdentityWatch({ clock, ended, maxConnections }: IdentityWatchOptions): IdentityWatch {
  const rights = new Set<HeldRight>();
  const counts = new Map<string, number>();
  let sweeping: Promise<void> | undefined;

  const check = ({ tokenId, expiresAt }: Identity): void => {
    if (expiresAt !== undefined && expiresAt <= clock.now()) throw expired();
    // Without a name there is nobody to count for.
    if (tokenId === undefined || (counts.get(tokenId) ?? 0) < maxConnections) return;
    throw new FleetglassError(
      'RATE_LIMITED',
      `Your token has ${String(maxConnections)} open connections, as many as it may: close some, or come back later.`,
    );
  };

  const count = ({ tokenId }: Identity, change: 1 | -1): void => {
    if (tokenId === undefined) return;
    const sum = (counts.get(tokenId) ?? 0) + change;
    if (sum === 0) counts.delete(tokenId);
    else counts.set(tokenId, sum);
  };

  const sweep = async (): Promise<void> => {
    if (!ended || counts.size === 0) return;
    const gone = await ended(new Set(counts.keys()));
    if (gone.size === 0) return;
    for (const right of rights) {
      const { tokenId } = right.identity;
      if (tokenId === undefined || !gone.has(tokenId)) continue;
      right.end(
        new FleetglassError('UNAUTHENTICATED', 'The token was revoked; connect again with another one.'),
      );
    }
  };

  return {
    check,
    hold(identity, end) {
      check(identity);
      const right = new HeldRight(clock, { check, count, released: (one) => rights.delete(one) }, end);
      right.take(identity);
      rights.add(right);
      return right;
    },
    sweep() {
      // A store that is slow is asked again only when it has answered.
      sweeping ??= sweep().finally(() => (sweeping = undefined));
      return sweeping;
    },
  };
}
