import type { Duplex } from 'node:stream';
import { FleetglassError } from '@fleetglass/core';
import type { RawData, WebSocket } from 'ws';
import type { EncodedFrame } from './encoded-frame.js';
import type { Link, LinkListener } from './link.js';
import type { RoomMembership } from './room-membership.js';
import { REFUSALS } from './session-refusals.js';

/** Close codes are 4000 and the HTTP status of the error; the reason is its code. */
const closeCode = (error: FleetglassError): number => 4_000 + error.status;

/** A WebSocket; frames are written to its socket as they are, past `ws`, which would frame each anew. */
export class WebSocketLink implements Link {
  readonly transport = 'websocket';

  constructor(
    private readonly webSocket: WebSocket,
    private readonly socket: Duplex,
    private readonly maxFrameBytes: number,
    private readonly rooms?: RoomMembership,
  ) {}

  get waiting(): number {
    return this.socket.writableLength;
  }

  listen(listener: LinkListener): void {
    this.webSocket.on('message', (data, isBinary) => this.#receive(listener, data, isBinary));
    this.webSocket.on('pong', () => listener.alive());
    this.webSocket.on('close', () => listener.closed());
    // `close` follows; without a listener the process would end.
    this.webSocket.on('error', () => undefined);
    this.socket.on('drain', () => listener.drained());
  }

  sizeOf(frame: EncodedFrame): number {
    return frame.webSocket.length;
  }

  write(frame: EncodedFrame): void {
    this.socket.write(frame.webSocket);
  }

  keepAlive(): void {
    // Heartbeats and pings do.
  }

  ping(): boolean {
    this.webSocket.ping();
    return true;
  }

  pause(): void {
    this.webSocket.pause();
  }

  resume(): void {
    this.webSocket.resume();
  }

  close(error: FleetglassError): void {
    // One that is not read never hears that the client agrees.
    this.webSocket.resume();
    this.webSocket.close(closeCode(error), error.code);
  }

  terminate(): void {
    this.webSocket.terminate();
  }

  #receive(listener: LinkListener, data: RawData, isBinary: boolean): void {
    listener.alive();
    const bytes = data as Buffer;
    if (bytes.length > this.maxFrameBytes) listener.faulted(REFUSALS.frameTooLarge(this.maxFrameBytes));
    else if (isBinary) listener.faulted(new FleetglassError('BAD_FRAME', 'Send frames as text, not binary.'));
    else {
      let value: unknown;
      try {
        value = JSON.parse(bytes.toString());
      } catch {
        listener.faulted(
          new FleetglassError('BAD_FRAME', 'The frame is not JSON: send one JSON object a message.'),
        );
        return;
      }
      if (this.rooms) this.rooms.receive(value, listener);
      else listener.received(value);
    }
  }
}
