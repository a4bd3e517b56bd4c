import type { Clock, EventBatch, EventLog } from '@fleetglass/core';
import type { CoveredRange, FleetEvent } from '@fleetglass/core/protocol';
import { linesOf } from '../lib/event-text.js';
import type { EventLine } from '../lib/event-text.js';
import type { Pacer } from '../lib/pacer.js';
import { createPacer } from '../lib/pacer.js';
import type { EncodedFrame } from './encoded-frame.js';
import { eventsFrame } from './encoded-frame.js';
import { compileSelection, isEverything, selectionKey } from './selection.js';
import type { Selection } from './selection.js';

/** A viewer's subscription that has seen everything up to {@link Follower.cursor}. */
export interface Follower {
  readonly cursor: number;
  /** Passes a frame on that ends at `to`; a follower that cannot keep up leaves its channel from within. */
  deliver(frame: EncodedFrame, to: number): void;
}

/** Everyone who watches the same events: each frame is made once for all members. */
export interface Channel {
  readonly number: number;
  readonly filter: Selection;
  readonly ordinal: number;
  /** Admits a follower that lacks nothing but what is still to be sent; one that lacks more reads the log first. */
  join(follower: Follower): boolean;
  leave(follower: Follower): void;
  /** Where nothing was selected, from the end of what was sent to members on. */
  covered(): CoveredRange;
  /** Gives the channel back; the last user ends it. */
  release(): void;
}

export interface FanOut {
  /**
   * The channel of a filter. A connection that has one already names `ordinal`, so that each of its subscriptions has
   * its own: one that catches up must not hear what another one is ready for.
   */
  channel(filter: Selection, ordinal: number): Channel;
  /** Sends what is waiting. */
  flush(): void;
  close(): void;
}

const BATCH_MS = 10;
const MAX_BATCH_MS = 50;
/** A frame ends with the event that exceeds it, so that a slow link can stop between two. */
const MAX_FRAME_CHARACTERS = 256 * 1024;

class LiveChannel implements Channel {
  readonly members = new Set<Follower>();
  readonly selectsAll: boolean;
  readonly selects: (event: FleetEvent) => boolean;
  users = 0;
  /** Events that were selected since the last frame. */
  waiting: EventLine[] = [];
  #characters = 0;
  /** End of the last frame's range: members have everything up to here. */
  sentTo: number;

  constructor(
    readonly number: number,
    readonly filter: Selection,
    readonly ordinal: number,
    private readonly host: {
      heard: () => number;
      ended: (channel: LiveChannel) => void;
      delivered: (events: number) => void;
    },
  ) {
    this.selectsAll = isEverything(filter);
    this.selects = compileSelection(filter);
    this.sentTo = host.heard();
  }

  join(follower: Follower): boolean {
    // One may be ahead of the last frame: of the next one it gets what it lacks.
    if (follower.cursor < this.sentTo) return false;
    this.members.add(follower);
    return true;
  }

  leave(follower: Follower): void {
    this.members.delete(follower);
  }

  covered(): CoveredRange {
    const to = this.waiting.length > 0 ? this.sentTo : this.host.heard();
    return { channel: this.number, from: this.sentTo + 1, to };
  }

  release(): void {
    this.users -= 1;
    if (this.users === 0) this.host.ended(this);
  }

  take(events: readonly FleetEvent[], lines: () => readonly EventLine[]): void {
    if (this.members.size === 0) {
      // Nobody waits for a frame: whoever joins next reads up to here.
      this.sentTo = this.host.heard();
      this.waiting = [];
      this.#characters = 0;
      return;
    }
    for (let i = 0; i < events.length; i += 1) {
      const event = events[i];
      if (!event || !(this.selectsAll || this.selects(event))) continue;
      const line = lines()[i] as EventLine;
      this.waiting.push(line);
      this.#characters += line.text.length;
      if (this.#characters >= MAX_FRAME_CHARACTERS) this.flush(line.seq);
    }
  }

  flush(to = this.host.heard()): void {
    if (this.waiting.length === 0) return;
    const from = this.sentTo + 1;
    const lines = this.waiting;
    const frame = eventsFrame(this.number, from, to, lines);
    this.host.delivered(lines.length * this.members.size);
    this.waiting = [];
    this.#characters = 0;
    this.sentTo = to;
    for (const member of this.members) {
      const { cursor } = member;
      if (cursor < from) member.deliver(frame, to);
      else if (cursor < to) {
        const lacking = lines.filter(({ seq }) => seq > cursor);
        member.deliver(eventsFrame(this.number, cursor + 1, to, lacking), to);
      }
    }
  }
}

/**
 * Hears a log once and passes it on to every channel.
 *
 * @param delivered told how many events were passed on, once for each viewer
 */
export function createFanOut(log: EventLog, clock: Clock, delivered: (events: number) => void): FanOut {
  const channels = new Map<string, LiveChannel>();
  /** Most viewers watch one run: its events are offered to its channels only. */
  const ofRun = new Map<string, Set<LiveChannel>>();
  const ofAnyRun = new Set<LiveChannel>();
  const waiting = new Set<LiveChannel>();
  let numbers = 0;
  let heard = log.head();

  const flush = (): void => {
    const due = [...waiting];
    waiting.clear();
    for (const channel of due) channel.flush();
  };
  const pacer: Pacer = createPacer(flush, {
    clock,
    busyMs: BATCH_MS,
    maxMs: MAX_BATCH_MS,
  });

  const offer = (
    channel: LiveChannel,
    events: readonly FleetEvent[],
    lines: () => readonly EventLine[],
  ): void => {
    channel.take(events, lines);
    if (channel.waiting.length > 0) waiting.add(channel);
  };

  const unsubscribe = log.subscribe((batch: EventBatch) => {
    if (batch.to <= heard) return;
    heard = batch.to;
    const { events } = batch;
    let known: readonly EventLine[] | undefined;
    const lines = (): readonly EventLine[] => (known ??= linesOf(events));
    for (const channel of ofAnyRun) offer(channel, events, lines);
    if (ofRun.size > 0) {
      const runs = new Set(events.map((event) => event.runId));
      for (const runId of runs) {
        for (const channel of (runId !== undefined && ofRun.get(runId)) || []) offer(channel, events, lines);
      }
    }
    if (waiting.size > 0) pacer.request();
  });

  const index = (channel: LiveChannel): Set<LiveChannel> => {
    const { runId } = channel.filter;
    if (runId === undefined) return ofAnyRun;
    let set = ofRun.get(runId);
    if (!set) ofRun.set(runId, (set = new Set()));
    return set;
  };

  return {
    channel(filter, ordinal) {
      const key = `${ordinal} ${selectionKey(filter)}`;
      let channel = channels.get(key);
      if (!channel) {
        numbers += 1;
        channel = new LiveChannel(numbers, filter, ordinal, {
          heard: () => heard,
          delivered,
          ended(ended) {
            channels.delete(key);
            waiting.delete(ended);
            index(ended).delete(ended);
            if (filter.runId !== undefined && ofRun.get(filter.runId)?.size === 0) ofRun.delete(filter.runId);
          },
        });
        channels.set(key, channel);
        index(channel).add(channel);
      }
      channel.users += 1;
      return channel;
    },
    flush() {
      pacer.flush();
    },
    close() {
      pacer.cancel();
      unsubscribe();
    },
  };
}
