'use client';

import { createContext, forwardRef, useContext, useState } from 'react';
import type { ComponentPropsWithoutRef, ReactElement, ReactNode } from 'react';
import { EmptyNote } from '../components/parts/EmptyNote.js';
import { Card } from '../components/parts/Card.js';
import type { CardProps } from '../components/parts/Card.js';
import { useTexts } from '../context/monitor-context.js';
import { tableToCsv } from '@fleetglass/core/client';
import { cx } from '../lib/cx.js';
import { download } from '../lib/download.js';
import { ChartTable } from './ChartTable.js';
import { chartsLabels } from './charts-labels.js';
import type { DataTable } from './data-table.js';
import { DrawingSkeleton } from './Drawing.js';
import type { SkeletonKind } from './Drawing.js';

/** What every chart takes from its host. */
export type ChartProps = Omit<ComponentPropsWithoutRef<'section'>, 'title'>;

export interface ChartCardProps extends Omit<CardProps, 'loading'> {
  readonly heading: string;
  /** Nothing has arrived yet: the shape of what is coming. */
  readonly loading: SkeletonKind | false;
  readonly isEmpty: boolean;
  /** It shows one run, which has no period to choose. @default false */
  readonly ofRun?: boolean;
  /** Figures for the table and the file; made when they are asked for. */
  readonly table: () => DataTable;
  /** What the reader has to know to trust the figures. */
  readonly footnotes?: readonly ReactNode[] | undefined;
}

/** Whether the page says already what the footnotes and sums of its charts say. */
export const ToldAbove = createContext(false);

/** The frame of every chart: its heading, the way to its table and its file, and what is missing, in words. */
export const ChartCard = forwardRef<HTMLElement, ChartCardProps>(function ChartCard(
  {
    heading,
    note,
    tools,
    loading,
    isEmpty,
    ofRun = false,
    table,
    footnotes = [],
    className,
    children,
    ...rest
  },
  ref,
) {
  const { labels } = useTexts();
  const words = labels(chartsLabels);
  const toldAbove = useContext(ToldAbove);
  const [asTable, setAsTable] = useState(false);
  const save = (): void => {
    const { columns, rows } = table();
    const cells = rows.map((row) => row.cells.map((cell) => ('value' in cell ? cell.value : cell.text)));
    download(
      `${heading}.csv`,
      'text/csv;charset=utf-8',
      tableToCsv(
        columns.map(({ label }) => label),
        cells,
      ),
    );
  };
  const isReady = loading === false && !isEmpty;
  return (
    <Card
      ref={ref}
      heading={heading}
      className={cx('fg-chart', className)}
      data-view={asTable ? 'table' : 'chart'}
      note={isReady ? note : undefined}
      tools={
        <>
          {tools}
          <ToolButton
            label={words.showTable}
            pressed={asTable}
            disabled={!isReady}
            onClick={() => setAsTable(!asTable)}
            path="M1.5 2h9v8h-9zM1.5 5h9M5 5v5"
          />
          <ToolButton
            label={words.downloadCsv}
            disabled={!isReady}
            onClick={save}
            path="M6 1.5v6M3.25 5 6 7.75 8.75 5M2 10.25h8"
          />
        </>
      }
      {...rest}
    >
      {loading !== false ? (
        <div className="fg-chart-drawing" data-kind={loading} style={{ blockSize: 220 }}>
          <DrawingSkeleton kind={loading} />
        </div>
      ) : isEmpty ? (
        <EmptyNote
          heading={ofRun ? words.emptyRun : words.empty}
          hint={ofRun ? words.emptyRunHint : words.emptyHint}
        />
      ) : asTable ? (
        <ChartTable label={words.tableOf(heading)} table={table()} />
      ) : (
        children
      )}
      {isReady && !toldAbove && footnotes.length > 0 ? (
        <ul className="fg-chart-notes">
          {footnotes.map((note, at) => (
            <li key={at}>{note}</li>
          ))}
        </ul>
      ) : null}
    </Card>
  );
});

interface ToolButtonProps {
  readonly label: string;
  readonly path: string;
  readonly pressed?: boolean;
  readonly disabled: boolean;
  readonly onClick: () => void;
}

function ToolButton({ label, path, pressed, disabled, onClick }: ToolButtonProps): ReactElement {
  return (
    <button
      type="button"
      className="fg-icon-button fg-chart-tool"
      aria-label={label}
      aria-pressed={pressed}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <path d={path} />
      </svg>
    </button>
  );
}
