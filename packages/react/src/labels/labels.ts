import type { AgentsLabels } from '../components/agents/agents-labels.js';
import type { ApprovalsLabels, BudgetQuestionLabels } from '../components/approvals/approvals-labels.js';
import type { FactsLabels } from '../components/approvals/facts-labels.js';
import type { PendingApprovalsLabels } from '../components/approvals/pending-labels.js';
import type { BudgetLabels } from '../components/budget/budget-labels.js';
import type { BurnRateLabels } from '../components/burn-rate/burn-rate-labels.js';
import type { ChartsLabels } from '../charts/charts-labels.js';
import type { ConnectionLabels } from '../components/connection/connection-labels.js';
import type { CostLabels } from '../components/cost/cost-labels.js';
import type { ExportLabels } from '../export/export-labels.js';
import type { ReportLabels } from '../export/report-labels.js';
import type { FeedLabels } from '../components/feed/feed-labels.js';
import type { ForkLabels } from '../components/fork/fork-labels.js';
import type { ForkNoteLabels } from '../components/fork/fork-note-labels.js';
import type { ComparisonLabels } from '../reading/comparison/comparison-labels.js';
import type { GraphLabels } from '../graph/graph-labels.js';
import type { PanelLabels } from '../components/panel/panel-labels.js';
import type { PartsLabels } from '../components/parts/parts-labels.js';
import type { ReplayLabels } from '../components/replay/replay-labels.js';
import type {
  RunControlsLabels,
  RunHeaderLabels,
  RunWhyLabels,
} from '../components/run-header/run-header-labels.js';
import type { RunsLabels } from '../components/runs/runs-labels.js';
import type { StartButtonLabels } from '../components/runs/start-button-labels.js';
import type { StartRunLabels } from '../components/runs/start-labels.js';
import type { StatusLabels } from '../components/status/status-labels.js';
import type { TaskBoardLabels } from '../components/tasks/board-labels.js';
import type { TaskTreeLabels } from '../components/tasks/tree-labels.js';
import type { TasksLabels } from '../components/tasks/tasks-labels.js';
import type { TableLabels } from '../components/table/table-labels.js';
import type { AgentsSummaryLabels } from '../components/tasks/agents-summary-labels.js';
import type { TaskDetailsLabels } from '../components/tasks/details-labels.js';
import type { TimelineLabels } from '../components/timeline/timeline-labels.js';
import type { ArrangeLabels, DashboardLabels, PanelNames } from '../dashboard/dashboard-labels.js';
import type { PaletteLabels, ShortcutsLabels } from '../dashboard/palette-labels.js';
import type { SettingsLabels } from '../dashboard/settings-labels.js';
import type { ConversationLabels } from '../reading/conversation/conversation-labels.js';
import type { FilesLabels } from '../reading/files/files-labels.js';
import type { JsonLabels } from '../reading/json/json-labels.js';
import type { LogLabels } from '../reading/log/log-labels.js';
import type { MarkdownLabels } from '../reading/markdown/markdown-labels.js';
import type { ReadingLabels } from '../reading/reading-labels.js';
import type { AlertsLabels } from '../components/alerts/alerts-labels.js';
import type { ToastsLabels } from '../components/alerts/toasts-labels.js';
import type { FleetLabels, TickerLabels } from '../components/fleet/fleet-labels.js';
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
  readonly facts: FactsLabels;
  readonly feed: FeedLabels;
  readonly files: FilesLabels;
  readonly fork: ForkLabels;
  readonly forkNote: ForkNoteLabels;
  readonly comparison: ComparisonLabels;
  readonly graph: GraphLabels;
  readonly json: JsonLabels;
  readonly log: LogLabels;
  readonly markdown: MarkdownLabels;
  readonly palette: PaletteLabels;
  readonly panel: PanelLabels;
  readonly panelNames: PanelNames;
  readonly parts: PartsLabels;
  readonly pendingApprovals: PendingApprovalsLabels;
  readonly reading: ReadingLabels;
  readonly replay: ReplayLabels;
  readonly report: ReportLabels;
  readonly runControls: RunControlsLabels;
  readonly runHeader: RunHeaderLabels;
  readonly runWhy: RunWhyLabels;
  readonly settings: SettingsLabels;
  readonly shortcuts: ShortcutsLabels;
  readonly runs: RunsLabels;
  readonly startButton: StartButtonLabels;
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
