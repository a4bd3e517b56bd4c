import type { Moment } from '@fleetglass/core/client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTrack, LONGEST_PLAY } from './replay-track.js';

const moment = (seq: number, time: number): Moment => ({ seq, time, kind: 'task', type: 'task.completed' });

describe('the track of a run', () => {
  it('shortens what is idle, and plays in ten seconds', () => {
    const track = createTrack({
      first: 1,
      head: 101,
      from: 0,
      to: 3_600_000,
      moments: [moment(10, 60_000), moment(50, 120_000), moment(60, 3_500_000)],
      pace: 'time',
    });
    // 180 s is the most that any gap counts for: 60 + 60 + 180 + 100 s.
    expect(track.length).toBe(400_000);
    expect(track.length / track.speed).toBe(LONGEST_PLAY);
    expect(track.seqAt(60_000)).toBe(10);
    expect(track.seqAt(120_000)).toBe(50);
    expect(track.placeOf(55)).toBe(210_000);
  });

  it('plays a short run as fast as it was', () => {
    const short = {
      first: 1,
      head: 11,
      from: 0,
      to: 2_000,
      moments: [1, 2, 3, 4].map((n) => moment(n * 2, n * 100)),
    };
    const track = createTrack({ ...short, pace: 'time' });
    expect(track.speed).toBe(1);
    expect(track.length).toBeLessThanOrEqual(2_000);
    const events = createTrack({ ...short, pace: 'events' });
    expect(events.length / events.speed).toBe(1_000);
  });

  it('never leaves the run or goes back, whatever the times', () => {
    const moments = fc
      .array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: -1e6, max: 1e9 })), {
        maxLength: 30,
      })
      .map((pairs) => pairs.sort(([a], [b]) => a - b).map(([seq, time]) => moment(seq, time)));
    const ends = fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 0, max: 300 }));
    fc.assert(
      fc.property(
        moments,
        ends,
        fc.integer(),
        fc.constantFrom('time' as const, 'events' as const),
        (all, [first, more], to, pace) => {
          const track = createTrack({ first, head: first + more, from: 0, to, moments: all, pace });
          expect(track.length / track.speed).toBeLessThanOrEqual(LONGEST_PLAY + 1e-6);
          let last = first;
          for (let share = -0.1; share <= 1.1; share += 0.05) {
            const seq = track.seqAt(track.length * share);
            expect(seq).toBeGreaterThanOrEqual(last);
            expect(seq).toBeLessThanOrEqual(first + more);
            last = seq;
          }
          expect(track.seqAt(track.length)).toBe(first + more);
        },
      ),
    );
  });
});
