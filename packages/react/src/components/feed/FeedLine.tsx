'use client';

import type { FeedEntry } from '@fleetglass/core/client';
import { memo } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { describeEntry } from './describe-entry.js';

/** One entry as a sentence. Everything that agents wrote is plain text. */
export const FeedLine = memo(function FeedLine({
  entry,
  agentName,
}: {
  readonly entry: FeedEntry;
  readonly agentName: string | undefined;
}): ReactElement {
  const texts = useTexts();
  const { who, what, subject, detail, by, severity } = describeEntry(entry, agentName, texts);
  return (
    <>
      <time className="fg-feed-time" dateTime={texts.format.machineTime(entry.time)}>
        {texts.format.time(entry.time)}
      </time>
      <span className="fg-feed-mark" data-family={entry.type.split('.', 1)[0]} aria-hidden="true" />
      <span className="fg-feed-text">
        {severity === undefined ? null : <span className="fg-feed-severity">{severity}</span>}
        <span className="fg-feed-who">{who}</span> <span className="fg-feed-what">{what}</span>
        {subject === undefined ? null : <span className="fg-feed-subject"> {subject}</span>}
        {by === undefined ? null : <span className="fg-feed-by"> {by}</span>}
        {detail === undefined ? null : <span className="fg-feed-detail">{detail}</span>}
      </span>
    </>
  );
});
