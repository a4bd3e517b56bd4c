import { FleetglassError, toWireError } from '@fleetglass/core';
import type { ErrorFrame } from '@fleetglass/core/protocol';
import { WebSocket } from 'ws';

const MESSAGE_TOO_BIG = 1009;

/**
 * A server-side socket that says which code of ours is meant before `ws` itself closes it for the size of a message;
 * the listeners would hear of that only after the close frame.
 */
export class LiveSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    if (code === MESSAGE_TOO_BIG && this.readyState === WebSocket.OPEN) {
      const error = toWireError(
        new FleetglassError('FRAME_TOO_LARGE', 'The frame is larger than the server takes.'),
      );
      this.send(JSON.stringify({ frame: 'error', error } satisfies ErrorFrame));
    }
    super.close(code, reason);
  }
}
