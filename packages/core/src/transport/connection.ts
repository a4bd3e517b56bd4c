import {
  FleetglassError,
  fromWireError,
  isFleetglassError,
  toFleetglassError,
} from '../errors/fleetglass-error.js';
import { isErrorCode } from '../errors/error-code.js';
import type { ErrorCode } from '../errors/error-code.js';
import { backoffDelay } from '../lib/backoff.js';
import type { Clock, TimerHandle } from '../lib/clock.js';
import type { Random } from '../lib/ids.js';
import { decodeServerFrame } from '../protocol/decode.js';
import type { ClientFrame, HelloFrame, ServerFrame } from '../protocol/frame.js';
import { MIN_PROTOCOL_VERSION, PROTOCOL_VERSION } from '../protocol/version.js';
import type { ConnectionStatus } from './transport.js';
import { watchPage } from './page.js';

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

/** A token, or what gives one; asked again at every connection. */
export type TokenSource = string | (() => string | Promise<string>);

export interface ConnectionOptions {
  readonly url: string;
  readonly token: TokenSource | undefined;
  readonly WebSocket: WebSocketConstructor;
  readonly clock: Clock;
  readonly random: Random;
}

export interface ConnectionHandler {
  /** The server said hello; everything that matters is asked for again. */
  opened(hello: HelloFrame): void;
  frame(frame: ServerFrame): void;
  /** Final: no further attempt follows. */
  failed(error: FleetglassError): void;
  changed(status: ConnectionStatus): void;
}

export interface Connection {
  readonly status: ConnectionStatus;
  /** Connects when it is idle. */
  open(): void;
  /** Whether the frame was handed to an open socket. */
  send(frame: ClientFrame): boolean;
  /** Disconnects until the next {@link Connection.open}. */
  rest(): void;
  /** Disconnects for good. */
  close(): void;
}

/** A connection that does not get as far as `hello` within this time is given up. */
const OPEN_TIMEOUT_MS = 10_000;
/** A connection has to last this long before its loss counts as the first again. */
const STABLE_MS = 5_000;
/** The first attempt after a loss comes within this time, later ones after 1 to 30 s. */
const FIRST_RETRY_MS = 500;
/** Whatever the server says, silence is not looked for more often. */
const MIN_HEARTBEAT_MS = 250;
/** Silent intervals after which the link counts as dead. */
const MISSED_HEARTBEATS = 2;

const FINAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'UNAUTHENTICATED',
  'FORBIDDEN_ORIGIN',
  'UNSUPPORTED_VERSION',
]);
/** A server that says so wants its clients back later, not at once. */
const BUSY: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['SHUTTING_DOWN', 'SLOW_CONSUMER']);

function lossOf(event: SocketEvent): FleetglassError {
  if (isErrorCode(event.reason))
    return new FleetglassError(event.reason, `The server ended the connection: ${event.reason}.`);
  if (event.code === 1009)
    return new FleetglassError('FRAME_TOO_LARGE', 'The server refused a frame for its size.');
  return new FleetglassError('DISCONNECTED', 'The connection to the server was lost.');
}

/**
 * A WebSocket that comes back by itself: `idle` → `connecting` → `open`, and after a loss `reconnecting` until it is
 * open again; `failed` after an error that another attempt would meet again, `closed` when the user ended it.
 */
export function createConnection(options: ConnectionOptions, handler: ConnectionHandler): Connection {
  const { clock, random } = options;
  let status: ConnectionStatus = { phase: 'idle', since: clock.now(), attempt: 0 };
  let socket: WebSocketLike | undefined;
  let timer: TimerHandle;
  let attempt = 0;
  let openedAt = 0;
  let heardAt = 0;
  let heartbeatMs = 0;
  /** Said by the server just before it closed. */
  let reason: FleetglassError | undefined;
  let unwatchPage: (() => void) | undefined;

  const enter = (next: Omit<ConnectionStatus, 'since'>): void => {
    status = { ...next, since: next.phase === status.phase ? status.since : clock.now() };
    handler.changed(status);
  };

  const schedule = (callback: () => void, delayMs: number): void => {
    clock.clearTimeout(timer);
    timer = clock.setTimeout(callback, delayMs);
  };

  /** Forgets the socket before it is closed, so that nothing it still says is heard. */
  const drop = (isDead = false): void => {
    const dropped = socket;
    socket = undefined;
    reason = undefined;
    clock.clearTimeout(timer);
    if (isDead && dropped?.terminate) dropped.terminate();
    else dropped?.close();
  };

  const end = (phase: 'idle' | 'closed' | 'failed', error?: FleetglassError): void => {
    drop();
    unwatchPage?.();
    unwatchPage = undefined;
    attempt = 0;
    enter({ phase, attempt: 0, ...(error ? { error } : {}) });
  };

  const lose = (error: FleetglassError, isDead = false): void => {
    const wasStable = status.phase === 'open' && clock.monotonic() - openedAt >= STABLE_MS;
    drop(isDead);
    if (FINAL.has(error.code)) {
      end('failed', error);
      handler.failed(error);
      return;
    }
    attempt = wasStable ? 1 : attempt + 1;
    const isFirst = attempt === 1 && !BUSY.has(error.code);
    const delayMs = isFirst
      ? Math.round(random() * FIRST_RETRY_MS)
      : backoffDelay(Math.max(1, attempt - 1), random);
    schedule(connect, delayMs);
    enter({ phase: 'reconnecting', attempt, retryAt: clock.now() + delayMs, error });
  };

  const watch = (): void => {
    if (clock.monotonic() - heardAt >= MISSED_HEARTBEATS * heartbeatMs) {
      lose(new FleetglassError('DISCONNECTED', 'The server has been silent for too long.'), true);
    } else schedule(watch, heartbeatMs);
  };

  const greet = (hello: HelloFrame): void => {
    if (hello.protocol < MIN_PROTOCOL_VERSION || hello.protocol > PROTOCOL_VERSION) {
      lose(
        new FleetglassError(
          'UNSUPPORTED_VERSION',
          `The server speaks protocol ${hello.protocol}, this client ${MIN_PROTOCOL_VERSION} to ${PROTOCOL_VERSION}; update the older one.`,
        ),
      );
      return;
    }
    heartbeatMs = Math.max(MIN_HEARTBEAT_MS, hello.heartbeatMs);
    openedAt = clock.monotonic();
    schedule(watch, heartbeatMs);
    const { time } = hello;
    enter({ phase: 'open', attempt: 0, ...(time === undefined ? {} : { skewMs: time - clock.now() }) });
    handler.opened(hello);
  };

  const receive = (data: unknown): void => {
    heardAt = clock.monotonic();
    const frame = decodeServerFrame(String(data));
    if (!frame) return;
    if (frame.frame === 'hello') greet(frame);
    else if (frame.frame === 'error' && frame.id === undefined) reason = fromWireError(frame.error);
    else {
      if (frame.frame === 'heartbeat') send({ frame: 'pong' });
      handler.frame(frame);
    }
  };

  const attach = (created: WebSocketLike, token: string | undefined): void => {
    const on = (type: 'open' | 'close' | 'message', listener: (event: SocketEvent) => void): void =>
      created.addEventListener(type, (event) => {
        if (socket !== created) return;
        try {
          listener(event);
        } catch (error) {
          // A frame that cannot be read: what followed it may be lost too, so start over.
          lose(isFleetglassError(error) ? error : toFleetglassError(error, 'BAD_FRAME'));
        }
      });
    on('open', () => {
      if (token !== undefined) created.send(JSON.stringify({ frame: 'auth', token } satisfies ClientFrame));
    });
    on('message', (event) => receive(event.data));
    on('close', (event) => lose(reason ?? lossOf(event)));
    // Without a listener, `ws` would throw; `close` always follows.
    created.addEventListener('error', () => undefined);
  };

  const start = (token: string | undefined): void => {
    try {
      socket = new options.WebSocket(options.url);
    } catch (error) {
      end('failed', toFleetglassError(error, 'BAD_INPUT'));
      handler.failed(toFleetglassError(error, 'BAD_INPUT'));
      return;
    }
    attach(socket, token);
  };

  const connect = (): void => {
    const { error } = status;
    enter({ phase: attempt === 0 ? 'connecting' : 'reconnecting', attempt, ...(error ? { error } : {}) });
    schedule(
      () => lose(new FleetglassError('DISCONNECTED', 'The server did not answer in time.'), true),
      OPEN_TIMEOUT_MS,
    );
    const begun = timer;
    if (typeof options.token !== 'function') {
      start(options.token);
      return;
    }
    const isCurrent = (): boolean => timer === begun;
    Promise.resolve()
      .then(options.token)
      .then(
        (token) => isCurrent() && start(token),
        (error: unknown) => isCurrent() && lose(toFleetglassError(error, 'DISCONNECTED')),
      );
  };

  const send = (frame: ClientFrame): boolean => {
    if (status.phase !== 'open' || !socket) return false;
    socket.send(JSON.stringify(frame));
    return true;
  };

  /** The device woke up or came online: do not wait for a timer that slept with it. */
  const wake = (): void => {
    if (status.phase === 'open') watch();
    else if (status.phase === 'reconnecting' && !socket) schedule(connect, 0);
  };

  return {
    get status() {
      return status;
    },
    open() {
      if (status.phase !== 'idle') return;
      unwatchPage = watchPage(wake);
      connect();
    },
    send,
    rest() {
      if (status.phase !== 'closed' && status.phase !== 'failed') end('idle');
    },
    close() {
      if (status.phase !== 'closed') end('closed');
    },
  };
}
