import { FleetglassError } from '../errors/fleetglass-error.js';
import { isErrorCode } from '../errors/error-code.js';
import type { ClientFrame } from '../protocol/frame.js';
import type { Carrier } from './carrier.js';
import { createRemoteTransport } from './remote-transport.js';
import type { RemoteOptions } from './remote-transport.js';
import type { Transport } from './transport.js';

/** What the events of a socket have in common; `data` belongs to messages, `code` and `reason` to the end. */
export interface SocketEvent {
  readonly type: string;
  readonly data?: unknown;
  readonly code?: unknown;
  readonly reason?: unknown;
}

/** The part of a WebSocket that is used: browsers, Node 22 and the `ws` package have it. */
export interface WebSocketLike {
  addEventListener(
    type: 'open' | 'close' | 'error' | 'message',
    listener: (event: SocketEvent) => void,
  ): void;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  /** Ends a link that no longer answers without waiting for its consent; browsers lack it. */
  terminate?(): void;
}

/** A WebSocket of another make, for example of `ws` in Node. */
export type WebSocketConstructor = new (url: string) => WebSocketLike;

/** Where a gateway is, and how it is reached. */
export interface WebSocketOptions extends RemoteOptions {
  /** @default the global one; Node below 22 has none, pass that of the `ws` package */
  readonly WebSocket?: WebSocketConstructor;
}

/** The server closes with the code of its error as the reason. */
const lossOf = ({ reason }: SocketEvent): FleetglassError =>
  new FleetglassError(
    isErrorCode(reason) ? reason : 'DISCONNECTED',
    'The connection was lost: it is made anew where that can help.',
  );

/** The runtime's own WebSocket, where it has one. */
export const globalWebSocket = (): WebSocketConstructor | undefined =>
  (globalThis as { readonly WebSocket?: WebSocketConstructor }).WebSocket;

/** One WebSocket a wire; the token is its first frame. */
export function webSocketCarrier(url: string, WebSocket: WebSocketConstructor): Carrier {
  return {
    open(token, handler) {
      const socket = new WebSocket(url.replace(/^http/, 'ws'));
      const send = (frame: ClientFrame): void => socket.send(JSON.stringify(frame));
      socket.addEventListener('open', () => token !== undefined && send({ frame: 'auth', token }));
      socket.addEventListener('message', ({ data }) => handler.heard(data));
      socket.addEventListener('close', (event) => handler.lost(lossOf(event)));
      // Without a listener, `ws` would throw; `close` always follows.
      socket.addEventListener('error', () => undefined);
      return {
        carrier: 'webSocket',
        send,
        close: (isDead) => (isDead && socket.terminate ? socket.terminate() : socket.close()),
      };
    },
  };
}

/**
 * Carries events from a gateway over one WebSocket. It connects with the first subscription or request, comes back by
 * itself after any loss, subscribes anew from each subscriber's position, and sends unanswered requests again under
 * their old id. It gives up only when the server refuses the token, the origin or the protocol's version (`UNAUTHENTICATED`,
 * `FORBIDDEN`, `FORBIDDEN_ORIGIN`, `UNSUPPORTED_VERSION`); a token that ends while it serves is asked for anew.
 *
 * Requests reject with `TIMEOUT` when no answer came in time, `FRAME_TOO_LARGE` when the server would refuse them,
 * `DISCONNECTED` after {@link Transport.close}, and with the server's own error otherwise. A command that timed out
 * may have been carried out: ask again with the same id.
 */
export function webSocket(options: WebSocketOptions): Transport {
  const { WebSocket = globalWebSocket() } = options;
  if (!WebSocket) {
    throw new FleetglassError('BAD_INPUT', 'Pass the WebSocket of `ws`: this runtime has none.');
  }
  return createRemoteTransport(webSocketCarrier(options.url, WebSocket), options);
}
