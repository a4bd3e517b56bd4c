import type { FleetglassError } from '@fleetglass/core';
import type { EncodedFrame } from './encoded-frame.js';

/** What happens on a link. */
export interface LinkListener {
  /** The client sent a frame, parsed from JSON and not yet checked. */
  received(value: unknown): void;
  /** It sent something that is no frame; the connection is not worth going on. */
  faulted(error: FleetglassError): void;
  /** It gave a sign of life. */
  alive(): void;
  /** What was waiting has been taken. */
  drained(): void;
  /** Nothing can be sent any more. */
  closed(): void;
}

/**
 * One viewer's connection, whatever carries it. Sessions, feeds and the fan-out know nothing else of the transports.
 */
export interface Link {
  readonly transport: 'websocket' | 'sse' | 'poll';
  /** Bytes that were written and not yet taken. */
  readonly waiting: number;
  /** Whom to tell; before it, what happens is lost. */
  listen(listener: LinkListener): void;
  /** Bytes that a frame takes here. */
  sizeOf(frame: EncodedFrame): number;
  write(frame: EncodedFrame): void;
  /** Called every half heartbeat interval: keeps what lies between awake. */
  keepAlive(): void;
  /** Asks for a sign of life. @returns false where this kind of link cannot ask */
  ping(): boolean;
  /** No more frames are read until `resume`. */
  pause(): void;
  resume(): void;
  /** Ends after what was written, with a reason where the transport can tell one. */
  close(error: FleetglassError): void;
  /** Ends at once. */
  terminate(): void;
}
