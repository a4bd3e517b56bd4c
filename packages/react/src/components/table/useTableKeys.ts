'use client';

import { useState } from 'react';
import type { KeyboardEvent } from 'react';
import type { ShownColumn } from './column.js';

/** Where the keyboard is: on a row, or with a column on the head. */
export interface TablePlace {
  /** -1 is the head. */
  readonly index: number;
  readonly id: string | undefined;
}

export interface TableKeysOptions {
  readonly ids: readonly string[];
  /** Headings that can be reached. */
  readonly columns: readonly ShownColumn[];
  /** Rows that can be seen at once. */
  readonly pageSize: () => number;
  readonly onReach: (index: number) => void;
  readonly onOpen: ((id: string) => void) | undefined;
  readonly onSort: (column: ShownColumn) => void;
}

export interface TableKeys {
  readonly place: TablePlace | undefined;
  readonly moveTo: (index: number) => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLDivElement>) => void;
}

/** Arrow keys, Home, End and pages move among rows, Enter opens one; above the first are the headings. */
export function useTableKeys(options: TableKeysOptions): TableKeys {
  const { ids, columns, pageSize, onReach, onOpen, onSort } = options;
  const [kept, setKept] = useState<TablePlace>();
  const place = kept && placeIn(kept, ids, columns);
  const moveTo = (index: number): void => {
    const to = Math.max(0, Math.min(ids.length - 1, index));
    setKept({ index: to, id: ids[to] });
    onReach(to);
  };
  const moveInHead = (step: number): void => {
    const at = columns.findIndex(({ id }) => id === place?.id);
    const column = columns[Math.max(0, Math.min(columns.length - 1, at + step))];
    if (column) setKept({ index: -1, id: column.id });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    // Keys inside a row belong to what has the focus there; Escape leads out of it.
    if (event.target !== event.currentTarget) {
      if (event.key === 'Escape') event.currentTarget.focus();
      return;
    }
    const index = place?.index ?? -1;
    const isHead = place?.index === -1;
    const isRtl = getComputedStyle(event.currentTarget).direction === 'rtl';
    const actions: { readonly [key: string]: (() => void) | undefined } = {
      ArrowDown: () => moveTo(index + 1),
      ArrowUp: () => (index <= 0 ? moveInHead(isHead ? 0 : -columns.length) : moveTo(index - 1)),
      Home: () => moveTo(0),
      End: () => moveTo(ids.length - 1),
      PageDown: () => moveTo(index + pageSize()),
      PageUp: () => moveTo(index - pageSize()),
      ArrowLeft: isHead ? () => moveInHead(isRtl ? 1 : -1) : undefined,
      ArrowRight: isHead ? () => moveInHead(isRtl ? -1 : 1) : undefined,
      Enter: () => {
        const column = isHead ? columns.find(({ id }) => id === place.id) : undefined;
        if (column) onSort(column);
        else if (place?.id !== undefined) onOpen?.(place.id);
      },
    };
    const act = actions[event.key === ' ' && isHead ? 'Enter' : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  return { place, moveTo, onKeyDown };
}

/** The row may stand elsewhere by now, or be gone. */
function placeIn(
  kept: TablePlace,
  ids: readonly string[],
  columns: readonly ShownColumn[],
): TablePlace | undefined {
  if (kept.index < 0) return columns.some(({ id }) => id === kept.id) ? kept : undefined;
  if (ids[kept.index] === kept.id) return kept;
  const index = kept.id === undefined ? -1 : ids.indexOf(kept.id);
  if (index >= 0) return { index, id: kept.id };
  const near = Math.min(kept.index, ids.length - 1);
  return near < 0 ? undefined : { index: near, id: ids[near] };
}
