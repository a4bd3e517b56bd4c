'use client';

import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { partsLabels } from './parts-labels.js';

/** Lines in the place of rows that have not arrived yet. */
export function SkeletonRows({ rows = 4 }: { readonly rows?: number }): ReactElement {
  const { labels } = useTexts();
  const { loading } = labels(partsLabels);
  return (
    <div className="fg-skeleton fg-stack" role="status" aria-label={loading}>
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} className="fg-skeleton-line" />
      ))}
      <p className="fg-soft">{loading}</p>
    </div>
  );
}
