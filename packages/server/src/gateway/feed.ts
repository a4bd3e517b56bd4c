import { isFleetglassError } from '@fleetglass/core';
import type { EventLog } from '@fleetglass/core';
import { decodeCursor, encodeCursor } from '@fleetglass/core/protocol';
import type { Cursor, SnapshotReason } from '@fleetglass/core/protocol';
import type { Channel, Follower } from './fan-out.js';
import { eventsFrame } from './fan-out.js';
import type { LogReader } from './log-reader.js';
import { frameMessage } from './socket-frame.js';

/** What a feed needs of its connection. */
export interface FeedSession {
  /** Writes bytes to the socket. @returns whether it takes more, or the feed has to wait for `resume` */
  write(frame: Buffer, mode: 'live' | 'catchUp'): boolean;
  /** Ends the subscription with an error frame. */
  refuse(feed: Feed, error: unknown): void;
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
/** What a page should not exceed: a socket that cannot take more still holds it. */
const PAGE_CHARACTERS = 128 * 1024;

/** The largest page that holds events like these within bounds. */
function spanFor(texts: readonly string[]): Span {
  const characters = texts.reduce((sum, text) => sum + text.length, 0) / Math.max(1, texts.length);
  return SPANS.find((span) => span * characters <= PAGE_CHARACTERS) ?? 16;
}

const yieldToOthers = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * One subscription of one connection. It reads the log at its own pace until it lacks nothing, then joins its channel
 * within the same turn, and goes back to reading when its socket cannot keep up. It keeps a position, never a queue.
 */
export class Feed implements Follower {
  cursor = 0;
  #span: Span = 128;
  #state: 'reading' | 'live' | 'waiting' | 'closed' = 'waiting';

  constructor(
    readonly id: string,
    readonly channel: Channel,
    private readonly session: FeedSession,
    private readonly log: EventLog,
    private readonly reader: LogReader,
  ) {}

  get isLive(): boolean {
    return this.#state === 'live';
  }

  /** Answers the subscription and begins to deliver. */
  async start(cursor: Cursor | undefined): Promise<void> {
    this.#state = 'reading';
    try {
      const start = startOf(this.log, cursor);
      if ('seq' in start) {
        this.cursor = start.seq;
        this.#announce();
      } else await this.#startFromSnapshot(start.reason, true);
      await this.#read();
    } catch (error) {
      if (!this.#isClosed()) this.session.refuse(this, error);
    }
  }

  deliver(frame: Buffer): void {
    if (this.session.write(frame, 'live') || this.#state !== 'live') return;
    this.pause();
  }

  /** The socket is full: leaves the channel and keeps its position. */
  pause(): void {
    if (this.#state !== 'live') return;
    this.channel.leave(this);
    this.#state = 'waiting';
  }

  /** The socket takes bytes again. */
  resume(): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'reading';
    this.#read().catch((error: unknown) => {
      if (!this.#isClosed()) this.session.refuse(this, error);
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

  #announce(): void {
    const cursor = encodeCursor({ epoch: this.log.epoch, seq: this.cursor });
    const frame = { frame: 'subscribed', id: this.id, channel: this.channel.number, cursor };
    this.session.write(frameMessage(JSON.stringify(frame)), 'live');
  }

  async #startFromSnapshot(reason: SnapshotReason, isFirst = false): Promise<void> {
    const { seq, text } = await this.reader.snapshot(this.channel.filter);
    if (this.#isClosed()) return;
    this.cursor = seq;
    if (isFirst) this.#announce();
    const cursor = encodeCursor({ epoch: this.log.epoch, seq });
    const head = JSON.stringify({ frame: 'snapshot', id: this.id, cursor, reason });
    this.session.write(frameMessage(`${head.slice(0, -1)},"state":${text}}`), 'live');
  }

  async #read(): Promise<void> {
    for (let pages = 0; this.#state === 'reading'; pages += 1) {
      if (this.channel.join(this)) {
        this.#state = 'live';
        return;
      }
      // Others have their turn between pages, but never between the last page and joining.
      if (pages > 0) await yieldToOthers();
      await this.#readPage();
    }
  }

  async #readPage(): Promise<void> {
    const from = this.cursor + 1;
    let page;
    try {
      page = await this.reader.page(this.channel.filter, from, this.#span);
    } catch (error) {
      if (!isFleetglassError(error, 'CURSOR_TOO_OLD')) throw error;
      await this.#startFromSnapshot('too-old');
      return;
    }
    if (this.#state !== 'reading' || page.to < from) return;
    this.cursor = page.to;
    if (page.texts.length > 0) this.#span = spanFor(page.texts);
    // An empty range is told too: it moves the viewer's position past what concerns it not.
    const takesMore = this.session.write(
      eventsFrame(this.channel.number, from, page.to, page.texts),
      'catchUp',
    );
    if (!takesMore) this.#state = 'waiting';
  }
}
