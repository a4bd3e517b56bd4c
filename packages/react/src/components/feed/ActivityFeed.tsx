'use client';

import { agentKey } from '@fleetglass/core/client';
import type { FeedEntry, MonitorSnapshot } from '@fleetglass/core/client';
import { useVirtualizer } from '@tanstack/react-virtual';
import { forwardRef, useCallback, useId } from 'react';
import type { ComponentPropsWithoutRef, ReactElement, ReactNode } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { useFeed } from '../../hooks/useFeed.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { useIsReplaying } from '../../hooks/useReplay.js';
import { cx } from '../../lib/cx.js';
import { LiveRegion } from '../../lib/LiveRegion.js';
import { describeEntry, sentence } from './describe-entry.js';
import { FeedLine } from './FeedLine.js';
import { useKeepEnd, useStickToEnd } from './useStickToEnd.js';

export interface ActivityFeedProps extends ComponentPropsWithoutRef<'section'> {
  readonly runId: string;
}

/** Entries above this number are drawn only where they can be seen. */
const VIRTUAL_ABOVE = 100;
const ROW_HEIGHT = 30;

/**
 * What happened, newest last. It follows the end only while the reader is there, and otherwise counts what is new.
 * Assistive technology hears a summary, not every line. Renders again when entries arrive.
 */
export const ActivityFeed = forwardRef<HTMLElement, ActivityFeedProps>(function ActivityFeed(
  { runId, className, ...rest },
  ref,
) {
  const entries = useFeed(runId);
  const texts = useTexts();
  const { labels, format } = texts;
  const titleId = useId();
  const words = labels.feed;
  const newest = entries.at(-1);
  const countSince = useCallback((seen: number) => countAfter(entries, seen), [entries]);
  const { viewport, setViewport, unseen, atEnd, toEnd, onScroll } = useStickToEnd(
    newest?.seq ?? 0,
    countSince,
  );
  const nameOf = useAgentNames(runId);
  const replaying = useIsReplaying();
  const first = entries[0];

  const announce = useCallback(
    (seen: number): string => {
      const count = countAfter(entries, seen);
      const last = entries.at(-1);
      if (count === 0 || !last) return '';
      return words.announce(format.count(count), sentence(describeEntry(last, nameOf(last.agentId), texts)));
    },
    [entries, words, format, nameOf, texts],
  );

  return (
    <section ref={ref} className={cx('fg-card fg-feed', className)} aria-labelledby={titleId} {...rest}>
      <div className="fg-card-head">
        <h3 className="fg-card-title" id={titleId}>
          {words.title}
        </h3>
        {first && first.type !== 'run.created' ? (
          <span className="fg-card-note">{words.truncated(format.count(entries.length))}</span>
        ) : null}
      </div>
      {entries.length === 0 ? (
        <div className="fg-empty">
          <p className="fg-empty-title">{words.empty}</p>
          <p>{words.emptyHint}</p>
        </div>
      ) : (
        <div className="fg-feed-box">
          <div
            ref={setViewport}
            className="fg-feed-view fg-scroll"
            tabIndex={0}
            role="group"
            aria-labelledby={titleId}
            onScroll={onScroll}
          >
            {entries.length > VIRTUAL_ABOVE ? (
              <VirtualEntries entries={entries} viewport={viewport} nameOf={nameOf} atEnd={atEnd} />
            ) : (
              <PlainEntries entries={entries} viewport={viewport} nameOf={nameOf} atEnd={atEnd} />
            )}
          </div>
          {unseen > 0 ? (
            <button type="button" className="fg-pill" onClick={toEnd}>
              {words.newEntries(format.count(unseen))} <span aria-hidden="true">↓</span>
            </button>
          ) : null}
        </div>
      )}
      <LiveRegion position={newest?.seq ?? 0} summarise={announce} muted={replaying} />
    </section>
  );
});

interface EntriesProps {
  readonly entries: readonly FeedEntry[];
  readonly viewport: HTMLDivElement | null;
  readonly nameOf: (agentId: string | undefined) => string | undefined;
  readonly atEnd: boolean;
}

function PlainEntries({ entries, viewport, nameOf, atEnd }: EntriesProps): ReactElement {
  useKeepEnd(viewport, atEnd, entries);
  return (
    <ol className="fg-feed-list">
      {entries.map((entry) => (
        <li key={entry.seq} className="fg-feed-row" data-severity={entry.severity}>
          <FeedLine entry={entry} agentName={nameOf(entry.agentId)} />
        </li>
      ))}
    </ol>
  );
}

function VirtualEntries({ entries, viewport, nameOf, atEnd }: EntriesProps): ReactElement {
  const virtualizer = useVirtualizer({
    count: entries.length,
    getScrollElement: () => viewport,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => entries[index]?.seq ?? index,
    overscan: 6,
    initialRect: { width: 0, height: 400 },
    initialOffset: entries.length * ROW_HEIGHT,
  });
  const height = virtualizer.getTotalSize();
  // Rows turn out taller than estimated as they are measured, which moves the end.
  useKeepEnd(viewport, atEnd, `${entries.at(-1)?.seq} ${height}`);
  const row = (index: number, start: number): ReactNode => {
    const entry = entries[index];
    return entry ? (
      <li
        key={entry.seq}
        ref={virtualizer.measureElement}
        data-index={index}
        className="fg-feed-row fg-virtual"
        data-severity={entry.severity}
        aria-setsize={entries.length}
        aria-posinset={index + 1}
        style={{ transform: `translateY(${start}px)` }}
      >
        <FeedLine entry={entry} agentName={nameOf(entry.agentId)} />
      </li>
    ) : null;
  };
  return (
    <ol className="fg-feed-list" style={{ blockSize: height, position: 'relative' }}>
      {virtualizer.getVirtualItems().map((item) => row(item.index, item.start))}
    </ol>
  );
}

/** How many entries are newer than `seq`; entries are in order, so the search starts at the end. */
function countAfter(entries: readonly FeedEntry[], seq: number): number {
  let index = entries.length;
  while (index > 0 && (entries[index - 1]?.seq ?? 0) > seq) index -= 1;
  return entries.length - index;
}

/** Names do not change after an agent has joined, so the list of agents tells when to look again. */
function useAgentNames(runId: string): (agentId: string | undefined) => string | undefined {
  const { monitor } = useMonitorSource();
  const agents = useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => state.runs.get(runId)?.agents, [runId]),
  );
  return useCallback(
    (agentId) =>
      agents && agentId !== undefined
        ? monitor.getSnapshot().state.agents.get(agentKey(runId, agentId))?.name
        : undefined,
    [agents, monitor, runId],
  );
}
