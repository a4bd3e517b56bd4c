import type { Context } from 'hono';
import type { StreamListener } from './byte-stream.js';
import { WebByteStream } from './byte-stream.js';
import type { ByteStream } from './byte-stream.js';
import { BodyPart } from './encoded-frame.js';
import type { GatewayEnv } from './gateway-env.js';
import { streamed } from './node-streams.js';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Neither kept nor compressed nor held back on the way.
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
} as const;

/** Goes out at once, so that proxies and browsers see that the stream is there. */
const OPENING = new BodyPart(': welcome\n\n');

/**
 * Answers a request with an event stream.
 *
 * @param serve begins to write; what it returns is told what becomes of the stream
 */
export function openEventStream(
  context: Context<GatewayEnv>,
  serve: (stream: ByteStream) => StreamListener,
): Response {
  if (context.req.method === 'HEAD') return new Response(null, { headers: HEADERS });
  const { openStream } = context.env;
  if (openStream) {
    const stream = openStream();
    stream.write(OPENING);
    stream.listener = serve(stream);
    return streamed(HEADERS);
  }
  const stream = new WebByteStream();
  stream.write(OPENING);
  stream.listener = serve(stream);
  context.req.raw.signal.addEventListener('abort', () => stream.destroy(), { once: true });
  return new Response(stream.body, { headers: HEADERS });
}
