'use client';

import type { TaskState, TaskSummary, WorkStatus } from '@fleetglass/core/client';
import type { CSSProperties, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { tasksLabels } from './tasks-labels.js';

export interface TaskProgressProps {
  /** What the task says of itself. */
  readonly progress?: TaskState['progress'] | undefined;
  /** What is below it, which counts where the task says nothing. */
  readonly summary?: TaskSummary | undefined;
  /** Branches that were announced and are not there yet. @default 0 */
  readonly awaited?: number;
}

const PARTS: readonly WorkStatus[] = [
  'completed',
  'failed',
  'stopped',
  'cancelled',
  'skipped',
  'running',
  'waiting',
  'paused',
];

/** How far a task is: in words, and as a bar by status. Renders again only with its props; nothing where nothing is known. */
export function TaskProgress({ progress, summary, awaited = 0 }: TaskProgressProps): ReactElement | null {
  const { labels, format } = useTexts();
  const words = labels(tasksLabels);
  if (progress?.total !== undefined && progress.total > 0) {
    const { done, total } = progress;
    const share = Math.min(1, Math.max(0, done / total));
    return (
      <span className="fg-progress fg-quiet" title={progress.message}>
        <Bar parts={[{ status: share === 1 ? 'completed' : 'running', share }]} />
        <span>{words.doneOf(format.compact(done), format.compact(total))}</span>
      </span>
    );
  }
  if (summary && summary.tasks > 0) {
    const { counts } = summary;
    const tasks = summary.tasks + awaited;
    const failed = counts.failed ?? 0;
    return (
      <span className="fg-progress fg-quiet">
        <Bar parts={PARTS.map((status) => ({ status, share: (counts[status] ?? 0) / tasks }))} />
        <span>{words.doneOf(format.compact(counts.completed ?? 0), format.compact(tasks))}</span>
        {failed > 0 ? <span className="fg-bad">{words.failed(format.compact(failed))}</span> : null}
      </span>
    );
  }
  return progress ? (
    <span className="fg-progress fg-quiet">{words.done(format.compact(progress.done))}</span>
  ) : null;
}

/** Its words stand beside it. */
function Bar({
  parts,
}: {
  readonly parts: readonly { readonly status: WorkStatus; readonly share: number }[];
}): ReactElement {
  return (
    <span className="fg-progress-bar" aria-hidden="true">
      {parts.map(({ status, share }) =>
        share > 0 ? (
          <span key={status} data-status={status} style={{ '--fg-share': share } as CSSProperties} />
        ) : null,
      )}
    </span>
  );
}
