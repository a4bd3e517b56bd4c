import type { Duplex } from 'node:stream';
import { FleetglassError, parseClientFrame, toFleetglassError, toWireError } from '@fleetglass/core';
import type { Clock } from '@fleetglass/core';
import { filterKey, PROTOCOL_VERSION } from '@fleetglass/core/protocol';
import type { ClientFrame, ServerFrame } from '@fleetglass/core/protocol';
import type { RawData, WebSocket } from 'ws';
import { narrow } from './access.js';
import type { Authenticate, Identity } from './access.js';
import { Feed } from './feed.js';
import type { FeedSession } from './feed.js';
import type { GatewayLimits } from './limits.js';
import type { RequestFrame } from './requests.js';
import { answer } from './requests.js';
import { frameMessage } from './socket-frame.js';
import type { Tenant } from './tenant.js';

/** What all connections of a gateway share. */
export interface SessionContext {
  readonly clock: Clock;
  readonly limits: GatewayLimits;
  readonly heartbeatMs: number;
  /** Absent when everyone may connect. */
  readonly authenticate: Authenticate | undefined;
  /** @throws FleetglassError `FORBIDDEN` for an identity of no known tenant */
  tenantOf(identity: Identity): Tenant;
  /** Bytes that wait in all sockets together. */
  readonly buffered: { bytes: number };
  closed(session: Session): void;
}

/** While it reads the log, a socket holds no more than this: the log is the queue. */
const CATCH_UP_BUFFER = 64 * 1024;
/** Time for the last frames to leave before the socket is cut. */
const FAREWELL_MS = 1_000;
/** Half intervals without a sign of life after which a client is asked for one, and given up. */
const PING_AFTER = 2;
const DEAD_AFTER = 6;

/** Longest id of a frame that is repeated in the answer. */
const MAX_ID_LENGTH = 128;

/** Close codes are 4000 and the HTTP status of the error; the reason is its code. */
const closeCode = (error: FleetglassError): number => 4_000 + error.status;

function parseJson(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    throw new FleetglassError('BAD_FRAME', 'The frame is not JSON.');
  }
}

/** Id under which an answer can be given, also to a frame that is wrong in another place. */
function requestIdOf(value: unknown): string | undefined {
  const { id } = (value ?? {}) as { readonly id?: unknown };
  return typeof id === 'string' && id.length > 0 && id.length <= MAX_ID_LENGTH ? id : undefined;
}

/** One connection: authenticates, then serves subscriptions and requests. */
export class Session implements FeedSession {
  readonly #feeds = new Map<string, Feed>();
  #phase: 'authenticating' | 'verifying' | 'open' | 'closed' = 'authenticating';
  #identity: Identity = {};
  #tenant: Tenant | undefined;
  #requests = 0;
  #buffered = 0;
  #isQuiet = false;
  #silence = 0;
  #deadline: unknown;
  #stalled: unknown;
  #verified: Promise<void> = Promise.resolve();

  constructor(
    private readonly webSocket: WebSocket,
    private readonly socket: Duplex,
    private readonly context: SessionContext,
  ) {
    webSocket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    webSocket.on('pong', () => (this.#silence = 0));
    webSocket.on('close', () => this.#dispose());
    // `close` follows; without a listener the process would end.
    webSocket.on('error', () => undefined);
    socket.on('drain', () => this.#drained());
  }

  /** @param token from the handshake, where a program could set one */
  start(token: string | undefined): void {
    const { authenticate, clock, limits } = this.context;
    if (!authenticate) this.#open({});
    else if (token !== undefined) this.#verify(authenticate, token);
    else {
      const expire = (): void =>
        this.end(
          new FleetglassError(
            'AUTH_TIMEOUT',
            `Send the token as the first frame within ${limits.authTimeoutMs} ms.`,
          ),
        );
      this.#deadline = clock.setTimeout(expire, limits.authTimeoutMs, { background: true });
    }
  }

  write(frame: Buffer, mode: 'live' | 'catchUp'): boolean {
    if (this.#phase === 'closed') return false;
    this.#isQuiet = false;
    this.socket.write(frame);
    const waiting = this.#measure();
    if (waiting <= CATCH_UP_BUFFER) return true;
    const { limits, buffered, clock } = this.context;
    const isFull = buffered.bytes > limits.maxTotalBufferedBytes;
    if (mode === 'live' && waiting <= limits.maxBufferedBytes && !isFull) return true;
    if (this.#stalled === undefined) {
      for (const feed of this.#feeds.values()) feed.pause();
      const expire = (): void =>
        this.end(
          new FleetglassError(
            'SLOW_CONSUMER',
            'The connection takes less than is sent to it; reconnect and go on from your position.',
          ),
        );
      this.#stalled = clock.setTimeout(expire, limits.slowConsumerMs, { background: true });
    }
    return false;
  }

  refuse(feed: Feed, error: unknown): void {
    feed.close();
    this.#feeds.delete(feed.id);
    this.#answerWith(error, feed.id);
  }

  /** Called every half heartbeat interval. */
  beat(): void {
    if (this.#phase !== 'open') return;
    this.#silence += 1;
    this.#measure();
    if (this.#stalled !== undefined) return;
    if (this.#silence >= DEAD_AFTER) {
      this.webSocket.terminate();
      return;
    }
    if (this.#silence >= PING_AFTER) this.webSocket.ping();
    if (this.#isQuiet) {
      const covered = [...this.#feeds.values()]
        .filter((feed) => feed.isLive)
        .map(({ channel }) => ({ channel: channel.number, to: channel.covered() }));
      this.#send({ frame: 'heartbeat', covered });
    }
    this.#isQuiet = true;
  }

  /** Tells why and closes. */
  end(error: FleetglassError): void {
    if (this.#phase === 'closed') return;
    this.#answerWith(error);
    this.#dispose();
    this.webSocket.close(closeCode(error), error.code);
    this.context.clock.setTimeout(() => this.webSocket.terminate(), FAREWELL_MS, { background: true });
  }

  #dispose(): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.context.clock.clearTimeout(this.#deadline);
    this.context.clock.clearTimeout(this.#stalled);
    this.context.buffered.bytes -= this.#buffered;
    for (const feed of this.#feeds.values()) feed.close();
    this.#feeds.clear();
    this.context.closed(this);
  }

  #measure(): number {
    const waiting = this.socket.writableLength;
    this.context.buffered.bytes += waiting - this.#buffered;
    this.#buffered = waiting;
    return waiting;
  }

  #drained(): void {
    if (this.#phase === 'closed') return;
    this.#measure();
    this.context.clock.clearTimeout(this.#stalled);
    this.#stalled = undefined;
    for (const feed of this.#feeds.values()) feed.resume();
  }

  #send(frame: ServerFrame): void {
    this.write(frameMessage(JSON.stringify(frame)), 'live');
  }

  #answerWith(error: unknown, id?: string): void {
    const timestamp = this.context.clock.now();
    const wire = toWireError(error, { timestamp, ...(id === undefined ? {} : { requestId: id }) });
    this.#send({ frame: 'error', ...(id === undefined ? {} : { id }), error: wire });
  }

  #verify(authenticate: Authenticate, token: string): void {
    this.#phase = 'verifying';
    this.webSocket.pause();
    this.#verified = Promise.resolve()
      .then(() => authenticate(token))
      .then((identity) => {
        if (this.#phase !== 'verifying') return;
        if (!identity)
          throw new FleetglassError('UNAUTHENTICATED', 'The token is not accepted; ask for a new one.');
        this.#open(identity);
        this.webSocket.resume();
      })
      .catch((error: unknown) => this.end(toFleetglassError(error)));
  }

  #open(identity: Identity): void {
    const tenant = this.context.tenantOf(identity);
    this.context.clock.clearTimeout(this.#deadline);
    this.#identity = identity;
    this.#tenant = tenant;
    this.#phase = 'open';
    const { heartbeatMs, limits } = this.context;
    this.#send({
      frame: 'hello',
      protocol: PROTOCOL_VERSION,
      heartbeatMs,
      epoch: tenant.host.log.epoch,
      maxFrameBytes: limits.maxFrameBytes,
      time: this.context.clock.now(),
    });
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#phase === 'closed') return;
    this.#silence = 0;
    const { maxFrameBytes } = this.context.limits;
    const bytes = data as Buffer;
    if (bytes.length > maxFrameBytes) {
      this.end(new FleetglassError('FRAME_TOO_LARGE', `A frame may have ${maxFrameBytes} bytes.`));
    } else if (isBinary) this.end(new FleetglassError('BAD_FRAME', 'Frames are text, not binary.'));
    else if (this.#phase === 'verifying') void this.#verified.then(() => this.#handle(bytes.toString()));
    else this.#handle(bytes.toString());
  }

  #handle(message: string): void {
    if (this.#phase === 'closed') return;
    let id: string | undefined;
    try {
      const value = parseJson(message);
      if (this.#phase === 'authenticating') {
        this.#authenticate(value);
        return;
      }
      id = requestIdOf(value);
      this.#dispatch(parseClientFrame(value));
    } catch (error) {
      if (id === undefined) this.end(toFleetglassError(error));
      else this.#answerWith(error, id);
    }
  }

  #authenticate(value: unknown): void {
    const { authenticate } = this.context;
    const isAuth = (value as { readonly frame?: unknown } | null)?.frame === 'auth';
    const frame = isAuth ? parseClientFrame(value) : undefined;
    if (frame?.frame === 'auth' && authenticate) this.#verify(authenticate, frame.token);
    else this.end(new FleetglassError('UNAUTHENTICATED', 'Send the token as the first frame.'));
  }

  #dispatch(frame: ClientFrame): void {
    switch (frame.frame) {
      case 'auth':
      case 'pong':
        return;
      case 'subscribe':
        this.#subscribe(frame);
        return;
      case 'unsubscribe':
        this.#feeds.get(frame.id)?.close();
        this.#feeds.delete(frame.id);
        return;
      default:
        void this.#request(frame);
    }
  }

  #subscribe(frame: Extract<ClientFrame, { readonly frame: 'subscribe' }>): void {
    const { maxSubscriptions } = this.context.limits;
    const { host, fanOut, reader } = this.#openTenant();
    if (this.#feeds.has(frame.id))
      throw new FleetglassError('BAD_INPUT', 'This id is in use by another subscription.');
    if (this.#feeds.size >= maxSubscriptions) {
      throw new FleetglassError('BAD_INPUT', `A connection may have ${maxSubscriptions} subscriptions.`);
    }
    const filter = narrow(frame.filter, this.#identity.scope);
    const key = filterKey(filter);
    const taken = new Set(
      [...this.#feeds.values()]
        .filter(({ channel }) => filterKey(channel.filter) === key)
        .map(({ channel }) => channel.ordinal),
    );
    let ordinal = 0;
    while (taken.has(ordinal)) ordinal += 1;
    const feed = new Feed(frame.id, fanOut.channel(filter, ordinal), this, host.log, reader);
    this.#feeds.set(feed.id, feed);
    void feed.start(frame.cursor);
  }

  async #request(frame: RequestFrame): Promise<void> {
    this.#requests += 1;
    // Not read on until answers are out: whoever asks faster than it is answered waits.
    if (this.#requests === this.context.limits.maxRequests) this.webSocket.pause();
    try {
      this.#send(await answer(frame, this.#openTenant(), this.#identity));
    } catch (error) {
      this.#answerWith(error, frame.id);
    } finally {
      this.#requests -= 1;
      if (this.#requests === this.context.limits.maxRequests - 1) this.webSocket.resume();
    }
  }

  #openTenant(): Tenant {
    if (!this.#tenant) throw new FleetglassError('UNAUTHENTICATED', 'Send the token as the first frame.');
    return this.#tenant;
  }
}
