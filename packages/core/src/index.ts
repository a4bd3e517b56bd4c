/**
 * Runs agents as orchestrated runs, records and prices what they do, and stores it as events. For servers and programs;
 * it holds everything of `@fleetglass/core/client` too.
 *
 * @packageDocumentation
 */
export * from './client.js';
export { createDeferred } from './lib/deferred.js';
export type { Deferred } from './lib/deferred.js';
export { createId, systemRandom } from './lib/ids.js';
export type { Random } from './lib/ids.js';
export { findNonJson } from './lib/json.js';
export type * from './log/fleet-host.js';
export type * from './log/rollups.js';
export type * from './log/store.js';
export { toWireError } from './errors/fleetglass-error.js';
export { BLOB_GRACE_MS, STORE_SCHEMA_VERSION } from './log/store.js';
export { blobRefsIn } from './log/blob-ref.js';
export { spentEntries } from './log/spent-entries.js';
export type { SpentEntry } from './log/spent-entries.js';
export { createAlertEngine } from './alerts/alert-engine.js';
export type { AlertEngine, AlertEngineOptions, AlertEngineStats } from './alerts/alert-engine.js';
export type { AlertEvent } from './alerts/alert-book.js';
export type {
  AgentCostRule,
  AlertRules,
  ContextRule,
  CostAnomalyRule,
  CostRateRule,
  CostSpikeRule,
  FailurePatternRule,
  StuckAgentRule,
} from './alerts/alert-rules.js';
export { watchAlerts } from './alerts/watch-alerts.js';
export type { AlertWatch, WatchAlertsOptions } from './alerts/watch-alerts.js';
export { createEmitter } from './emitter/emitter.js';
export type { Emitter, EmitterLimits, EmitterOptions, EmitterStats } from './emitter/emitter.js';
export { createRedactor } from './emitter/redact.js';
export type { RedactionRules, Redactor } from './emitter/redact.js';
export { runIdsOf, withoutFenced } from './log/fenced-drafts.js';
export { createEventLog } from './log/event-log.js';
export type { EventLogOptions } from './log/event-log.js';
export { REDACTED } from './emitter/clean.js';
export type { SecretFinder } from './emitter/clean.js';
export { compact } from './log/compact.js';
export { createRollupRows, planRollup } from './log/rollup-rows.js';
export type { RollupPlan, RollupRows } from './log/rollup-rows.js';
export { DAY_MS, HOUR_MS, ROLLUP_DIMENSIONS } from './projection/rollup-cells.js';
export type { RollupCell, RollupCells, RollupKeys } from './projection/rollup-cells.js';
export { createRollupFold } from './projection/rollup-fold.js';
export type { RollupFold, RollupFoldOptions } from './projection/rollup-fold.js';
export { ROLLUP_COLUMNS } from './projection/rollup-sums.js';
export type { RollupColumn, SparseSums } from './projection/rollup-sums.js';
export { parseCommand } from './protocol/schema/command.js';
export { parseEvent, parseEventDraft } from './protocol/schema/event.js';
export { parseClientFrame } from './protocol/schema/frame.js';
export { createMemoryStore } from './log/memory-store.js';
export type { MemoryRetention, MemoryStoreOptions } from './log/memory-store.js';
export type * from './model/price.js';
export { noPrices } from './model/price.js';
export { NANO_PER_USD, usdToNano } from './model/cost.js';
export { addUsage, ZERO_USAGE } from './model/usage.js';
export type { UsageTotals } from './model/usage.js';
export type * from './orchestrator/calls/context.js';
export type * from './orchestrator/calls/model-provider.js';
export { END, isSend, send, START } from './orchestrator/graph/graph-definition.js';
export type {
  Choice,
  NodeFunction,
  NodeOptions,
  Router,
  Send,
  StateSchema,
} from './orchestrator/graph/graph-definition.js';
export { StateGraph } from './orchestrator/graph/graph.js';
export type { StateGraphOptions, SubgraphOptions } from './orchestrator/graph/graph.js';
export { append, ephemeral } from './orchestrator/graph/reducer.js';
export type { Reducer } from './orchestrator/graph/reducer.js';
export type { RetryOptions } from './orchestrator/graph/retry.js';
export type {
  AssumedPrice,
  BudgetAmount,
  BudgetList,
  BudgetOptions,
  BudgetRules,
  FleetBudgetOptions,
} from './orchestrator/budgets/budget-options.js';
export { createOrchestrator } from './orchestrator/create-orchestrator.js';
export type { OrchestratorOptions } from './orchestrator/create-orchestrator.js';
export type { StoreTrouble } from './orchestrator/run/services.js';
export type { ForkOptions, Orchestrator, RecoveryReport } from './orchestrator/orchestrator.js';
export type { Checkpoint, FieldChange, PartCost } from './orchestrator/history/checkpoints.js';
export type { GraphSource, PastRun } from './orchestrator/history/past-runs.js';
export type { DeleteOptions, DeletionReport } from './orchestrator/history/delete-runs.js';
export { createRetention, expiredRuns } from './orchestrator/history/retention.js';
export type {
  EndedRun,
  Retention,
  RetentionOptions,
  RetentionPolicy,
} from './orchestrator/history/retention.js';
export type { Launch } from './orchestrator/history/registry.js';
export { createRecorder } from './orchestrator/recorder.js';
export type {
  AgentRecording,
  AgentRecordingOptions,
  PlaceRecording,
  Recorder,
  RecorderOptions,
  Recording,
  RecordingPlace,
  RunRecording,
  SpanRecording,
  SpanRecordingOptions,
  Spent,
  TaskRecording,
  TaskRecordingOptions,
} from './orchestrator/recorder.js';
export type { Run, RunOptions } from './orchestrator/run/run-options.js';
export { pick } from './projection/pick.js';
export { decodeState, encodeState } from './projection/state-codec.js';
