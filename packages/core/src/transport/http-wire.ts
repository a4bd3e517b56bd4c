import type { ErrorCode } from '../errors/error-code.js';
import { isErrorCode } from '../errors/error-code.js';
import { FleetglassError, toFleetglassError } from '../errors/fleetglass-error.js';
import type { Clock } from '../lib/clock.js';
import { isRecord } from '../lib/json.js';
import type { JsonObject } from '../lib/json.js';
import type { ClientFrame } from '../protocol/frame.js';
import type { CarrierName, Wire, WireHandler } from './carrier.js';
import type { RemoteOptions } from './remote-transport.js';

/** The part of `fetch` that is used. */
export type FetchLike = (url: string, init: RequestInit) => Promise<Response>;

/** Where a gateway is, and what asks it over HTTP. */
export interface HttpTransportOptions extends RemoteOptions {
  /** @default the global one */
  readonly fetch?: FetchLike;
}

/** What is asked beside the address. */
export interface HttpRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly keepalive?: boolean;
  readonly signal?: AbortSignal;
}

/** What a carrier over HTTP does with its stream. */
export interface HttpLink {
  /**
   * @param path below the live endpoint
   * @throws FleetglassError for every answer that is no success
   */
  request(path: string, init?: HttpRequest): Promise<Response>;
  /** Hands over a frame from the server; the first one names the session. */
  receive(frame: unknown): void;
  /** Path of the session. */
  session(): string;
}

export interface HttpWireOptions {
  readonly carrier: CarrierName;
  readonly url: string;
  readonly token: string | undefined;
  readonly fetch: FetchLike;
  readonly clock: Clock;
  readonly handler: WireHandler;
  /** Opens the stream and reads it; the wire is lost when it returns or throws. */
  run(link: HttpLink): Promise<void>;
  /** Called when it was closed from here, with what can still be asked. */
  closed?(link: HttpLink): void;
}

/** Most frames of one request. */
const MAX_FRAMES = 500;
/** A server ends a stream of whose reader it has heard nothing for long: one that takes frames says so this often. */
const PROOF_EVERY_MS = 300_000;
/** Frames that were handed over have to be taken within this time. */
const POST_TIMEOUT_MS = 15_000;

const CODES: Readonly<Record<number, ErrorCode>> = {
  // "No content" is how a server says that it wants no more connections from this client.
  204: 'FORBIDDEN',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  413: 'FRAME_TOO_LARGE',
  429: 'RATE_LIMITED',
  503: 'SHUTTING_DOWN',
};

/** `Retry-After` in milliseconds: seconds, or a date. */
function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const delayMs = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - now;
  return delayMs > 0 ? delayMs : undefined;
}

/** What an answer that is no success says: our own code where there is one, otherwise what its status means. */
async function refusalOf(response: Response, now: number): Promise<FleetglassError> {
  const { status, headers } = response;
  const body: unknown = await response.json().catch(() => undefined);
  const told = isRecord(body) ? body : {};
  const code = isErrorCode(told['code']) ? told['code'] : (CODES[status] ?? 'DISCONNECTED');
  const message = typeof told['message'] === 'string' ? told['message'] : `The server answered ${status}.`;
  const retryAfterMs = retryAfter(headers.get('retry-after'), now);
  const details = isRecord(told['details']) ? (told['details'] as JsonObject) : {};
  return new FleetglassError(code, message, {
    details: { ...details, ...(retryAfterMs !== undefined && { retryAfterMs }) },
  });
}

/**
 * A wire over HTTP: one stream of frames from the server, and the client's own frames posted one request at a time, in
 * order. Any answer that is no success ends it; the connection opens another and goes on from every cursor.
 */
export function openHttpWire(options: HttpWireOptions): Wire {
  const { fetch, clock, handler, carrier } = options;
  const base = options.url.replace(/^ws/, 'http').replace(/\/$/, '');
  const abort = new AbortController();
  let { token } = options;
  let session = '';
  let maxBytes = Infinity;
  let queue: string[] = [];
  let isPosting = false;
  let postedAt = clock.monotonic();

  const ask = (path: string, init: HttpRequest = {}): Promise<Response> =>
    fetch(base + path, {
      cache: 'no-store',
      ...init,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(init.body !== undefined && { 'content-type': 'application/json' }),
        ...init.headers,
      },
    });

  const end = (): boolean => {
    const isFirst = !abort.signal.aborted;
    abort.abort();
    return isFirst;
  };

  const lose = (error: unknown): void => {
    if (end()) handler.lost(toFleetglassError(error, 'DISCONNECTED'));
  };

  const link: HttpLink = {
    async request(path, init) {
      const response = await ask(path, { ...init, signal: abort.signal });
      if (!response.ok || response.status === 204) throw await refusalOf(response, clock.now());
      return response;
    },
    receive(frame) {
      if (isRecord(frame) && frame['frame'] === 'hello') {
        if (typeof frame['session'] !== 'string')
          throw new FleetglassError(
            'BAD_FRAME',
            'The server did not name the session of its stream: update it.',
          );
        session = `/${encodeURIComponent(frame['session'])}`;
        maxBytes = Number(frame['maxFrameBytes']) || Infinity;
      }
      if (abort.signal.aborted) return;
      handler.heard(frame);
      if (carrier === 'sse' && clock.monotonic() - postedAt >= PROOF_EVERY_MS) enqueue({ frame: 'pong' });
    },
    session: () => session,
  };

  /** As many frames as the server takes at once. */
  const nextBatch = (): string => {
    let bytes = 0;
    let count = 0;
    for (const text of queue) {
      bytes += new TextEncoder().encode(text).length + 1;
      if (count === MAX_FRAMES || (count > 0 && bytes > maxBytes)) break;
      count += 1;
    }
    const batch = queue.slice(0, count);
    queue = queue.slice(count);
    return `[${batch.join()}]`;
  };

  const post = async (): Promise<void> => {
    if (isPosting) return;
    isPosting = true;
    postedAt = clock.monotonic();
    while (queue.length > 0) {
      const timer = clock.setTimeout(
        () =>
          lose(
            new FleetglassError(
              'DISCONNECTED',
              'The server did not take what was sent in time: the connection is made anew.',
            ),
          ),
        POST_TIMEOUT_MS,
      );
      try {
        const response = await link.request(session, { method: 'POST', body: nextBatch() });
        await response.body?.cancel();
      } catch (error) {
        lose(error);
        return;
      } finally {
        clock.clearTimeout(timer);
      }
    }
    isPosting = false;
  };

  const enqueue = (frame: ClientFrame): void => {
    queue.push(JSON.stringify(frame));
    void post();
  };

  options
    .run(link)
    .then(
      () =>
        lose(
          new FleetglassError('DISCONNECTED', 'The server ended the stream: the connection is made anew.'),
        ),
      lose,
    );

  return {
    carrier,
    send(frame) {
      if (frame.frame === 'auth') ({ token } = frame);
      // Asking for frames, or taking them, is sign of life enough for now.
      if (frame.frame === 'pong') return;
      enqueue(frame);
    },
    close(isDead) {
      if (end() && !isDead && session !== '') options.closed?.({ ...link, request: ask });
    },
  };
}
