/**
 * Every word of the components in English.
 *
 * @packageDocumentation
 */
import { agentsLabels } from '../components/agents/agents-labels.js';
import { approvalsLabels, budgetQuestionLabels } from '../components/approvals/approvals-labels.js';
import { factsLabels } from '../components/approvals/facts-labels.js';
import { pendingApprovalsLabels } from '../components/approvals/pending-labels.js';
import { budgetLabels } from '../components/budget/budget-labels.js';
import { burnRateLabels } from '../components/burn-rate/burn-rate-labels.js';
import { chartsLabels } from '../charts/charts-labels.js';
import { connectionLabels } from '../components/connection/connection-labels.js';
import { costLabels } from '../components/cost/cost-labels.js';
import { exportLabels } from '../export/export-labels.js';
import { reportLabels } from '../export/report-labels.js';
import { feedLabels } from '../components/feed/feed-labels.js';
import { forkLabels } from '../components/fork/fork-labels.js';
import { forkNoteLabels } from '../components/fork/fork-note-labels.js';
import { comparisonLabels } from '../reading/comparison/comparison-labels.js';
import { graphLabels } from '../graph/graph-labels.js';
import { panelLabels } from '../components/panel/panel-labels.js';
import { partsLabels } from '../components/parts/parts-labels.js';
import { replayLabels } from '../components/replay/replay-labels.js';
import {
  runControlsLabels,
  runHeaderLabels,
  runWhyLabels,
} from '../components/run-header/run-header-labels.js';
import { runsLabels } from '../components/runs/runs-labels.js';
import { startButtonLabels } from '../components/runs/start-button-labels.js';
import { startRunLabels } from '../components/runs/start-labels.js';
import { statusLabels } from '../components/status/status-labels.js';
import { boardLabels } from '../components/tasks/board-labels.js';
import { treeLabels } from '../components/tasks/tree-labels.js';
import { tasksLabels } from '../components/tasks/tasks-labels.js';
import { tableLabels } from '../components/table/table-labels.js';
import { agentsSummaryLabels } from '../components/tasks/agents-summary-labels.js';
import { detailsLabels } from '../components/tasks/details-labels.js';
import { timelineLabels } from '../components/timeline/timeline-labels.js';
import { accountLabels } from '../dashboard/account-labels.js';
import { arrangeLabels, dashboardLabels, panelNames } from '../dashboard/dashboard-labels.js';
import { paletteLabels, shortcutsLabels } from '../dashboard/palette-labels.js';
import { settingsLabels } from '../dashboard/settings-labels.js';
import { signInLabels } from '../dashboard/sign-in-labels.js';
import { conversationLabels } from '../reading/conversation/conversation-labels.js';
import { filesLabels } from '../reading/files/files-labels.js';
import { jsonLabels } from '../reading/json/json-labels.js';
import { logLabels } from '../reading/log/log-labels.js';
import { markdownLabels } from '../reading/markdown/markdown-labels.js';
import { readingLabels } from '../reading/reading-labels.js';
import { alertsLabels } from '../components/alerts/alerts-labels.js';
import { toastsLabels } from '../components/alerts/toasts-labels.js';
import { fleetLabels, tickerLabels } from '../components/fleet/fleet-labels.js';
import { systemLabels } from '../components/system/system-labels.js';
import type { Labels } from './labels.js';

/** English, complete: what a translation starts from. Components bring their own words, so a page never needs to load it. */
export const englishLabels: Labels = {
  account: accountLabels.english,
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
  facts: factsLabels.english,
  feed: feedLabels.english,
  files: filesLabels.english,
  fork: forkLabels.english,
  forkNote: forkNoteLabels.english,
  comparison: comparisonLabels.english,
  graph: graphLabels.english,
  json: jsonLabels.english,
  log: logLabels.english,
  markdown: markdownLabels.english,
  palette: paletteLabels.english,
  panel: panelLabels.english,
  panelNames: panelNames.english,
  parts: partsLabels.english,
  pendingApprovals: pendingApprovalsLabels.english,
  reading: readingLabels.english,
  replay: replayLabels.english,
  report: reportLabels.english,
  runControls: runControlsLabels.english,
  runHeader: runHeaderLabels.english,
  runWhy: runWhyLabels.english,
  settings: settingsLabels.english,
  shortcuts: shortcutsLabels.english,
  runs: runsLabels.english,
  signIn: signInLabels.english,
  startButton: startButtonLabels.english,
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
