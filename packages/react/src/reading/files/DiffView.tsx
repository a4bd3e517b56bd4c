'use client';

import { forwardRef, memo, useEffect, useMemo, useState } from 'react';
import type { ComponentPropsWithoutRef, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { cx } from '../../lib/cx.js';
import { plainText } from '../../lib/plain-text.js';
import { useWidth } from '../../lib/useWidth.js';
import { MeasuredList } from '../list/MeasuredList.js';
import { pairedRows, rawRows, unifiedRows } from './diff-rows.js';
import type { DiffCell, DiffRow, FilePatch } from './diff-rows.js';
import { filesLabels } from './files-labels.js';

export interface DiffViewProps extends Omit<ComponentPropsWithoutRef<'div'>, 'children'> {
  /** A unified diff; anything else is shown as it is. */
  readonly text: string;
  /** What it is of, for assistive technology. */
  readonly label: string;
}

/** From this width on, in pixels, before and after stand beside each other. */
const PAIRED_FROM = 760;
/** Characters that are laid out. */
const MOST = 4_000_000;
const ROW = 20;
const keyOf = (row: DiffRow): string => row.key;
const heightOf = (): number => ROW;

type Parsed = { readonly text: string; readonly patches: readonly FilePatch[] | undefined };

/**
 * A unified diff: side by side where there is room, below each other where there is not. Only lines in view are drawn.
 * Renders again with its props and its width.
 */
export const DiffView = forwardRef<HTMLDivElement, DiffViewProps>(function DiffView(
  { text, label, className, ...rest },
  ref,
) {
  const { labels, format } = useTexts();
  const words = labels(filesLabels);
  const shown = text.length > MOST ? text.slice(0, text.lastIndexOf('\n', MOST) + 1 || MOST) : text;
  const [parsed, setParsed] = useState<Parsed>();
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const isPaired = useWidth(box, 0) >= PAIRED_FROM;
  useEffect(() => {
    let isWanted = true;
    const say = (patches: readonly FilePatch[] | undefined): void => {
      if (isWanted) setParsed({ text: shown, patches });
    };
    import('./parse-diff.js').then(
      ({ parseDiff }) => say(parseDiff(shown)),
      () => say(undefined),
    );
    return () => {
      isWanted = false;
    };
  }, [shown]);
  const isHere = parsed?.text === shown;
  const patches = isHere ? parsed.patches : undefined;
  const rows = useMemo(
    () => (patches ? (isPaired ? pairedRows : unifiedRows)(patches) : rawRows(shown)),
    [patches, isPaired, shown],
  );
  return (
    <div ref={ref} className={cx('fg-diff', className)} {...rest}>
      {isHere && !patches ? <p className="fg-reading-note">{words.brokenDiff}</p> : null}
      {shown === text ? null : <p className="fg-reading-note">{words.longDiff(format.bytes(MOST))}</p>}
      <div ref={setBox}>
        <MeasuredList
          key={isPaired ? 'paired' : 'unified'}
          className="fg-diff-rows"
          role="group"
          aria-label={label}
          data-paired={(isPaired && patches !== undefined) || undefined}
          rows={rows}
          keyOf={keyOf}
          heightOf={heightOf}
          renderRow={(row) => <DiffLine row={row} />}
        />
      </div>
    </div>
  );
});

const DiffLine = memo(function DiffLine({ row }: { readonly row: DiffRow }): ReactElement {
  switch (row.kind) {
    case 'head':
      return <div className="fg-diff-head">{plainText(row.text)}</div>;
    case 'line':
      return (
        <div className="fg-diff-line" data-mark={row.cell.mark}>
          <span className="fg-diff-number">{row.cell.mark === 'removed' ? row.cell.number : row.other}</span>
          <span className="fg-diff-number">{row.cell.mark === 'removed' ? '' : row.cell.number}</span>
          <Words cell={row.cell} />
        </div>
      );
    case 'pair':
      return (
        <div className="fg-diff-pair">
          {[row.left, row.right].map((cell, side) => (
            <div key={side} className="fg-diff-line" data-mark={cell?.mark ?? 'none'}>
              <span className="fg-diff-number">{cell?.number}</span>
              {cell ? <Words cell={cell} /> : null}
            </div>
          ))}
        </div>
      );
  }
});

const SIGNS = { same: ' ', added: '+', removed: '−' } as const;

function Words({ cell }: { readonly cell: DiffCell }): ReactElement {
  return (
    <>
      <span className="fg-diff-sign">{SIGNS[cell.mark]}</span>
      <span className="fg-diff-text">{plainText(cell.text)}</span>
    </>
  );
}
