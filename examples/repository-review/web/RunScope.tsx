import type { MonitorSnapshot } from '@fleetglass/core/client';
import { useMonitorSelector } from '@fleetglass/react';
import { useCallback } from 'react';
import type { ReactElement } from 'react';

/** How much of the folder a run reads, as its planner said: "40 of 441 files". Renders again when that is known. */
export function RunScope({ runId }: { readonly runId: string | undefined }): ReactElement | null {
  const text = useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) => {
        const run = state.runs.get(runId ?? state.runs.ids().at(-1) ?? '');
        // The planner is the second task of a run.
        const tasks = run?.tasks.slice(0, 2).map((key) => state.tasks.get(key)) ?? [];
        return tasks.find((task) => task?.node === 'planner')?.progress?.message;
      },
      [runId],
    ),
  );
  return text === undefined ? null : <span className="page-subject">{text}</span>;
}
