import { agentEndpoints } from './agents.js';
import { analystEndpoints } from './analyst.js';
import { analyticsEndpoints } from './analytics.js';
import { costEndpoints } from './costs.js';
import { performanceEndpoints } from './performance.js';
import { trendEndpoints } from './trends.js';
import { alertEndpoints } from './alerts.js';
import { approvalEndpoints } from './approvals.js';
import { archiveEndpoints } from './archive.js';
import { blobEndpoints } from './blobs.js';
import { budgetEndpoints } from './budgets.js';
import { checkpointEndpoints } from './checkpoints.js';
import { conversationEndpoints } from './conversations.js';
import { deletionEndpoints } from './deletion.js';
import { historyEndpoints } from './history.js';
import { identityEndpoints } from './identity.js';
import { legacyEndpoints } from './legacy.js';
import { planningEndpoints } from './planning.js';
import { reportEndpoints } from './reports.js';
import { systemEndpoints } from './system.js';
import { templateEndpoints } from './templates.js';
import type { Endpoint } from './endpoint.js';
import { fileEndpoints } from './files.js';
import { logEndpoints } from './logs.js';
import { runCommandEndpoints } from './run-commands.js';
import { runEndpoints } from './runs.js';
import { taskEndpoints } from './tasks.js';

/** Everything that is served under `/api/v1`, in the order in which it is documented. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...runEndpoints,
  ...runCommandEndpoints,
  ...deletionEndpoints,
  ...archiveEndpoints,
  ...historyEndpoints,
  ...agentEndpoints,
  ...taskEndpoints,
  ...conversationEndpoints,
  ...logEndpoints,
  ...fileEndpoints,
  ...blobEndpoints,
  ...checkpointEndpoints,
  ...budgetEndpoints,
  ...alertEndpoints,
  ...approvalEndpoints,
  ...costEndpoints,
  ...performanceEndpoints,
  ...trendEndpoints,
  ...analyticsEndpoints,
  ...analystEndpoints,
  ...planningEndpoints,
  ...templateEndpoints,
  ...reportEndpoints,
  ...identityEndpoints,
  ...systemEndpoints,
  ...legacyEndpoints,
];
