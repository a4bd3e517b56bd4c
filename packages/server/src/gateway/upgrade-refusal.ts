import type { Duplex } from 'node:stream';
import type { Clock, FleetglassError, Random } from '@fleetglass/core';
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
