import type { Clock, EventBatch, EventLog } from '@fleetglass/core';
import { compileFilter, filterKey, selectsEverything } from '@fleetglass/core/protocol';
import type { Filter, FleetEvent } from '@fleetglass/core/protocol';
import { textsOf } from '../lib/event-text.js';
import type { Pacer } from '../lib/pacer.js';
import { createPacer, processorTime } from '../lib/pacer.js';
import { frameMessage } from './socket-frame.js';

/** A viewer's subscription that has seen everything up to {@link Follower.cursor}. */
export interface Follower {
  cursor: number;
  /** Passes bytes on; a follower that cannot keep up leaves its channel from within. */
  deliver(frame: Buffer): void;
}

/** Everyone who watches the same events: each frame is made once for all members. */
export interface Channel {
  readonly number: number;
  readonly filter: Filter;
  readonly ordinal: number;
  /** Admits a follower that lacks nothing but what is still to be sent; one that lacks more reads the log first. */
  join(follower: Follower): boolean;
  leave(follower: Follower): void;
  /** Up to where nothing is left to be sent to a member. */
  covered(): number;
  /** Gives the channel back; the last user ends it. */
  release(): void;
}

export interface FanOut {
  /**
   * The channel of a filter. A connection that has one already names `ordinal`, so that each of its subscriptions has
   * its own: one that catches up must not hear what another one is ready for.
   */
  channel(filter: Filter, ordinal: number): Channel;
  /** Sends what is waiting. */
  flush(): void;
  close(): void;
}

const BATCH_MS = 10;
const MAX_BATCH_MS = 50;

export function eventsFrame(channel: number, from: number, to: number, texts: readonly string[]): Buffer {
  return frameMessage(
    `{"frame":"events","channel":${channel},"from":${from},"to":${to},"events":[${texts.join(',')}]}`,
  );
}

class LiveChannel implements Channel {
  readonly members = new Set<Follower>();
  readonly selectsAll: boolean;
  readonly selects: (event: FleetEvent) => boolean;
  users = 0;
  /** Events that were selected since the last frame. */
  waiting: string[] = [];
  /** End of the last frame's range: members have everything up to here. */
  sentTo: number;

  constructor(
    readonly number: number,
    readonly filter: Filter,
    readonly ordinal: number,
    private readonly host: { heard: () => number; ended: (channel: LiveChannel) => void },
  ) {
    this.selectsAll = selectsEverything(filter);
    this.selects = compileFilter(filter);
    this.sentTo = host.heard();
  }

  join(follower: Follower): boolean {
    // One that is ahead of the last frame hears some of the next one twice, which followers drop.
    if (follower.cursor < this.sentTo) return false;
    this.members.add(follower);
    return true;
  }

  leave(follower: Follower): void {
    this.members.delete(follower);
  }

  covered(): number {
    return this.waiting.length > 0 ? this.sentTo : this.host.heard();
  }

  release(): void {
    this.users -= 1;
    if (this.users === 0) this.host.ended(this);
  }

  take(events: readonly FleetEvent[], texts: () => readonly string[]): void {
    if (this.members.size === 0) {
      // Nobody waits for a frame: whoever joins next reads up to here.
      this.sentTo = this.host.heard();
      this.waiting = [];
      return;
    }
    if (this.selectsAll) {
      for (const text of texts()) this.waiting.push(text);
      return;
    }
    for (let i = 0; i < events.length; i += 1) {
      const event = events[i];
      if (event && this.selects(event)) this.waiting.push(texts()[i] as string);
    }
  }

  flush(): void {
    if (this.waiting.length === 0) return;
    const from = this.sentTo + 1;
    const to = this.host.heard();
    const frame = eventsFrame(this.number, from, to, this.waiting);
    this.waiting = [];
    this.sentTo = to;
    for (const member of this.members) {
      member.cursor = to;
      member.deliver(frame);
    }
  }
}

/** Hears a log once and passes it on to every channel. */
export function createFanOut(log: EventLog, clock: Clock): FanOut {
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
    meter: processorTime,
  });

  const offer = (
    channel: LiveChannel,
    events: readonly FleetEvent[],
    texts: () => readonly string[],
  ): void => {
    channel.take(events, texts);
    if (channel.waiting.length > 0) waiting.add(channel);
  };

  const unsubscribe = log.subscribe((batch: EventBatch) => {
    if (batch.to <= heard) return;
    heard = batch.to;
    const { events } = batch;
    let known: readonly string[] | undefined;
    const texts = (): readonly string[] => (known ??= textsOf(events));
    for (const channel of ofAnyRun) offer(channel, events, texts);
    if (ofRun.size > 0) {
      const runs = new Set(events.map((event) => event.runId));
      for (const runId of runs) {
        for (const channel of (runId !== undefined && ofRun.get(runId)) || []) offer(channel, events, texts);
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
      const key = `${ordinal} ${filterKey(filter)}`;
      let channel = channels.get(key);
      if (!channel) {
        numbers += 1;
        channel = new LiveChannel(numbers, filter, ordinal, {
          heard: () => heard,
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
