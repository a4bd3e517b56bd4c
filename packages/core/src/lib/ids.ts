import type { Clock } from './clock.js';

/** A number in [0, 1), like `Math.random`. Injected so that tests and replays are deterministic. */
export type Random = () => number;

/** The machine's own source of randomness; unsuitable for secrets. */
export const systemRandom: Random = () => Math.random();

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

function encode(value: number, length: number): string {
  let rest = Math.floor(value);
  let text = '';
  for (let i = 0; i < length; i += 1) {
    text = (ALPHABET[rest % 32] ?? '0') + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/**
 * Makes ids that sort by the time they were made: `prefix_` + 9 characters of time + 8 random characters.
 *
 * @param prefix short name of what is identified, for example `run`
 */
export function createId(prefix: string, clock: Clock, random: Random): string {
  return `${prefix}_${encode(clock.now(), 9)}${encode(random() * 2 ** 40, 8)}`;
}
