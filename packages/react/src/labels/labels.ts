import { agentsLabels } from '../components/agents/agents-labels.js';
import type { AgentsLabels } from '../components/agents/agents-labels.js';
import { approvalsLabels, budgetQuestionLabels } from '../components/approvals/approvals-labels.js';
import type { ApprovalsLabels, BudgetQuestionLabels } from '../components/approvals/approvals-labels.js';
import { budgetLabels } from '../components/budget/budget-labels.js';
import type { BudgetLabels } from '../components/budget/budget-labels.js';
import { burnRateLabels } from '../components/burn-rate/burn-rate-labels.js';
import type { BurnRateLabels } from '../components/burn-rate/burn-rate-labels.js';
import { connectionLabels } from '../components/connection/connection-labels.js';
import type { ConnectionLabels } from '../components/connection/connection-labels.js';
import { costLabels } from '../components/cost/cost-labels.js';
import type { CostLabels } from '../components/cost/cost-labels.js';
import { feedLabels } from '../components/feed/feed-labels.js';
import type { FeedLabels } from '../components/feed/feed-labels.js';
import { forkLabels } from '../components/fork/fork-labels.js';
import type { ForkLabels } from '../components/fork/fork-labels.js';
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
import { timelineLabels } from '../components/timeline/timeline-labels.js';
import type { TimelineLabels } from '../components/timeline/timeline-labels.js';

/** Every visible string and every text for assistive technology, each part declared beside its component. */
export interface Labels {
  readonly agents: AgentsLabels;
  readonly approvals: ApprovalsLabels;
  readonly budget: BudgetLabels;
  readonly budgetQuestion: BudgetQuestionLabels;
  readonly burnRate: BurnRateLabels;
  readonly connection: ConnectionLabels;
  readonly cost: CostLabels;
  readonly feed: FeedLabels;
  readonly fork: ForkLabels;
  readonly panel: PanelLabels;
  readonly parts: PartsLabels;
  readonly replay: ReplayLabels;
  readonly runControls: RunControlsLabels;
  readonly runHeader: RunHeaderLabels;
  readonly runWhy: RunWhyLabels;
  readonly status: StatusLabels;
  readonly timeline: TimelineLabels;
}

/** Some words of some components. */
export type LabelOverrides = { readonly [C in keyof Labels]?: Partial<Labels[C]> };

/** English, complete: what a translation starts from. Components bring their own words, so the library itself never loads it. */
export const defaultLabels: Labels = {
  agents: agentsLabels.english,
  approvals: approvalsLabels.english,
  budget: budgetLabels.english,
  budgetQuestion: budgetQuestionLabels.english,
  burnRate: burnRateLabels.english,
  connection: connectionLabels.english,
  cost: costLabels.english,
  feed: feedLabels.english,
  fork: forkLabels.english,
  panel: panelLabels.english,
  parts: partsLabels.english,
  replay: replayLabels.english,
  runControls: runControlsLabels.english,
  runHeader: runHeaderLabels.english,
  runWhy: runWhyLabels.english,
  status: statusLabels.english,
  timeline: timelineLabels.english,
};
