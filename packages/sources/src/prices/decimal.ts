/*
 * Money is computed in integers only: a rate is a whole number of 1e-20 USD, so that sums are exact and rounding
 * happens once, at the end.
 */

/** Digits after the decimal point that a rate may have. */
const RATE_SCALE = 20;

/** A rate as a whole number of 1e-20 USD. */
export type ExactRate = bigint;

/**
 * Reads a decimal such as `3.75`, `'0.000001'` or `1e-7` without going through binary fractions.
 *
 * @returns `undefined` for anything that is not a finite number of at least 0 with at most 20 decimal places
 */
export function parseRate(value: unknown): ExactRate | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const match = /^(\d{1,30})(?:\.(\d{1,40}))?(?:e([+-]?\d{1,3}))?$/i.exec(String(value).trim());
  if (!match) return undefined;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const scale = RATE_SCALE - fraction.length + Number(exponent);
  const digits = BigInt(whole + fraction);
  if (scale >= 0) return scale > 60 ? undefined : digits * 10n ** BigInt(scale);
  const divisor = 10n ** BigInt(-scale);
  return digits % divisor === 0n ? digits / divisor : undefined;
}

/** One class of a call: `count` units at `rate` USD per `per` units. */
export interface PricedClass {
  readonly count: number;
  readonly rate: ExactRate;
  readonly per: bigint;
}

const NANO = 1_000_000_000n;
/** Least common multiple of the units in use (a thousand and a million). */
const UNIT = 1_000_000n;

/** Exact sum of the classes, rounded half up once, in nano-dollars. */
export function sumToNano(classes: readonly PricedClass[]): bigint {
  let sum = 0n;
  for (const { count, rate, per } of classes) {
    if (count > 0) sum += BigInt(count) * rate * (UNIT / per);
  }
  const denominator = 10n ** BigInt(RATE_SCALE) * UNIT;
  return (2n * sum * NANO + denominator) / (2n * denominator);
}
