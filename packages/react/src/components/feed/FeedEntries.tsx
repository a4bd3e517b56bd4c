'use client';

import { useMemo } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { offsetsOf, useVirtualRows } from '../../lib/useVirtualRows.js';
import { useWidth } from '../../lib/useWidth.js';
import type { FeedRowProps } from './FeedRow.js';
import { FeedRow } from './FeedRow.js';
import { rowHeight } from './feed-rows.js';
import type { DescribedRow } from './feed-rows.js';
import { useKeepPlace } from './useStickToEnd.js';

export interface FeedEntriesProps extends Pick<FeedRowProps, 'onSelect' | 'onOpenRun'> {
  readonly rows: readonly DescribedRow[];
  readonly viewport: HTMLDivElement | null;
  readonly atEnd: boolean;
}

/** From this width on, in pixels, what an entry is about stands on its first line. */
const WIDE_FROM = 560;

/** The rows that can be seen, in the normal flow below a space as high as those above them. */
export function FeedEntries({ rows, viewport, atEnd, onSelect, onOpenRun }: FeedEntriesProps): ReactElement {
  const wide = useWidth(viewport, 0) >= WIDE_FROM;
  const offsets = useMemo(() => offsetsOf(rows, (row) => rowHeight(row, wide)), [rows, wide]);
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
  const { format } = useTexts();
  const today = format.startOfDay(rows.at(-1)?.entry.time ?? 0);
  return (
    <ol
      className="fg-feed-list"
      data-wide={wide || undefined}
      style={{ blockSize: offsets.at(-1), paddingBlockStart: offsets[drawn.from] }}
    >
      {rows.slice(drawn.from, drawn.to).map((row) => (
        <FeedRow
          key={row.entry.seq}
          row={row}
          height={rowHeight(row, wide)}
          today={today}
          onSelect={onSelect}
          onOpenRun={onOpenRun}
        />
      ))}
    </ol>
  );
}
