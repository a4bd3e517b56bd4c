'use client';

import type { AnalyticsProps } from '../charts/Analytics.js';
import type { CostBreakdownProps } from '../charts/CostBreakdown.js';
import type { ModelUsageProps } from '../charts/ModelUsage.js';
import type { WorkflowGraphProps } from '../graph/WorkflowGraph.js';
import type { ConversationViewerProps } from '../reading/conversation/ConversationViewer.js';
import type { FileChangesProps } from '../reading/files/FileChanges.js';
import type { AgentLogViewerProps } from '../reading/log/AgentLogViewer.js';
import type { RunComparisonProps } from '../reading/comparison/RunComparison.js';
import { cardPlace, lazyPart } from '../components/parts/lazy-part.js';

/*
 * What brings a library with it is loaded when it is first shown. Each comes from its own file, so that a page of charts
 * does not load the graph.
 */
export const Analytics = lazyPart<AnalyticsProps, HTMLElement>(
  async () => (await import('../charts/Analytics.js')).Analytics,
  cardPlace,
);
export const CostBreakdown = lazyPart<CostBreakdownProps, HTMLElement>(
  async () => (await import('../charts/CostBreakdown.js')).CostBreakdown,
  cardPlace,
);
export const ModelUsage = lazyPart<ModelUsageProps, HTMLElement>(
  async () => (await import('../charts/ModelUsage.js')).ModelUsage,
  cardPlace,
);
export const WorkflowGraph = lazyPart<WorkflowGraphProps, HTMLElement>(
  async () => (await import('../graph/WorkflowGraph.js')).WorkflowGraph,
  cardPlace,
);
export const ConversationViewer = lazyPart<ConversationViewerProps, HTMLElement>(
  async () => (await import('../reading/conversation/ConversationViewer.js')).ConversationViewer,
  cardPlace,
);
export const FileChanges = lazyPart<FileChangesProps, HTMLElement>(
  async () => (await import('../reading/files/FileChanges.js')).FileChanges,
  cardPlace,
);
export const AgentLogViewer = lazyPart<AgentLogViewerProps, HTMLElement>(
  async () => (await import('../reading/log/AgentLogViewer.js')).AgentLogViewer,
  cardPlace,
);
export const RunComparison = lazyPart<RunComparisonProps, HTMLElement>(
  async () => (await import('../reading/comparison/RunComparison.js')).RunComparison,
  cardPlace,
);
/** What replays a run in a file: half a megabyte, loaded when such a file is asked for. */
export const loadPlayer = () => import('../player.js');
