import { FleetglassError, fromWireError, toFleetglassError } from '../errors/fleetglass-error.js';
import { backoffDelay } from '../lib/backoff.js';
import type { Clock, TimerHandle } from '../lib/clock.js';
import type { Random } from '../lib/ids.js';
import { checkVersion, decodeServerFrame } from '../protocol/decode.js';
import type { ClientFrame, HelloFrame, ServerFrame } from '../protocol/frame.js';
import type { Carrier, ExpiringToken, TokenSource, Wire } from './carrier.js';
import type { ConnectionStatus } from './transport.js';
import { isOffline, watchPage } from './page.js';

export interface ConnectionOptions {
  readonly carrier: Carrier;
  readonly token: TokenSource | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

export interface ConnectionHandler {
  /** The server said hello; everything that matters is asked for again. */
  opened(hello: HelloFrame): void;
  frame(frame: ServerFrame): void;
  /** `failed` and `closed` are final: no further attempt follows. */
  changed(status: ConnectionStatus): void;
}

export interface Connection {
  readonly status: ConnectionStatus;
  /** Connects when it is idle. */
  open(): void;
  /** Hands a frame to the wire that is open; ignored while there is none. */
  send(frame: ClientFrame): void;
  /** Disconnects until the next {@link Connection.open}. */
  rest(): void;
  /** Disconnects for good. */
  close(): void;
}

/** A connection that does not get as far as `hello` within this time is given up. */
const OPEN_TIMEOUT_MS = 10_000;
/** A connection has to last this long before its loss counts as the first again. */
const STABLE_MS = 5_000;
/** The first attempt after a loss comes within this time; the bound doubles with each that fails, up to 30 s. */
const RETRY_MS = 500;
/** The same where the server has too much to do and does not say when to come back: of ten thousand viewers 1,250 a second do. */
const BUSY_RETRY_MS = 8_000;
/** No server can send a client away for longer. */
const MAX_RETRY_MS = 600_000;
/** How often is tried while the browser says that it is offline. */
const OFFLINE_RETRY_MS = 30_000;
/** Whatever the server says, silence is not looked for more often. */
const MIN_HEARTBEAT_MS = 250;
/** Silent intervals after which the link counts as dead. */
const MISSED_HEARTBEATS = 2;
/** A token is replaced this long before it ends; one that lives less than twice as long, in the middle of its life. */
const REFRESH_AHEAD_MS = 60_000;

/** Another attempt would be refused again: by the token, the origin or the protocol's version. */
const FINAL_STATUSES = [401, 403, 426];

/** A server that says so is there, and wants its clients back later, not at once. */
export const isBusy = ({ code, status }: FleetglassError): boolean =>
  code !== 'DISCONNECTED' && (status === 429 || status === 503);

/**
 * A link to a server that comes back by itself, whatever carries it: `idle` → `connecting` → `open`, and after a loss
 * `reconnecting` until it is open again; `failed` after an error that another attempt would meet again, `closed` when
 * the user ended it. In every phase but the last two and `idle` exactly one timer runs, and at most one wire is heard.
 */
export function createConnection(options: ConnectionOptions, handler: ConnectionHandler): Connection {
  const { carrier, clock, random, token: source } = options;
  let status: ConnectionStatus = { phase: 'idle', since: clock.now(), attempt: 0 };
  let wire: Wire | undefined;
  /** Counts wires; what belongs to an earlier one is not heard. */
  let life = 0;
  let timer: TimerHandle;
  let attempt = 0;
  let openedAt = 0;
  /** By both clocks: the one that never jumps may stand still while the machine sleeps. */
  let heardAt = 0;
  let heardTime = 0;
  let heartbeatMs = 0;
  let refreshAt = Infinity;
  /** The server said when to come back. */
  let isPatient = false;
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

  /** Forgets the wire before it is closed, so that nothing it still says is heard. */
  const drop = (isDead = false): void => {
    const dropped = wire;
    wire = undefined;
    reason = undefined;
    life += 1;
    clock.clearTimeout(timer);
    try {
      dropped?.close(isDead);
    } catch {
      // Nothing it does is heard any more.
    }
  };

  const end = (phase: 'idle' | 'closed' | 'failed', error?: FleetglassError): void => {
    drop();
    unwatchPage?.();
    attempt = 0;
    enter({ phase, attempt, ...(error && { error }) });
  };

  const lose = (error: FleetglassError, isDead = false): void => {
    const wasOpen = status.phase === 'open';
    drop(isDead);
    // A token that served until now has ended: its source may have another.
    const isRenewable = wasOpen && error.code === 'UNAUTHENTICATED' && typeof source === 'function';
    if (FINAL_STATUSES.includes(error.status) && !isRenewable) {
      end('failed', error);
      return;
    }
    attempt = wasOpen && clock.monotonic() - openedAt >= STABLE_MS ? 1 : attempt + 1;
    const told = Number(error.details?.['retryAfterMs']) || 0;
    isPatient = told > 0 || isBusy(error);
    const wanted =
      told > 0
        ? told + random() * Math.max(told / 4, RETRY_MS)
        : backoffDelay(attempt, random, { baseMs: isPatient ? BUSY_RETRY_MS : RETRY_MS, jitter: 1 });
    const delayMs = Math.min(Math.max(wanted, isOffline() ? OFFLINE_RETRY_MS : 0), MAX_RETRY_MS);
    schedule(connect, delayMs);
    enter({ phase: 'reconnecting', attempt, retryAt: clock.now() + delayMs, error });
  };

  const loseSilent = (): void =>
    lose(new FleetglassError('DISCONNECTED', 'The server is silent: the connection is made anew.'), true);

  const watch = (): void => {
    const now = clock.now();
    if (Math.max(clock.monotonic() - heardAt, now - heardTime) >= MISSED_HEARTBEATS * heartbeatMs) {
      loseSilent();
      return;
    }
    if (now >= refreshAt) {
      refreshAt = Infinity;
      withToken(
        // Only a source tells when its tokens end, and it always gives one.
        (token) => send({ frame: 'auth', token: token as string }),
        () => (refreshAt = 0),
      );
    }
    schedule(watch, Math.min(heartbeatMs, refreshAt - now));
  };

  const greet = (hello: HelloFrame): void => {
    const { time } = hello;
    checkVersion(hello.protocol);
    heartbeatMs = Math.max(MIN_HEARTBEAT_MS, hello.heartbeatMs);
    openedAt = clock.monotonic();
    watch();
    enter({
      phase: 'open',
      attempt: 0,
      // Only a wire says hello.
      carrier: (wire as Wire).carrier,
      ...(time && { skewMs: time - clock.now() }),
    });
    handler.opened(hello);
  };

  const receive = (data: unknown): void => {
    heardAt = clock.monotonic();
    heardTime = clock.now();
    const frame = data === undefined ? data : decodeServerFrame(data);
    if (!frame) return;
    if (frame.frame === 'hello') greet(frame);
    else if (frame.frame === 'error' && frame.id === undefined) reason = fromWireError(frame.error);
    else {
      if (frame.frame === 'heartbeat') send({ frame: 'pong' });
      handler.frame(frame);
    }
  };

  /** What the function is given is ignored once the wire is another. */
  const whileCurrent = <T>(listen: (value: T) => void): ((value: T) => void) => {
    const born = life;
    return (value) => {
      if (born !== life) return;
      try {
        listen(value);
      } catch (error) {
        // A frame that cannot be read: what followed it may be lost too, so start over.
        lose(toFleetglassError(error, 'BAD_FRAME'));
      }
    };
  };

  const withToken = (
    use: (token: string | undefined) => void,
    refused: (error: FleetglassError) => void,
  ): void => {
    const take = whileCurrent((given: string | ExpiringToken | undefined) => {
      const { token, expiresAt = Infinity } = typeof given === 'object' ? given : { token: given };
      // What is no time is as if it was not told.
      refreshAt = Math.max(expiresAt - REFRESH_AHEAD_MS, (clock.now() + expiresAt) / 2) || Infinity;
      use(token);
    });
    if (typeof source !== 'function') take(source);
    else {
      const refuse = whileCurrent((error) => refused(toFleetglassError(error, 'DISCONNECTED')));
      Promise.resolve().then(source).then(take, refuse);
    }
  };

  const start = (token: string | undefined): void => {
    try {
      wire = carrier.open(token, {
        heard: whileCurrent(receive),
        lost: whileCurrent((error: FleetglassError) => lose(reason ?? error)),
      });
    } catch (error) {
      end('failed', toFleetglassError(error, 'BAD_INPUT'));
    }
  };

  const connect = (): void => {
    const { error } = status;
    enter({ phase: attempt ? 'reconnecting' : 'connecting', attempt, ...(error && { error }) });
    schedule(loseSilent, OPEN_TIMEOUT_MS);
    withToken(start, lose);
  };

  const send = (frame: ClientFrame): void => {
    if (status.phase === 'open') wire?.send(frame);
  };

  /** The device woke up or came online: do not wait for a timer that slept with it. */
  const wake = (): void => {
    if (status.phase === 'open') watch();
    else if (status.retryAt !== undefined && !isPatient) schedule(connect, 0);
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
    close: () => end('closed'),
  };
}
