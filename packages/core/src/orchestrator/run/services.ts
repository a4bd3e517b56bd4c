import type { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Clock } from '../../lib/clock.js';
import type { Random } from '../../lib/ids.js';
import type { Store } from '../../log/store.js';
import type { PriceTable } from '../../model/price.js';
import type { EventInput } from '../../protocol/event.js';
import type { NodeCache } from '../execution/node-cache.js';

/** Where observed events go: never waits, never throws. */
export interface EventSink {
  emit(input: EventInput): void;
  /** Lets events of the run count only while the lease of this epoch is its newest. @returns a function that ends that */
  fence?(runId: string, leaseEpoch: number): () => void;
  /** Hands over to the store now whatever waits, so that a commit that follows comes after it. */
  drain(): void;
  /** Resolves when everything that was emitted before is accepted or counted as dropped. */
  flush(): Promise<void>;
}

/** The store fails to take what a run commits; the run is paused and holds it until the store takes it. */
export interface StoreTrouble {
  readonly runId: string;
  /** Why; absent once the store has taken everything and the run goes on. */
  readonly error?: FleetglassError;
}

/** What every run needs of its surroundings. */
export interface Services {
  readonly store: Store;
  readonly emitter: EventSink;
  readonly prices: PriceTable;
  readonly clock: Clock;
  readonly random: Random;
  readonly cache: NodeCache;
  /** The value without its secrets; `undefined` when it is too large to look through. */
  readonly redact: <T>(value: T) => T | undefined;
  /** Must not throw. */
  readonly onStoreTrouble?: (trouble: StoreTrouble) => void;
}
