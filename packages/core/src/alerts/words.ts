import { NANO_PER_USD } from '../model/cost.js';
import type { Spent } from './span-meter.js';

/*
 * Sentences of alerts are part of their events and are read in logs too, so their numbers are written here; every one of
 * them is in the event's details as well, for screens that write their own.
 */

/** Nano-dollars as `$0.04`: cents, and two digits more where it is less than a cent. */
export function usd(nanoUsd: number): string {
  const value = nanoUsd / NANO_PER_USD;
  if (value === 0 || value >= 0.1) return `$${value.toFixed(2)}`;
  const digits = Math.min(9, Math.ceil(-Math.log10(value)) + 1);
  return `$${value.toFixed(digits).replace(/(\.\d\d\d{0,9}?)0{1,9}$/, '$1')}`;
}

/** Milliseconds as `10 min`, `45 s` or `2 h`. */
export function duration(ms: number): string {
  if (ms < 60_000) return `${Math.round(ms / 1_000)} s`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
}

/** A share as `80 %`. */
export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** Text from outside, short enough for a sentence. */
export const brief = (text: string, most = 120): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

/** What has to be said beside an amount: that calls are missing from it, and that it is made up. */
export function caveats({ unknownCalls, simulated }: Pick<Spent, 'unknownCalls' | 'simulated'>): string {
  const missing =
    unknownCalls === 1
      ? ' It is a lower bound: 1 call without a known price is not in it.'
      : ` It is a lower bound: ${unknownCalls} calls without a known price are not in it.`;
  return `${unknownCalls > 0 ? missing : ''}${simulated ? ' The cost is simulated.' : ''}`;
}
