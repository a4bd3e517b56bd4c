'use client';

import { useMemo, useState } from 'react';
import { countMoves } from './count-moves.js';

/** An order that does not change under the reader. */
export interface HeldOrder {
  readonly ids: readonly string[];
  /** Another order waits to be shown. */
  readonly waiting: boolean;
  /** How many rows it changes, where that is known. */
  readonly changes: number | undefined;
  /** Shows it. */
  readonly update: () => void;
}

/**
 * Keeps the order of rows while somebody is among them. What is only added at the end is shown at once, since it moves
 * nothing, and so is what the reader asked for.
 *
 * @param held somebody is among the rows
 * @param orderKey changes when the reader asks for another order
 */
export function useHeldOrder(ids: readonly string[], held: boolean, orderKey: string): HeldOrder {
  const [shown, setShown] = useState({ ids, orderKey });
  const accepts = !held || shown.orderKey !== orderKey || isStartOf(shown.ids, ids);
  if (accepts && (shown.ids !== ids || shown.orderKey !== orderKey)) setShown({ ids, orderKey });
  const changes = useMemo(() => (accepts ? 0 : countMoves(shown.ids, ids)), [accepts, shown, ids]);
  return {
    ids: accepts ? ids : shown.ids,
    waiting: !accepts && changes !== 0,
    changes,
    update: () => setShown({ ids, orderKey }),
  };
}

const isStartOf = (start: readonly string[], ids: readonly string[]): boolean =>
  start === ids || (start.length <= ids.length && start.every((id, index) => ids[index] === id));
