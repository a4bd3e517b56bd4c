import { createSimulatedClock } from '@fleetglass/core/testing';
import { describe, expect, it } from 'vitest';
import { createPlayback } from './playback.js';
import type { ShownPosition } from './playback.js';
import { createTrack } from './replay-track.js';

/** A monitor that shows a moment after a while, and only one at a time. */
function setUp({ head = 1_001, delayMs = 0 } = {}) {
  const clock = createSimulatedClock(0);
  const listeners = new Set<() => void>();
  const asked: (number | undefined)[] = [];
  let position: ShownPosition = { mode: 'live', seq: head, first: 1, head, seeking: false };
  const set = (change: Partial<ShownPosition>): void => {
    position = { ...position, ...change };
    for (const listener of [...listeners]) listener();
  };
  const playback = createPlayback({
    clock,
    getPosition: () => position,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    show(seq) {
      asked.push(seq);
      if (seq === undefined) set({ mode: 'live', seq: position.head });
      else if (delayMs === 0) set({ mode: 'replay', seq });
      else {
        set({ mode: 'replay', seeking: true });
        clock.setTimeout(() => set({ seq, seeking: false }), delayMs);
      }
    },
  });
  const track = (newHead = head) =>
    createTrack({ first: 1, head: newHead, from: 0, to: 60_000, moments: [], pace: 'events' });
  playback.setTrack(track());
  const leave = playback.subscribe(() => {});
  return { clock, playback, asked, listeners, leave, set, track, position: () => position };
}

describe('playing a run', () => {
  it('begins at the first event from the present, and ends there after ten seconds', async () => {
    const { clock, playback, asked, position } = setUp();
    playback.play();
    expect(position().seq).toBe(1);
    await clock.advance(5_000);
    expect(position().seq).toBe(501);
    await clock.advance(5_000);
    expect(playback.getState().playing).toBe(false);
    expect(position()).toMatchObject({ mode: 'live', seq: 1_001 });
    expect(asked.at(-1)).toBeUndefined();
    expect(clock.pending).toBe(0);
  });

  it('shows everything in order without asking for it twice', async () => {
    const { clock, playback, asked } = setUp();
    playback.play();
    await clock.advance(10_000);
    const shown = asked.slice(0, -1) as number[];
    expect(shown).toEqual([...new Set(shown)].sort((a, b) => a - b));
  });

  it('pauses where it is and plays on from there', async () => {
    const { clock, playback, position } = setUp();
    playback.play();
    await clock.advance(3_000);
    playback.pause();
    const { seq } = position();
    await clock.advance(60_000);
    expect(position().seq).toBe(seq);
    playback.play();
    await clock.advance(1_000);
    expect(position().seq).toBe(seq + 100);
  });

  it('goes on with what a live run adds meanwhile', async () => {
    const { clock, playback, set, track, position } = setUp({ head: 101 });
    playback.play();
    await clock.advance(5_000);
    set({ head: 201 });
    playback.setTrack(track(201));
    await clock.advance(4_500);
    expect(playback.getState().playing).toBe(true);
    await clock.advance(10_000);
    expect(position()).toMatchObject({ mode: 'live', seq: 201 });
  });

  it('takes two steps a second where motion is not wanted', async () => {
    const { clock, playback, asked } = setUp();
    playback.play({ calm: true });
    await clock.advance(2_000);
    expect(asked.length).toBe(5);
  });

  it('leaves neither a timer nor a subscription behind', async () => {
    const { clock, playback, leave, listeners } = setUp({ delayMs: 300 });
    playback.play();
    await clock.advance(120);
    leave();
    await clock.advance(300);
    expect(clock.pending).toBe(0);
    expect(listeners.size).toBe(0);
    expect(playback.getState()).toEqual({ playing: false, pace: 'time' });
  });

  it('has nothing to play of one event', () => {
    const { playback, asked } = setUp({ head: 1 });
    playback.play();
    expect(playback.getState().playing).toBe(false);
    expect(asked).toEqual([]);
  });
});

describe('moving by hand', () => {
  it('asks for one moment at a time, and then for the last one wanted', async () => {
    const { clock, playback, asked, position } = setUp({ delayMs: 200 });
    for (const seq of [900, 800, 700, 600, 500]) playback.moveTo(seq);
    expect(asked).toEqual([900]);
    expect(playback.getState().wanted).toBe(500);
    await clock.advance(200);
    expect(asked).toEqual([900, 500]);
    await clock.advance(200);
    expect(position().seq).toBe(500);
    expect(playback.getState().wanted).toBeUndefined();
  });

  it('stops playing, stays within the run and finds the present', async () => {
    const { playback, asked } = setUp();
    playback.play();
    playback.moveTo(-5);
    expect(playback.getState().playing).toBe(false);
    playback.moveTo(5_000);
    expect(asked).toEqual([1, 1, undefined]);
  });

  it('finds the present at the end that the reader sees, also when the run has gone on since', () => {
    const { playback, asked, set } = setUp();
    playback.moveTo(500);
    set({ head: 1_040 });
    playback.moveTo(1_001);
    expect(asked).toEqual([500, undefined]);
  });

  it('does not wait for ever for a moment that never comes', async () => {
    const clock = createSimulatedClock(0);
    const asked: (number | undefined)[] = [];
    const playback = createPlayback({
      clock,
      getPosition: () => ({ mode: 'live', seq: 90, first: 1, head: 90, seeking: false }),
      subscribe: () => () => {},
      show: (seq) => void asked.push(seq),
    });
    playback.subscribe(() => {});
    playback.moveTo(10);
    playback.moveTo(20);
    await clock.advance(1_000);
    expect(asked).toEqual([10, 20]);
    await clock.advance(1_000);
    expect(playback.getState().wanted).toBeUndefined();
  });
});
