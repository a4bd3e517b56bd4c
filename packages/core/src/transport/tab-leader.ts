import { toWireError } from '../errors/fleetglass-error.js';
import { encodeState } from '../projection/state-codec.js';
import { decodeCursor, encodeCursor } from '../protocol/cursor.js';
import type { Cursor } from '../protocol/cursor.js';
import type { FollowerMessage, LeaderMessage, TabAnswer, TabQuestion } from './tab-messages.js';
import type { ConnectionStatus, Delivery, Subscription, Transport } from './transport.js';

/** Serves the other tabs of a browser with the transport of this one. */
export interface TabLeader {
  receive(from: string, turn: number, message: FollowerMessage): void;
  /** The tab is gone. */
  forget(tab: string): void;
  close(): void;
}

interface Served {
  subscription?: Subscription;
  /** What the tab was sent so far. */
  cursor: Cursor | undefined;
}

interface Follower {
  readonly turn: number;
  readonly served: Map<number, Served>;
  sent: number;
  taken: number;
}

/** Messages that may wait in a tab that takes none; a tab says each {@link TAKEN_EVERY} that it took them. */
const MAX_WAITING = 256;
/** How often a tab tells how much it took. */
export const TAKEN_EVERY = 64;

/** The position after a delivery; unchanged where it does not continue there. */
function after(cursor: Cursor | undefined, { epoch, from, to }: Delivery): Cursor | undefined {
  if (cursor === undefined) return undefined;
  const position = decodeCursor(cursor);
  const continues = position.epoch === epoch && from <= position.seq + 1 && to > position.seq;
  return continues ? encodeCursor({ epoch, seq: to }) : cursor;
}

async function answerTo(transport: Transport, question: TabQuestion): Promise<TabAnswer> {
  switch (question.what) {
    case 'command':
      return transport.command(question.command, question.commandId);
    case 'readRange':
      return transport.readRange(question.query);
    case 'stateAt': {
      const { seq, state } = await transport.stateAt(question.cursor, question.filter);
      return { seq, state: encodeState(state) };
    }
    case 'blob':
      return transport.blob(question.ref);
  }
}

/** @param post hands a message to a tab; what it throws costs that tab its subscriptions */
export function createTabLeader(
  transport: Transport,
  post: (tab: string, turn: number, message: LeaderMessage) => void,
): TabLeader {
  const followers = new Map<string, Follower>();
  let isClosed = false;

  const forget = (tab: string): void => {
    const follower = followers.get(tab);
    followers.delete(tab);
    if (follower) for (const { subscription } of follower.served.values()) subscription?.close();
  };

  const send = (tab: string, message: LeaderMessage): void => {
    const follower = followers.get(tab);
    if (!follower || isClosed) return;
    follower.sent += 1;
    const isFull = follower.sent - follower.taken > MAX_WAITING;
    if (isFull) forget(tab);
    try {
      post(tab, follower.turn, isFull ? { kind: 'lapsed' } : message);
    } catch {
      forget(tab);
    }
  };

  const statusMessage = ({ error, ...status }: ConnectionStatus): LeaderMessage => ({
    kind: 'status',
    status,
    ...(error && { error: toWireError(error) }),
  });

  const unwatch = transport.onStatus((status) => {
    for (const tab of [...followers.keys()]) send(tab, statusMessage(status));
  });

  const subscribe = (
    tab: string,
    follower: Follower,
    { id, filter, cursor, onLag }: FollowerMessage & { kind: 'subscribe' },
  ): void => {
    const known = follower.served.get(id);
    if (known) {
      known.cursor = cursor;
      known.subscription?.restart();
      return;
    }
    const served: Served = { cursor };
    follower.served.set(id, served);
    const isOpen = (): boolean => follower.served.get(id) === served && followers.get(tab) === follower;
    const refuse = (error: unknown): void => {
      if (!isOpen()) return;
      follower.served.delete(id);
      send(tab, { kind: 'refused', id, error: toWireError(error) });
    };
    try {
      const subscription = transport.subscribe(
        { filter, ...(onLag && { onLag }), position: () => served.cursor },
        {
          snapshot({ epoch, reason, seq, state }) {
            if (!isOpen()) return;
            served.cursor = encodeCursor({ epoch, seq });
            send(tab, { kind: 'snapshot', id, epoch, reason, at: { seq, state: encodeState(state) } });
          },
          events(delivery) {
            if (!isOpen()) return;
            served.cursor = after(served.cursor, delivery);
            send(tab, { kind: 'events', id, delivery });
          },
          error: refuse,
        },
      );
      served.subscription = subscription;
      if (!isOpen()) subscription.close();
    } catch (error) {
      refuse(error);
    }
  };

  const answer = async (tab: string, id: number, question: TabQuestion): Promise<void> => {
    const asking = followers.get(tab);
    const reply = await answerTo(transport, question).then(
      (given): LeaderMessage => ({ kind: 'answer', id, ...(given && { answer: given }) }),
      (error: unknown): LeaderMessage => ({ kind: 'answer', id, error: toWireError(error) }),
    );
    if (followers.get(tab) === asking) send(tab, reply);
  };

  return {
    receive(from, turn, message) {
      if (isClosed) return;
      if (message.kind === 'join') {
        forget(from);
        followers.set(from, { turn, served: new Map(), sent: 0, taken: 0 });
        send(from, statusMessage(transport.status));
        return;
      }
      const follower = followers.get(from);
      if (!follower) {
        if (message.kind !== 'leave') post(from, turn, { kind: 'lapsed' });
        return;
      }
      if (follower.turn !== turn) return;
      switch (message.kind) {
        case 'leave':
          forget(from);
          break;
        case 'ping':
          follower.taken = Math.min(Math.max(follower.taken, message.taken), follower.sent);
          send(from, { kind: 'pong' });
          break;
        case 'subscribe':
          subscribe(from, follower, message);
          break;
        case 'unsubscribe':
          follower.served.get(message.id)?.subscription?.close();
          follower.served.delete(message.id);
          break;
        case 'ask':
          void answer(from, message.id, message.question);
          break;
      }
    },
    forget,
    close() {
      if (isClosed) return;
      for (const tab of [...followers.keys()]) forget(tab);
      isClosed = true;
      unwatch();
    },
  };
}
