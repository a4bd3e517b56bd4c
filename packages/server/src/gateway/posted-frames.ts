import { FleetglassError } from '@fleetglass/core';
import type { EncodedFrame } from './encoded-frame.js';
import type { Link, LinkListener } from './link.js';

/** Requests of one client that wait for an earlier one; more are told to come again. */
const MAX_WAITING_POSTS = 16;

/** What links have in common whose client posts its frames: they are taken in the order of their requests. */
export abstract class PostedFrames implements Link {
  abstract readonly transport: Link['transport'];
  abstract readonly waiting: number;
  /** Called once, when nothing of it is left to be had. */
  onGone: () => void = () => undefined;
  protected listener: LinkListener | undefined;
  #isOver = false;
  #isPaused = false;
  #resumed: (() => void)[] = [];
  #posts = 0;
  #last: Promise<void> = Promise.resolve();

  abstract sizeOf(frame: EncodedFrame): number;
  abstract write(frame: EncodedFrame): void;
  abstract keepAlive(): void;
  abstract close(error: FleetglassError): void;
  abstract terminate(): void;

  get isOver(): boolean {
    return this.#isOver;
  }

  listen(listener: LinkListener): void {
    this.listener = listener;
  }

  drained(): void {
    this.listener?.drained();
  }

  closed(): void {
    this.release();
    this.onGone();
    this.listener?.closed();
  }

  ping(): boolean {
    return false;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    const resumed = this.#resumed;
    this.#resumed = [];
    for (const go of resumed) go();
  }

  /**
   * Hands frames on, and resolves when the last one was taken.
   *
   * @throws FleetglassError `RATE_LIMITED` when too many requests wait already
   */
  post(frames: readonly unknown[]): Promise<void> {
    if (this.#posts >= MAX_WAITING_POSTS) {
      throw new FleetglassError('RATE_LIMITED', 'Wait for the answers to earlier requests of this session.');
    }
    this.#posts += 1;
    const taken = this.#last.then(() => this.#take(frames)).finally(() => (this.#posts -= 1));
    this.#last = taken;
    return taken;
  }

  /** Lets requests go that wait for a turn which will not come. */
  protected release(): void {
    this.#isOver = true;
    this.resume();
  }

  async #take(frames: readonly unknown[]): Promise<void> {
    this.listener?.alive();
    for (const frame of frames) {
      if (this.#isPaused && !this.#isOver) await new Promise<void>((go) => this.#resumed.push(go));
      if (this.#isOver) return;
      this.listener?.received(frame);
    }
  }
}
