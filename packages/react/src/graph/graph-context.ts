'use client';

import { createContext, useContext } from 'react';

/** What every node and edge of one drawing needs; changes with props, never with data. */
export interface GraphScope {
  /** Absent for a graph before it runs. */
  readonly runId: string | undefined;
  /** Nodes stand for agents, whose tasks are no rounds of a loop. */
  readonly derived: boolean;
  readonly selectedId: string | undefined;
  readonly onSelect: ((nodeId: string | undefined) => void) | undefined;
  /** Brings an element that the keyboard came to into sight. */
  readonly reveal: (element: HTMLElement) => void;
}

export const GraphScopeContext = createContext<GraphScope | undefined>(undefined);

export function useGraphScope(): GraphScope {
  const scope = useContext(GraphScopeContext);
  if (!scope) throw new Error('A part of a graph stands inside a WorkflowGraph.');
  return scope;
}
