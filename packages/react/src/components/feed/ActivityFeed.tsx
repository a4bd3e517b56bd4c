'use client';

import { agentKey } from '@fleetglass/core/client';
import type { FeedEntry, MonitorSnapshot } from '@fleetglass/core/client';
import { forwardRef, useCallback, useId, useMemo } from 'react';
import type { ComponentPropsWithoutRef, ReactElement } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { useFeed } from '../../hooks/useFeed.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { useIsReplaying } from '../../hooks/useReplay.js';
import { cx } from '../../lib/cx.js';
import { LiveRegion } from '../live-region/LiveRegion.js';
import { offsetsOf, useVirtualRows } from '../../lib/useVirtualRows.js';
import { useWidth } from '../../lib/useWidth.js';
import { describeEntry, sentence } from './describe-entry.js';
import { createRowOf, isEmptyReport } from './feed-rows.js';
import { FeedRow } from './FeedRow.js';
import { useKeepPlace, useStickToEnd } from './useStickToEnd.js';
import { feedLabels } from './feed-labels.js';

export interface ActivityFeedProps extends ComponentPropsWithoutRef<'section'> {
  readonly runId: string;
}

/** From this width on, in pixels, what an entry is about stands on its first line. */
const WIDE_FROM = 560;

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
  const words = labels(feedLabels);
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
            <Entries entries={entries} viewport={viewport} nameOf={nameOf} atEnd={atEnd} />
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

/** The rows that can be seen, in the normal flow below a space as high as those above them. */
function Entries({ entries, viewport, nameOf, atEnd }: EntriesProps): ReactElement {
  const wide = useWidth(viewport, 0) >= WIDE_FROM;
  const texts = useTexts();
  const rowOf = useMemo(() => createRowOf(nameOf, texts, wide), [nameOf, texts, wide]);
  const rows = useMemo(() => entries.filter((entry) => !isEmptyReport(entry)).map(rowOf), [entries, rowOf]);
  const offsets = useMemo(() => offsetsOf(rows, ({ height }) => height), [rows]);
  const drawn = useVirtualRows(viewport, offsets, atEnd);
  const place = useMemo(
    () => ({
      first: rows[0]?.entry.seq ?? 0,
      numberOf: (index: number) => rows[index]?.entry.seq ?? 0,
      offsets,
    }),
    [rows, offsets],
  );
  useKeepPlace(viewport, atEnd, place);
  return (
    <ol
      className="fg-feed-list"
      data-wide={wide || undefined}
      style={{ blockSize: offsets.at(-1), paddingBlockStart: offsets[drawn.from] }}
    >
      {rows.slice(drawn.from, drawn.to).map((row) => (
        <FeedRow key={row.entry.seq} {...row} />
      ))}
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
