'use client';

import { lazy, Suspense } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { PartBoundary } from '../components/panel/PartBoundary.js';
import { SkeletonRows } from '../components/parts/SkeletonRows.js';
import { useDashboard } from './dashboard-context.js';

/*
 * What brings a library with it is loaded when it is first shown. Each comes from its own file, so that a page of charts
 * does not load the graph.
 */
export const Analytics = lazy(async () => ({
  default: (await import('../charts/Analytics.js')).Analytics,
}));
export const WorkflowGraph = lazy(async () => ({
  default: (await import('../graph/WorkflowGraph.js')).WorkflowGraph,
}));
export const ConversationViewer = lazy(async () => ({
  default: (await import('../reading/conversation/ConversationViewer.js')).ConversationViewer,
}));
export const FileChanges = lazy(async () => ({
  default: (await import('../reading/files/FileChanges.js')).FileChanges,
}));
export const AgentLogViewer = lazy(async () => ({
  default: (await import('../reading/log/AgentLogViewer.js')).AgentLogViewer,
}));

export const RunComparison = lazy(async () => ({
  default: (await import('../reading/comparison/RunComparison.js')).RunComparison,
}));
export const ExportMenu = lazy(async () => ({
  default: (await import('../export/ExportMenu.js')).ExportMenu,
}));
/** What replays a run in a file: half a megabyte, loaded when such a file is asked for. */
export const loadPlayer = () => import('../player.js');

/** A part that is loaded when it is shown: lines in its place until it is here, and words where it cannot come. */
export function Heavy({ children }: { readonly children: ReactNode }): ReactElement {
  const { onPartError } = useDashboard();
  return (
    <PartBoundary onError={onPartError}>
      <Suspense
        fallback={
          <section className="fg-card fg-heavy">
            <SkeletonRows rows={8} />
          </section>
        }
      >
        {children}
      </Suspense>
    </PartBoundary>
  );
}
