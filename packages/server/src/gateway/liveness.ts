import { FleetglassError } from '@fleetglass/core';
import type { Random } from '@fleetglass/core';
import type { GatewayLimits } from './limits.js';
import type { Link } from './link.js';

/** Half intervals without a sign of life after which a client is asked for one, and given up. */
const PING_AFTER = 2;
const DEAD_AFTER = 6;

/** It `lives`, it is `dead`, or nothing was heard of it for so long that it has to come anew. */
export type Life = 'lives' | 'dead' | 'unproven';

/**
 * Whether the other end of a link is still there. One that can be asked answers. Of one that cannot it is only seen that
 * it takes what is sent to it; and as the system takes a good deal for a peer that has vanished without a word, such a
 * link does not last for ever.
 */
export class Liveness {
  #silence = 0;
  #unproven = 0;
  #waiting = 0;

  /** @param mostUnproven beats without a sign of life after which a client that cannot be asked for one has to come anew */
  constructor(
    private readonly link: Pick<Link, 'waiting' | 'ping'>,
    private readonly mostUnproven: number,
  ) {}

  /** The client gave a sign of life. */
  alive(): void {
    this.#silence = 0;
    this.#unproven = 0;
  }

  /** Called every half heartbeat interval, before anything is written. */
  beat(): Life {
    this.#silence += 1;
    if (this.#silence >= DEAD_AFTER) return 'dead';
    if (this.#silence >= PING_AFTER && !this.link.ping()) {
      const { waiting } = this.link;
      // It takes something, or there is nothing to take.
      if (waiting === 0 || waiting < this.#waiting) this.#silence = PING_AFTER - 1;
      this.#waiting = waiting;
      this.#unproven += 1;
      if (this.#unproven >= this.mostUnproven) return 'unproven';
    }
    return 'lives';
  }
}

/** Up to this part of its time is taken from a stream by chance, so that those that began together do not end together. */
const SPREAD = 0.2;

export function createLiveness(
  link: Pick<Link, 'waiting' | 'ping'>,
  context: {
    readonly heartbeatMs: number;
    readonly limits: Pick<GatewayLimits, 'maxStreamMs'>;
    readonly random: Random;
  },
): Liveness {
  const { heartbeatMs, limits, random } = context;
  const beats = (limits.maxStreamMs * (1 - SPREAD * random())) / (heartbeatMs / 2);
  return new Liveness(link, Math.max(DEAD_AFTER, Math.round(beats)));
}

/** The reason that a client is given of whom nothing was heard for too long. */
export const unproven = (): FleetglassError =>
  new FleetglassError(
    'DISCONNECTED',
    'Nothing was heard of you for long: reconnect and go on from your position.',
  );
