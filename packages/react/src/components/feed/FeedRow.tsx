'use client';

import { memo } from 'react';
import type { CSSProperties, ReactElement, ReactNode } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { targetOf } from './feed-kinds.js';
import type { FeedTarget } from './feed-kinds.js';
import type { DescribedRow } from './feed-rows.js';

export interface FeedRowProps {
  readonly row: DescribedRow;
  /** In pixels. */
  readonly height: number;
  /** Entries of an earlier day say which. */
  readonly today: number;
  readonly onSelect: ((target: FeedTarget, runId: string) => void) | undefined;
  readonly onOpenRun: ((runId: string) => void) | undefined;
}

/** An entry as a sentence. Everything that agents wrote is plain text. Renders again only with its props. */
export const FeedRow = memo(function FeedRow({
  row: { runId, runName, entry, description },
  height,
  today,
  onSelect,
  onOpenRun,
}: FeedRowProps): ReactElement {
  const { format } = useTexts();
  const { who, what, subject, detail, by, severity } = description;
  const target = onSelect && targetOf(entry);
  const jump = target && (() => onSelect(target, runId));
  return (
    <li
      className="fg-feed-row"
      data-severity={entry.severity}
      style={{ '--fg-row-height': `${height}px` } as CSSProperties}
    >
      <span className="fg-feed-mark" data-family={entry.type.split('.', 1)[0]} aria-hidden="true" />
      <span className="fg-feed-line">
        <span className="fg-feed-what fg-soft">
          {severity === undefined ? null : <span className="fg-feed-severity">{severity} </span>}
          <Jump className="fg-strong" onClick={subject === undefined ? jump : undefined}>
            {who}
          </Jump>{' '}
          {what}
          {by === undefined ? null : <strong> {by}</strong>}{' '}
        </span>
        {runName === undefined ? null : (
          <Jump className="fg-feed-run" title={runName} onClick={onOpenRun && (() => onOpenRun(runId))}>
            {runName}
          </Jump>
        )}
        {subject === undefined ? null : (
          <Jump className="fg-feed-subject" title={subject} onClick={jump}>
            {subject}
          </Jump>
        )}
        {detail === undefined ? null : (
          <span className="fg-feed-detail fg-quiet" title={detail}>
            {detail}
          </span>
        )}
      </span>
      <time
        className="fg-feed-time fg-quiet"
        dateTime={format.machineTime(entry.time)}
        title={format.dateTime(entry.time)}
      >
        {entry.time < today ? format.dayTime(entry.time) : format.time(entry.time)}
      </time>
    </li>
  );
});

interface JumpProps {
  readonly className: string;
  readonly title?: string;
  readonly onClick: (() => void) | undefined;
  readonly children: ReactNode;
}

/** Text that leads somewhere when there is somewhere to go. */
function Jump({ onClick, className, children, ...rest }: JumpProps): ReactElement {
  return onClick ? (
    <button type="button" className={`fg-feed-jump ${className}`} onClick={onClick} {...rest}>
      {children}
    </button>
  ) : (
    <span className={className} {...rest}>
      {children}
    </span>
  );
}
