import type { Duplex } from 'node:stream';
import type { Clock, FleetglassError, Random } from '@fleetglass/core';
import type { ErrorFrame } from '@fleetglass/core/protocol';
import type { WebSocket } from 'ws';
import { retryAfterOf } from './retry-after.js';
import { newRequestId, toldError } from './told-error.js';

/**
 * Answers an upgrade request in plain HTTP and ends it.
 *
 * @returns the id of the request, which the answer names
 */
export function refuseUpgrade(socket: Duplex, error: FleetglassError, clock: Clock, random: Random): string {
  const requestId = newRequestId({ clock, random });
  const retryAfter = retryAfterOf(error, random);
  const body = JSON.stringify(toldError(error, requestId, { clock }));
  const head = [
    `HTTP/1.1 ${error.status} ${error.code}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    `x-request-id: ${requestId}`,
    ...(retryAfter === undefined ? [] : [`retry-after: ${retryAfter}`]),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  return requestId;
}

/** For the close frame of the other side; one that sends none has read enough by then. */
const CLOSE_TIMEOUT_MS = 2_000;

/**
 * Says over a WebSocket that was accepted for nothing else why it is closed: a browser hides the answer to an upgrade
 * from its page, which would neither know what is wrong nor when to come back.
 *
 * @param isForeign a page that does not belong here: it gets the code and nothing else
 * @returns the id of the request, which the error names
 */
export function refuseWebSocket(
  webSocket: WebSocket,
  error: FleetglassError,
  isForeign: boolean,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): string {
  const requestId = newRequestId({ clock, random });
  const timer = clock.setTimeout(() => webSocket.terminate(), CLOSE_TIMEOUT_MS);
  webSocket.on('close', () => clock.clearTimeout(timer));
  // `close` follows; without a listener the process would end.
  webSocket.on('error', () => undefined);
  if (!isForeign) {
    const frame: ErrorFrame = { frame: 'error', error: toldError(error, requestId, { clock }) };
    webSocket.send(JSON.stringify(frame));
  }
  webSocket.close(4_000 + error.status, error.code);
  return requestId;
}
