import type { EventDraft } from '../protocol/event.js';

/**
 * Leaves out the events of runs that somebody else has taken over since they were observed: a former owner that was
 * frozen must not add to the log of a run that went on without it.
 *
 * @param leases epochs under which events were observed, by run
 * @param epochOf epoch of a run's newest lease
 */
export function withoutFenced(
  drafts: readonly EventDraft[],
  leases: ReadonlyMap<string, number> | undefined,
  epochOf: (runId: string) => number,
): readonly EventDraft[] {
  if (!leases || leases.size === 0) return drafts;
  const lost = new Map<string, boolean>();
  const isLost = (runId: string): boolean => {
    let found = lost.get(runId);
    if (found === undefined) {
      const epoch = leases.get(runId);
      found = epoch !== undefined && epoch !== epochOf(runId);
      lost.set(runId, found);
    }
    return found;
  };
  return drafts.some(({ runId }) => runId !== undefined && isLost(runId))
    ? drafts.filter(({ runId }) => runId === undefined || !isLost(runId))
    : drafts;
}

/** The runs that events are about. */
export function runIdsOf(drafts: readonly EventDraft[]): ReadonlySet<string> {
  const runIds = new Set<string>();
  for (const { runId } of drafts) if (runId !== undefined) runIds.add(runId);
  return runIds;
}
