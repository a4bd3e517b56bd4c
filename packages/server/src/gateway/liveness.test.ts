import { describe, expect, it } from 'vitest';
import { createLiveness } from './liveness.js';

const HEARTBEAT_MS = 10_000;
const MINUTE_MS = 60_000;

function setUp({ canAsk = false, random = 0 } = {}) {
  const link = { waiting: 0, ping: () => canAsk };
  const liveness = createLiveness(link, {
    heartbeatMs: HEARTBEAT_MS,
    limits: { maxStreamMs: 15 * MINUTE_MS },
    random: () => random,
  });
  /** Beats until it is given up, at most so many. */
  const beats = (most: number, before: (beat: number) => void = () => undefined) => {
    for (let beat = 1; beat <= most; beat += 1) {
      before(beat);
      const life = liveness.beat();
      if (life !== 'lives') return { beat, life };
    }
    return undefined;
  };
  return { link, liveness, beats };
}

describe('the other end of a link', () => {
  it('that can be asked and is silent is given up after three heartbeats', () => {
    expect(setUp({ canAsk: true }).beats(100)).toEqual({ beat: 6, life: 'dead' });
  });

  it('that answers lives on', () => {
    const { liveness, beats } = setUp({ canAsk: true });
    expect(beats(1_000, (beat) => beat % 5 === 0 && liveness.alive())).toBeUndefined();
  });

  it('[SEC-21] that takes nothing more of what waits for it is given up, however little that is', () => {
    const { link, beats } = setUp();
    expect(beats(100, (beat) => (link.waiting = 100 + beat))?.life).toBe('dead');
  });

  it('that takes slowly, but takes, lives on', () => {
    const { link, beats } = setUp();
    expect(beats(100, (beat) => (link.waiting = beat % 4 === 0 ? 10 : 20))).toBeUndefined();
  });

  it('[SEC-21] that takes all and says nothing has to come anew after a quarter of an hour at most', () => {
    const half = HEARTBEAT_MS / 2;
    expect(setUp().beats(1_000)).toEqual({ beat: (15 * MINUTE_MS) / half + 1, life: 'unproven' });
    // Not all of them at the same time.
    expect(setUp({ random: 1 }).beats(1_000)).toEqual({
      beat: (12 * MINUTE_MS) / half + 1,
      life: 'unproven',
    });
  });

  it('that says something now and then lives on', () => {
    const { liveness, beats } = setUp();
    expect(beats(10_000, (beat) => beat % 60 === 0 && liveness.alive())).toBeUndefined();
  });
});
