import type { FleetglassError } from '../errors/fleetglass-error.js';
import type { ClientFrame } from '../protocol/frame.js';

/** How frames travel. */
export type CarrierName = 'webSocket' | 'sse' | 'longPoll';

/** A token that ends by itself. */
export interface ExpiringToken {
  readonly token: string;
  /** Milliseconds since the epoch by this machine's clock; the source is asked again shortly before. */
  readonly expiresAt: number;
}

/**
 * A token, or what gives one: asked at every connection, and again before {@link ExpiringToken.expiresAt} where that is
 * told, without a gap in what is received.
 */
export type TokenSource = string | (() => string | ExpiringToken | Promise<string | ExpiringToken>);

/** Whom a wire tells what it hears; never before {@link Carrier.open} returned. */
export interface WireHandler {
  /**
   * A sign of life.
   *
   * @param frame one frame from the server: its text, or the object where it arrived inside other JSON
   */
  heard(frame?: unknown): void;
  /** It is over, without having been closed from here. Details may hold `retryAfterMs`. */
  lost(error: FleetglassError): void;
}

/** One attempt to be connected; it does not come back by itself. */
export interface Wire {
  /** What carries it now. */
  readonly carrier: CarrierName;
  /** Called after `hello` only. An `auth` frame also replaces the token of later HTTP requests. */
  send(frame: ClientFrame): void;
  /** @param isDead without waiting for the consent of a server that no longer answers */
  close(isDead?: boolean): void;
}

/** A way to the gateway: opens wires, which a connection keeps, watches and replaces. */
export interface Carrier {
  /** @throws FleetglassError `BAD_INPUT` when no attempt can succeed, for example because the address is none */
  open(token: string | undefined, handler: WireHandler): Wire;
}
