import { describe, expect, it } from 'vitest';
import { FleetglassError } from '../errors/fleetglass-error.js';
import { decodeCursor, encodeCursor } from '../protocol/cursor.js';
import type { FleetEvent } from '../protocol/event.js';
import { EVERYTHING } from '../protocol/filter.js';
import { createSimulatedClock } from '../testing/simulated-clock.js';
import { follow } from './follow.js';
import type {
  Delivery,
  SnapshotDelivery,
  SubscribeRequest,
  SubscriptionObserver,
  Transport,
} from './transport.js';

const event = (seq: number, covers?: readonly [number, number]): FleetEvent => ({
  v: 1,
  seq,
  time: 0,
  type: 'message.delta',
  data: {},
  ...(covers ? { covers } : {}),
});

const delivery = (from: number, to: number, epoch = 'e'): Delivery => ({
  epoch,
  from,
  to,
  events: Array.from({ length: to - from + 1 }, (_, index) => event(from + index)),
});

const snapshot = (seq: number, epoch = 'e', reason: SnapshotDelivery['reason'] = 'start'): SnapshotDelivery =>
  // The state passes through unread.
  ({ epoch, seq, reason, state: { seq } }) as unknown as SnapshotDelivery;

/** A transport that does nothing by itself and writes down when it is asked to start again. */
function setUp(cursorSeq?: number) {
  const clock = createSimulatedClock();
  const restarts: (number | undefined)[] = [];
  let closed = 0;
  let request: SubscribeRequest | undefined;
  let observer: SubscriptionObserver | undefined;
  const positionOf = () => {
    const cursor = request?.position();
    return cursor === undefined ? undefined : decodeCursor(cursor).seq;
  };
  const transport = {
    subscribe(given: SubscribeRequest, to: SubscriptionObserver) {
      request = given;
      observer = to;
      return { restart: () => restarts.push(positionOf()), close: () => (closed += 1) };
    },
  } as unknown as Transport;
  const given: string[] = [];
  const errors: string[] = [];
  const following = follow(
    transport,
    {
      filter: EVERYTHING,
      ...(cursorSeq === undefined ? {} : { cursor: encodeCursor({ epoch: 'e', seq: cursorSeq }) }),
    },
    {
      snapshot: ({ epoch, seq }) => given.push(`snapshot ${epoch}:${seq}`),
      events: ({ from, to, events }) =>
        given.push(`${from}-${to}: ${events.map(({ seq }) => seq).join(' ')}`),
      error: ({ code }) => errors.push(code),
    },
    { clock, random: () => 1 },
  );
  if (!observer) throw new Error('follow did not subscribe');
  return { clock, restarts, given, errors, following, observer, closed: () => closed };
}

describe('follow', () => {
  it('applies what continues, trims what overlaps and ignores what is old', () => {
    const { observer, given, restarts } = setUp(2);
    observer.events(delivery(3, 4));
    observer.events(delivery(1, 6));
    observer.events(delivery(2, 5));
    observer.events(delivery(7, 7));
    expect(given).toEqual(['3-4: 3 4', '5-6: 5 6', '7-7: 7']);
    expect(restarts).toEqual([]);
  });

  it('passes empty ranges on, so that the position moves past what was not selected', () => {
    const { observer, given, following } = setUp(2);
    observer.events({ epoch: 'e', from: 3, to: 9, events: [] });
    expect(given).toEqual(['3-9: ']);
    expect(following.position()).toBe(encodeCursor({ epoch: 'e', seq: 9 }));
  });

  it('learns from an empty range that it missed what came before', () => {
    const { observer, given, restarts } = setUp(2);
    observer.events({ epoch: 'e', from: 3, to: 2, events: [] });
    expect(restarts).toEqual([]);
    observer.events({ epoch: 'e', from: 6, to: 5, events: [] });
    expect(restarts).toEqual([2]);
    expect(given).toEqual([]);
  });

  it('starts again from its position at a gap, once at once and then less and less often', async () => {
    const { observer, given, restarts, clock } = setUp(2);
    observer.events(delivery(5, 6));
    observer.events(delivery(7, 8));
    expect(restarts).toEqual([2]);
    await clock.advance(249);
    expect(restarts).toEqual([2]);
    await clock.advance(1);
    expect(restarts).toEqual([2, 2]);
    await clock.advance(499);
    expect(restarts).toEqual([2, 2]);
    observer.events(delivery(3, 8));
    await clock.advance(10_000);
    expect(given).toEqual(['3-8: 3 4 5 6 7 8']);
    expect(restarts).toEqual([2, 2]);
    expect(clock.pending).toBe(0);
  });

  it('asks again when what healed the gap does not reach as far as was heard of', async () => {
    const { observer, restarts, clock } = setUp(0);
    observer.events(delivery(3, 4));
    observer.events(delivery(1, 2));
    await clock.advance(250);
    expect(restarts).toEqual([0, 2]);
  });

  it('starts again when the log has another epoch, and takes the snapshot of it', () => {
    const { observer, given, restarts } = setUp(5);
    observer.events(delivery(1, 2, 'f'));
    expect(given).toEqual([]);
    expect(restarts).toEqual([5]);
    observer.snapshot(snapshot(2, 'f', 'epoch'));
    observer.events(delivery(3, 3, 'f'));
    expect(given).toEqual(['snapshot f:2', '3-3: 3']);
  });

  it('ignores a late snapshot, but takes the one of a log that lost its end', () => {
    const { observer, given } = setUp(5);
    observer.snapshot(snapshot(3));
    expect(given).toEqual([]);
    observer.snapshot(snapshot(4, 'e', 'epoch'));
    observer.events(delivery(5, 5));
    expect(given).toEqual(['snapshot e:4', '5-5: 5']);
  });

  it('takes the snapshot of a log that lost its end once, however often it comes', () => {
    const { observer, given } = setUp(9);
    observer.snapshot(snapshot(3, 'e', 'epoch'));
    observer.events(delivery(4, 5));
    observer.snapshot(snapshot(3, 'e', 'epoch'));
    observer.events(delivery(6, 6));
    expect(given).toEqual(['snapshot e:3', '4-5: 4 5', '6-6: 6']);
  });

  it('asks for a snapshot when a merged event lies across its position', () => {
    const { observer, given, restarts, following } = setUp(7);
    observer.events({ epoch: 'e', from: 1, to: 10, events: [event(10, [5, 10])] });
    expect(given).toEqual([]);
    expect(restarts).toEqual([undefined]);
    observer.snapshot(snapshot(10));
    expect(following.position()).toBe(encodeCursor({ epoch: 'e', seq: 10 }));
  });

  it('applies a merged event that begins where it stands', () => {
    const { observer, given } = setUp(4);
    observer.events({ epoch: 'e', from: 1, to: 10, events: [event(4), event(10, [5, 10])] });
    expect(given).toEqual(['5-10: 10']);
  });

  it('asks again when events come before the snapshot', () => {
    const { observer, given, restarts } = setUp();
    observer.events(delivery(4, 5));
    expect(restarts).toEqual([undefined]);
    observer.snapshot(snapshot(5));
    expect(given).toEqual(['snapshot e:5']);
  });

  it('ends for good with an error of the transport or of the observer', () => {
    const refused = setUp(0);
    refused.observer.error(new FleetglassError('FORBIDDEN', 'no'));
    refused.observer.events(delivery(1, 1));
    expect(refused.errors).toEqual(['FORBIDDEN']);
    expect(refused.given).toEqual([]);
    expect(refused.closed()).toBe(1);

    const errors: string[] = [];
    let observer: SubscriptionObserver | undefined;
    const transport = {
      subscribe(_: SubscribeRequest, to: SubscriptionObserver) {
        observer = to;
        return { restart: () => {}, close: () => {} };
      },
    } as unknown as Transport;
    follow(
      transport,
      { filter: EVERYTHING, cursor: encodeCursor({ epoch: 'e', seq: 0 }) },
      {
        snapshot: () => {},
        events: () => {
          throw new Error('broken');
        },
        error: ({ message }) => errors.push(message),
      },
      { clock: createSimulatedClock() },
    );
    observer?.events(delivery(1, 1));
    observer?.events(delivery(2, 2));
    expect(errors).toEqual(['broken']);
  });
});
