'use client';

import type { TaskRow } from '@fleetglass/core/client';
import { useRef } from 'react';
import type { KeyboardEvent } from 'react';

export interface TreeKeyOptions {
  readonly rows: readonly TaskRow[];
  /** Place of the line that the keys act on, -1 for none yet. */
  readonly active: number;
  readonly onMove: (place: number) => void;
  readonly onToggle: (row: TaskRow) => void;
  readonly onOpenBeside: (row: TaskRow) => void;
  readonly onChoose: (row: TaskRow) => void;
  /** What a line begins with, for typing ahead. */
  readonly nameAt: (place: number) => string;
}

/** Lines that the page keys move by. */
const PAGE = 10;
/** Milliseconds after which typing begins a new word. */
const PAUSE_MS = 800;

/** Keys of a tree: arrows, page keys, Home, End, Enter, the star that opens all beside it, and letters that lead to a name. */
export function useTreeKeys(options: TreeKeyOptions): (event: KeyboardEvent<HTMLElement>) => void {
  const typed = useRef({ text: '', at: -Infinity });
  const { rows, active, onMove, onToggle, onOpenBeside, onChoose, nameAt } = options;

  const typeAhead = (letter: string, at: number): void => {
    const begins = at - typed.current.at > PAUSE_MS;
    const text = (begins ? '' : typed.current.text) + letter.toLocaleLowerCase();
    typed.current = { text, at };
    // A single letter leads on to the next one, a longer word may stay where it is.
    const from = text.length === 1 ? active + 1 : Math.max(active, 0);
    for (let step = 0; step < rows.length; step += 1) {
      const place = (from + step) % rows.length;
      if (nameAt(place).toLocaleLowerCase().startsWith(text)) {
        onMove(place);
        return;
      }
    }
  };

  return (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || rows.length === 0) return;
    const last = rows.length - 1;
    const row = rows[active];
    const isRtl = getComputedStyle(event.currentTarget).direction === 'rtl';
    const inward = isRtl ? 'ArrowLeft' : 'ArrowRight';
    const outward = isRtl ? 'ArrowRight' : 'ArrowLeft';
    const moves: { readonly [key: string]: number } = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + PAGE,
      PageUp: active - PAGE,
      Home: 0,
      End: last,
    };
    const move = moves[event.key];
    if (move !== undefined) onMove(Math.min(last, Math.max(0, move)));
    else if (row && event.key === inward) {
      if (row.node.children === 0) return;
      if (row.isOpen) onMove(Math.min(last, active + 1));
      else onToggle(row);
    } else if (row && event.key === outward) {
      if (row.isOpen) onToggle(row);
      else {
        const parent = rows.findIndex(({ node }) => node.key === row.node.parentKey);
        if (parent < 0) return;
        onMove(parent);
      }
    } else if (row && (event.key === 'Enter' || event.key === ' ')) onChoose(row);
    else if (row && event.key === '*') onOpenBeside(row);
    else if (event.key.length === 1 && event.key.trim() !== '') typeAhead(event.key, event.timeStamp);
    else return;
    event.preventDefault();
  };
}
