'use client';

import type { SortOrder } from '@fleetglass/core/client';
import { forwardRef, memo, useId, useMemo, useState } from 'react';
import type { ComponentPropsWithoutRef, ComponentType, CSSProperties, MouseEvent, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { cx } from '../../lib/cx.js';
import { useEvenRows } from '../../lib/useVirtualRows.js';
import { useWidth } from '../../lib/useWidth.js';
import { CardSort } from './CardSort.js';
import type { DataTableColumn, DataTableRowProps, ShownColumn } from './column.js';
import { columnsFor, nextSort, stepOf } from './column.js';
import { TableHead } from './TableHead.js';
import { tableLabels } from './table-labels.js';
import { useHeldOrder } from './useHeldOrder.js';
import { useTableKeys } from './useTableKeys.js';

export interface DataTableProps extends Omit<ComponentPropsWithoutRef<'div'>, 'children'> {
  /** Name of the table for assistive technology. */
  readonly label: string;
  /** Module constant or memoised. */
  readonly columns: readonly DataTableColumn[];
  /** Rows, sorted as `sort` says. The same array while none comes, goes or moves. */
  readonly ids: readonly string[];
  /** Draws the cells of one row and follows that row's data; a memoised component. */
  readonly Row: ComponentType<DataTableRowProps>;
  /** Pixels, with columns and as a card. */
  readonly rowHeight: number;
  readonly cardHeight: number;
  /** Width in pixels below which rows become cards. @default 560 */
  readonly cardsBelow?: number;
  readonly sort?: SortOrder | undefined;
  /** Columns sort when this is given. */
  readonly onSortChange?: ((sort: SortOrder | undefined) => void) | undefined;
  /** What besides the sort the reader asked for: a change of it puts rows in order at once. */
  readonly orderKey?: string;
  readonly selectedId?: string | undefined;
  /** Rows can be opened when this is given, by click and by Enter. */
  readonly onOpen?: ((id: string) => void) | undefined;
}

/** Rows above this number are drawn only where they can be seen. */
const VIRTUAL_ABOVE = 100;
/** Number of the first row for assistive technology; the headings are row 1. */
const FIRST_ROW = 2;
/** Width in pixels until it is known. */
const FIRST_WIDTH = 1280;
/** What rows lose in height in the compact density: their own padding. */
const COMPACT_LESS = 6;

/**
 * Many things of one kind. Renders again when rows come, go or move, and while the reader scrolls or moves; a row when
 * its own data changes. Rows do not move while the pointer or the focus is among them, or when they were scrolled: a
 * button then offers the new order.
 */
export const DataTable = forwardRef<HTMLDivElement, DataTableProps>(function DataTable(
  {
    label,
    columns,
    ids: latest,
    Row,
    rowHeight,
    cardHeight,
    cardsBelow = 560,
    sort,
    onSortChange,
    orderKey = '',
    selectedId,
    onOpen,
    className,
    ...rest
  },
  ref,
) {
  const { labels, format } = useTexts();
  const words = labels(tableLabels);
  const baseId = useId();
  // State and not a ref: the rows inside are drawn before a ref to what surrounds them is set.
  const [viewport, setViewport] = useState<HTMLDivElement | null>(null);
  const [attention, setAttention] = useState({ pointer: false, focus: false, scrolled: false });
  const held = attention.pointer || attention.focus || attention.scrolled;
  const attend = (change: Partial<typeof attention>): void => {
    setAttention((last) => {
      const next = { ...last, ...change };
      const same =
        next.pointer === last.pointer && next.focus === last.focus && next.scrolled === last.scrolled;
      return same ? last : next;
    });
  };
  const order = useHeldOrder(latest, held, `${orderKey} ${sort?.column} ${sort?.direction}`);
  const { ids } = order;

  const width = useWidth(viewport, FIRST_WIDTH);
  const stacked = width < cardsBelow;
  const isCompact = viewport?.closest<HTMLElement>('.fg-root')?.dataset['density'] === 'compact';
  const height = (stacked ? cardHeight : rowHeight) - (isCompact ? COMPACT_LESS : 0);
  // Only the widths at which a column comes or goes matter.
  const step = stepOf(columns, width);
  const shown = useMemo(() => columnsFor(columns, step, stacked), [columns, step, stacked]);
  const visible = useEvenRows(viewport, ids.length, height);
  const isVirtual = ids.length > VIRTUAL_ABOVE;
  const { from, to } = isVirtual ? visible : { from: 0, to: ids.length };

  const headHeight = (): number => viewport?.querySelector<HTMLElement>('.fg-table-head')?.offsetHeight ?? 0;
  const sortBy = (column: ShownColumn): void => onSortChange?.(nextSort(column, sort));
  const keys = useTableKeys({
    ids,
    columns: onSortChange && !stacked ? shown.filter((column) => column.sorts) : [],
    pageSize: () => Math.max(1, Math.floor(((viewport?.clientHeight ?? 0) - headHeight()) / height)),
    onReach: (index) => {
      if (viewport) scrollToRow(viewport, stacked ? 0 : headHeight(), index * height, height);
    },
    onOpen,
    onSort: sortBy,
  });
  const { place } = keys;
  const activeIndex = place?.index ?? -1;

  const reach = (event: MouseEvent<HTMLDivElement>): number | undefined => {
    const row = (event.target as Element).closest('.fg-item');
    return row ? Number(row.getAttribute('aria-rowindex')) - FIRST_ROW : undefined;
  };
  const open = (event: MouseEvent<HTMLDivElement>): void => {
    const index = reach(event);
    const isControl = (event.target as Element).closest('button, a, input, select') !== null;
    const isReading = (viewport?.ownerDocument.getSelection()?.toString() ?? '') !== '';
    const id = index === undefined ? undefined : ids[index];
    if (id !== undefined && !isControl && !isReading) onOpen?.(id);
  };
  const enter = (): void => {
    attend({ focus: true });
    if (place || ids.length === 0) return;
    const chosen = selectedId === undefined ? -1 : ids.indexOf(selectedId);
    keys.moveTo(chosen >= 0 ? chosen : Math.round((viewport?.scrollTop ?? 0) / height));
  };
  const style = {
    '--fg-columns': shown.map((column) => column.width).join(' '),
    '--fg-row-height': `${height}px`,
  } as CSSProperties;

  return (
    <div
      ref={ref}
      className={cx('fg-table', className)}
      data-stacked={stacked || undefined}
      onPointerEnter={() => attend({ pointer: true })}
      onPointerLeave={() => attend({ pointer: false })}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) attend({ focus: false });
      }}
      {...rest}
    >
      {stacked && onSortChange ? (
        <CardSort columns={columns} sort={sort} onSortChange={onSortChange} />
      ) : null}
      <div
        ref={setViewport}
        role="grid"
        tabIndex={0}
        className="fg-table-view fg-scroll"
        style={style}
        aria-label={label}
        aria-rowcount={ids.length + 1}
        aria-colcount={columns.length}
        aria-activedescendant={place && attention.focus ? idOf(baseId, place) : undefined}
        data-focus={attention.focus || undefined}
        onFocus={enter}
        onKeyDown={keys.onKeyDown}
        onMouseDown={(event) => {
          const index = reach(event);
          if (index !== undefined && index !== activeIndex) keys.moveTo(index);
        }}
        onClick={open}
        onScroll={(event) => attend({ scrolled: event.currentTarget.scrollTop > 0 })}
      >
        <TableHead
          baseId={baseId}
          columns={shown}
          sort={sort}
          active={place?.index === -1 ? place.id : undefined}
          onSort={sortBy}
        />
        <div
          role="rowgroup"
          className="fg-rows"
          style={{ blockSize: ids.length * height, paddingBlockStart: from * height }}
        >
          {ids.slice(from, to).map((id, offset) => (
            <TableRow
              key={id}
              id={id}
              index={from + offset}
              baseId={baseId}
              columns={shown}
              Row={Row}
              selected={onOpen || selectedId !== undefined ? id === selectedId : undefined}
              active={from + offset === activeIndex}
            />
          ))}
        </div>
      </div>
      {order.waiting ? (
        <button type="button" className="fg-pill fg-table-pill" onClick={order.update}>
          {words.updateOrder(order.changes === undefined ? undefined : format.count(order.changes))}
        </button>
      ) : null}
    </div>
  );
});

const idOf = (baseId: string, { index, id }: { readonly index: number; readonly id: string | undefined }) =>
  index < 0 ? `${baseId}-${id}` : `${baseId}-${index}`;

function scrollToRow(viewport: HTMLElement, head: number, top: number, height: number): void {
  const below = top + height + head - viewport.clientHeight;
  if (top < viewport.scrollTop) viewport.scrollTop = top;
  else if (below > viewport.scrollTop) viewport.scrollTop = below;
}

interface TableRowProps extends DataTableRowProps {
  readonly index: number;
  readonly baseId: string;
  readonly Row: ComponentType<DataTableRowProps>;
  readonly selected: boolean | undefined;
}

/**
 * What surrounds a row's cells. Renders again when its place or the columns change, not with its data: of its elements
 * only this one tells its place, and that once, since a row above moves all.
 */
const TableRow = memo(function TableRow({
  id,
  index,
  baseId,
  columns,
  Row,
  selected,
  active,
}: TableRowProps): ReactElement {
  return (
    <div
      role="row"
      id={active ? `${baseId}-${index}` : undefined}
      aria-rowindex={index + FIRST_ROW}
      aria-selected={selected}
      className="fg-row fg-item"
      data-selected={selected || undefined}
      data-active={active || undefined}
    >
      <Row id={id} columns={columns} active={active} />
    </div>
  );
});
