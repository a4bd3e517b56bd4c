/**
 * What a browser needs: transports that carry events, the monitor that folds them into a state, and selectors over it.
 * It reaches neither the orchestrator nor zod.
 *
 * @packageDocumentation
 */
export { systemClock } from './lib/clock.js';
export type { Clock, TimerHandle } from './lib/clock.js';
export { csvLine, exactUsd, tableToCsv } from './lib/csv.js';
export type { CsvValue } from './lib/csv.js';
export {
  FleetglassError,
  fromWireError,
  isFleetglassError,
  toFleetglassError,
} from './errors/fleetglass-error.js';
export type { WireError } from './errors/fleetglass-error.js';
export { ERROR_CODES } from './errors/error-code.js';
export type { ErrorCode } from './errors/error-code.js';
export type { CostTotals } from './model/cost.js';
export { NANO_PER_USD } from './model/cost.js';
export { isFinal, WORK_STATUSES } from './model/status.js';
export type { WorkStatus } from './model/status.js';
export type { UsageTotals } from './model/usage.js';
export { agentKey, messageKey, spanKey, taskKey } from './projection/keys.js';
export type { AgentKey, MessageKey, SpanKey, TaskKey } from './projection/keys.js';
export type { List } from './projection/list.js';
export { emptyState, reduce } from './projection/reduce.js';
export type { Series } from './projection/series.js';
export type * from './projection/state.js';
export { changesBetween } from './projection/table.js';
export type { Table, TableChange } from './projection/table.js';
export type { EventLog, FleetHost, StateSnapshot } from './log/fleet-host.js';
export type * from './log/rollups.js';
export type { EventBatch, EventPage, ReadQuery, StoredBlob } from './log/store.js';
export { follow } from './transport/follow.js';
export type { Following, FollowObserver, FollowOptions, FollowRequest } from './transport/follow.js';
export { inProcess } from './transport/in-process.js';
export type { InProcessOptions } from './transport/in-process.js';
export type * from './transport/transport.js';
export type { CarrierName, ExpiringToken, TokenSource } from './transport/carrier.js';
export { fallback } from './transport/fallback.js';
export type { FallbackOptions } from './transport/fallback.js';
export type { FetchLike, HttpTransportOptions } from './transport/http-wire.js';
export { longPoll } from './transport/long-poll.js';
export type { RemoteOptions } from './transport/remote-transport.js';
export { sharedTabs } from './transport/shared-tabs.js';
export type { SharedTabsOptions, TabChannel } from './transport/shared-tabs.js';
export type { TabLocks } from './transport/tab-election.js';
export { sse } from './transport/sse.js';
export { webSocket } from './transport/web-socket.js';
export type {
  SocketEvent,
  WebSocketConstructor,
  WebSocketLike,
  WebSocketOptions,
} from './transport/web-socket.js';
export { createMonitor } from './monitor/create-monitor.js';
export type { MonitorOptions } from './monitor/create-monitor.js';
export type { Monitor, MonitorSnapshot } from './monitor/monitor.js';
export { selectAgentMetrics, selectFleetAgentMetrics } from './selectors/agent-metrics.js';
export type { AgentMetrics, AgentTier, TierRules } from './selectors/agent-metrics.js';
export {
  selectAgent,
  selectAgentCounts,
  selectAgentIds,
  selectAgents,
  selectSpans,
} from './selectors/agents.js';
export { alertKey, selectAlertKeys, selectAlertRules } from './selectors/alerts.js';
export type { AlertQuery } from './selectors/alerts.js';
export { MAX_DAYS, selectAnalytics, selectRunAnalytics, weekdayOf } from './selectors/analytics.js';
export type {
  Analytics,
  AnalyticsPartial,
  AnalyticsQuery,
  DayAmount,
  PeriodTotals,
  RunCost,
  Slice,
  ToolUse,
  TypeOutcome,
} from './selectors/analytics.js';
export { dayOf, DIMENSIONS, DURATION_LIMITS } from './selectors/analytics-digest.js';
export type { Dimension, Outcomes, TaskCost } from './selectors/analytics-digest.js';
export { cacheEfficiency, costPer1kTokens, NO_AMOUNT } from './selectors/analytics-tally.js';
export type { Amount } from './selectors/analytics-tally.js';
export { decimate } from './selectors/decimate.js';
export { selectAgentKeys } from './selectors/agents-order.js';
export type { AgentColumn } from './selectors/agents-order.js';
export { hasBoard, selectBoard } from './selectors/board.js';
export type { Board, BoardColumn, BoardLane, BoardOptions } from './selectors/board.js';
export {
  selectBudget,
  selectBudgetBurn,
  selectBudgetKeys,
  selectNearestBudget,
  selectProjection,
  selectTimeToLimit,
} from './selectors/budgets.js';
export type { BudgetProgress, BudgetProjection } from './selectors/budgets.js';
export { ratePerMinute, selectBurn, selectBurnOf, selectSpendLine, selectSpendOf } from './selectors/burn.js';
export type { Burn, Spending } from './selectors/burn.js';
export { diffCheckpoints, selectForks } from './selectors/checkpoint-diff.js';
export type { CheckpointDifference, FieldDifference } from './selectors/checkpoint-diff.js';
export { checkpointAt, selectCheckpoints, START_CHECKPOINT } from './selectors/checkpoints.js';
export type { CheckpointView } from './selectors/checkpoints.js';
export { MOST_STEPS, selectComparison, selectSpanPairs } from './selectors/comparison.js';
export type {
  AnalystEffect,
  RunComparisonView,
  RunStep,
  StepChange,
  StepPair,
} from './selectors/comparison.js';
export { sumCosts } from './selectors/cost-sums.js';
export { selectAnswerable, selectOpenAlerts, selectPendingApprovals } from './selectors/decisions.js';
export { selectDropped } from './selectors/dropped.js';
export { selectCostSince, selectOpenCost } from './selectors/fleet-cost.js';
export { selectFleetCounts, selectFleetUsage } from './selectors/fleet.js';
export type { FleetCounts } from './selectors/fleet.js';
export { selectNeeds } from './selectors/needs.js';
export type { Need } from './selectors/needs.js';
export { selectPeriod } from './selectors/periods.js';
export type { PeriodSpan } from './selectors/periods.js';
export { selectMcpServers, selectSystemHealth } from './selectors/system.js';
export type { HealthStatus, McpStatus, PartReport, SystemPart } from './selectors/system.js';
export {
  graphEdgeId,
  graphNodeIdOf,
  graphOfShape,
  GRAPH_END,
  GRAPH_START,
  selectRunGraph,
} from './selectors/graph.js';
export type { GraphEdge, GraphNode, RunGraph } from './selectors/graph.js';
export { selectGraphNodes } from './selectors/graph-nodes.js';
export type { GraphNodeState, GraphNodeStates } from './selectors/graph-nodes.js';
export { selectMessages } from './selectors/messages.js';
export { selectOutlook } from './selectors/outlook.js';
export type { Outlook } from './selectors/outlook.js';
export {
  mergeMoments,
  MOMENT_TYPES,
  momentsOf,
  nextMoment,
  selectMoments,
} from './selectors/replay-moments.js';
export type { Moment, MomentKind } from './selectors/replay-moments.js';
export { selectRunMetrics } from './selectors/run-metrics.js';
export type { RunMetrics } from './selectors/run-metrics.js';
export { selectFleetFeed } from './selectors/fleet-feed.js';
export type { FleetFeedEntry } from './selectors/fleet-feed.js';
export { selectFeed, selectRun, selectRunCounts, selectRunIds } from './selectors/runs.js';
export { selectRunFacets } from './selectors/runs-facets.js';
export type { RunFacets } from './selectors/runs-facets.js';
export { selectStartables } from './selectors/runs-startable.js';
export type { Startable } from './selectors/runs-startable.js';
export type { SortOrder } from './selectors/search-order.js';
export { selectRunSearch } from './selectors/search-runs.js';
export { partsOfRunList, readRunList, runListFromParts } from './selectors/run-list-link.js';
export type { RunListView } from './selectors/run-list-link.js';
export type { RunColumn, RunFilters, RunQuery, RunSearch } from './selectors/search-runs.js';
export type { RunMatch, RunMatchField } from './selectors/search-text.js';
export { selectTask, selectTaskIds, selectTaskTree } from './selectors/tasks.js';
export { taskNodeKey } from './selectors/task-index.js';
export type { TaskNode } from './selectors/task-index.js';
export { fitsTaskFilter, selectTaskRows } from './selectors/task-rows.js';
export type { TaskFilter, TaskRow, TaskRowOptions, TaskRows } from './selectors/task-rows.js';
export { selectMessageIds, selectPrompt, selectSpansOf } from './selectors/task-spans.js';
export type { OwnerFilter } from './selectors/task-spans.js';
export { selectTaskAgents, selectTaskIdsBelow, selectTaskSummary } from './selectors/task-summary.js';
export type { TaskAgent, TaskSummary } from './selectors/task-summary.js';
export { findCriticalPath, selectCriticalPath } from './selectors/critical-path.js';
export type { CriticalPath, PathInput } from './selectors/critical-path.js';
export { findIdleGaps } from './selectors/idle-gaps.js';
export { spanTimes } from './selectors/pack-spans.js';
export type { LaneSpan, SpanTimes } from './selectors/pack-spans.js';
export { childrenOf, healParents } from './selectors/parents.js';
export { createLanes, NO_AGENT, selectLanes } from './selectors/timeline.js';
export type { Lane, LaneSegment, TimeWindow } from './selectors/timeline.js';
export { createZoneOffset } from './selectors/zone-offset.js';
export type { ZoneOffset } from './selectors/zone-offset.js';
export { selectThroughput, selectTotals } from './selectors/totals.js';
export type { TotalsView } from './selectors/totals.js';
