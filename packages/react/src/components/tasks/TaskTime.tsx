'use client';

import type { RunState } from '@fleetglass/core/client';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useRunPart } from '../../hooks/useEntities.js';
import { useRunNow } from '../../hooks/useNow.js';
import { tasksLabels } from './tasks-labels.js';

export interface TaskTimeProps {
  readonly runId: string;
  readonly from: number | undefined;
  /** Absent while it lasts. */
  readonly to: number | undefined;
  /** Whether it still goes on. */
  readonly goesOn: boolean;
}

/** How long something took, or takes so far. Renders again each second while it goes on. */
export function TaskTime({ runId, from, to, goesOn }: TaskTimeProps): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(tasksLabels);
  if (from === undefined) return <span title={words.notStarted}>{words.none}</span>;
  const hint = format.dateTime(from);
  if (to !== undefined) return <span title={hint}>{format.preciseDuration(Math.max(0, to - from))}</span>;
  if (!goesOn) return <span title={hint}>{words.none}</span>;
  return (
    <span title={hint}>
      <Ticking runId={runId} from={from} />
    </span>
  );
}

const selectTimes = ({ status, endedAt, lastEventAt, source }: RunState) => ({
  status,
  endedAt,
  lastEventAt,
  source,
});

function Ticking({ runId, from }: { readonly runId: string; readonly from: number }): ReactElement {
  const now = useRunNow(useRunPart(runId, selectTimes, 1000));
  const { format } = useTexts();
  return <>{format.duration(Math.max(0, now - from))}</>;
}
