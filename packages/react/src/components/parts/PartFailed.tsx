'use client';

import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { partsLabels } from './parts-labels.js';

/** Says that a part cannot be shown, in its place, and offers another try. */
export function PartFailed({ onRetry }: { readonly onRetry: () => void }): ReactElement {
  const words = useTexts().labels(partsLabels);
  return (
    <div className="fg-part-failed" role="alert">
      <p className="fg-empty-title">{words.partFailed}</p>
      <p>{words.partFailedHint}</p>
      <button type="button" className="fg-button" onClick={onRetry}>
        {words.retry}
      </button>
    </div>
  );
}
