import type { FleetState, SpanState } from '@fleetglass/core/client';

/** A call that ended before it told what it used, so that nobody knows what it cost. */
export const isCutOff = ({ status, cost }: SpanState): boolean =>
  status === 'cancelled' && cost.unknownCalls > 0;

/** How many calls of a run were cut off; looks only where some cost is unknown. */
export function countCutOff({ runs, spans }: FleetState, runId: string): number {
  const run = runs.get(runId);
  if (!run || run.totals.cost.unknownCalls === 0) return 0;
  let count = 0;
  for (const key of run.spans.values()) {
    const span = spans.get(key);
    if (span && isCutOff(span)) count += 1;
  }
  return count;
}
