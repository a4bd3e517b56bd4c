import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRate, sumToNano } from './decimal.js';

describe('parseRate', () => {
  it('reads a number and its text to the same exact rate, in any notation', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e9 }), fc.integer({ min: 0, max: 18 }), (digits, scale) => {
        const exact = BigInt(digits) * 10n ** BigInt(20 - scale);
        expect(parseRate(`${String(digits)}e-${String(scale)}`)).toBe(exact);
        expect(parseRate(Number(`${String(digits)}e-${String(scale)}`))).toBe(exact);
      }),
    );
    expect([parseRate('3.750'), parseRate(1e-7), parseRate('2e2')]).toEqual([
      375n * 10n ** 18n,
      10n ** 13n,
      2n * 10n ** 22n,
    ]);
  });

  it('refuses what is not a decimal of at least 0 or has digits beyond the twentieth', () => {
    for (const value of [
      -1,
      '-1',
      '1,5',
      '',
      ' ',
      'x',
      '0x1',
      Number.NaN,
      Number.POSITIVE_INFINITY,
      null,
      '1e-21',
      '1e999',
    ]) {
      expect(parseRate(value)).toBeUndefined();
    }
    expect(parseRate('10e-21')).toBe(1n);
  });
});

describe('sumToNano', () => {
  it('rounds half up once, whatever the order of the classes', () => {
    const rate = (text: string) => parseRate(text) ?? 0n;
    const half = { count: 1, rate: rate('0.0005'), per: 1_000_000n };
    const little = { count: 1, rate: rate('0.0004'), per: 1_000_000n };
    expect([
      sumToNano([half]),
      sumToNano([little]),
      sumToNano([little, half, little]),
      sumToNano([]),
    ]).toEqual([1n, 0n, 1n, 0n]);
    expect(sumToNano([{ count: 1, rate: rate('5'), per: 1_000n }])).toBe(5_000_000n);
  });
});
