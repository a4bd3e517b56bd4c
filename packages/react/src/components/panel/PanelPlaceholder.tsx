'use client';

import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useConnection } from '../../hooks/useConnection.js';
import { panelLabels } from './panel-labels.js';

/** What stands in the panel's place while there is no run to show: still loading, none at all, or not this one. */
export function PanelPlaceholder({ runId }: { readonly runId: string | undefined }): ReactElement {
  const { ready, status } = useConnection();
  const { labels } = useTexts();
  const words = labels(panelLabels);
  const loading = !ready && status.phase !== 'failed' && status.phase !== 'closed';
  if (loading) {
    return (
      <div className="fg-skeleton fg-stack" role="status" aria-label={words.loading}>
        <span className="fg-skeleton-line" data-size="title" />
        <span className="fg-skeleton-row">
          {[1, 2, 3, 4, 5].map((key) => (
            <span key={key} className="fg-skeleton-tile" />
          ))}
        </span>
        <span className="fg-skeleton-block" />
        <p className="fg-soft">{words.loading}</p>
      </div>
    );
  }
  return (
    <div className="fg-empty" data-size="panel">
      <p className="fg-empty-title">{runId === undefined ? words.noRuns : words.runMissing(runId)}</p>
      <p>{runId === undefined ? words.noRunsHint : words.runMissingHint}</p>
    </div>
  );
}
