import type { Monitor } from '@fleetglass/core/client';
import type { FleetEvent } from '@fleetglass/core/protocol';

const PAGE = 2_000;

/**
 * All events of a run that the log still holds, read page by page.
 *
 * @throws FleetglassError what the log answers, for example `CURSOR_TOO_OLD`
 */
export async function readRunEvents(
  monitor: Pick<Monitor, 'getSnapshot' | 'readRange'>,
  runId: string,
): Promise<readonly FleetEvent[]> {
  const { live, first, head } = monitor.getSnapshot();
  const run = live.runs.get(runId);
  const events: FleetEvent[] = [];
  const to = head;
  let from = Math.max(first, run?.firstSeq ?? first, 1);
  while (from <= to) {
    const page = await monitor.readRange({ from, to, filter: { runId }, limit: PAGE });
    events.push(...page.events);
    if (page.to < from) break;
    from = page.to + 1;
  }
  return events;
}
