import type { FleetglassError } from '../errors/fleetglass-error.js';
import { fromWireError } from '../errors/fleetglass-error.js';
import { decodeCursor } from '../protocol/cursor.js';
import type { ClientFrame, ServerFrame } from '../protocol/frame.js';
import { decodeState } from '../projection/state-codec.js';
import type { SubscribeRequest, Subscription, SubscriptionObserver } from './transport.js';

interface RemoteSubscription {
  readonly request: SubscribeRequest;
  readonly observer: SubscriptionObserver;
  /** Id on the wire, a new one for every attempt, so that answers to an earlier one are not mistaken. */
  id: string;
  channel: number | undefined;
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
    if (subscription.channel !== undefined) byChannel.delete(subscription.channel);
    subscription.channel = undefined;
  };

  const ask = (subscription: RemoteSubscription): void => {
    detach(subscription);
    count += 1;
    subscription.id = `subscription:${count}`;
    byId.set(subscription.id, subscription);
    const cursor = subscription.request.position();
    send({
      frame: 'subscribe',
      id: subscription.id,
      filter: subscription.request.filter,
      ...(cursor === undefined ? {} : { cursor }),
    });
  };

  /**
   * Heartbeats say how far nothing more was selected; only the client knows where that began. Also told when nothing
   * is new, as an empty range: whoever missed something before it learns so.
   */
  const cover = (channel: number, to: number): void => {
    const subscription = byChannel.get(channel);
    if (!subscription || to < subscription.to) return;
    const from = subscription.to + 1;
    subscription.to = to;
    subscription.observer.events({ epoch, from, to, events: [] });
  };

  return {
    get size() {
      return byId.size;
    },
    add(request, observer) {
      const subscription: RemoteSubscription = { request, observer, id: '', channel: undefined, to: 0 };
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
        case 'events': {
          const subscription = byChannel.get(frame.channel);
          if (!subscription) return true;
          subscription.to = Math.max(subscription.to, frame.to);
          subscription.observer.events({ epoch, from: frame.from, to: frame.to, events: frame.events });
          return true;
        }
        case 'subscribed': {
          const subscription = byId.get(frame.id);
          if (!subscription) return true;
          subscription.channel = frame.channel;
          subscription.to = decodeCursor(frame.cursor).seq;
          byChannel.set(frame.channel, subscription);
          return true;
        }
        case 'snapshot': {
          const subscription = byId.get(frame.id);
          if (!subscription) return true;
          const position = decodeCursor(frame.cursor);
          subscription.to = position.seq;
          subscription.observer.snapshot({
            ...position,
            reason: frame.reason,
            state: decodeState(frame.state),
          });
          return true;
        }
        case 'heartbeat':
          for (const { channel, to } of frame.covered ?? []) cover(channel, to);
          return true;
        case 'error': {
          const subscription = frame.id === undefined ? undefined : byId.get(frame.id);
          if (!subscription) return false;
          detach(subscription);
          subscription.observer.error(fromWireError(frame.error));
          released();
          return true;
        }
        default:
          return false;
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
