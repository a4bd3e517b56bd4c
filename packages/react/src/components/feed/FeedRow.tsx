'use client';

import { memo } from 'react';
import type { CSSProperties, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import type { DescribedRow } from './feed-rows.js';

/** One entry as a sentence. Everything that agents wrote is plain text. Renders again only with its props. */
export const FeedRow = memo(function FeedRow({ entry, description, height }: DescribedRow): ReactElement {
  const { format } = useTexts();
  const { who, what, subject, detail, by, severity } = description;
  return (
    <li
      className="fg-feed-row"
      data-severity={entry.severity}
      style={{ '--fg-row-height': `${height}px` } as CSSProperties}
    >
      <span className="fg-feed-mark" data-family={entry.type.split('.', 1)[0]} aria-hidden="true" />
      <span className="fg-feed-line">
        <span className="fg-feed-what">
          {severity === undefined ? null : <span className="fg-feed-severity">{severity} </span>}
          <span className="fg-feed-who">{who}</span> {what}
          {by === undefined ? null : ` ${by}`}{' '}
        </span>
        {subject === undefined ? null : (
          <span className="fg-feed-subject" title={subject}>
            {subject}
          </span>
        )}
        {detail === undefined ? null : (
          <span className="fg-feed-detail" title={detail}>
            {detail}
          </span>
        )}
      </span>
      <time className="fg-feed-time" dateTime={format.machineTime(entry.time)}>
        {format.time(entry.time)}
      </time>
    </li>
  );
});
