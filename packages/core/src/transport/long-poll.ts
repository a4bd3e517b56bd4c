import { FleetglassError } from '../errors/fleetglass-error.js';
import type { Clock } from '../lib/clock.js';
import { systemClock } from '../lib/clock.js';
import { isRecord } from '../lib/json.js';
import type { Carrier } from './carrier.js';
import { openHttpWire } from './http-wire.js';
import type { FetchLike, HttpTransportOptions } from './http-wire.js';
import { createRemoteTransport } from './remote-transport.js';
import type { Transport } from './transport.js';

async function pageOf(response: Response): Promise<{ frames: readonly unknown[]; next: number }> {
  const body: unknown = await response.json();
  if (!isRecord(body) || !Array.isArray(body['frames']) || !Number.isSafeInteger(body['next']))
    throw new FleetglassError(
      'BAD_FRAME',
      'The address answered with something that is no page of frames: check the `url`.',
    );
  return { frames: body['frames'], next: body['next'] as number };
}

/** One session a wire: each request waits for frames, and tells which ones have arrived. */
export function longPollCarrier(url: string, fetch: FetchLike, clock: Clock): Carrier {
  return {
    open: (token, handler) =>
      openHttpWire({
        carrier: 'longPoll',
        url,
        token,
        fetch,
        clock,
        handler,
        async run(link) {
          let page = await pageOf(await link.request('/poll', { method: 'POST' }));
          for (;;) {
            handler.heard();
            for (const frame of page.frames) link.receive(frame);
            page = await pageOf(await link.request(`${link.session()}?after=${page.next}`));
          }
        },
        closed(link) {
          link.request(link.session(), { method: 'DELETE', keepalive: true }).catch(() => undefined);
        },
      }),
  };
}

/**
 * Carries events from a gateway by requests that wait for them: for networks that hold back every stream. Each event
 * costs a share of a request, so it is the last choice. It connects, comes back, goes on and fails as
 * {@link webSocket} does.
 */
export function longPoll(options: HttpTransportOptions): Transport {
  const { url, fetch = globalThis.fetch, clock = systemClock } = options;
  return createRemoteTransport(longPollCarrier(url, fetch, clock), options);
}
