import type { IncomingMessage, ServerResponse } from 'node:http';
import { NodeByteStream } from './byte-stream.js';
import type { GatewayBindings } from './gateway-env.js';

/** Tells the request listener that the answer is under way. */
const ALREADY_SENT = 'x-hono-already-sent';

/**
 * Lets routes that stream write to the response of `node:http` itself: a web stream between them costs each viewer as
 * much as all the rest. The head is sent when the handler is done with it.
 */
export async function withNodeStreams(
  handle: (request: Request, env: GatewayBindings) => Promise<Response>,
  request: Request,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<Response> {
  let stream: NodeByteStream | undefined;
  const openStream = (): NodeByteStream => (stream = new NodeByteStream(outgoing));
  const response = await handle(request, { incoming, openStream });
  if (!stream || !response.headers.has(ALREADY_SENT)) return response;
  stream.start(response.status, response.headers);
  // An application may have replaced the global `Response` by Hono's quick one, which is sent without a look at its
  // headers; a clone is always a real one.
  return response.clone();
}

/** The answer of a route that writes to `openStream()`. */
export function streamed(headers: Readonly<Record<string, string>>): Response {
  return new Response(null, { headers: { ...headers, [ALREADY_SENT]: 'true' } });
}
