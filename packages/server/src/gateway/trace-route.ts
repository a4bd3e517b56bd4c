import { createEmitter, noPrices, toFleetglassError } from '@fleetglass/core';
import type { Clock, Random, Store } from '@fleetglass/core';
import type { EventDraft } from '@fleetglass/core/protocol';
import type { TraceIngest } from '@fleetglass/sources/otel';
import type { Hono } from 'hono';
import { mediaTypeOf } from '../lib/media-type.js';
import { readBytes } from '../lib/read-bytes.js';
import { isPacked, unpack, unpackedBytes } from '../lib/unpack.js';
import type { GatewayEnv } from './gateway-env.js';
import type { TraceOptions } from './handler-options.js';
import { bearerToken } from './access.js';
import type { Authenticate, Identity } from './access.js';
import { retryAfterOf } from './retry-after.js';
import { mayDo } from './rights.js';

/** Where traces that are sent to the gateway go. */
export interface TraceRouteOptions {
  /** Store of a tenant; `undefined` where it takes no traces. */
  readonly storeOf: (tenant: string | undefined) => Store | undefined;
  readonly prices: TraceOptions['prices'];
  readonly authenticate: Authenticate | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** Largest body, unpacked, in bytes. */
  readonly maxBytes: number;
  /** Requests in work at the same time. */
  readonly maxRequests: number;
}

interface TenantIngest {
  ingest: TraceIngest;
  /** One that has taken nothing yet. */
  readonly renew: () => TraceIngest;
  /** Stamps and redacts. */
  readonly emitter: ReturnType<typeof createEmitter>;
}

const TRACES_PATH = '/v1/traces';

/** Codes of gRPC, which the answers of OTLP carry, by status of HTTP. */
const STATUS_CODES: Readonly<Record<number, number>> = { 401: 16, 403: 7, 429: 8, 500: 13, 503: 14 };
const INVALID_ARGUMENT = 3;

class Refusal extends Error {
  constructor(
    readonly status: 400 | 401 | 403 | 413 | 415 | 429 | 500 | 503,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Takes traces over OTLP/HTTP as JSON at `POST /v1/traces`, and answers as its specification says: `{}`, or how many
 * spans were rejected and why. Answered only when everything is stored; a repeated request changes nothing. Spans of a run
 * that somebody is at work on are to come later: only its owner adds to it.
 */
export function addTraceRoute(app: Hono<GatewayEnv>, options: TraceRouteOptions): void {
  const { storeOf, prices: given = noPrices, authenticate, clock, random, maxBytes, maxRequests } = options;
  const tenants = new Map<Store, TenantIngest>();
  let requests = 0;

  async function ingestOf(store: Store): Promise<TenantIngest> {
    // Loaded with the first traces: not every gateway gets any.
    const { createTraceIngest } = await import('@fleetglass/sources/otel');
    const prices = typeof given === 'function' ? await given() : given;
    const renew = (): TraceIngest => createTraceIngest({ prices, now: () => clock.now() });
    let tenant = tenants.get(store);
    if (!tenant)
      tenants.set(store, (tenant = { ingest: renew(), renew, emitter: createEmitter({ store, clock }) }));
    return tenant;
  }

  async function identify(headers: Headers): Promise<Identity> {
    if (!authenticate) return {};
    const token = bearerToken(headers);
    const identity = token === undefined ? undefined : await authenticate(token);
    if (!identity) throw new Refusal(401, 'Send the token as `Authorization: Bearer`.');
    // Whoever sees a part of a fleet only may not write into all of it.
    if (!mayDo('command', identity) || identity.scope)
      throw new Refusal(
        403,
        'Your token may not send traces: use one with the role developer or admin and without a scope.',
      );
    return identity;
  }

  async function storeTraces(body: string, store: Store): Promise<object> {
    const tenant = await ingestOf(store);
    const taken = tenant.ingest.take(body);
    if (!taken) throw new Refusal(400, 'The body is no OTLP request in JSON: send one with `resourceSpans`.');
    const drafts = taken.events.flatMap((event): EventDraft[] => {
      const draft = tenant.emitter.stamp(event);
      return draft ? [draft] : [];
    });
    const dropped = taken.events.length - drafts.length;
    try {
      if (drafts.length > 0) await store.append(drafts, { dedupe: true, unowned: true });
    } catch (error) {
      // Whoever sends it again must not be taken for one who repeats what is stored.
      tenant.ingest = tenant.renew();
      throw error;
    }
    const messages = [
      ...(taken.rejectedSpans > 0 ? ['Spans without an id of their own or of a trace were left out.'] : []),
      ...(dropped > 0 ? [`${String(dropped)} events were too large to be stored.`] : []),
    ];
    if (messages.length === 0) return {};
    return { partialSuccess: { rejectedSpans: taken.rejectedSpans, errorMessage: messages.join(' ') } };
  }

  app.post(TRACES_PATH, async (context) => {
    requests += 1;
    try {
      if (requests > maxRequests) throw new Refusal(429, 'Too many requests at a time; send this one again.');
      const { headers } = context.req.raw;
      const identity = await identify(headers);
      const store = storeOf(identity.tenant);
      if (!store)
        throw new Refusal(403, 'Your token belongs to no fleet that takes traces: use another one.');
      checkType(headers);
      const body = await readBody(context.req.raw, maxBytes);
      return context.json(await storeTraces(body, store));
    } catch (thrown) {
      const refusal = refusalOf(thrown);
      const { status, message } = refusal;
      const retryAfter = retryAfterOf(refusal, random);
      if (retryAfter !== undefined) context.header('retry-after', retryAfter);
      return context.json({ code: STATUS_CODES[status] ?? INVALID_ARGUMENT, message }, status);
    } finally {
      requests -= 1;
    }
  });
}

function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  const error = toFleetglassError(thrown);
  const { status } = error;
  if (status === 400 || status === 413 || status === 415) return new Refusal(status, error.message);
  // What an unknown error says was not written for strangers.
  const message = error.code === 'INTERNAL' ? 'The server failed: look at its log.' : error.message;
  return new Refusal(error.retryable || error.status === 503 ? 503 : 500, message);
}

function checkType(headers: Headers): void {
  const type = mediaTypeOf(headers);
  if (type === 'application/json') return;
  throw new Refusal(
    415,
    type === 'application/x-protobuf'
      ? 'Protobuf is not read here: set the exporter to JSON (OTEL_EXPORTER_OTLP_PROTOCOL=http/json).'
      : 'Send OTLP as `content-type: application/json`.',
  );
}

/** Never more than `maxBytes`, packed or not. */
async function readBody(request: Request, maxBytes: number): Promise<string> {
  const packed = isPacked(request.headers);
  const bytes = await readBytes(request, maxBytes);
  return (packed ? await unpack(bytes, unpackedBytes(bytes, maxBytes)) : bytes).toString('utf8');
}
