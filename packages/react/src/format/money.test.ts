import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMoneyFormat } from './money.js';

const { money, chosenMoney, exactMoney } = createMoneyFormat('en');
const amounts = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

/** The number that a text in the `en` locale shows. */
const shown = (text: string): number => Number(text.replace(/[^\d.]/g, ''));
const decimals = (text: string): number => text.split('.')[1]?.length ?? 0;

describe('money', () => {
  it.each([
    [0, '$0.00'],
    [1, '< $0.0001'],
    [49_999, '< $0.0001'],
    [50_000, '$0.0001'],
    [4_210_000, '$0.0042'],
    [9_999_999, '$0.0100'],
    [10_000_000, '$0.010'],
    [420_400_000, '$0.420'],
    [999_999_999, '$1.000'],
    [1_000_000_000, '$1.00'],
    [1_234_567_000_000, '$1,234.57'],
  ])('writes %i nano-dollars as %s', (nano, text) => {
    expect(money(nano)).toBe(text);
  });

  it('shows nothing but zero as zero', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (nano) => {
        expect(shown(money(nano))).toBeGreaterThan(0);
      }),
    );
  });

  it('uses four decimals below a cent, three below a dollar and two above', () => {
    fc.assert(
      fc.property(amounts, (nano) => {
        fc.pre(nano !== 0);
        expect(decimals(money(nano))).toBe(nano < 10_000_000 ? 4 : nano < 1_000_000_000 ? 3 : 2);
      }),
    );
  });

  it('never shows more for less', () => {
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(shown(money(low))).toBeLessThanOrEqual(shown(money(high)));
      }),
    );
  });

  it('is off by at most half of its last decimal', () => {
    fc.assert(
      fc.property(fc.integer({ min: 50_000, max: 1e15 }), (nano) => {
        const text = money(nano);
        const half = 0.5 / 10 ** decimals(text);
        expect(Math.abs(shown(text) - nano / 1e9)).toBeLessThanOrEqual(half * 1.000001);
      }),
    );
  });

  it('loses nothing in the hint', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e14 }), (nano) => {
        expect(Math.round(shown(exactMoney(nano)) * 1e9)).toBe(nano);
      }),
    );
  });

  it('leaves chosen amounts as they were chosen', () => {
    expect(chosenMoney(500_000_000)).toBe('$0.50');
    expect(chosenMoney(12_500_000)).toBe('$0.0125');
    expect(chosenMoney(20_000_000_000)).toBe('$20.00');
  });

  it('follows the locale', () => {
    expect(createMoneyFormat('de').money(1_234_560_000_000)).toMatch(/^1\.234,56\s\$$/);
  });
});
