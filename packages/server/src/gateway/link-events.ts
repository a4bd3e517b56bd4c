import type { FleetglassError } from '@fleetglass/core';
import type { ByteStream } from './byte-stream.js';
import type { EncodedFrame } from './encoded-frame.js';
import type { Link, LinkListener } from './link.js';
import { COMMENT } from './link-sse.js';

/** A plain event stream: the events of each frame, and nothing of the frame. */
export class EventsLink implements Link {
  readonly transport = 'sse';

  constructor(
    private readonly stream: ByteStream,
    private readonly epoch: string,
  ) {}

  get waiting(): number {
    return this.stream.waiting;
  }

  listen(_listener: LinkListener): void {
    // The stream tells its listener itself.
  }

  sizeOf(frame: EncodedFrame): number {
    return frame.eventStream(this.epoch)?.chunk.length ?? 0;
  }

  write(frame: EncodedFrame): void {
    const part = frame.eventStream(this.epoch);
    if (part) this.stream.write(part);
  }

  keepAlive(): void {
    this.stream.write(COMMENT);
  }

  ping(): boolean {
    return false;
  }

  pause(): void {
    // Nothing is read.
  }

  resume(): void {
    // Nothing is read.
  }

  close(_error: FleetglassError): void {
    this.stream.end();
  }

  terminate(): void {
    this.stream.destroy();
  }
}
