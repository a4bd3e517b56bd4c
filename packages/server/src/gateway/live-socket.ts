import type { Clock, Random } from '@fleetglass/core';
import type { ErrorFrame } from '@fleetglass/core/protocol';
import { WebSocket } from 'ws';
import { REFUSALS } from './session-refusals.js';
import { newRequestId, toldError } from './told-error.js';

const MESSAGE_TOO_BIG = 1009;

/**
 * The class of server-side sockets that say which code of ours is meant before `ws` itself closes them for the size of a
 * message; the listeners would hear of that only after the close frame.
 */
export function liveSocketClass(clock: Clock, random: Random, maxFrameBytes: number): typeof WebSocket {
  return class LiveSocket extends WebSocket {
    override close(code?: number, reason?: string | Buffer): void {
      if (code === MESSAGE_TOO_BIG && this.readyState === WebSocket.OPEN) {
        const requestId = newRequestId({ clock, random });
        const error = toldError(REFUSALS.frameTooLarge(maxFrameBytes), requestId, { clock });
        this.send(JSON.stringify({ frame: 'error', error } satisfies ErrorFrame));
      }
      super.close(code, reason);
    }
  };
}
