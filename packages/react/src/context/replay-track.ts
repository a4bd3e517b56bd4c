import type { Moment } from '@fleetglass/core/client';

/** What the playing of a run follows: its time without idle gaps, or its events one like the other. */
export type Pace = 'time' | 'events';

interface Point {
  readonly seq: number;
  /** Place on the track: milliseconds without gaps, or events. */
  readonly at: number;
}

/** Where each event of a run stands while it is played. */
export interface ReplayTrack {
  readonly first: number;
  readonly head: number;
  /** From the first event to the last, in units of the pace. */
  readonly length: number;
  /** Units a millisecond at which the whole plays, in ten seconds or less. */
  readonly speed: number;
  readonly seqAt: (place: number) => number;
  readonly placeOf: (seq: number) => number;
}

export interface TrackInput {
  readonly first: number;
  readonly head: number;
  /** Milliseconds since the epoch of both ends. */
  readonly from: number;
  readonly to: number;
  readonly moments: readonly Moment[];
  readonly pace: Pace;
}

/** Longest that a run plays, in milliseconds. */
export const LONGEST_PLAY = 10_000;
/** What lasts longer than this share of the whole without a moment is idle, and shortened to it. */
const IDLE_SHARE = 0.05;
/** Milliseconds that an event is shown at least, where they are played one like the other. */
const EVENT_MS = 100;

/** Makes a track; times that jump back stand still. */
export function createTrack({ first, head, from, to, moments, pace }: TrackInput): ReplayTrack {
  const last = Math.max(first, head);
  const points =
    pace === 'events'
      ? [
          { seq: first, at: 0 },
          { seq: last, at: last - first },
        ]
      : timed();
  const length = points.at(-1)?.at ?? 0;
  const slowest = pace === 'events' ? 1 / EVENT_MS : 1;

  function timed(): Point[] {
    const stops = [
      { seq: first, time: from },
      ...moments.filter(({ seq }) => seq > first && seq < last),
      { seq: last, time: to },
    ];
    const idle = Math.max(0, to - from) * IDLE_SHARE;
    let [time, at] = [from, 0];
    return stops.map((stop) => {
      const passed = Math.max(0, Math.min(stop.time, to) - time);
      time += passed;
      at += Math.min(passed, idle);
      return { seq: stop.seq, at };
    });
  }

  return {
    first,
    head: last,
    length,
    speed: Math.max(slowest, length / LONGEST_PLAY),
    seqAt(place) {
      const index = points.findIndex(({ at }) => at > place);
      const [before, after] = [points[index - 1], points[index]];
      if (!before || !after) return place < 0 ? first : last;
      const share = (place - before.at) / (after.at - before.at);
      return Math.floor(before.seq + share * (after.seq - before.seq));
    },
    placeOf(seq) {
      const index = points.findIndex((point) => point.seq > seq);
      const [before, after] = [points[index - 1], points[index]];
      if (!before || !after) return seq < first ? 0 : length;
      return before.at + ((seq - before.seq) / (after.seq - before.seq)) * (after.at - before.at);
    },
  };
}
