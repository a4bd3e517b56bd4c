import type { FleetglassError } from '../errors/fleetglass-error.js';
import type { StateSnapshot } from '../log/fleet-host.js';
import type { EventPage, ReadQuery, StoredBlob } from '../log/store.js';
import type { Command, CommandResult } from '../protocol/command.js';
import type { Cursor } from '../protocol/cursor.js';
import type { FleetEvent } from '../protocol/event.js';
import type { Filter } from '../protocol/filter.js';
import type { OnLag, SnapshotReason } from '../protocol/frame.js';
import type { BlobRef } from '../protocol/payload.js';
import type { CarrierName } from './carrier.js';

/** Where a connection stands, for people. */
export interface ConnectionStatus {
  readonly phase: 'idle' | 'connecting' | 'open' | 'reconnecting' | 'closed' | 'failed';
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Attempts since the connection was last open. */
  readonly attempt: number;
  /** What carries the frames while it is open; absent within one process. */
  readonly carrier?: CarrierName;
  /** When the next attempt is due. */
  readonly retryAt?: number;
  /** What has to be added to this machine's clock to get the server's, in milliseconds; absent when not known. */
  readonly skewMs?: number;
  /** Why it is not open; `failed` is final. */
  readonly error?: FleetglassError;
}

/**
 * Selected events of a closed range; whatever else the range holds was not selected. An empty range (`to` before
 * `from`) tells only how far the log has been covered.
 */
export interface Delivery {
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  readonly events: readonly FleetEvent[];
}

/** A fresh start: everything up to `snapshot.seq` is in the state. */
export interface SnapshotDelivery extends StateSnapshot {
  readonly epoch: string;
  readonly reason: SnapshotReason;
}

/** What is subscribed to, and from where on. */
export interface SubscribeRequest {
  readonly filter: Filter;
  /**
   * Position after which to go on; read at every (re)connection, so that it can move on with what the subscriber has
   * applied. `undefined` asks for a snapshot.
   */
  readonly position: () => Cursor | undefined;
  /** What the subscriber wants when it has fallen far behind. @default 'replay' */
  readonly onLag?: OnLag;
}

/** Whom a transport hands over to what it receives. */
export interface SubscriptionObserver {
  snapshot(delivery: SnapshotDelivery): void;
  events(delivery: Delivery): void;
  /** The subscription is refused for good, for example `FORBIDDEN`. */
  error(error: FleetglassError): void;
}

/** A subscription of a transport; ends with `close`. */
export interface Subscription {
  /** Asks again from `position()`, for example after a gap. */
  restart(): void;
  close(): void;
}

/**
 * Carries events to viewers and commands back. Deliveries state the range that they cover; a transport may repeat
 * or, after a fault, miss some: `follow` turns that into each event once, in order. Every implementation passes
 * `transportContract` of `@fleetglass/core/testing`.
 */
export interface Transport {
  subscribe(request: SubscribeRequest, observer: SubscriptionObserver): Subscription;
  /**
   * Resolves with what became of the command, also when it was refused.
   *
   * @param commandId idempotency key; repeat it to ask again after an unknown outcome
   */
  command(command: Command, commandId: string): Promise<CommandResult>;
  /** Selected events of a range; page on from `to + 1`. */
  readRange(query: ReadQuery): Promise<EventPage>;
  /** State at a past position. */
  stateAt(cursor: Cursor, filter: Filter): Promise<StateSnapshot>;
  blob(ref: BlobRef): Promise<StoredBlob | undefined>;
  readonly status: ConnectionStatus;
  /** @returns a function that ends the subscription */
  onStatus(listener: (status: ConnectionStatus) => void): () => void;
  close(): void;
}
