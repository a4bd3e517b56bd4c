import type { TaskContext } from '@fleetglass/core';
import { NANO_PER_USD } from '@fleetglass/core';
import type { Publication, ReviewState } from './state.js';
import { PUBLICATIONS } from './state.js';
import { countFindings, sumCalls } from './tally.js';
import type { Team } from './team.js';

/** Asks a person what becomes of the findings; without an answer in time they are published. */
export async function askToPublish(
  { askMs }: Team,
  { reviews, calls }: Readonly<ReviewState>,
  ctx: TaskContext,
): Promise<Partial<ReviewState>> {
  if (askMs === 0) return {};
  const { error, warning, info } = countFindings(reviews);
  const options =
    info > 0 ? PUBLICATIONS : PUBLICATIONS.filter((option) => option !== 'publish without notes');
  const { decision } = await ctx.approve({
    title: `Publish the report on ${count(reviews.length, 'file')}?`,
    details: {
      errors: error,
      warnings: warning,
      notes: info,
      files: reviews.length,
      costSoFar: costSoFar(calls),
      afterwards: 'A model sums the findings up, then the report is written. Discarding spends nothing more.',
    },
    options,
    expiresInMs: askMs,
    onExpiry: 'publish' satisfies Publication,
  });
  return { publish: decision as Publication };
}

function count(items: number, name: string): string {
  return `${items} ${name}${items === 1 ? '' : 's'}`;
}

function costSoFar(calls: ReviewState['calls']): string {
  const { nanoUsd, unknownCalls } = sumCalls(calls);
  const amount = `${unknownCalls > 0 ? 'at least ' : ''}$${(nanoUsd / NANO_PER_USD).toFixed(4)}`;
  return calls.some(({ cost }) => cost.basis === 'simulated') ? `${amount} (simulated)` : amount;
}
