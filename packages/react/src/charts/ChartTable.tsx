'use client';

import { useMemo, useState } from 'react';
import type { ReactElement } from 'react';
import { offsetsOf, useVirtualRows } from '../lib/useVirtualRows.js';
import type { DataTable } from './data-table.js';

const ROW = 30;
const MOST_DRAWN = 100;
const rowHeight = (): number => ROW;

export interface ChartTableProps {
  readonly label: string;
  readonly table: DataTable;
}

/** The figures of a chart. Only the rows that are seen are drawn when there are many. Renders again only with its props. */
export function ChartTable({ label, table: { columns, rows } }: ChartTableProps): ReactElement {
  const [viewport, setViewport] = useState<HTMLElement | null>(null);
  const offsets = useMemo(() => offsetsOf(rows, rowHeight), [rows]);
  const seen = useVirtualRows(viewport, offsets);
  const isVirtual = rows.length > MOST_DRAWN;
  const [from, to] = isVirtual ? [seen.from, seen.to] : [0, rows.length];
  const shown = columns.flatMap((column, at) => (column.fileOnly === true ? [] : [{ ...column, at }]));
  return (
    <div
      ref={setViewport}
      className="fg-scroll fg-chart-table-view"
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <table className="fg-chart-table" aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {shown.map((column) => (
              <th key={column.at} scope="col" className={column.numeric === true ? 'fg-end' : undefined}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap height={from * ROW} />
          {rows.slice(from, to).map(({ key, cells }, place) => (
            <tr key={key} aria-rowindex={from + place + 2}>
              {shown.map(({ at, numeric }) => {
                const cell = cells[at];
                const name = numeric === true ? 'fg-end' : undefined;
                return at === 0 ? (
                  <th key={at} scope="row" className={name} title={cell?.hint}>
                    {cell?.text}
                  </th>
                ) : (
                  <td key={at} className={name} title={cell?.hint}>
                    {cell?.text}
                  </td>
                );
              })}
            </tr>
          ))}
          <Gap height={(rows.length - to) * ROW} />
        </tbody>
      </table>
    </div>
  );
}

function Gap({ height }: { readonly height: number }): ReactElement | null {
  return height > 0 ? <tr aria-hidden="true" style={{ blockSize: height }} /> : null;
}
