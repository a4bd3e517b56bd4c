import type { Clock } from '../lib/clock.js';
import type { Random } from '../lib/ids.js';
import type { Subscription, SubscriptionObserver, Transport } from '../transport/transport.js';

/** How often each fault happens, from 0 (never) to 1 (always), for each delivery. */
export interface Faults {
  /** The delivery never arrives. @default 0 */
  readonly drop?: number;
  /** It arrives twice. @default 0 */
  readonly duplicate?: number;
  /** It arrives after the one that follows. @default 0 */
  readonly reorder?: number;
  /** It arrives up to {@link FaultOptions.maxDelayMs} later, in order with other delayed ones by chance only. @default 0 */
  readonly delay?: number;
  /** The connection breaks: what is under way is lost, and the subscription starts again from its position. @default 0 */
  readonly cut?: number;
}

export interface FaultOptions extends Faults {
  readonly clock: Clock;
  readonly random: Random;
  /** @default 1000 */
  readonly maxDelayMs?: number;
}

export interface FaultTransport extends Transport {
  /** Ends all faults from now on. Deliveries that are under way still arrive. */
  heal(): void;
  /** Breaks the connection of every subscription now. */
  cutAll(): void;
  /** Faults injected so far. */
  readonly injected: { readonly [F in keyof Required<Faults>]: number };
}

interface FaultySubscription {
  cut(): void;
}

/**
 * Mistreats what another transport delivers, reproducibly: the same random numbers and the same clock give the same
 * faults. Requests pass through untouched.
 */
export function faultTransport(inner: Transport, options: FaultOptions): FaultTransport {
  const { clock, random, maxDelayMs = 1_000 } = options;
  let faults: Faults = options;
  const injected = { drop: 0, duplicate: 0, reorder: 0, delay: 0, cut: 0 };
  const subscriptions = new Set<FaultySubscription>();

  const strikes = (fault: keyof Faults): boolean => {
    const rate = faults[fault] ?? 0;
    if (rate === 0 || random() >= rate) return false;
    injected[fault] += 1;
    return true;
  };

  const mistreat = (observer: SubscriptionObserver, restart: () => void) => {
    /** Deliveries of a former life of the connection never arrive. */
    let life = 0;
    let held: (() => void) | undefined;
    const release = (): void => {
      const deliver = held;
      held = undefined;
      deliver?.();
    };
    const later = (deliver: () => void): void => {
      const born = life;
      clock.setTimeout(() => {
        if (born === life) deliver();
      }, random() * maxDelayMs);
    };
    const cut = (): void => {
      life += 1;
      held = undefined;
      const born = life;
      clock.setTimeout(() => {
        if (born === life) restart();
      }, random() * maxDelayMs);
    };
    const pass = (deliver: () => void): void => {
      if (strikes('cut')) {
        cut();
        return;
      }
      if (strikes('drop')) return;
      if (strikes('duplicate')) later(deliver);
      if (strikes('delay')) later(deliver);
      else if (!held && strikes('reorder')) {
        held = deliver;
        // Nothing may follow: then it is only late.
        later(() => {
          if (held === deliver) release();
        });
      } else {
        deliver();
        release();
      }
    };
    return {
      cut,
      end: () => (life += 1),
      observer: {
        snapshot: (delivery) => pass(() => observer.snapshot(delivery)),
        events: (delivery) => pass(() => observer.events(delivery)),
        error: (error) => observer.error(error),
      } satisfies SubscriptionObserver,
    };
  };

  return {
    subscribe(request, observer) {
      // Faults restart it from timers only, when it has long been opened.
      const faulty = mistreat(observer, () => subscription.restart());
      subscriptions.add(faulty);
      const subscription: Subscription = inner.subscribe(request, faulty.observer);
      return {
        restart: () => subscription.restart(),
        close() {
          faulty.end();
          subscriptions.delete(faulty);
          subscription.close();
        },
      };
    },
    command: (command, commandId) => inner.command(command, commandId),
    readRange: (query) => inner.readRange(query),
    stateAt: (cursor, filter) => inner.stateAt(cursor, filter),
    blob: (ref) => inner.blob(ref),
    get status() {
      return inner.status;
    },
    onStatus: (listener) => inner.onStatus(listener),
    close: () => inner.close(),
    heal() {
      faults = {};
    },
    cutAll() {
      for (const subscription of subscriptions) {
        injected.cut += 1;
        subscription.cut();
      }
    },
    injected,
  };
}
