import { parseClientFrame, toFleetglassError } from '@fleetglass/core';
import type { FleetglassError } from '@fleetglass/core';
import { encodeCursor, PROTOCOL_VERSION } from '@fleetglass/core/protocol';
import type { ClientFrame, ServerFrame, SnapshotReason } from '@fleetglass/core/protocol';
import { isWithin } from './access.js';
import type { Authenticate, Identity } from './access.js';
import { EncodedFrame, encodeFrame } from './encoded-frame.js';
import { Feed } from './feed.js';
import type { FeedSession, FreshStart, Written } from './feed.js';
import type { Hold, IdentityWatch } from './identity-watch.js';
import type { Link, LinkListener } from './link.js';
import { createLiveness, unproven } from './liveness.js';
import type { Liveness } from './liveness.js';
import { Outflow } from './outflow.js';
import type { OutflowContext } from './outflow.js';
import type { RequestFrame } from './requests.js';
import { answer, requestIdOf } from './requests.js';
import { parseQuery } from './queries.js';
import type { Query } from './queries.js';
import { REFUSALS } from './session-refusals.js';
import { selectionFor } from './selection.js';
import type { Tenant } from './tenant.js';
import { newRequestId, toldError } from './told-error.js';

/** What all connections of a gateway share. */
export interface SessionContext extends OutflowContext {
  readonly heartbeatMs: number;
  /** Absent when everyone may connect. */
  readonly authenticate: Authenticate | undefined;
  /** @throws FleetglassError `FORBIDDEN` for an identity of no known tenant */
  tenantOf(identity: Identity): Tenant;
  readonly watch: IdentityWatch;
  closed(session: Session): void;
}

/** Time for the last frames to leave before the socket is cut. */
const FAREWELL_MS = 1_000;

/** One connection: authenticates, then serves subscriptions and requests. */
export class Session implements FeedSession, LinkListener {
  /** Code of the error that ended it. */
  endedBy: string | undefined;
  /** Id of the request under which the viewer was told of it. */
  endedAs: string | undefined;
  /** Called when frames are taken. */
  opened: (() => void) | undefined;
  readonly #outflow: Outflow;
  #phase: 'authenticating' | 'verifying' | 'open' | 'closed' = 'authenticating';
  #identity: Identity = {};
  #tenant: Tenant | undefined;
  #hold: Hold | undefined;
  #requests = 0;
  readonly #liveness: Liveness;
  #deadline: unknown;
  #verified: Promise<void> = Promise.resolve();

  constructor(
    readonly link: Link,
    private readonly context: SessionContext,
  ) {
    this.#outflow = new Outflow(link, context, (error, how) =>
      how === 'cut' ? this.#cut(error) : this.end(error),
    );
    this.#liveness = createLiveness(link, context);
    link.listen(this);
  }

  /** Token of whoever it serves. */
  get tokenId(): string | undefined {
    return this.#identity.tokenId;
  }

  /** @param token from the handshake, where a program could set one */
  start(token: string | undefined): void {
    const { authenticate, clock, limits } = this.context;
    if (!authenticate) this.open({});
    else if (token !== undefined) this.#verify(authenticate, token);
    else {
      const expire = (): void => this.end(REFUSALS.tokenLate(limits.authTimeoutMs));
      this.#deadline = clock.setTimeout(expire, limits.authTimeoutMs, { background: true });
    }
  }

  /** Serves whose the ticket of a handshake was; `undefined` is nobody. */
  admit(identity: Identity | undefined): void {
    try {
      if (!identity) throw REFUSALS.ticketUsed();
      this.open(identity);
    } catch (error) {
      this.end(toFleetglassError(error));
    }
  }

  /**
   * Begins to serve whom a route has let in already.
   *
   * @param id under which frames of this client come back where the link carries none
   * @throws FleetglassError `FORBIDDEN` for an identity of no known tenant
   */
  open(identity: Identity, id?: string): void {
    const tenant = this.context.tenantOf(identity);
    this.#hold = this.context.watch.hold(identity, (error) => this.end(error));
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
      ...(id === undefined ? {} : { session: id }),
    });
    this.opened?.();
  }

  write(frame: EncodedFrame, mode: 'live' | 'catchUp' | 'granted'): Written {
    return this.#outflow.write(frame, mode);
  }

  roomFor(frame: EncodedFrame): Promise<void> {
    return this.#outflow.roomFor(frame);
  }

  started({ id, channel, epoch, cursor: seq }: Feed): void {
    const cursor = encodeCursor({ epoch, seq });
    this.#send({ frame: 'subscribed', id, channel: channel.number, cursor });
  }

  async freshStart(feed: Feed, reason: SnapshotReason): Promise<FreshStart> {
    const { id, channel, epoch } = feed;
    const { seq, text } = await this.#openTenant().reader.snapshot(channel.filter, feed.cursor);
    const head = JSON.stringify({ frame: 'snapshot', id, cursor: encodeCursor({ epoch, seq }), reason });
    return { seq, frame: new EncodedFrame(() => `${head.slice(0, -1)},"state":${text}}`) };
  }

  helped(step: 'coalesced' | 'snapshot'): void {
    this.context.meters.slow.inc({ step });
  }

  delivered(events: number): void {
    this.context.meters.deliveries.inc(events);
  }

  refuse(feed: Feed, error: unknown): void {
    feed.close();
    this.#outflow.feeds.delete(feed.id);
    this.#answerWith(error, feed.id);
  }

  /** Called every half heartbeat interval. */
  beat(): void {
    if (this.#phase !== 'open') return;
    const outflow = this.#outflow;
    outflow.measure();
    if (outflow.isStalled) return;
    const life = this.#liveness.beat();
    if (life === 'dead') this.link.terminate();
    else if (life === 'unproven') this.end(unproven());
    else if (outflow.isQuiet) {
      const covered = [...outflow.feeds.values()]
        .filter((feed) => feed.isLive)
        .map(({ channel }) => channel.covered());
      this.#send({ frame: 'heartbeat', covered });
    } else this.link.keepAlive();
    outflow.isQuiet = true;
  }

  /** Tells why and closes. */
  end(error: FleetglassError): void {
    if (this.#phase === 'closed') return;
    this.endedBy = error.code;
    this.#answerWith(error);
    this.#finish();
    this.link.close(error);
    const { clock } = this.context;
    // What waits to be fetched ends by itself.
    if (this.link.transport !== 'poll')
      clock.setTimeout(() => this.link.terminate(), FAREWELL_MS, { background: true });
  }

  closed(): void {
    this.#finish();
    this.#outflow.gone();
  }

  drained(): void {
    this.#outflow.drained();
  }

  alive(): void {
    this.#liveness.alive();
  }

  faulted(error: FleetglassError): void {
    if (this.#phase === 'verifying') void this.#verified.then(() => this.end(error));
    else this.end(error);
  }

  received(value: unknown): void {
    if (this.#phase === 'verifying') void this.#verified.then(() => this.#handle(value));
    else this.#handle(value);
  }

  #finish(): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.context.clock.clearTimeout(this.#deadline);
    this.#hold?.release();
    this.#outflow.close();
    this.context.closed(this);
  }

  /** There is no room to tell why. */
  #cut(error: FleetglassError): void {
    this.endedBy ??= error.code;
    this.#finish();
    this.link.terminate();
  }

  #send(frame: ServerFrame): void {
    this.#outflow.write(encodeFrame(frame), 'answer');
  }

  #answerWith(error: unknown, id?: string): void {
    const requestId = id ?? (this.endedAs = newRequestId(this.context));
    const told = toldError(error, requestId, this.context);
    this.#send({ frame: 'error', ...(id === undefined ? {} : { id }), error: told });
  }

  #verify(authenticate: Authenticate, token: string): void {
    this.#phase = 'verifying';
    this.context.clock.clearTimeout(this.#deadline);
    this.link.pause();
    this.#verified = Promise.resolve()
      .then(() => authenticate(token))
      .then((identity) => {
        if (this.#phase !== 'verifying') return;
        if (!identity) throw REFUSALS.tokenUnknown();
        this.open(identity);
        this.link.resume();
      })
      .catch((error: unknown) => this.end(toFleetglassError(error)));
  }

  /** A newer token takes over without a gap; it ends what it does not open, and widens nothing that is running. */
  async #renew(token: string): Promise<void> {
    const { authenticate } = this.context;
    if (!authenticate) return;
    try {
      const identity = await authenticate(token);
      if (this.#phase !== 'open') return;
      if (!identity || this.context.tenantOf(identity) !== this.#tenant) throw REFUSALS.renewalUnknown();
      this.#hold?.replace(identity);
      this.#identity = identity;
      for (const feed of [...this.#outflow.feeds.values()])
        if (!isWithin(feed.channel.filter, identity.scope)) this.refuse(feed, REFUSALS.renewalNarrower());
    } catch (error) {
      this.end(toFleetglassError(error));
    }
  }

  #handle(value: unknown): void {
    if (this.#phase === 'closed') return;
    let id: string | undefined;
    try {
      if (this.#phase === 'authenticating') {
        this.#authenticate(value);
        return;
      }
      id = requestIdOf(value);
      this.#dispatch(parseQuery(value, id) ?? parseClientFrame(value));
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
    else this.end(REFUSALS.tokenMissing());
  }

  #dispatch(frame: ClientFrame | Query): void {
    switch (frame.frame) {
      case 'auth':
        void this.#renew(frame.token);
        return;
      case 'pong':
        return;
      case 'subscribe':
        this.#subscribe(frame);
        return;
      case 'unsubscribe':
        this.#outflow.feeds.get(frame.id)?.close();
        this.#outflow.feeds.delete(frame.id);
        return;
      default:
        void this.#request(frame);
    }
  }

  #subscribe(frame: Extract<ClientFrame, { readonly frame: 'subscribe' }>): void {
    const { maxSubscriptions } = this.context.limits;
    const { host, fanOut, reader } = this.#openTenant();
    if (this.#outflow.feeds.has(frame.id)) throw REFUSALS.idTaken();
    if (this.#outflow.feeds.size >= maxSubscriptions) throw REFUSALS.tooManySubscriptions(maxSubscriptions);
    const filter = selectionFor(frame, this.#identity.scope);
    const feed = new Feed({
      id: frame.id,
      channel: fanOut.channel(filter, this.#outflow.ordinalOf(filter)),
      session: this,
      log: host.log,
      reader,
      limits: this.context.limits,
      onLag: frame.onLag,
    });
    this.#outflow.feeds.set(feed.id, feed);
    void feed.start(frame.cursor);
  }

  async #request(frame: RequestFrame): Promise<void> {
    this.#requests += 1;
    // Not read on until answers are out: whoever asks faster than it is answered waits.
    if (this.#requests === this.context.limits.maxRequests) this.link.pause();
    try {
      const now = this.context.clock.now();
      const { told, follow } = await answer(frame, this.#openTenant(), this.#identity, now);
      const encoded = encodeFrame(told);
      await this.roomFor(encoded);
      this.write(encoded, 'granted');
      if (follow) this.#subscribe(follow);
    } catch (error) {
      this.#answerWith(error, frame.id);
    } finally {
      this.#requests -= 1;
      if (this.#requests === this.context.limits.maxRequests - 1) this.link.resume();
    }
  }

  #openTenant(): Tenant {
    if (!this.#tenant) throw REFUSALS.tokenMissing();
    return this.#tenant;
  }
}
