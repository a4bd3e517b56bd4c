'use client';

import { memo } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { timelineLabels } from './timeline-labels.js';

/** What is shown besides the bars themselves. */
export interface TimelineModes {
  readonly critical: boolean;
  readonly heat: boolean;
  readonly table: boolean;
}

export interface TimelineToolbarProps {
  readonly modes: TimelineModes;
  readonly onToggle: (mode: keyof TimelineModes) => void;
  /** @param factor above 1 shows less time, larger */
  readonly onZoom: (factor: number) => void;
  readonly onFit: () => void;
  readonly isWhole: boolean;
}

/** How much a press of a button or key zooms. */
export const ZOOM_STEP = 1.6;

export const TimelineToolbar = memo(function TimelineToolbar({
  modes,
  onToggle,
  onZoom,
  onFit,
  isWhole,
}: TimelineToolbarProps): ReactElement {
  const { labels } = useTexts();
  const words = labels(timelineLabels);
  const names = { critical: words.criticalPath, heat: words.costHeat, table: words.table };
  return (
    <>
      {(['critical', 'heat', 'table'] as const).map((mode) => (
        <button
          key={mode}
          type="button"
          className="fg-button fg-timeline-mode"
          aria-pressed={modes[mode]}
          onClick={() => onToggle(mode)}
        >
          {names[mode]}
        </button>
      ))}
      {modes.table ? null : (
        <span className="fg-joined">
          <IconButton
            name={words.zoomOut}
            path="M2 6h8"
            off={isWhole}
            onClick={() => onZoom(1 / ZOOM_STEP)}
          />
          <IconButton
            name={words.fit}
            path="M1 6h10M3.5 3.5 1 6l2.5 2.5M8.5 3.5 11 6 8.5 8.5"
            off={isWhole}
            onClick={onFit}
          />
          <IconButton name={words.zoomIn} path="M2 6h8M6 2v8" onClick={() => onZoom(ZOOM_STEP)} />
        </span>
      )}
    </>
  );
});

interface IconButtonProps {
  readonly name: string;
  readonly path: string;
  /** Has nothing to do now; the focus stays. */
  readonly off?: boolean;
  readonly onClick: () => void;
}

function IconButton({ name, path, off = false, onClick }: IconButtonProps): ReactElement {
  return (
    <button
      type="button"
      className="fg-icon-button"
      aria-label={name}
      title={name}
      aria-disabled={off}
      onClick={() => (off ? undefined : onClick())}
    >
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <path d={path} />
      </svg>
    </button>
  );
}
