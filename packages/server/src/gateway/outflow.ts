import { FleetglassError } from '@fleetglass/core';
import type { Clock } from '@fleetglass/core';
import { encodeCursor } from '@fleetglass/core/protocol';
import type { EncodedFrame } from './encoded-frame.js';
import type { Feed, Written } from './feed.js';
import type { GatewayLimits } from './limits.js';
import type { Link } from './link.js';
import type { Meters } from './meters.js';
import { selectionKey } from './selection.js';
import type { Selection } from './selection.js';

/** What the links of a gateway share. */
export interface OutflowContext {
  readonly clock: Clock;
  readonly limits: GatewayLimits;
  readonly meters: Meters;
  /** Bytes that wait in all links together. */
  readonly buffered: { bytes: number };
}

/** While its feeds read the log, a link holds no more than this: the log is the queue. */
const CATCH_UP_BUFFER = 64 * 1024;

/**
 * What goes out on one link, within bounds. Beyond them its feeds are paused, each at its position in the log, until
 * the link has taken what it holds; one that does not in time is given up.
 */
export class Outflow {
  readonly feeds = new Map<string, Feed>();
  /** Whether nothing was written since this was last set. */
  isQuiet = false;
  #buffered = 0;
  #stalled: unknown;
  #isClosed = false;
  #waiting: (() => void)[] = [];

  /** @param giveUp ends the connection, with a reason that says how far it got */
  constructor(
    private readonly link: Link,
    private readonly context: OutflowContext,
    private readonly giveUp: (error: FleetglassError) => void,
  ) {}

  get isStalled(): boolean {
    return this.#stalled !== undefined;
  }

  /**
   * @param mode `live` may wait behind others up to the limit; `catchUp` comes from the log, which waits as well; an
   * `answer` is always written, because nobody could ask the log for it
   */
  write(frame: EncodedFrame, mode: 'live' | 'catchUp' | 'answer'): Written {
    if (this.#isClosed) return 'refused';
    const { limits, buffered } = this.context;
    // What is larger than the limit by itself goes out when nothing else waits.
    const before = mode === 'live' ? this.link.waiting : 0;
    if (before > 0 && before + this.link.sizeOf(frame) > limits.maxBufferedBytes) {
      this.#stall();
      return 'refused';
    }
    this.isQuiet = false;
    this.link.write(frame);
    const waiting = this.measure();
    if (waiting <= CATCH_UP_BUFFER) return 'more';
    const isFull = buffered.bytes > limits.maxTotalBufferedBytes;
    if (mode !== 'catchUp' && waiting <= limits.maxBufferedBytes && !isFull) return 'more';
    this.#stall();
    return 'full';
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

  /** Resolves when the link takes answers. */
  async ready(): Promise<void> {
    while (this.isStalled && !this.#isClosed) await new Promise<void>((go) => this.#waiting.push(go));
  }

  /** Counts what waits. */
  measure(): number {
    const { waiting } = this.link;
    this.context.buffered.bytes += waiting - this.#buffered;
    this.#buffered = waiting;
    return waiting;
  }

  /** The link has taken what it held. */
  drained(): void {
    if (this.#isClosed) return;
    this.measure();
    this.context.clock.clearTimeout(this.#stalled);
    this.#stalled = undefined;
    for (const feed of this.feeds.values()) feed.resume();
    this.#release();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.context.clock.clearTimeout(this.#stalled);
    this.context.buffered.bytes -= this.#buffered;
    for (const feed of this.feeds.values()) feed.close();
    this.feeds.clear();
    this.#release();
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }

  #stall(): void {
    if (this.#stalled !== undefined) return;
    for (const feed of this.feeds.values()) feed.pause();
    const { clock, limits } = this.context;
    this.#stalled = clock.setTimeout(() => this.#expire(), limits.slowConsumerMs, { background: true });
  }

  #expire(): void {
    this.context.meters.slow.inc({ step: 'disconnected' });
    const cursors = [...this.feeds.values()].map(({ id, epoch, cursor }) => [
      id,
      encodeCursor({ epoch, seq: cursor }),
    ]);
    this.giveUp(
      new FleetglassError(
        'SLOW_CONSUMER',
        'The connection takes less than is sent to it; reconnect and go on from your position.',
        { details: { cursors: Object.fromEntries(cursors) as Record<string, string> } },
      ),
    );
  }
}
