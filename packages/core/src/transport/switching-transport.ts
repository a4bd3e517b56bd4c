import { FleetglassError, isFleetglassError, toFleetglassError } from '../errors/fleetglass-error.js';
import type { Clock } from '../lib/clock.js';
import { createDeferred } from '../lib/deferred.js';
import type {
  ConnectionStatus,
  SubscribeRequest,
  Subscription,
  SubscriptionObserver,
  Transport,
} from './transport.js';

export interface SwitchingHandler {
  /** Somebody needs a transport; told at each subscription and request. */
  demanded(): void;
  /** It was closed, before the transport in use is. */
  closed(): void;
}

export interface SwitchingTransport extends Transport {
  /** Goes on with another transport, or waits for one, and closes the one before. */
  use(next: Transport | undefined): void;
  /** There will be none. */
  fail(error: FleetglassError): void;
}

interface Held {
  readonly request: SubscribeRequest;
  readonly observer: SubscriptionObserver;
  /** The transport that serves it; others are not heard. */
  link?: Transport | undefined;
  inner?: Subscription | undefined;
}

const closedError = (): FleetglassError =>
  new FleetglassError('DISCONNECTED', 'The transport is closed; create a new one.');

/**
 * A transport over another one that can be exchanged: subscriptions go on from each subscriber's position, and requests
 * that the former one did not answer are asked again, commands under their old id.
 */
export function createSwitchingTransport(clock: Clock, handler: SwitchingHandler): SwitchingTransport {
  const held = new Set<Held>();
  const listeners = new Set<(status: ConnectionStatus) => void>();
  let vacant: ConnectionStatus = { phase: 'idle', since: clock.now(), attempt: 0 };
  let current: Transport | undefined;
  let unwatch: (() => void) | undefined;
  let arrival = createDeferred<undefined>();

  const status = (): ConnectionStatus => current?.status ?? vacant;
  const tell = (): void => {
    for (const listener of listeners) listener(status());
  };
  const vacate = (phase: ConnectionStatus['phase'], error?: FleetglassError): void => {
    vacant = { phase, since: clock.now(), attempt: 0, ...(error && { error }) };
  };
  const isOver = (): boolean => vacant.phase === 'closed' || vacant.phase === 'failed';
  const ensureOpen = (): void => {
    if (isOver()) throw vacant.error ?? closedError();
  };

  const demand = (): void => {
    ensureOpen();
    if (vacant.phase === 'idle') vacate('connecting');
    handler.demanded();
  };

  const attach = (entry: Held, link: Transport): void => {
    entry.link = link;
    const { observer, request } = entry;
    const isHeard = (): boolean => entry.link === link && held.has(entry);
    const inner = link.subscribe(request, {
      snapshot: (delivery) => isHeard() && observer.snapshot(delivery),
      events: (delivery) => isHeard() && observer.events(delivery),
      error(error) {
        if (!isHeard()) return;
        held.delete(entry);
        observer.error(error);
      },
    });
    // An observer may have closed it meanwhile, or the transport been exchanged.
    if (isHeard()) entry.inner = inner;
    else inner.close();
  };

  const use = (next: Transport | undefined): void => {
    const former = current;
    if (former === next || isOver()) return;
    unwatch?.();
    for (const entry of held) entry.link = entry.inner = undefined;
    if (former) vacate('reconnecting');
    current = next;
    former?.close();
    if (next) {
      unwatch = next.onStatus(tell);
      for (const entry of [...held]) {
        try {
          attach(entry, next);
        } catch (error) {
          held.delete(entry);
          entry.observer.error(toFleetglassError(error));
        }
      }
      arrival.resolve(undefined);
      arrival = createDeferred();
    }
    tell();
  };

  const ask = async <T>(question: (link: Transport) => Promise<T>): Promise<T> => {
    demand();
    for (;;) {
      while (!current) {
        await arrival.promise;
        ensureOpen();
      }
      const asked = current;
      try {
        return await question(asked);
      } catch (error) {
        // The one that was asked is gone, and with it only the answer.
        const isGone = asked !== current && !isOver();
        if (!isGone || !isFleetglassError(error, 'DISCONNECTED')) throw error;
      }
    }
  };

  const end = (phase: 'closed' | 'failed', error?: FleetglassError): void => {
    unwatch?.();
    const former = current;
    const left = [...held];
    current = undefined;
    held.clear();
    vacate(phase, error);
    former?.close();
    arrival.resolve(undefined);
    tell();
    if (error) for (const { observer } of left) observer.error(error);
  };

  return {
    use,
    subscribe(request, observer) {
      demand();
      const entry: Held = { request, observer };
      held.add(entry);
      try {
        if (current) attach(entry, current);
      } catch (error) {
        held.delete(entry);
        throw error;
      }
      return {
        restart: () => held.has(entry) && entry.inner?.restart(),
        close() {
          if (!held.delete(entry)) return;
          entry.inner?.close();
        },
      };
    },
    command: (command, commandId) => ask((link) => link.command(command, commandId)),
    readRange: (query) => ask((link) => link.readRange(query)),
    stateAt: (cursor, filter) => ask((link) => link.stateAt(cursor, filter)),
    blob: (ref) => ask((link) => link.blob(ref)),
    get status() {
      return status();
    },
    onStatus(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    fail: (error) => end('failed', error),
    close() {
      if (vacant.phase === 'closed') return;
      handler.closed();
      end('closed');
    },
  };
}
