'use client';

import { forwardRef, useCallback, useDeferredValue, useId, useMemo, useState } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useConnection } from '../../hooks/useConnection.js';
import { useIsReplaying } from '../../hooks/useReplay.js';
import { cx } from '../../lib/cx.js';
import { LiveRegion } from '../live-region/LiveRegion.js';
import { EmptyNote } from '../parts/EmptyNote.js';
import { SearchField } from '../parts/SearchField.js';
import { SelectField } from '../parts/SelectField.js';
import { SkeletonRows } from '../parts/SkeletonRows.js';
import { sentence } from './describe-entry.js';
import { FEED_KINDS } from './feed-kinds.js';
import type { FeedKind, FeedTarget } from './feed-kinds.js';
import { feedLabels } from './feed-labels.js';
import { createRowOf, fitsFeedFilter, isEmptyReport } from './feed-rows.js';
import type { DescribedRow } from './feed-rows.js';
import { FeedEntries } from './FeedEntries.js';
import { useActivity, useFeedNames } from './useActivity.js';
import { useStickToEnd } from './useStickToEnd.js';

export interface ActivityFeedProps extends Omit<ComponentPropsWithoutRef<'section'>, 'onSelect'> {
  /** @default what happened in all runs */
  readonly runId?: string | undefined;
  /** Shows fields to narrow the feed to a kind and to words. @default true */
  readonly hasFilters?: boolean;
  /** Asked to show what an entry is about. */
  readonly onSelect?: ((target: FeedTarget, runId: string) => void) | undefined;
  /** Asked to show the run of an entry. */
  readonly onOpenRun?: ((runId: string) => void) | undefined;
}

const ALL = 'all';

/**
 * What happened in a run, or in all of them, newest last, with who did it. It can be narrowed to a kind and to words, and
 * stays live. It follows the end only while the reader is there, and otherwise counts what is new. Assistive technology
 * hears a summary, not every line. Renders again when entries arrive.
 */
export const ActivityFeed = forwardRef<HTMLElement, ActivityFeedProps>(function ActivityFeed(
  { runId, hasFilters = true, onSelect, onOpenRun, className, ...rest },
  ref,
) {
  const entries = useActivity(runId);
  const texts = useTexts();
  const { labels, format } = texts;
  const titleId = useId();
  const words = labels(feedLabels);
  const { ready } = useConnection();
  const replaying = useIsReplaying();
  const names = useFeedNames(runId);
  const [kind, setKind] = useState<FeedKind | typeof ALL>(ALL);
  const [text, setText] = useState('');
  const wanted = useDeferredValue(text).trim();

  const rowOf = useMemo(() => createRowOf(names, texts), [names, texts]);
  const rows = useMemo(() => {
    const all = entries.filter(({ entry }) => !isEmptyReport(entry)).map(rowOf);
    const only = kind === ALL ? undefined : kind;
    return only === undefined && wanted === '' ? all : all.filter((row) => fitsFeedFilter(row, only, wanted));
  }, [entries, rowOf, kind, wanted]);
  const newest = entries.at(-1)?.entry.seq ?? 0;
  const countSince = useCallback((seen: number) => countAfter(rows, seen), [rows]);
  const { viewport, setViewport, unseen, atEnd, toEnd, onScroll } = useStickToEnd(newest, countSince);

  const announce = useCallback(
    (seen: number): string => {
      const count = countAfter(rows, seen);
      const last = rows.at(-1);
      return count === 0 || !last ? '' : words.announce(format.count(count), sentence(last.description));
    },
    [rows, words, format],
  );
  const clear = (): void => {
    setKind(ALL);
    setText('');
  };
  const isCut = runId === undefined ? entries.length >= 500 : entries[0]?.entry.type !== 'run.created';

  return (
    <section ref={ref} className={cx('fg-card fg-feed', className)} aria-labelledby={titleId} {...rest}>
      <div className="fg-card-head">
        <h3 className="fg-card-title" id={titleId}>
          {words.title}
        </h3>
        {entries.length > 0 && isCut ? (
          <span className="fg-card-note">{words.truncated(format.count(entries.length))}</span>
        ) : null}
      </div>
      {entries.length === 0 ? (
        ready ? (
          <EmptyNote
            heading={words.empty}
            hint={runId === undefined ? words.emptyFleetHint : words.emptyHint}
          />
        ) : (
          <SkeletonRows />
        )
      ) : (
        <>
          {hasFilters ? (
            <div className="fg-feed-tools" role="group" aria-label={words.filter}>
              <SelectField
                label={words.kind}
                value={kind}
                onChange={setKind}
                options={[
                  { value: ALL, label: words.anyKind },
                  ...FEED_KINDS.map((value) => ({ value, label: words.kinds[value] })),
                ]}
              />
              <SearchField label={words.search} value={text} onChange={setText} />
            </div>
          ) : null}
          <div className="fg-feed-box">
            <div
              ref={setViewport}
              className="fg-feed-view fg-scroll"
              tabIndex={0}
              role="group"
              aria-labelledby={titleId}
              onScroll={onScroll}
            >
              {rows.length === 0 ? (
                <EmptyNote className="fg-feed-none" heading={words.noFit} hint={words.noFitHint}>
                  <button type="button" className="fg-button" onClick={clear}>
                    {words.clear}
                  </button>
                </EmptyNote>
              ) : (
                <FeedEntries
                  rows={rows}
                  viewport={viewport}
                  atEnd={atEnd}
                  onSelect={onSelect}
                  onOpenRun={onOpenRun}
                />
              )}
            </div>
            {unseen > 0 ? (
              <button type="button" className="fg-pill" onClick={toEnd}>
                {words.newEntries(format.count(unseen))} <span aria-hidden="true">↓</span>
              </button>
            ) : null}
          </div>
        </>
      )}
      <LiveRegion position={newest} summarise={announce} muted={replaying} />
    </section>
  );
});

/** How many rows are newer than `seq`; they are in order, so the search starts at the end. */
function countAfter(rows: readonly DescribedRow[], seq: number): number {
  let index = rows.length;
  while (index > 0 && (rows[index - 1]?.entry.seq ?? 0) > seq) index -= 1;
  return rows.length - index;
}
