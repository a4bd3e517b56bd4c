import type { WireError } from '../errors/fleetglass-error.js';
import type { Json } from '../lib/json.js';
import type { Command } from './command.js';
import type { Cursor } from './cursor.js';
import type { FleetEvent } from './event.js';
import type { Filter } from './filter.js';

/*
 * Frames of a connection, one JSON object each. Client frames carry ids that the client chose; every request is
 * answered by exactly one `ack`, `reply` or `error` with that id.
 */

/** First frame from the server, after authentication. */
export interface HelloFrame {
  readonly frame: 'hello';
  readonly protocol: number;
  /** Longest silence of the server in milliseconds; after two of them the client reconnects. */
  readonly heartbeatMs: number;
  /** Life of the log; cursors of another one are answered with a snapshot. */
  readonly epoch: string;
  /** Largest frame in bytes that the server accepts. */
  readonly maxFrameBytes: number;
  /** The server's time in milliseconds since the epoch, so that a viewer with a wrong clock can tell how old things are. */
  readonly time?: number;
  /**
   * Secret id of this stream, where it carries frames in one direction only: client frames are posted to
   * `/api/v1/live/{session}`.
   */
  readonly session?: string;
}

/**
 * First frame from a browser, which cannot set headers. Nothing is sent before it; 5 s after connecting the server gives
 * up. Sent again later it replaces the token of the connection; a refused one ends it with `UNAUTHENTICATED`.
 */
export interface AuthFrame {
  readonly frame: 'auth';
  readonly token: string;
}

/** Asks for events from now on, after `cursor`, or after a snapshot when there is none. */
export interface SubscribeFrame {
  readonly frame: 'subscribe';
  /** Chosen by the client, unique within the connection. */
  readonly id: string;
  readonly filter: Filter;
  /**
   * Of what `filter` selects, only what at least one of these selects too; each event comes once, however many of them
   * do. A snapshot holds all that `filter` selects. @default everything that `filter` selects
   */
  readonly anyOf?: readonly Filter[];
  readonly cursor?: Cursor;
  /** What the subscriber wants when it has fallen far behind. @default 'replay' */
  readonly onLag?: OnLag;
}

/** `replay` sends every event all the same; `snapshot` sends the state of now and leaves out the way there. */
export type OnLag = 'replay' | 'snapshot';

/** Answers `subscribe`: events arrive under `channel`, which connections with the same filter share. */
export interface SubscribedFrame {
  readonly frame: 'subscribed';
  readonly id: string;
  readonly channel: number;
  /** Where delivery starts: a snapshot or the first events follow. */
  readonly cursor: Cursor;
}

/** The viewer wants no more of a subscription. */
export interface UnsubscribeFrame {
  readonly frame: 'unsubscribe';
  readonly id: string;
}

/**
 * Why a subscriber starts from a snapshot and not from its cursor: `start` it has none, `epoch` it is of another life of
 * the log, `too-old` the log no longer reaches it, `slow` it was too far behind and had asked for this. Readers take
 * reasons that they do not know like any other.
 */
export type SnapshotReason = 'start' | 'epoch' | 'too-old' | 'slow';

/** State at a cursor; follows `subscribed` when the cursor could not be continued. */
export interface SnapshotFrame {
  readonly frame: 'snapshot';
  /** Id of the subscription. */
  readonly id: string;
  readonly cursor: Cursor;
  readonly reason: SnapshotReason;
  /** A `FleetState` in its stored form; versioned by its own `stateVersion`. */
  readonly state: Json;
}

/** Every selected event of the closed range `from` to `to`; the others of the range were not selected. */
export interface EventsFrame {
  readonly frame: 'events';
  readonly channel: number;
  readonly from: number;
  readonly to: number;
  readonly events: readonly FleetEvent[];
}

/** What a channel covers beyond the frames of events that were sent: nothing between `from` and `to` was selected. */
export interface CoveredRange {
  readonly channel: number;
  /** Position after the last frame of events that was sent: who has not come so far has missed one. */
  readonly from?: number;
  readonly to: number;
}

/** Sent when nothing else was; advances the covered range of the channels where nothing matched. */
export interface HeartbeatFrame {
  readonly frame: 'heartbeat';
  readonly covered?: readonly CoveredRange[];
}

/** Keeps the connection alive in the client's direction. */
export interface PongFrame {
  readonly frame: 'pong';
}

/** Asks for something to be done. The same `id` twice is done once and answered twice, also after a reconnect. */
export interface CommandFrame {
  readonly frame: 'command';
  readonly id: string;
  readonly command: Command;
}

/** The command was carried out. */
export interface AckFrame {
  readonly frame: 'ack';
  readonly id: string;
  readonly result?: Json;
}

/** Asks for selected events of a closed range. */
export interface ReadFrame {
  readonly frame: 'read';
  readonly id: string;
  readonly filter: Filter;
  readonly from: number;
  readonly to: number;
  /** Most events wanted in one answer. */
  readonly limit: number;
}

/** Asks for the state at a cursor. */
export interface StateAtFrame {
  readonly frame: 'stateAt';
  readonly id: string;
  readonly filter: Filter;
  readonly cursor: Cursor;
}

/** Asks for the bytes behind a reference; answered in base64. */
export interface BlobFrame {
  readonly frame: 'blob';
  readonly id: string;
  readonly ref: string;
}

/** Answers `read`, `stateAt` or `blob`. */
export interface ReplyFrame {
  readonly frame: 'reply';
  readonly id: string;
  readonly body: Json;
}

/** Something could not be done. Without an `id` it concerns the connection, which then closes. */
export interface ErrorFrame {
  readonly frame: 'error';
  readonly id?: string;
  readonly error: WireError;
}

/** Everything that a gateway sends to a viewer. */
export type ServerFrame =
  | HelloFrame
  | SubscribedFrame
  | SnapshotFrame
  | EventsFrame
  | HeartbeatFrame
  | AckFrame
  | ReplyFrame
  | ErrorFrame;

/** Everything that a viewer sends to a gateway. */
export type ClientFrame =
  | AuthFrame
  | SubscribeFrame
  | UnsubscribeFrame
  | PongFrame
  | CommandFrame
  | ReadFrame
  | StateAtFrame
  | BlobFrame;
