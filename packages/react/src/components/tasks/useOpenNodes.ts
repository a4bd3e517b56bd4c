'use client';

import type { TaskNode } from '@fleetglass/core/client';
import { useCallback, useMemo, useState } from 'react';

export interface OpenNodes {
  /** A new function when something was opened or closed. */
  readonly isOpen: (node: TaskNode) => boolean;
  readonly setOpen: (node: TaskNode, open: boolean) => void;
  readonly setAll: (open: boolean) => void;
}

/** A fan-out with more branches is closed until somebody opens it. */
const OPEN_UP_TO = 8;

interface Choice {
  /** What counts for nodes that nobody chose for. */
  readonly all?: boolean;
  readonly chosen: ReadonlyMap<string, boolean>;
}

const NONE: Choice = { chosen: new Map() };

/**
 * Which nodes of a tree are open. It stays as it is whatever tasks do: a node that appears is open, and what a person
 * closed stays closed. A filter begins with everything open, and what was before comes back when it is taken away.
 *
 * @param filter what is looked for, as a text; empty for nothing
 */
export function useOpenNodes(filter: string): OpenNodes {
  const [plain, setPlain] = useState<Choice>(NONE);
  const [found, setFound] = useState<{ readonly filter: string; readonly choice: Choice }>();
  const isFiltered = filter !== '';
  const choice = isFiltered ? (found?.filter === filter ? found.choice : ALL_OPEN) : plain;

  const change = useCallback(
    (next: (before: Choice) => Choice) => {
      if (!isFiltered) setPlain(next);
      else setFound((last) => ({ filter, choice: next(last?.filter === filter ? last.choice : ALL_OPEN) }));
    },
    [filter, isFiltered],
  );
  const setOpen = useCallback(
    ({ key }: TaskNode, open: boolean) =>
      change(({ chosen, ...rest }) => ({ ...rest, chosen: new Map(chosen).set(key, open) })),
    [change],
  );
  const setAll = useCallback((all: boolean) => change(() => ({ all, chosen: NONE.chosen })), [change]);
  const isOpen = useCallback(
    ({ key, branches }: TaskNode): boolean =>
      choice.chosen.get(key) ?? choice.all ?? (branches === undefined || branches <= OPEN_UP_TO),
    [choice],
  );
  return useMemo(() => ({ isOpen, setOpen, setAll }), [isOpen, setOpen, setAll]);
}

const ALL_OPEN: Choice = { all: true, chosen: NONE.chosen };
