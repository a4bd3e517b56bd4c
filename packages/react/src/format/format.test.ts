import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFormat } from './format.js';

const format = createFormat('en', 'UTC');

describe('duration', () => {
  it.each([
    [0, '0s'],
    [-50, '0s'],
    [59_999, '59s'],
    [60_000, '1m 00s'],
    [184_000, '3m 04s'],
    [3_599_999, '59m 59s'],
    [7_500_000, '2h 05m'],
    [277_200_000, '3d 5h'],
  ])('writes %i ms as %s', (ms, text) => {
    expect(format.duration(ms)).toBe(text);
  });

  it('shows parts of a second where they matter', () => {
    expect(format.preciseDuration(340)).toBe('340ms');
    expect(format.preciseDuration(4_270)).toBe('4.2s');
    expect(format.preciseDuration(12_900)).toBe('12s');
  });
});

it('writes times of an axis as exactly as its steps need', () => {
  expect(format.axisDuration(12_340, 10)).toBe('12.34s');
  expect(format.axisDuration(184_200, 200)).toBe('3m 04.2s');
  expect(format.axisDuration(184_200, 5_000)).toBe('3m 04s');
  expect(format.axisDuration(-5, 1)).toBe('0.000s');
});

describe('times', () => {
  it('writes the provider’s time zone', () => {
    const at = Date.UTC(2026, 10, 21, 9, 5, 7);
    expect(format.time(at)).toBe('09:05:07');
    expect(createFormat('en', 'Asia/Tokyo').shortTime(at)).toBe('18:05');
  });

  it('survives any number', () => {
    fc.assert(
      fc.property(fc.double(), (ms) => {
        expect(typeof format.time(ms)).toBe('string');
        expect(typeof format.machineTime(ms)).toBe('string');
      }),
    );
  });
});

it('shortens counts only from a thousand on', () => {
  expect(format.compact(999)).toBe('999');
  expect(format.compact(12_345)).toBe('12.3K');
  expect(format.compact(4_500_000)).toBe('4.5M');
});
