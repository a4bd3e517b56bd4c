'use client';

import { useRef, useState } from 'react';
import type { ComponentPropsWithoutRef, ReactElement, ReactNode } from 'react';
import { cx } from '../../lib/cx.js';
import { useBrowserLayoutEffect } from '../../lib/useBrowserLayoutEffect.js';
import { useMeasuredRows } from './useMeasuredRows.js';

export interface MeasuredListProps<R> extends Omit<ComponentPropsWithoutRef<'div'>, 'children'> {
  readonly rows: readonly R[];
  /** Module constants or memoised, like every function below. */
  readonly keyOf: (row: R) => string;
  /** Pixels of a row that was not drawn yet. */
  readonly heightOf: (row: R) => number;
  readonly renderRow: (row: R, index: number) => ReactNode;
  /** Attributes of a row's own element. */
  readonly rowProps?: ((row: R, index: number) => ComponentPropsWithoutRef<'li'>) | undefined;
  readonly listProps?: ComponentPropsWithoutRef<'ol'> | undefined;
  /**
   * Rows arrive at the end: it is followed while the reader is there, and otherwise they are counted.
   *
   * @default false
   */
  readonly live?: boolean;
  /** Rows that there ever were; differs from those shown where the oldest are forgotten. @default rows.length */
  readonly total?: number;
  /** A row that is to be seen; another object asks anew. It may be one that this very change adds. */
  readonly shown?: { readonly key: string } | undefined;
  /** Says how many are new: "3 new". */
  readonly newRows?: ((count: number) => string) | undefined;
}

/** Distance from the end in pixels at which the reader still counts as being there. */
const SLACK = 24;

/**
 * A long list of rows of any height: only what can be seen is drawn, and nothing that the reader looks at moves. It
 * renders again with its props and while it is scrolled.
 */
export function MeasuredList<R>({
  rows,
  keyOf,
  heightOf,
  renderRow,
  rowProps,
  listProps,
  live = false,
  total = rows.length,
  shown,
  newRows,
  className,
  ...rest
}: MeasuredListProps<R>): ReactElement {
  const [viewport, setViewport] = useState<HTMLDivElement | null>(null);
  const list = useRef<HTMLOListElement>(null);
  /** How many there were when the reader left the end. */
  const [leftAt, setLeftAt] = useState<number | undefined>(live ? undefined : total);
  const stick = live && leftAt === undefined;
  const { drawn, offsets, remember, show } = useMeasuredRows({
    viewport,
    list,
    rows,
    keyOf,
    heightOf,
    stick,
  });
  const onScroll = (): void => {
    if (!viewport) return;
    const atEnd = viewport.scrollHeight - viewport.scrollTop - viewport.clientHeight <= SLACK;
    setLeftAt((before) => (atEnd ? undefined : (before ?? total)));
    remember();
  };
  const asked = useRef<object>(undefined);
  useBrowserLayoutEffect(() => {
    if (!shown || shown === asked.current || !viewport) return;
    const index = rows.findIndex((row) => keyOf(row) === shown.key);
    if (index < 0) return;
    asked.current = shown;
    show(index);
  }, [shown, rows, keyOf, show, viewport]);
  const unseen = live && leftAt !== undefined ? total - leftAt : 0;
  return (
    <div className={cx('fg-measured', className)}>
      <div
        ref={setViewport}
        className="fg-measured-view fg-scroll"
        tabIndex={0}
        onScroll={onScroll}
        {...rest}
      >
        <ol
          ref={list}
          {...listProps}
          style={{ blockSize: offsets.at(-1), paddingBlockStart: offsets[drawn.from] }}
        >
          {rows.slice(drawn.from, drawn.to).map((row, at) => (
            <li key={keyOf(row)} data-index={drawn.from + at} {...rowProps?.(row, drawn.from + at)}>
              {renderRow(row, drawn.from + at)}
            </li>
          ))}
        </ol>
      </div>
      {unseen > 0 && newRows ? (
        <button type="button" className="fg-pill" onClick={() => setLeftAt(undefined)}>
          {newRows(unseen)} <span aria-hidden="true">↓</span>
        </button>
      ) : null}
    </div>
  );
}
