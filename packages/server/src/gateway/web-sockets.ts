import type { Clock, Random } from '@fleetglass/core';
import { WebSocketServer } from 'ws';
import type { GatewayLimits } from './limits.js';
import { liveSocketClass } from './live-socket.js';

/** Room for an error frame to be sent about a frame that is only somewhat too large; beyond it the socket closes. */
const HARD_LIMIT_FACTOR = 4;
/** Beyond this a message in pieces is refused: tiny fragments cost far more memory than their bytes. */
const MAX_FRAGMENTS = 64;

/** Makes WebSockets of upgrades. */
export function createWebSockets(
  { maxFrameBytes }: Pick<GatewayLimits, 'maxFrameBytes'>,
  clock: Clock,
  random: Random,
) {
  return new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxFrameBytes * HARD_LIMIT_FACTOR,
    maxFragments: MAX_FRAGMENTS,
    WebSocket: liveSocketClass(clock, random, maxFrameBytes),
  });
}
