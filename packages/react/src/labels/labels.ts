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
import { feedLabels } from '../components/feed/feed-labels.js';
import type { FeedLabels } from '../components/feed/feed-labels.js';
import { forkLabels } from '../components/fork/fork-labels.js';
import type { ForkLabels } from '../components/fork/fork-labels.js';
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
import { statusLabels } from '../components/status/status-labels.js';
import type { StatusLabels } from '../components/status/status-labels.js';
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

/** Every visible string and every text for assistive technology, each part declared beside its component. */
export interface Labels {
  readonly agents: AgentsLabels;
  readonly approvals: ApprovalsLabels;
  readonly arrange: ArrangeLabels;
  readonly budget: BudgetLabels;
  readonly budgetQuestion: BudgetQuestionLabels;
  readonly burnRate: BurnRateLabels;
  readonly charts: ChartsLabels;
  readonly connection: ConnectionLabels;
  readonly cost: CostLabels;
  readonly dashboard: DashboardLabels;
  readonly feed: FeedLabels;
  readonly fork: ForkLabels;
  readonly palette: PaletteLabels;
  readonly graph: GraphLabels;
  readonly panel: PanelLabels;
  readonly panelNames: PanelNames;
  readonly parts: PartsLabels;
  readonly replay: ReplayLabels;
  readonly runControls: RunControlsLabels;
  readonly runHeader: RunHeaderLabels;
  readonly runWhy: RunWhyLabels;
  readonly settings: SettingsLabels;
  readonly shortcuts: ShortcutsLabels;
  readonly status: StatusLabels;
  readonly taskTree: TaskTreeLabels;
  readonly tasks: TasksLabels;
  readonly table: TableLabels;
  readonly agentsSummary: AgentsSummaryLabels;
  readonly taskDetails: TaskDetailsLabels;
  readonly timeline: TimelineLabels;
}

/** Some words of some components. */
export type LabelOverrides = { readonly [C in keyof Labels]?: Partial<Labels[C]> };

/** English, complete: what a translation starts from. Components bring their own words, so the library itself never loads it. */
export const defaultLabels: Labels = {
  agents: agentsLabels.english,
  approvals: approvalsLabels.english,
  arrange: arrangeLabels.english,
  budget: budgetLabels.english,
  budgetQuestion: budgetQuestionLabels.english,
  burnRate: burnRateLabels.english,
  charts: chartsLabels.english,
  connection: connectionLabels.english,
  cost: costLabels.english,
  dashboard: dashboardLabels.english,
  feed: feedLabels.english,
  fork: forkLabels.english,
  palette: paletteLabels.english,
  graph: graphLabels.english,
  panel: panelLabels.english,
  panelNames: panelNames.english,
  parts: partsLabels.english,
  replay: replayLabels.english,
  runControls: runControlsLabels.english,
  runHeader: runHeaderLabels.english,
  runWhy: runWhyLabels.english,
  settings: settingsLabels.english,
  shortcuts: shortcutsLabels.english,
  status: statusLabels.english,
  taskTree: treeLabels.english,
  tasks: tasksLabels.english,
  table: tableLabels.english,
  agentsSummary: agentsSummaryLabels.english,
  taskDetails: detailsLabels.english,
  timeline: timelineLabels.english,
};
