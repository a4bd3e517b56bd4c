import { NO_AMOUNT, sumCosts } from '@fleetglass/core/client';
import type { Amount, DayAmount } from '@fleetglass/core/client';

/** Some days as one bar. */
export interface DayGroup extends DayAmount {
  /** Last day of it. */
  readonly last: number;
}

/** Bars that can still be told apart. */
const MOST_BARS = 92;

export function addAmounts(a: Amount, b: Amount): Amount {
  const usage = { ...a.usage };
  for (const name of Object.keys(usage) as (keyof typeof usage)[]) usage[name] += b.usage[name];
  return {
    cost: sumCosts(a.cost, b.cost),
    usage,
    modelCalls: a.modelCalls + b.modelCalls,
    pricedTokens: a.pricedTokens + b.pricedTokens,
  };
}

/** A bar a day, or one for as many days as it takes to have at most 92. */
export function groupDays(days: readonly DayAmount[]): readonly DayGroup[] {
  const size = Math.max(1, Math.ceil(days.length / MOST_BARS));
  const groups: DayGroup[] = [];
  for (let at = 0; at < days.length; at += size) {
    const part = days.slice(at, at + size);
    const [first, last] = [part[0], part.at(-1)];
    if (!first || !last) continue;
    groups.push({
      ...part.reduce(addAmounts, NO_AMOUNT),
      day: first.day,
      last: last.day,
      runsStarted: part.reduce((sum, day) => sum + day.runsStarted, 0),
      agents: part.reduce((sum, day) => sum + day.agents, 0),
    });
  }
  return groups;
}
