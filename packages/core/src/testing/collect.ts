import type { FleetglassError } from '../errors/fleetglass-error.js';
import { createDeferred } from '../lib/deferred.js';
import type { Cursor } from '../protocol/cursor.js';
import type { FleetEvent } from '../protocol/event.js';
import { EVERYTHING } from '../protocol/filter.js';
import type { Filter } from '../protocol/filter.js';
import { follow } from '../transport/follow.js';
import type { Following } from '../transport/follow.js';
import type { Delivery, SnapshotDelivery, Transport } from '../transport/transport.js';

/** What a follower was given, and a way to wait for it. */
export interface Collected {
  readonly events: readonly FleetEvent[];
  readonly deliveries: readonly Delivery[];
  readonly snapshots: readonly SnapshotDelivery[];
  readonly errors: readonly FleetglassError[];
  readonly following: Following;
  /** Resolves when everything up to `seq` has been covered; rejects when the following ended before. */
  reached(seq: number): Promise<void>;
}

/**
 * Follows a transport and writes down what it is given.
 *
 * @param source `settle` lets time pass where it is simulated; without it time passes by itself
 */
export function collect(
  source: { readonly transport: Transport; settle?(): Promise<void> },
  filter: Filter = EVERYTHING,
  cursor?: Cursor,
): Collected {
  const events: FleetEvent[] = [];
  const deliveries: Delivery[] = [];
  const snapshots: SnapshotDelivery[] = [];
  const errors: FleetglassError[] = [];
  let position = 0;
  let changed = createDeferred<undefined>();
  const note = (): void => {
    changed.resolve(undefined);
    changed = createDeferred();
  };
  const following = follow(
    source.transport,
    { filter, ...(cursor === undefined ? {} : { cursor }) },
    {
      snapshot(delivery) {
        snapshots.push(delivery);
        position = delivery.seq;
        note();
      },
      events(delivery) {
        deliveries.push(delivery);
        events.push(...delivery.events);
        position = delivery.to;
        note();
      },
      error(error) {
        errors.push(error);
        note();
      },
    },
  );
  const until = async (isDone: () => boolean): Promise<void> => {
    while (!isDone()) {
      if (errors[0]) throw errors[0];
      await (source.settle ? source.settle() : changed.promise);
    }
  };
  return {
    events,
    deliveries,
    snapshots,
    errors,
    following,
    reached: (seq) => until(() => position >= seq),
  };
}
