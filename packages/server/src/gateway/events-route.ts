import { FleetglassError, toFleetglassError } from '@fleetglass/core';
import { decodeCursor, encodeCursor } from '@fleetglass/core/protocol';
import type { Cursor, Filter, SnapshotReason } from '@fleetglass/core/protocol';
import type { Context, Hono } from 'hono';
import { narrow } from './access.js';
import type { Identity } from './access.js';
import type { ByteStream, StreamListener } from './byte-stream.js';
import { EncodedFrame } from './encoded-frame.js';
import { openEventStream } from './event-stream.js';
import { Feed } from './feed.js';
import type { FeedSession, FreshStart, Written } from './feed.js';
import type { GatewayEnv } from './gateway-env.js';
import type { Hold } from './identity-watch.js';
import { EventsLink } from './link-events.js';
import { createLiveness, unproven } from './liveness.js';
import type { Liveness } from './liveness.js';
import type { LinkListener } from './link.js';
import type { Live, LiveConnection } from './live.js';
import { Outflow } from './outflow.js';
import type { Tenant } from './tenant.js';
import { newRequestId, toldError } from './told-error.js';

const SCOPE = ['runId', 'threadId', 'agentId', 'taskId'] as const;
const MAX_LENGTH = 256;
const MAX_TYPES = 100;

function filterOf(context: Context<GatewayEnv>): Filter {
  const filter: Record<string, unknown> = {};
  for (const field of SCOPE) {
    const value = context.req.query(field);
    if (value === undefined) continue;
    if (value === '' || value.length > MAX_LENGTH) {
      throw new FleetglassError('BAD_INPUT', `Give \`${field}\` 1 to ${MAX_LENGTH} characters.`);
    }
    filter[field] = value;
  }
  const types = context.req.query('types');
  if (types !== undefined) {
    const names = types.split(',').filter((name) => name !== '');
    if (names.length === 0 || names.length > MAX_TYPES || types.length > MAX_TYPES * 128) {
      throw new FleetglassError(
        'BAD_INPUT',
        `Give \`types\` as a list of 1 to ${MAX_TYPES} types, divided by commas.`,
      );
    }
    filter['types'] = names;
  }
  return filter;
}

/** One reader of the plain event stream: it gets events and nothing else. */
class EventReader implements FeedSession, LiveConnection, LinkListener {
  /** Code of the error that ended it. */
  endedBy: string | undefined;
  /** Id of the request under which its reader was told of it. */
  endedAs: string | undefined;
  readonly tokenId: string | undefined;
  readonly #outflow: Outflow;
  readonly #hold: Hold;
  readonly #liveness: Liveness;
  #isClosed = false;

  constructor(
    readonly link: EventsLink,
    private readonly tenant: Tenant,
    private readonly live: Live,
    identity: Identity,
  ) {
    this.tokenId = identity.tokenId;
    this.#outflow = new Outflow(link, live.context, (error, how) =>
      how === 'cut' ? this.#cut(error) : this.end(error),
    );
    this.#liveness = createLiveness(link, live.context);
    this.#hold = live.context.watch.hold(identity, (error) => this.end(error));
    link.listen(this);
  }

  start(filter: Filter, cursor: Cursor | undefined): void {
    const { log } = this.tenant.host;
    const feed = new Feed({
      id: 'events',
      channel: this.tenant.fanOut.channel(filter, 0),
      session: this,
      log,
      reader: this.tenant.reader,
      limits: this.live.context.limits,
    });
    this.#outflow.feeds.set(feed.id, feed);
    void feed.start(cursor ?? encodeCursor({ epoch: log.epoch, seq: log.head() }));
  }

  write(frame: EncodedFrame, mode: 'live' | 'catchUp' | 'granted'): Written {
    return this.#outflow.write(frame, mode);
  }

  roomFor(frame: EncodedFrame): Promise<void> {
    return this.#outflow.roomFor(frame);
  }

  started(): void {
    // The stream is open; nothing more is to be said.
  }

  freshStart(_feed: Feed, reason: SnapshotReason): Promise<FreshStart> {
    const seq = this.tenant.host.log.first() - 1;
    const line = {
      id: encodeCursor({ epoch: this.tenant.host.log.epoch, seq }),
      event: 'reset',
      data: reason,
    };
    return Promise.resolve({ seq, frame: EncodedFrame.message(line) });
  }

  helped(step: 'coalesced' | 'snapshot'): void {
    this.live.context.meters.slow.inc({ step });
  }

  delivered(events: number): void {
    this.live.context.meters.deliveries.inc(events);
  }

  refuse(_feed: Feed, error: unknown): void {
    this.end(toFleetglassError(error));
  }

  beat(): void {
    this.#outflow.measure();
    const [feed] = this.#outflow.feeds.values();
    if (this.#outflow.isStalled || !feed) return;
    const life = this.#liveness.beat();
    if (life === 'dead') this.link.terminate();
    else if (life === 'unproven') this.end(unproven());
    else if (feed.isLive) {
      // An id without an event moves the reader past what was not selected.
      const id = encodeCursor({ epoch: feed.epoch, seq: Math.max(feed.cursor, feed.channel.covered().to) });
      this.#outflow.write(EncodedFrame.message({ id }), 'answer');
    } else this.link.keepAlive();
  }

  end(error: FleetglassError): void {
    if (this.#isClosed) return;
    this.endedBy = error.code;
    this.endedAs = newRequestId(this.live.context);
    const data = JSON.stringify(toldError(error, this.endedAs, this.live.context));
    const retry = error.details?.['retryAfterMs'];
    const fields = { ...(typeof retry === 'number' ? { retry } : {}), event: 'end', data };
    this.#outflow.write(EncodedFrame.message(fields), 'answer');
    this.#finish();
    this.link.close(error);
  }

  received(): void {
    // Nothing comes this way.
  }
  faulted(): void {
    // Nothing comes this way.
  }
  alive(): void {
    // Nothing comes this way.
  }

  drained(): void {
    this.#outflow.drained();
  }

  closed(): void {
    this.#finish();
    this.#outflow.gone();
  }

  #finish(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#hold.release();
    this.#outflow.close();
    this.live.remove(this);
  }

  /** There is no room to tell why. */
  #cut(error: FleetglassError): void {
    this.endedBy ??= error.code;
    this.#finish();
    this.link.terminate();
  }
}

/**
 * The events themselves as a plain event stream at `GET /api/v1/events`, for readers that know nothing of frames:
 * each with its cursor as id, so that `EventSource` goes on where it was.
 */
export function addEventsRoute(app: Hono<GatewayEnv>, live: Live): void {
  app.get('/api/v1/events', (context) => {
    const identity = context.get('identity');
    const asker = context.get('asker');
    const refusal = live.refusal(asker);
    if (refusal) throw refusal;
    const tenant = live.context.tenantOf(identity);
    live.context.watch.check(identity);
    const filter = narrow(filterOf(context), identity.scope);
    // What the browser sends by itself is newer than what stands in the address.
    const cursor = context.req.header('last-event-id') || context.req.query('cursor') || undefined;
    if (cursor !== undefined) decodeCursor(cursor);
    return openEventStream(context, (stream: ByteStream): StreamListener => {
      const link = new EventsLink(stream, tenant.host.log.epoch);
      const reader = new EventReader(link, tenant, live, identity);
      live.add(reader, asker);
      reader.start(filter, cursor as Cursor | undefined);
      return reader;
    });
  });
}
