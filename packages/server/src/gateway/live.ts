import type { Duplex } from 'node:stream';
import type { Clock, FleetglassError } from '@fleetglass/core';
import type { WebSocket } from 'ws';
import type { Identity } from './access.js';
import type { Admission } from './admission.js';
import type { Link } from './link.js';
import type { GatewayLogger } from './logger.js';
import { WebSocketLink } from './link-web-socket.js';
import type { Asker } from './rate-limits.js';
import { RoomMembership } from './room-membership.js';
import type { SessionContext } from './session.js';
import { Session } from './session.js';

/** What is served to one viewer until either side ends it. */
export interface LiveConnection {
  readonly link: Pick<Link, 'transport'>;
  /** Code of the error that ended it; `undefined` while it lasts and where the viewer went. */
  readonly endedBy?: string | undefined;
  /** Id of the request under which the viewer was told of that error. */
  readonly endedAs?: string | undefined;
  /** Token that opened it, as far as it has a name. */
  readonly tokenId?: string | undefined;
  /** Called every half heartbeat interval. */
  beat(): void;
  /** Tells why and closes. */
  end(error: FleetglassError): void;
}

/** What a WebSocket says before it is one. */
export interface Handshake {
  /** What it carries of rights, where it does: a token, or whose the ticket was. */
  readonly right: { readonly token: string } | { readonly identity: Identity | undefined } | undefined;
  /** The room that its path names; the connection is in it from its beginning. */
  readonly room: string | undefined;
  /** From where on the room is wanted. */
  readonly cursor: string | undefined;
}

/** All live connections of a gateway, whatever carries them. */
export interface Live {
  readonly context: SessionContext;
  /** Whether nobody is let in any more. */
  readonly isRefusing: boolean;
  /** Why a newcomer has to wait or go; `undefined` lets it in. */
  refusal(asker: Asker): FleetglassError | undefined;
  /** Serves a WebSocket. */
  accept(webSocket: WebSocket, socket: Duplex, asker: Asker, handshake: Handshake): void;
  /** A session over another link; `open` or `start` it. */
  createSession(link: Link, asker: Asker): Session;
  add(connection: LiveConnection, asker: Asker): void;
  remove(connection: LiveConnection): void;
  /** Lets nobody in any more; those who are stay. */
  refuse(): void;
  /** Tells every viewer when to come back and lets the last frames leave. */
  close(): void;
}

export type LiveOptions = Omit<SessionContext, 'closed' | 'logger'> & {
  readonly clock: Clock;
  readonly admission: Admission;
  readonly logger: GatewayLogger | undefined;
};

export function createLive({ admission, logger, ...shared }: LiveOptions): Live {
  const { clock, heartbeatMs, meters, limits, watch } = shared;
  const connections = new Map<
    LiveConnection,
    { readonly number: number; readonly since: number; readonly leave: () => void }
  >();
  let opened = 0;
  let isRefusing = false;
  let isClosed = false;
  let beat: unknown;

  const add = (connection: LiveConnection, asker: Asker): void => {
    const { transport } = connection.link;
    opened += 1;
    connections.set(connection, { number: opened, since: clock.monotonic(), leave: admission.enter(asker) });
    meters.connections.inc({ transport });
    logger?.info({ connection: opened, transport }, 'live connection opened');
  };
  const remove = (connection: LiveConnection): void => {
    const entry = connections.get(connection);
    if (!entry) return;
    connections.delete(connection);
    entry.leave();
    const { link, endedBy, endedAs, tokenId } = connection;
    meters.connections.dec({ transport: link.transport });
    if (endedBy !== undefined) meters.refused.inc({ code: endedBy });
    logger?.info(
      {
        connection: entry.number,
        transport: link.transport,
        ms: Math.round(clock.monotonic() - entry.since),
        reason: endedBy ?? 'the viewer went',
        ...(endedAs === undefined ? {} : { requestId: endedAs }),
        ...(tokenId === undefined ? {} : { tokenId }),
      },
      'live connection closed',
    );
  };
  const context: SessionContext = { ...shared, logger, closed: remove };

  const createSession = (link: Link, asker: Asker): Session => {
    const session = new Session(link, context);
    add(session, asker);
    return session;
  };

  const scheduleBeat = (): void => {
    const beatAll = (): void => {
      for (const connection of connections.keys()) connection.beat();
      // Asked again at the next beat when the store of tokens fails.
      watch.sweep().catch(() => undefined);
      scheduleBeat();
    };
    beat = clock.setTimeout(beatAll, heartbeatMs / 2, { background: true });
  };
  scheduleBeat();

  return {
    context,
    get isRefusing() {
      return isRefusing;
    },
    refusal: (asker) =>
      isRefusing ? admission.farewell(connections.size) : admission.refusal(connections.size, asker),
    accept(webSocket, socket, asker, { right, room, cursor }) {
      const rooms = room === undefined ? undefined : new RoomMembership(room, cursor);
      const session = createSession(new WebSocketLink(webSocket, socket, limits.maxFrameBytes, rooms), asker);
      if (rooms) session.opened = () => rooms.enter(session);
      if (!right || 'token' in right) session.start(right?.token);
      else session.admit(right.identity);
    },
    createSession,
    add,
    remove,
    refuse() {
      isRefusing = true;
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      isRefusing = true;
      clock.clearTimeout(beat);
      const { size } = connections;
      for (const connection of [...connections.keys()]) connection.end(admission.farewell(size));
    },
  };
}
