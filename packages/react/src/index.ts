/**
 * Provider, hooks and every component that follows a live run. One monitor gives data to everything below
 * `MonitorProvider`; a list takes ids and a row its own entity, and each docstring says what renders it again. Components
 * pass further props on to their element and take a `ref` and a `className`. Load `@fleetglass/react/styles.css` once.
 *
 * @packageDocumentation
 */
export { MonitorProvider } from './context/MonitorProvider.js';
export type { MonitorProviderProps } from './context/MonitorProvider.js';
export type { LookProps } from './context/LookRoot.js';
export type { Density, Theme } from './context/look.js';
export type { Cadence } from './context/monitor-context.js';
export type { HostHooks } from './context/useHostHooks.js';
export { useMonitorSelector } from './hooks/useMonitorSelector.js';
export type { SelectorOptions } from './hooks/useMonitorSelector.js';
export {
  useAgent,
  useAgentIds,
  useAgentPart,
  usePendingApprovals,
  useRun,
  useRunIds,
  useRunPart,
  useTask,
} from './hooks/useEntities.js';
export { useAlert, useAlertKeys, useAlertRules, useAlerts } from './hooks/useAlerts.js';
export { useApproval, useApprovals } from './hooks/useApprovals.js';
export {
  useBudget,
  useBudgetKeys,
  useBudgetOutlook,
  useBudgets,
  useNearestBudget,
  useNearestLimit,
} from './hooks/useBudget.js';
export type { BudgetOutlook } from './hooks/useBudget.js';
export { useFleetBurn, useFleetCounts, useNeeds } from './hooks/useFleet.js';
export { useAcknowledge } from './hooks/useAcknowledge.js';
export type { Acknowledge } from './hooks/useAcknowledge.js';
export { useRaiseBudget } from './hooks/useRaiseBudget.js';
export type { RaiseBudget } from './hooks/useRaiseBudget.js';
export { useDropped, useMcpServers, useSystemHealth } from './hooks/useSystem.js';
export type { SystemView } from './hooks/useSystem.js';
export { useCost, useCostSince, useUsage } from './hooks/useUsage.js';
export { useAgentByKey, useAgentKeys, useAgentMetrics } from './hooks/useAgents.js';
export { useBurn } from './hooks/useBurn.js';
export type { RunBurn } from './hooks/useBurn.js';
export { useOrchestratorMetrics } from './hooks/useOrchestratorMetrics.js';
export type { OrchestratorMetrics } from './hooks/useOrchestratorMetrics.js';
export { useRunAgain } from './hooks/useRunAgain.js';
export type { NotAgain, RunAgain, RunOrigin } from './hooks/useRunAgain.js';
export { useRunFacets, useRunSearch, useStartables } from './hooks/useRuns.js';
export { useCommand } from './hooks/useCommand.js';
export type { CommandFeedback, CommandSender } from './hooks/useCommand.js';
export { useConnection } from './hooks/useConnection.js';
export type { ConnectionView } from './hooks/useConnection.js';
export { useCheckpoints } from './hooks/useCheckpoints.js';
export { useEvents } from './hooks/useEvents.js';
export type { EventList, EventQuery } from './context/event-reader.js';
export { usePayload } from './hooks/usePayload.js';
export type { LoadedPayload } from './hooks/usePayload.js';
export { useFeed, useFleetFeed } from './hooks/useFeed.js';
export { useMessage, useMessages, useSpans } from './hooks/useSpans.js';
export {
  useBoard,
  useTaskAgents,
  useTaskIds,
  useTaskPart,
  useTaskSummary,
  useTaskTree,
} from './hooks/useTasks.js';
export { useCriticalPath } from './hooks/useCriticalPath.js';
export { useLanes } from './hooks/useLanes.js';
export { useOutlook } from './hooks/useOutlook.js';
export { useTitleBadge } from './hooks/useTitleBadge.js';
export { useNow, useRunNow } from './hooks/useNow.js';
export { useGraph, useGraphNode } from './hooks/useGraph.js';
export { useMoments } from './hooks/useMoments.js';
export { usePlayback } from './hooks/usePlayback.js';
export type { PlaybackControl } from './hooks/usePlayback.js';
export { useIsReplaying, useReplay } from './hooks/useReplay.js';
export type { Replay, ReplayPosition } from './hooks/useReplay.js';
export { AgentCard } from './components/agents/AgentCard.js';
export type { AgentCardProps } from './components/agents/AgentCard.js';
export { AgentTable } from './components/agents/AgentTable.js';
export type { AgentTableProps } from './components/agents/AgentTable.js';
export { AlertsPanel } from './components/alerts/AlertsPanel.js';
export type { AlertsPanelProps } from './components/alerts/AlertsPanel.js';
export type { AlertFilter } from './components/alerts/alerts-labels.js';
export { SeverityBadge } from './components/alerts/SeverityBadge.js';
export type { SeverityBadgeProps } from './components/alerts/SeverityBadge.js';
export { Toasts } from './components/alerts/Toasts.js';
export type { ToastsProps } from './components/alerts/Toasts.js';
export type { Notice } from './context/notice-watch.js';
export { ApprovalCard } from './components/approvals/ApprovalCard.js';
export type { ApprovalCardProps } from './components/approvals/ApprovalCardContent.js';
export { PendingApprovals } from './components/approvals/PendingApprovals.js';
export type { PendingApprovalsProps } from './components/approvals/PendingApprovals.js';
export { BudgetMeter } from './components/budget/BudgetMeter.js';
export type { BudgetMeterProps } from './components/budget/BudgetMeter.js';
export { CostBurnRate } from './components/burn-rate/CostBurnRate.js';
export type { CostBurnRateProps } from './components/burn-rate/CostBurnRate.js';
export { SpendLine } from './components/burn-rate/SpendLine.js';
export type { SpendLineProps } from './components/burn-rate/SpendLine.js';
export { CostTicker } from './components/fleet/CostTicker.js';
export type { CostTickerProps } from './components/fleet/CostTicker.js';
export { FleetOverview } from './components/fleet/FleetOverview.js';
export type { FleetOverviewProps } from './components/fleet/FleetOverview.js';
export { McpServers } from './components/system/McpServers.js';
export { SystemHealth } from './components/system/SystemHealth.js';
export { ConnectionStatus } from './components/connection/ConnectionStatus.js';
export { ConnectionBadge } from './components/connection/ConnectionBadge.js';
export { ConnectionBanners } from './components/connection/ConnectionBanners.js';
export { CostText } from './components/cost/CostText.js';
export type { CostTextProps } from './components/cost/CostText.js';
export { CheckpointHistory } from './components/fork/CheckpointHistory.js';
export type { CheckpointHistoryProps } from './components/fork/CheckpointHistoryContent.js';
export { ForkDialog } from './components/fork/ForkDialog.js';
export type { ForkDialogProps } from './components/fork/ForkDialogContent.js';
export { ActivityFeed } from './components/feed/ActivityFeed.js';
export type { ActivityFeedProps } from './components/feed/ActivityFeed.js';
export { OrchestratorMonitoringPanel } from './components/panel/OrchestratorMonitoringPanel.js';
export type { OrchestratorMonitoringPanelProps } from './components/panel/OrchestratorMonitoringPanel.js';
export { changeView } from './components/panel/view.js';
export type { PageName, SelectedKind, View, ViewChange } from './components/panel/view.js';
export { useView } from './components/panel/useView.js';
export type { ViewControl } from './components/panel/useView.js';
export { PartBoundary } from './components/parts/PartBoundary.js';
export type { PartBoundaryProps } from './components/parts/PartBoundary.js';
export { Card } from './components/parts/Card.js';
export type { LazyPart } from './components/parts/lazy-part.js';
export type { CardProps } from './components/parts/Card.js';
export { hashFromView, viewFromHash } from './components/panel/view-link.js';
export { ReplayBar } from './components/replay/ReplayBar.js';
export type { ReplayBarProps } from './components/replay/ReplayBar.js';
export { RunControls } from './components/run-header/RunControls.js';
export type { RunControlsProps } from './components/run-header/RunControls.js';
export { RunHeader } from './components/run-header/RunHeader.js';
export type { RunHeaderProps } from './components/run-header/RunHeader.js';
export { RunStats } from './components/run-header/RunStats.js';
export type { RunStatsProps } from './components/run-header/RunStats.js';
export { RunWhy } from './components/run-header/RunWhy.js';
export type { RunWhyProps } from './components/run-header/RunWhy.js';
export { PriorityBadge } from './components/runs/PriorityBadge.js';
export type { PriorityBadgeProps } from './components/runs/PriorityBadge.js';
export { RunAgainButton } from './components/runs/RunAgainButton.js';
export type { RunAgainButtonProps } from './components/runs/RunAgainButton.js';
export { RunTable } from './components/runs/RunTable.js';
export type { RunTableProps } from './components/runs/RunTable.js';
export { StartRunButton } from './components/runs/StartRunButton.js';
export type { StartRunButtonProps } from './components/runs/StartRunButton.js';
export { StartRunForm } from './components/runs/StartRunForm.js';
export type { StartRunFormProps } from './components/runs/StartRunFormContent.js';
export { StatusBadge } from './components/status/StatusBadge.js';
export type { StatusBadgeProps } from './components/status/StatusBadge.js';
export { AgentsSummary } from './components/tasks/AgentsSummary.js';
export type { AgentsSummaryProps } from './components/tasks/AgentsSummary.js';
export { TaskBoard } from './components/tasks/TaskBoard.js';
export type { TaskBoardProps } from './components/tasks/TaskBoard.js';
export { TaskDetails } from './components/tasks/TaskDetails.js';
export type { TaskDetailsCallbacks, TaskDetailsProps } from './components/tasks/TaskDetailsContent.js';
export { TaskDialog } from './components/tasks/TaskDialog.js';
export type { TaskDialogProps } from './components/tasks/TaskDialog.js';
export { TaskTree } from './components/tasks/TaskTree.js';
export type { TaskTreeProps } from './components/tasks/TaskTree.js';
export { AgentActivityTimeline } from './components/timeline/timeline-part.js';
export type { AgentActivityTimelineProps } from './components/timeline/AgentActivityTimeline.js';
export { DataTable } from './components/table/DataTable.js';
export type { DataTableProps } from './components/table/DataTable.js';
export { DataTableCells } from './components/table/DataTableCells.js';
export type { DataTableCellsProps } from './components/table/DataTableCells.js';
export type { DataTableColumn, DataTableContents, DataTableRowProps } from './components/table/column.js';
export { ExportMenu } from './export/ExportMenu.js';
export type { ExportMenuProps } from './export/ExportMenu.js';
export type { ExportFormat, ExportSource } from './export/export-source.js';
export type { PlayerAssets } from './export/run-html.js';
export { createFormat } from './format/format.js';
export type { Format } from './format/format.js';
export type { LabelOverrides, Labels } from './labels/labels.js';
