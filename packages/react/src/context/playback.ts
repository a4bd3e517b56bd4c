import type { Clock, TimerHandle } from '@fleetglass/core/client';
import type { Pace, ReplayTrack } from './replay-track.js';

/** Where the monitor stands. */
export interface ShownPosition {
  readonly mode: 'live' | 'replay';
  readonly seq: number;
  readonly first: number;
  readonly head: number;
  readonly seeking: boolean;
}

/** What playing needs of its surroundings. */
export interface PlaybackHost {
  readonly clock: Clock;
  readonly getPosition: () => ShownPosition;
  /** Told of every new position. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Shows a moment; `undefined` is the present. */
  readonly show: (seq: number | undefined) => void;
}

export interface PlaybackState {
  readonly playing: boolean;
  readonly pace: Pace;
  /** Moment that was asked for and is not shown yet. */
  readonly wanted?: number;
}

/** Moves through a run: by hand, or by itself in ten seconds at most. */
export interface Playback {
  readonly getState: () => PlaybackState;
  readonly subscribe: (listener: () => void) => () => void;
  /** Plays on from the moment shown; from the first one at the end. */
  readonly play: (options?: PlayOptions) => void;
  readonly pause: () => void;
  readonly setPace: (pace: Pace) => void;
  /** Takes over what there is to play; a live run grows while it is played. */
  readonly setTrack: (track: ReplayTrack) => void;
  /** Shows a moment; at or beyond the end of the track, the present. */
  readonly moveTo: (seq: number) => void;
}

export interface PlayOptions {
  /** Two steps a second in place of a smooth course. @default false */
  readonly calm?: boolean;
}

/** Milliseconds between two steps. */
const STEP_MS = 50;
const CALM_STEP_MS = 500;
/** Milliseconds after which a moment that never came is given up. */
const PATIENCE_MS = 1_000;

/**
 * Makes a playback; it holds timers and a subscription only while someone listens and something moves. Of the moments
 * that are asked for while another one is on its way only the last is shown, so that dragging never queues.
 */
export function createPlayback({ clock, getPosition, subscribe, show }: PlaybackHost): Playback {
  const listeners = new Set<() => void>();
  let state: PlaybackState = { playing: false, pace: 'time' };
  let track: ReplayTrack | undefined;
  let place = 0;
  let steppedAt = 0;
  let stepMs = STEP_MS;
  let timer: { readonly handle: TimerHandle } | undefined;
  /** Asked of the host and not shown yet. */
  let onWay: { readonly seq: number; seeking: boolean; readonly handle: TimerHandle } | undefined;
  let next: number | undefined;
  let leave: (() => void) | undefined;

  const set = (change: { playing?: boolean; pace?: Pace; wanted?: number | undefined }): void => {
    const { playing, pace, wanted } = { ...state, ...change };
    if (playing === state.playing && pace === state.pace && wanted === state.wanted) return;
    state = { playing, pace, ...(wanted === undefined ? {} : { wanted }) };
    for (const listener of [...listeners]) listener();
  };

  const arrived = (): void => {
    if (onWay) clock.clearTimeout(onWay.handle);
    onWay = undefined;
    const seq = next;
    next = undefined;
    if (seq === undefined) set({ wanted: undefined });
    else ask(seq);
  };

  const look = (): void => {
    if (!onWay) return;
    const { mode, seq, seeking } = getPosition();
    if (seeking) onWay.seeking = true;
    // What was fetched and is another moment is the nearest that there is.
    else if (mode === 'replay' && (seq === onWay.seq || onWay.seeking)) arrived();
  };

  const ask = (seq: number): void => {
    onWay = { seq, seeking: false, handle: clock.setTimeout(() => onWay?.seeking || arrived(), PATIENCE_MS) };
    show(seq);
    look();
  };

  const showMoment = (seq: number): void => {
    set({ wanted: seq });
    if (onWay) next = seq;
    else ask(seq);
  };

  const showPresent = (): void => {
    if (onWay) clock.clearTimeout(onWay.handle);
    onWay = next = undefined;
    set({ wanted: undefined });
    if (getPosition().mode === 'replay') show(undefined);
  };

  const stop = (): void => {
    if (timer) clock.clearTimeout(timer.handle);
    timer = undefined;
    set({ playing: false });
  };

  const step = (): void => {
    timer = undefined;
    if (!track) {
      stop();
      return;
    }
    const now = clock.monotonic();
    place += (now - steppedAt) * track.speed;
    steppedAt = now;
    const seq = track.seqAt(place);
    if (seq >= track.head) {
      stop();
      showPresent();
      return;
    }
    if (seq !== (state.wanted ?? getPosition().seq)) showMoment(seq);
    timer = { handle: clock.setTimeout(step, stepMs) };
  };

  /** Where playing goes on from: the moment shown or asked for. */
  const currentSeq = (): number => state.wanted ?? getPosition().seq;

  return {
    getState: () => state,
    subscribe(listener) {
      const entry = (): void => listener();
      listeners.add(entry);
      leave ??= subscribe(look);
      return () => {
        listeners.delete(entry);
        if (listeners.size > 0) return;
        leave?.();
        leave = undefined;
        stop();
        if (onWay) clock.clearTimeout(onWay.handle);
        onWay = next = undefined;
        state = { playing: false, pace: state.pace };
      };
    },
    play({ calm = false } = {}) {
      if (!track || state.playing || track.head <= track.first) return;
      const { mode } = getPosition();
      const seq = mode === 'live' ? track.head : currentSeq();
      const atEnd = seq >= track.head;
      place = atEnd ? 0 : track.placeOf(seq);
      steppedAt = clock.monotonic();
      stepMs = calm ? CALM_STEP_MS : STEP_MS;
      set({ playing: true });
      if (atEnd) showMoment(track.first);
      timer = { handle: clock.setTimeout(step, stepMs) };
    },
    pause: stop,
    setPace: (pace) => set({ pace }),
    setTrack(newest) {
      const seq = track?.seqAt(place);
      track = newest;
      if (state.playing && seq !== undefined) place = newest.placeOf(seq);
    },
    moveTo(seq) {
      const { first, head } = getPosition();
      stop();
      // The end that the reader sees: a live run has gone on since.
      if (seq >= Math.min(head, track?.head ?? head)) showPresent();
      else showMoment(Math.max(first, seq));
    },
  };
}
