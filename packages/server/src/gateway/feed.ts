import { isFleetglassError } from '@fleetglass/core';
import type { EventLog } from '@fleetglass/core';
import { decodeCursor } from '@fleetglass/core/protocol';
import type { Cursor, OnLag, SnapshotReason } from '@fleetglass/core/protocol';
import type { Channel, Follower } from './fan-out.js';
import type { EncodedFrame } from './encoded-frame.js';
import { eventsFrame } from './encoded-frame.js';
import type { EventLine } from '../lib/event-text.js';
import type { GatewayLimits } from './limits.js';
import { PAGE_CHARACTERS } from './log-reader.js';
import type { LogReader } from './log-reader.js';

/** Where a viewer begins whose position cannot be continued. */
export interface FreshStart {
  readonly seq: number;
  readonly frame: EncodedFrame;
}

/** `more` can follow; the link is `full` with it, or it was `refused` and not written: then the feed has to wait. */
export type Written = 'more' | 'full' | 'refused';

/** What a feed needs of its connection. */
export interface FeedSession {
  /** Writes events to the link, or refuses them. */
  write(frame: EncodedFrame, mode: 'live' | 'catchUp' | 'granted'): Written;
  /** Resolves when a frame of any size can be written as `granted`. */
  roomFor(frame: EncodedFrame): Promise<void>;
  /** Tells that the feed begins at its cursor. */
  started(feed: Feed): void;
  freshStart(feed: Feed, reason: SnapshotReason): Promise<FreshStart>;
  /** Ends the subscription with an error frame. */
  refuse(feed: Feed, error: unknown): void;
  /** Counts what was done for a viewer that takes less than is sent to it. */
  helped(step: 'coalesced' | 'snapshot'): void;
  /** Counts events that were read for it alone. */
  delivered(events: number): void;
}

export interface FeedOptions {
  readonly id: string;
  readonly channel: Channel;
  readonly session: FeedSession;
  readonly log: EventLog;
  readonly reader: LogReader;
  readonly limits: Pick<GatewayLimits, 'maxLagEvents' | 'maxLagBytes'>;
  /** What a viewer wants that is too far behind: every event all the same, or a snapshot. @default 'replay' */
  readonly onLag?: OnLag | undefined;
}

/** Where a subscription begins. */
type Start = { readonly seq: number } | { readonly reason: SnapshotReason };

function startOf(log: EventLog, cursor: Cursor | undefined): Start {
  if (cursor === undefined) return { reason: 'start' };
  const { epoch, seq } = decodeCursor(cursor);
  // A position beyond the head belongs to a log that has lost its end.
  if (epoch !== log.epoch || seq > log.head()) return { reason: 'epoch' };
  return seq + 1 < log.first() ? { reason: 'too-old' } : { seq };
}

/** Sizes of pages; few, so that viewers share them. */
const SPANS = [1_024, 128, 16] as const;
type Span = (typeof SPANS)[number];
/** The largest page that holds events like these within bounds. */
function spanFor(lines: readonly EventLine[]): Span {
  const characters = lines.reduce((sum, { text }) => sum + text.length, 0) / Math.max(1, lines.length);
  return SPANS.find((span) => span * characters <= PAGE_CHARACTERS) ?? 16;
}

const yieldToOthers = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * One subscription of one connection. It reads the log at its own pace until it lacks nothing, then joins its channel
 * within the same turn, and goes back to reading when its link cannot keep up. It keeps a position, never a queue.
 */
export class Feed implements Follower {
  cursor = 0;
  readonly id: string;
  readonly channel: Channel;
  #span: Span = 128;
  #state: 'reading' | 'live' | 'waiting' | 'closed' = 'waiting';
  /** Its link was full since it was last live. */
  #isSlow = false;
  /** Characters read from the log since it was last live or began anew. */
  #behind = 0;

  constructor(private readonly options: FeedOptions) {
    this.id = options.id;
    this.channel = options.channel;
  }

  get epoch(): string {
    return this.options.log.epoch;
  }

  get isLive(): boolean {
    return this.#state === 'live';
  }

  /** Answers the subscription and begins to deliver. */
  async start(cursor: Cursor | undefined): Promise<void> {
    this.#state = 'reading';
    try {
      const start = startOf(this.options.log, cursor);
      if ('seq' in start) {
        this.cursor = start.seq;
        this.options.session.started(this);
      } else await this.#startAnew(start.reason, true);
      await this.#read();
    } catch (error) {
      if (!this.#isClosed()) this.options.session.refuse(this, error);
    }
  }

  deliver(frame: EncodedFrame, to: number): void {
    const written = this.options.session.write(frame, 'live');
    if (written !== 'refused') this.cursor = to;
    if (written !== 'more') this.pause();
  }

  /** The link is full: leaves the channel and keeps its position. */
  pause(): void {
    this.#isSlow = true;
    if (this.#state !== 'live') return;
    this.channel.leave(this);
    this.#state = 'waiting';
  }

  /** The link takes bytes again. */
  resume(): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'reading';
    this.#read().catch((error: unknown) => {
      if (!this.#isClosed()) this.options.session.refuse(this, error);
    });
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.channel.leave(this);
    this.channel.release();
  }

  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  async #startAnew(reason: SnapshotReason, isFirst = false): Promise<void> {
    const { session } = this.options;
    const { seq, frame } = await session.freshStart(this, reason);
    await session.roomFor(frame);
    if (this.#isClosed()) return;
    // Not before: whoever is given up meanwhile is told of a position that it has.
    this.cursor = seq;
    this.#behind = 0;
    if (isFirst) session.started(this);
    session.write(frame, 'granted');
  }

  async #read(): Promise<void> {
    for (let pages = 0; this.#state === 'reading'; pages += 1) {
      if (this.channel.join(this)) {
        this.#state = 'live';
        this.#isSlow = false;
        this.#behind = 0;
        return;
      }
      // Others have their turn between pages, but never between the last page and joining.
      if (pages > 0) await yieldToOthers();
      if (this.#isClosed()) return;
      if (this.#behind > 0 && this.#isFarBehind()) {
        this.options.session.helped('snapshot');
        await this.#startAnew('slow');
      } else await this.#readPage();
    }
  }

  /** Whether a snapshot serves it better than what one page after another would bring. */
  #isFarBehind(): boolean {
    const { onLag, limits, log } = this.options;
    if (onLag !== 'snapshot') return false;
    return log.head() - this.cursor > limits.maxLagEvents || this.#behind > limits.maxLagBytes;
  }

  async #readPage(): Promise<void> {
    const { session, reader } = this.options;
    const from = this.cursor + 1;
    const isMerged = this.#isSlow;
    let page;
    try {
      page = await reader.page(this.channel.filter, from, this.#span, isMerged);
    } catch (error) {
      if (!isFleetglassError(error, 'CURSOR_TOO_OLD')) throw error;
      await this.#startAnew('too-old');
      return;
    }
    if (this.#state !== 'reading' || page.to < from) return;
    // An empty range is told too: it moves the viewer's position past what concerns it not.
    const frame = eventsFrame(this.channel.number, from, page.to, page.lines);
    const written = session.write(frame, 'catchUp');
    if (this.#isClosed()) return;
    if (written !== 'more') this.#state = 'waiting';
    // Another subscription has filled the link meanwhile.
    if (written === 'refused') return;
    this.cursor = page.to;
    if (page.lines.length > 0) this.#span = spanFor(page.lines);
    if (page.isMerged) session.helped('coalesced');
    session.delivered(page.lines.length);
    this.#behind += page.lines.reduce((sum, { text }) => sum + text.length, 1);
  }
}
