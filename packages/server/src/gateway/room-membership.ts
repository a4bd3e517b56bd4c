import { FleetglassError } from '@fleetglass/core';
import type { LinkListener } from './link.js';
import { roomFilter } from './rooms.js';

/** Id of the one subscription that stands for all rooms of a connection. */
const ROOMS_ID = 'rooms';
const MAX_ROOMS = 64;

const JOINING = new Set(['subscribe', 'join_room']);
const LEAVING = new Set(['unsubscribe', 'leave_room']);

interface RoomMessage {
  readonly type: string;
  readonly room?: unknown;
  readonly payload?: { readonly room?: unknown } | null;
}

/** A message of an earlier dashboard has a `type`; every frame of ours a `frame`. */
function isRoomMessage(value: unknown): value is RoomMessage {
  if (typeof value !== 'object' || value === null || 'frame' in value) return false;
  return typeof (value as { readonly type?: unknown }).type === 'string';
}

/**
 * The rooms of one connection, which is in one from its beginning. All of them are one subscription, so that an event
 * which belongs to several comes once; whenever somebody joins or leaves, it begins anew with a snapshot.
 */
export class RoomMembership {
  readonly #rooms: Set<string>;
  #isSubscribed = false;

  constructor(
    room: string,
    private readonly cursor: string | undefined,
  ) {
    this.#rooms = new Set([room]);
  }

  /** Subscribes to the room that the connection was opened for. */
  enter(listener: LinkListener): void {
    this.#subscribe(listener, this.cursor);
  }

  /** Takes what the client sent: messages about rooms here, everything else to the listener. */
  receive(value: unknown, listener: LinkListener): void {
    if (!this.#isSubscribed || !isRoomMessage(value)) {
      listener.received(value);
      return;
    }
    try {
      this.#change(value, listener);
    } catch (error) {
      listener.faulted(error as FleetglassError);
    }
  }

  #change({ type, room: named, payload }: RoomMessage, listener: LinkListener): void {
    if (type === 'ping') return;
    const room = named ?? payload?.room;
    if (!JOINING.has(type) && !LEAVING.has(type)) {
      throw new FleetglassError(
        'UNKNOWN_FRAME',
        'Rooms take the types subscribe, unsubscribe, join_room, leave_room and ping.',
      );
    }
    if (typeof room !== 'string') throw new FleetglassError('BAD_FRAME', 'Name the room in `room`.');
    if (LEAVING.has(type)) {
      if (!this.#rooms.delete(room)) return;
    } else {
      roomFilter(room);
      if (this.#rooms.has(room)) return;
      if (this.#rooms.size >= MAX_ROOMS) {
        throw new FleetglassError('BAD_INPUT', `A connection may be in ${MAX_ROOMS} rooms; leave one.`);
      }
      this.#rooms.add(room);
    }
    listener.received({ frame: 'unsubscribe', id: ROOMS_ID });
    if (this.#rooms.size > 0) this.#subscribe(listener);
  }

  #subscribe(listener: LinkListener, cursor?: string): void {
    this.#isSubscribed = true;
    const filters = [...this.#rooms].map(roomFilter);
    const [only = {}] = filters;
    listener.received({
      frame: 'subscribe',
      id: ROOMS_ID,
      ...(filters.length === 1 ? { filter: only } : { filter: {}, anyOf: filters }),
      ...(cursor === undefined ? {} : { cursor }),
    });
  }
}
