import { FleetglassError } from '@fleetglass/core';
import type { Clock, Random } from '@fleetglass/core';
import { encodeCursor } from '@fleetglass/core/protocol';
import type { BufferHolder, BufferPool } from './buffer-pool.js';
import type { EncodedFrame } from './encoded-frame.js';
import type { Feed, Written } from './feed.js';
import type { GatewayLimits } from './limits.js';
import type { Link } from './link.js';
import type { GatewayLogger } from './logger.js';
import type { Meters } from './meters.js';
import { selectionKey } from './selection.js';
import type { Selection } from './selection.js';

/** What the links of a gateway share. */
export interface OutflowContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: GatewayLimits;
  readonly meters: Meters;
  /** Gets the faults that nobody foresaw. */
  readonly logger: GatewayLogger | undefined;
  /** What waits in all links together. */
  readonly buffered: BufferPool;
}

/** How a connection is given up: its last frame may still leave, or nothing of it. */
export type GivingUp = 'tell' | 'cut';

/** While its feeds read the log, a link holds no more than this: the log is the queue. */
const CATCH_UP_BUFFER = 64 * 1024;
/** Part of its bound that events leave to short answers, which nobody could ask the log for. */
const FOR_ANSWERS = 1 / 32;
/** A link that holds little may not tell when it is empty: it is looked after so often. */
const LOOK_MS = 100;

/**
 * What goes out on one link, within bounds. Beyond them its feeds are paused, each at its position in the log, until
 * the link has taken what it holds; one that does not in time is given up.
 */
export class Outflow implements BufferHolder {
  readonly feeds = new Map<string, Feed>();
  /** Whether nothing was written since this was last set. */
  isQuiet = false;
  /** Bytes of answers that wait for the link to be emptier. */
  #held = 0;
  #buffered = 0;
  #stalled: unknown;
  #look: unknown;
  #isClosed = false;
  #isGivenBack = false;
  #waiting: (() => void)[] = [];

  /** @param giveUp ends the connection, with a reason that says how far it got */
  constructor(
    private readonly link: Link,
    private readonly context: OutflowContext,
    private readonly giveUp: (error: FleetglassError, how: GivingUp) => void,
  ) {}

  get isStalled(): boolean {
    return this.#stalled !== undefined;
  }

  /**
   * @param mode `live` may wait behind others up to the limit; `catchUp` comes from the log, which waits as well; what was
   * `granted` has waited; an `answer` is short and nobody could ask for it again: who lets answers pile up is given up
   */
  write(frame: EncodedFrame, mode: 'live' | 'catchUp' | 'granted' | 'answer'): Written {
    if (this.#isClosed) return 'refused';
    const { limits, buffered } = this.context;
    const size = this.link.sizeOf(frame);
    if (mode === 'answer' || mode === 'granted') {
      const isPiledUp = mode === 'answer' && !this.#hasRoom(size, limits.maxBufferedBytes);
      if (isPiledUp || !buffered.admit(size)) this.letGo();
    } else if (this.isStalled || !this.#hasRoom(size, this.#mostEvents) || !buffered.admit(size)) {
      this.#stall();
      return 'refused';
    }
    // Making room may have ended this very connection.
    if (this.#isGone()) return 'refused';
    this.isQuiet = false;
    this.link.write(frame);
    const waiting = this.measure();
    if (waiting <= CATCH_UP_BUFFER || (mode !== 'catchUp' && waiting <= this.#mostEvents)) return 'more';
    this.#stall();
    return 'full';
  }

  /** Resolves when an answer of any size can be written as `granted`; until then it counts as waiting. */
  async roomFor(frame: EncodedFrame): Promise<void> {
    const size = this.link.sizeOf(frame);
    if (this.#isClosed || this.#takes(size)) return;
    this.#held += size;
    this.measure();
    if (!this.context.buffered.admit(0)) this.letGo();
    while (!this.#isGone() && !this.#takes(size)) {
      this.#stall();
      await new Promise<void>((go) => this.#waiting.push(go));
    }
    this.#held -= size;
  }

  /** Which channel of a filter none of the feeds has yet. */
  ordinalOf(filter: Selection): number {
    const key = selectionKey(filter);
    const taken = new Set<number>();
    for (const { channel } of this.feeds.values()) {
      if (selectionKey(channel.filter) === key) taken.add(channel.ordinal);
    }
    let ordinal = 0;
    while (taken.has(ordinal)) ordinal += 1;
    return ordinal;
  }

  measure(): number {
    const waiting = this.link.waiting + this.#held;
    if (waiting !== this.#buffered && !this.#isGivenBack) {
      this.context.buffered.changed(this, this.#buffered, waiting);
      this.#buffered = waiting;
    }
    return waiting;
  }

  /** The link has taken what it held. */
  drained(): void {
    if (this.#isClosed) return;
    this.measure();
    this.#clearTimers();
    for (const feed of this.feeds.values()) feed.resume();
    this.#release();
  }

  letGo(): void {
    if (this.#isClosed) {
      // What was to leave still does not: there is no more time for it.
      this.gone();
      this.link.terminate();
      return;
    }
    this.context.meters.slow.inc({ step: 'disconnected' });
    const error = this.#slowConsumer();
    this.close();
    this.gone();
    this.giveUp(error, 'cut');
  }

  /** Nothing more is written; what was may still leave, and counts until the link is gone. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#clearTimers();
    for (const feed of this.feeds.values()) feed.close();
    this.feeds.clear();
    this.#release();
  }

  /** The link holds nothing any more. */
  gone(): void {
    this.close();
    if (this.#isGivenBack) return;
    this.#isGivenBack = true;
    this.context.buffered.changed(this, this.#buffered, 0);
    this.#buffered = 0;
  }

  get #mostEvents(): number {
    const { maxBufferedBytes } = this.context.limits;
    return maxBufferedBytes * (1 - FOR_ANSWERS);
  }

  /** What is larger than the limit by itself goes out when nothing else waits. */
  #hasRoom(size: number, most: number): boolean {
    const { waiting } = this.link;
    return waiting === 0 || waiting + size <= most;
  }

  #takes(size: number): boolean {
    return !this.isStalled && this.#hasRoom(size, this.#mostEvents);
  }

  #isGone(): boolean {
    return this.#isClosed;
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }

  #clearTimers(): void {
    const { clock } = this.context;
    clock.clearTimeout(this.#stalled);
    clock.clearTimeout(this.#look);
    this.#stalled = undefined;
  }

  #stall(): void {
    if (this.#stalled !== undefined || this.#isClosed) return;
    for (const feed of this.feeds.values()) feed.pause();
    const { clock, limits } = this.context;
    this.#stalled = clock.setTimeout(() => this.#expire(), limits.slowConsumerMs, { background: true });
    this.#lookAfter();
  }

  #lookAfter(): void {
    const { clock } = this.context;
    const look = (): void => {
      if (this.link.waiting === 0) this.drained();
      else this.#lookAfter();
    };
    if (this.link.waiting <= CATCH_UP_BUFFER)
      this.#look = clock.setTimeout(look, LOOK_MS, { background: true });
  }

  #expire(): void {
    this.context.meters.slow.inc({ step: 'disconnected' });
    this.giveUp(this.#slowConsumer(), 'tell');
  }

  #slowConsumer(): FleetglassError {
    const cursors = [...this.feeds.values()].map(({ id, epoch, cursor }) => [
      id,
      encodeCursor({ epoch, seq: cursor }),
    ]);
    return new FleetglassError(
      'SLOW_CONSUMER',
      'The connection takes less than is sent to it; reconnect and go on from your position.',
      { details: { cursors: Object.fromEntries(cursors) as Record<string, string> } },
    );
  }
}
