import type { FleetglassError } from '@fleetglass/core';
import type { ByteStream } from './byte-stream.js';
import { BodyPart } from './encoded-frame.js';
import type { EncodedFrame } from './encoded-frame.js';
import { PostedFrames } from './posted-frames.js';

/** Keeps proxies from closing what is silent; readers ignore it. */
export const COMMENT = new BodyPart(': still here\n\n');

/** An event stream; the client's frames come by requests of their own. */
export class SseLink extends PostedFrames {
  readonly transport = 'sse';

  constructor(private readonly stream: ByteStream) {
    super();
  }

  get waiting(): number {
    return this.stream.waiting;
  }

  sizeOf(frame: EncodedFrame): number {
    return frame.message.chunk.length;
  }

  write(frame: EncodedFrame): void {
    this.stream.write(frame.message);
  }

  keepAlive(): void {
    this.stream.write(COMMENT);
  }

  close(_error: FleetglassError): void {
    this.release();
    this.stream.end();
  }

  terminate(): void {
    this.release();
    this.stream.destroy();
  }
}
