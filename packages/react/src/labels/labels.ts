import { agentsLabels } from '../components/agents/agents-labels.js';
import type { AgentsLabels } from '../components/agents/agents-labels.js';
import { approvalsLabels, budgetQuestionLabels } from '../components/approvals/approvals-labels.js';
import type { ApprovalsLabels, BudgetQuestionLabels } from '../components/approvals/approvals-labels.js';
import { budgetLabels } from '../components/budget/budget-labels.js';
import type { BudgetLabels } from '../components/budget/budget-labels.js';
import { burnRateLabels } from '../components/burn-rate/burn-rate-labels.js';
import type { BurnRateLabels } from '../components/burn-rate/burn-rate-labels.js';
import { chartsLabels } from '../charts/charts-labels.js';
import type { ChartsLabels } from '../charts/charts-labels.js';
import { connectionLabels } from '../components/connection/connection-labels.js';
import type { ConnectionLabels } from '../components/connection/connection-labels.js';
import { costLabels } from '../components/cost/cost-labels.js';
import type { CostLabels } from '../components/cost/cost-labels.js';
import { exportLabels } from '../export/export-labels.js';
import type { ExportLabels } from '../export/export-labels.js';
import { feedLabels } from '../components/feed/feed-labels.js';
import type { FeedLabels } from '../components/feed/feed-labels.js';
import { forkLabels } from '../components/fork/fork-labels.js';
import type { ForkLabels } from '../components/fork/fork-labels.js';
import { comparisonLabels } from '../reading/comparison/comparison-labels.js';
import type { ComparisonLabels } from '../reading/comparison/comparison-labels.js';
import { graphLabels } from '../graph/graph-labels.js';
import type { GraphLabels } from '../graph/graph-labels.js';
import { panelLabels } from '../components/panel/panel-labels.js';
import type { PanelLabels } from '../components/panel/panel-labels.js';
import { partsLabels } from '../components/parts/parts-labels.js';
import type { PartsLabels } from '../components/parts/parts-labels.js';
import { replayLabels } from '../components/replay/replay-labels.js';
import type { ReplayLabels } from '../components/replay/replay-labels.js';
import {
  runControlsLabels,
  runHeaderLabels,
  runWhyLabels,
} from '../components/run-header/run-header-labels.js';
import type {
  RunControlsLabels,
  RunHeaderLabels,
  RunWhyLabels,
} from '../components/run-header/run-header-labels.js';
import { runsLabels } from '../components/runs/runs-labels.js';
import type { RunsLabels } from '../components/runs/runs-labels.js';
import { startRunLabels } from '../components/runs/start-labels.js';
import type { StartRunLabels } from '../components/runs/start-labels.js';
import { statusLabels } from '../components/status/status-labels.js';
import type { StatusLabels } from '../components/status/status-labels.js';
import { boardLabels } from '../components/tasks/board-labels.js';
import type { TaskBoardLabels } from '../components/tasks/board-labels.js';
import { treeLabels } from '../components/tasks/tree-labels.js';
import type { TaskTreeLabels } from '../components/tasks/tree-labels.js';
import { tasksLabels } from '../components/tasks/tasks-labels.js';
import type { TasksLabels } from '../components/tasks/tasks-labels.js';
import { tableLabels } from '../components/table/table-labels.js';
import type { TableLabels } from '../components/table/table-labels.js';
import { agentsSummaryLabels } from '../components/tasks/agents-summary-labels.js';
import type { AgentsSummaryLabels } from '../components/tasks/agents-summary-labels.js';
import { detailsLabels } from '../components/tasks/details-labels.js';
import type { TaskDetailsLabels } from '../components/tasks/details-labels.js';
import { timelineLabels } from '../components/timeline/timeline-labels.js';
import type { TimelineLabels } from '../components/timeline/timeline-labels.js';

import { arrangeLabels, dashboardLabels, panelNames } from '../dashboard/dashboard-labels.js';
import type { ArrangeLabels, DashboardLabels, PanelNames } from '../dashboard/dashboard-labels.js';
import { paletteLabels, shortcutsLabels } from '../dashboard/palette-labels.js';
import type { PaletteLabels, ShortcutsLabels } from '../dashboard/palette-labels.js';
import { settingsLabels } from '../dashboard/settings-labels.js';
import type { SettingsLabels } from '../dashboard/settings-labels.js';
import { conversationLabels } from '../reading/conversation/conversation-labels.js';
import type { ConversationLabels } from '../reading/conversation/conversation-labels.js';
import { filesLabels } from '../reading/files/files-labels.js';
import type { FilesLabels } from '../reading/files/files-labels.js';
import { jsonLabels } from '../reading/json/json-labels.js';
import type { JsonLabels } from '../reading/json/json-labels.js';
import { logLabels } from '../reading/log/log-labels.js';
import type { LogLabels } from '../reading/log/log-labels.js';
import { markdownLabels } from '../reading/markdown/markdown-labels.js';
import type { MarkdownLabels } from '../reading/markdown/markdown-labels.js';
import { readingLabels } from '../reading/reading-labels.js';
import type { ReadingLabels } from '../reading/reading-labels.js';
import { alertsLabels } from '../components/alerts/alerts-labels.js';
import type { AlertsLabels } from '../components/alerts/alerts-labels.js';
import { toastsLabels } from '../components/alerts/toasts-labels.js';
import type { ToastsLabels } from '../components/alerts/toasts-labels.js';
import { fleetLabels, tickerLabels } from '../components/fleet/fleet-labels.js';
import type { FleetLabels, TickerLabels } from '../components/fleet/fleet-labels.js';
import { systemLabels } from '../components/system/system-labels.js';
import type { SystemLabels } from '../components/system/system-labels.js';

/** Every visible string and every text for assistive technology, each part declared beside its component. */
export interface Labels {
  readonly agents: AgentsLabels;
  readonly agentsSummary: AgentsSummaryLabels;
  readonly approvals: ApprovalsLabels;
  readonly arrange: ArrangeLabels;
  readonly budget: BudgetLabels;
  readonly budgetQuestion: BudgetQuestionLabels;
  readonly burnRate: BurnRateLabels;
  readonly charts: ChartsLabels;
  readonly connection: ConnectionLabels;
  readonly conversation: ConversationLabels;
  readonly cost: CostLabels;
  readonly dashboard: DashboardLabels;
  readonly export: ExportLabels;
  readonly feed: FeedLabels;
  readonly files: FilesLabels;
  readonly fork: ForkLabels;
  readonly comparison: ComparisonLabels;
  readonly graph: GraphLabels;
  readonly json: JsonLabels;
  readonly log: LogLabels;
  readonly markdown: MarkdownLabels;
  readonly palette: PaletteLabels;
  readonly panel: PanelLabels;
  readonly panelNames: PanelNames;
  readonly parts: PartsLabels;
  readonly reading: ReadingLabels;
  readonly replay: ReplayLabels;
  readonly runControls: RunControlsLabels;
  readonly runHeader: RunHeaderLabels;
  readonly runWhy: RunWhyLabels;
  readonly settings: SettingsLabels;
  readonly shortcuts: ShortcutsLabels;
  readonly runs: RunsLabels;
  readonly startRun: StartRunLabels;
  readonly status: StatusLabels;
  readonly table: TableLabels;
  readonly taskBoard: TaskBoardLabels;
  readonly taskDetails: TaskDetailsLabels;
  readonly taskTree: TaskTreeLabels;
  readonly tasks: TasksLabels;
  readonly timeline: TimelineLabels;
  readonly alerts: AlertsLabels;
  readonly toasts: ToastsLabels;
  readonly fleet: FleetLabels;
  readonly ticker: TickerLabels;
  readonly system: SystemLabels;
}

/** Some words of some components. */
export type LabelOverrides = { readonly [C in keyof Labels]?: Partial<Labels[C]> };

/** English, complete: what a translation starts from. Components bring their own words, so the library itself never loads it. */
export const defaultLabels: Labels = {
  agents: agentsLabels.english,
  agentsSummary: agentsSummaryLabels.english,
  approvals: approvalsLabels.english,
  arrange: arrangeLabels.english,
  budget: budgetLabels.english,
  budgetQuestion: budgetQuestionLabels.english,
  burnRate: burnRateLabels.english,
  charts: chartsLabels.english,
  connection: connectionLabels.english,
  conversation: conversationLabels.english,
  cost: costLabels.english,
  dashboard: dashboardLabels.english,
  export: exportLabels.english,
  feed: feedLabels.english,
  files: filesLabels.english,
  fork: forkLabels.english,
  comparison: comparisonLabels.english,
  graph: graphLabels.english,
  json: jsonLabels.english,
  log: logLabels.english,
  markdown: markdownLabels.english,
  palette: paletteLabels.english,
  panel: panelLabels.english,
  panelNames: panelNames.english,
  parts: partsLabels.english,
  reading: readingLabels.english,
  replay: replayLabels.english,
  runControls: runControlsLabels.english,
  runHeader: runHeaderLabels.english,
  runWhy: runWhyLabels.english,
  settings: settingsLabels.english,
  shortcuts: shortcutsLabels.english,
  runs: runsLabels.english,
  startRun: startRunLabels.english,
  status: statusLabels.english,
  table: tableLabels.english,
  taskBoard: boardLabels.english,
  taskDetails: detailsLabels.english,
  taskTree: treeLabels.english,
  tasks: tasksLabels.english,
  timeline: timelineLabels.english,
  alerts: alertsLabels.english,
  toasts: toastsLabels.english,
  fleet: fleetLabels.english,
  ticker: tickerLabels.english,
  system: systemLabels.english,
};
