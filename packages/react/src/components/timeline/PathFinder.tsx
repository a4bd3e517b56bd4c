'use client';

import type { CriticalPath, Lane } from '@fleetglass/core/client';
import { useEffect } from 'react';
import { useCriticalPath } from '../../hooks/useCriticalPath.js';

export interface PathFinderProps {
  readonly runId: string;
  /** Lanes of the host's own. */
  readonly lanes: readonly Lane[] | undefined;
  readonly now: number;
  readonly onFind: (path: CriticalPath | undefined) => void;
}

/** Tells the critical path while it is there, and shows nothing; loaded when it is first asked for. */
export function PathFinder({ runId, lanes, now, onFind }: PathFinderProps): null {
  const path = useCriticalPath(runId, true, lanes, now);
  useEffect(() => onFind(path), [path, onFind]);
  return null;
}
