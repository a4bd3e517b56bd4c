import { FleetglassError, fromWireError, toFleetglassError } from '../errors/fleetglass-error.js';
import type { Clock } from '../lib/clock.js';
import { createDeferred } from '../lib/deferred.js';
import type { Deferred } from '../lib/deferred.js';
import type { StateSnapshot } from '../log/fleet-host.js';
import type { EventPage, StoredBlob } from '../log/store.js';
import { decodeState } from '../projection/state-codec.js';
import type { CommandResult } from '../protocol/command.js';
import { TAKEN_EVERY } from './tab-leader.js';
import type { FollowerMessage, LeaderMessage, TabAnswer, TabQuestion, TabState } from './tab-messages.js';
import type { ConnectionStatus, SubscribeRequest, SubscriptionObserver, Transport } from './transport.js';

/** A transport through the connection of another tab; it ends with that tab's lead. */
export interface TabFollower extends Transport {
  receive(message: LeaderMessage): void;
  /** Asks for a sign of life. */
  ping(): void;
}

interface Followed {
  readonly request: SubscribeRequest;
  readonly observer: SubscriptionObserver;
}

const gone = (): FleetglassError =>
  new FleetglassError('DISCONNECTED', 'The tab that had the connection is gone: another one takes over.');

/** @param post hands a message to the tab that has the connection */
export function createTabFollower(clock: Clock, post: (message: FollowerMessage) => void): TabFollower {
  const followed = new Map<number, Followed>();
  const asked = new Map<number, Deferred<TabAnswer>>();
  const listeners = new Set<(status: ConnectionStatus) => void>();
  let status: ConnectionStatus = { phase: 'connecting', since: clock.now(), attempt: 0 };
  let ids = 0;
  let taken = 0;
  let isClosed = false;

  const subscribe = (id: number, { filter, position, onLag }: SubscribeRequest): void => {
    const cursor = position();
    post({ kind: 'subscribe', id, filter, ...(cursor && { cursor }), ...(onLag && { onLag }) });
  };

  const unsubscribe = (id: number): void => {
    if (followed.delete(id) && !isClosed) post({ kind: 'unsubscribe', id });
  };

  /** An observer that throws loses its subscription, and never disturbs the others. */
  const hand = (id: number, deliver: (observer: SubscriptionObserver) => void): void => {
    const observer = followed.get(id)?.observer;
    if (!observer) return;
    try {
      deliver(observer);
    } catch (error) {
      unsubscribe(id);
      observer.error(toFleetglassError(error));
    }
  };

  const ask = async (question: TabQuestion): Promise<TabAnswer> => {
    if (isClosed) throw gone();
    ids += 1;
    const answer = createDeferred<TabAnswer>();
    asked.set(ids, answer);
    post({ kind: 'ask', id: ids, question });
    return answer.promise;
  };

  const settle = ({ id, answer, error }: LeaderMessage & { kind: 'answer' }): void => {
    const waiting = asked.get(id);
    asked.delete(id);
    if (error) waiting?.reject(fromWireError(error));
    else waiting?.resolve(answer);
  };

  post({ kind: 'join' });
  return {
    ping: () => post({ kind: 'ping', taken }),
    receive(message) {
      taken += 1;
      if (taken % TAKEN_EVERY === 0) post({ kind: 'ping', taken });
      switch (message.kind) {
        case 'status': {
          const { error } = message;
          status = { ...message.status, ...(error && { error: fromWireError(error) }) };
          for (const listener of listeners) listener(status);
          break;
        }
        case 'events':
          hand(message.id, (observer) => observer.events(message.delivery));
          break;
        case 'snapshot':
          hand(message.id, (observer) => {
            const { epoch, reason, at } = message;
            observer.snapshot({ epoch, reason, seq: at.seq, state: decodeState(at.state) });
          });
          break;
        case 'refused': {
          const refused = followed.get(message.id);
          followed.delete(message.id);
          refused?.observer.error(fromWireError(message.error));
          break;
        }
        case 'answer':
          settle(message);
          break;
        // The others are about the tab, not about what it follows.
        case 'pong':
        case 'lapsed':
      }
    },
    subscribe(request, observer) {
      ids += 1;
      const id = ids;
      followed.set(id, { request, observer });
      subscribe(id, request);
      return {
        restart: () => followed.has(id) && !isClosed && subscribe(id, request),
        close: () => unsubscribe(id),
      };
    },
    command: async (command, commandId) =>
      (await ask({ what: 'command', command, commandId })) as CommandResult,
    readRange: async (query) => (await ask({ what: 'readRange', query })) as EventPage,
    async stateAt(cursor, filter): Promise<StateSnapshot> {
      const { seq, state } = (await ask({ what: 'stateAt', cursor, filter })) as TabState;
      return { seq, state: decodeState(state) };
    },
    blob: async (ref) => (await ask({ what: 'blob', ref })) as StoredBlob | undefined,
    get status() {
      return status;
    },
    onStatus(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      followed.clear();
      post({ kind: 'leave' });
      for (const answer of asked.values()) answer.reject(gone());
      asked.clear();
    },
  };
}
