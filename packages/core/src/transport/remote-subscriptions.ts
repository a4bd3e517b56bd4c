import type { FleetglassError } from '../errors/fleetglass-error.js';
import { fromWireError } from '../errors/fleetglass-error.js';
import { decodeCursor } from '../protocol/cursor.js';
import type { Cursor, CursorPosition } from '../protocol/cursor.js';
import { badFrame } from '../protocol/decode.js';
import type { ClientFrame, CoveredRange, EventsFrame, ServerFrame } from '../protocol/frame.js';
import { decodeState } from '../projection/state-codec.js';
import type { SubscribeRequest, Subscription, SubscriptionObserver } from './transport.js';

interface RemoteSubscription {
  readonly request: SubscribeRequest;
  readonly observer: SubscriptionObserver;
  /** Id on the wire, a new one for every attempt, so that answers to an earlier one are not mistaken. */
  id: string;
  channel: number;
  /** Position that the server has covered under this id. */
  to: number;
}

export interface RemoteSubscriptions {
  readonly size: number;
  add(request: SubscribeRequest, observer: SubscriptionObserver): Subscription;
  /** A new connection: asks for everything again. */
  opened(epoch: string): void;
  /** @returns whether the frame was meant for a subscription */
  receive(frame: ServerFrame): boolean;
  fail(error: FleetglassError): void;
}

/** No server names a channel so. */
const NO_CHANNEL = -1;

/**
 * Routes frames of one connection to the subscriptions that asked for them.
 *
 * @param send hands a frame to the connection; ignored while there is none
 * @param released called after a subscription went away
 */
export function createRemoteSubscriptions(
  send: (frame: ClientFrame) => void,
  released: () => void,
): RemoteSubscriptions {
  const byId = new Map<string, RemoteSubscription>();
  const byChannel = new Map<number, RemoteSubscription>();
  let count = 0;
  let epoch = '';

  const detach = (subscription: RemoteSubscription): void => {
    byId.delete(subscription.id);
    byChannel.delete(subscription.channel);
    subscription.channel = NO_CHANNEL;
  };

  const ask = (subscription: RemoteSubscription): void => {
    detach(subscription);
    count += 1;
    subscription.id = `subscription:${count}`;
    byId.set(subscription.id, subscription);
    const { filter, onLag, position } = subscription.request;
    const cursor = position();
    send({
      frame: 'subscribe',
      id: subscription.id,
      filter,
      ...(cursor && { cursor }),
      ...(onLag && { onLag }),
    });
  };

  /**
   * Heartbeats say from where to where nothing was selected. One that begins further on than frames have come tells of a
   * frame that was lost. Also told when nothing is new, as an empty range: whoever missed something before it learns so.
   */
  const deliver = ({ channel, from = 0, to, events }: CoveredRange & Partial<EventsFrame>): void => {
    const subscription = byChannel.get(channel);
    if (!subscription || (!events && to < subscription.to)) return;
    const start = events ? from : Math.max(from, subscription.to + 1);
    subscription.to = Math.max(subscription.to, to);
    subscription.observer.events({ epoch, from: start, to, events: events ?? [] });
  };

  /** @throws FleetglassError `BAD_FRAME`: of two lives of a log that one connection speaks of, one is wrong */
  const positionIn = (cursor: Cursor): CursorPosition => {
    const position = decodeCursor(cursor);
    if (position.epoch === epoch) return position;
    throw badFrame('two lives of one log');
  };

  return {
    get size() {
      return byId.size;
    },
    add(request, observer) {
      const subscription: RemoteSubscription = { request, observer, id: '', channel: NO_CHANNEL, to: 0 };
      ask(subscription);
      const isOpen = (): boolean => byId.get(subscription.id) === subscription;
      return {
        restart() {
          if (!isOpen()) return;
          send({ frame: 'unsubscribe', id: subscription.id });
          ask(subscription);
        },
        close() {
          if (!isOpen()) return;
          send({ frame: 'unsubscribe', id: subscription.id });
          detach(subscription);
          released();
        },
      };
    },
    opened(current) {
      epoch = current;
      for (const subscription of [...byId.values()]) ask(subscription);
    },
    receive(frame) {
      switch (frame.frame) {
        case 'events':
          deliver(frame);
          return true;
        case 'heartbeat':
          frame.covered?.forEach(deliver);
          return true;
        case 'subscribed':
        case 'snapshot': {
          const subscription = byId.get(frame.id);
          if (!subscription) return true;
          const position = positionIn(frame.cursor);
          subscription.to = position.seq;
          if (frame.frame === 'snapshot') {
            const { reason, state } = frame;
            subscription.observer.snapshot({ ...position, reason, state: decodeState(state) });
          } else {
            subscription.channel = frame.channel;
            byChannel.set(frame.channel, subscription);
          }
          return true;
        }
        default: {
          const subscription = frame.frame === 'error' && byId.get(frame.id ?? '');
          if (!subscription) return false;
          detach(subscription);
          subscription.observer.error(fromWireError(frame.error));
          released();
          return true;
        }
      }
    },
    fail(error) {
      const failed = [...byId.values()];
      byId.clear();
      byChannel.clear();
      for (const { observer } of failed) observer.error(error);
    },
  };
}
