import { FleetglassError } from '@fleetglass/core';
import type { Clock } from '@fleetglass/core';
import type { EncodedFrame } from './encoded-frame.js';
import { PostedFrames } from './posted-frames.js';

export interface PollLinkOptions {
  readonly clock: Clock;
  /** Longest wait of a request in milliseconds. */
  readonly waitMs: number;
  /** Milliseconds without a request after which the session ends. */
  readonly idleMs: number;
  /** Runs a callback when frames of the same moment have come too. @default setImmediate */
  readonly schedule?: (callback: () => void) => void;
}

/** A request that waits for frames. */
interface WaitingRequest {
  readonly after: number;
  answer(body: Buffer): void;
  timer: unknown;
}

const COMMA = Buffer.from(',');
/** Most bytes of one answer, where there is more than one frame. */
const MAX_ANSWER_BYTES = 256 * 1024;
/** Waiting bytes below which a link counts as drained. */
const LOW_WATER = 16 * 1024;

/** Frames wait here, numbered, until the client says that it has them: an answer that was lost is asked for again. */
export class PollLink extends PostedFrames {
  readonly transport = 'poll';
  waiting = 0;
  readonly #frames: Buffer[] = [];
  /** Number of the last frame that the client has. */
  #taken = 0;
  #isFull = false;
  #isEnding = false;
  #isGone = false;
  #request: WaitingRequest | undefined;
  #idle: unknown;

  constructor(private readonly options: PollLinkOptions) {
    super();
    this.#rest();
  }

  sizeOf(frame: EncodedFrame): number {
    return frame.json.length;
  }

  write(frame: EncodedFrame): void {
    if (this.isOver) return;
    const { json } = frame;
    this.#frames.push(json);
    this.waiting += json.length;
    if (this.waiting > LOW_WATER) this.#isFull = true;
    const request = this.#request;
    if (request) (this.options.schedule ?? setImmediate)(() => this.#settle(request));
  }

  /**
   * Frames after number `after`, as JSON, as soon as there are any.
   *
   * @throws FleetglassError `BAD_INPUT` for a number that was never given or has been left behind
   */
  poll(after: number): Promise<Buffer> {
    if (after < this.#taken || after > this.#taken + this.#frames.length) {
      throw new FleetglassError('BAD_INPUT', 'Repeat the last `after`, or give the last `next`.');
    }
    for (const frame of this.#frames.splice(0, after - this.#taken)) this.waiting -= frame.length;
    this.#taken = after;
    this.listener?.alive();
    // One request at a time: the client has given up the one before.
    if (this.#request) this.#settle(this.#request);
    const answer = new Promise<Buffer>((resolve) => {
      const { clock, waitMs } = this.options;
      const request: WaitingRequest = { after, answer: resolve, timer: undefined };
      request.timer = clock.setTimeout(() => this.#settle(request), waitMs, { background: true });
      this.#request = request;
      clock.clearTimeout(this.#idle);
      if (this.#frames.length > 0 || this.isOver) this.#settle(request);
    });
    if (this.#isFull && this.waiting <= LOW_WATER) {
      this.#isFull = false;
      this.drained();
    }
    if (this.#isEnding && this.#frames.length === 0) this.#gone();
    return answer;
  }

  keepAlive(): void {
    // Each request ends by itself.
  }

  /** What was written can still be fetched. */
  close(_error: FleetglassError): void {
    this.#isEnding = true;
    this.release();
    if (this.#request) this.#settle(this.#request);
  }

  terminate(): void {
    this.#gone();
  }

  #settle(request: WaitingRequest): void {
    if (this.#request !== request) return;
    this.#request = undefined;
    this.options.clock.clearTimeout(request.timer);
    const parts: Buffer[] = [Buffer.from('{"frames":[')];
    let [count, bytes] = [0, 0];
    for (const frame of this.#frames) {
      if (bytes >= MAX_ANSWER_BYTES) break;
      if (count > 0) parts.push(COMMA);
      parts.push(frame);
      count += 1;
      bytes += frame.length;
    }
    parts.push(Buffer.from(`],"next":${request.after + count}}`));
    request.answer(Buffer.concat(parts));
    this.#rest();
  }

  /** Nobody waits: counts the time until the client is given up. */
  #rest(): void {
    const { clock, idleMs } = this.options;
    clock.clearTimeout(this.#idle);
    this.#idle = clock.setTimeout(() => this.#gone(), idleMs, { background: true });
  }

  #gone(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.release();
    if (this.#request) this.#settle(this.#request);
    this.options.clock.clearTimeout(this.#idle);
    this.#frames.length = 0;
    this.waiting = 0;
    this.closed();
  }
}
