import { FleetglassError } from '../errors/fleetglass-error.js';
import type { Clock } from '../lib/clock.js';
import { systemClock } from '../lib/clock.js';
import type { Carrier } from './carrier.js';
import { createEventStreamReader } from './event-stream.js';
import { openHttpWire } from './http-wire.js';
import type { FetchLike, HttpTransportOptions } from './http-wire.js';
import { createRemoteTransport } from './remote-transport.js';
import type { Transport } from './transport.js';

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    // Whoever reads frames says what is wrong with it.
    return data;
  }
}

/** One stream of server-sent events a wire, read with `fetch`, so that the token travels as a header. */
export function sseCarrier(url: string, fetch: FetchLike, clock: Clock): Carrier {
  return {
    open: (token, handler) =>
      openHttpWire({
        carrier: 'sse',
        url,
        token,
        fetch,
        clock,
        handler,
        async run(link) {
          const response = await link.request('/sse', { headers: { accept: 'text/event-stream' } });
          const type = response.headers.get('content-type') ?? '';
          if (!response.body || !/^text\/event-stream\b/i.test(type)) {
            throw new FleetglassError(
              'DISCONNECTED',
              'The address answered with something that is no stream of events: check the `url`.',
            );
          }
          const stream = createEventStreamReader((data) => link.receive(parsed(data)));
          const reader = response.body.getReader();
          for (let read = await reader.read(); !read.done; read = await reader.read()) {
            handler.heard();
            stream.push(read.value);
          }
        },
      }),
  };
}

/**
 * Carries events from a gateway as server-sent events, and requests to it by POST: for networks that let no WebSocket
 * through. Needs two requests at a time; a browser has six for each host over HTTP/1.1 and about a hundred over HTTP/2.
 * It connects, comes back, goes on and fails as {@link webSocket} does.
 */
export function sse(options: HttpTransportOptions): Transport {
  const { url, fetch = globalThis.fetch, clock = systemClock } = options;
  return createRemoteTransport(sseCarrier(url, fetch, clock), options);
}
