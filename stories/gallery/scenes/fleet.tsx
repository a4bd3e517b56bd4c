import {
  AlertsPanel,
  ApprovalCard,
  BudgetMeter,
  ConnectionStatus,
  CostBurnRate,
  CostTicker,
  FleetOverview,
  McpServers,
  SystemHealth,
  Toasts,
} from '@fleetglass/react';
import type { ReactElement } from 'react';
import {
  busyFleet,
  manyAlerts,
  newsOfFleet,
  settledApproval,
} from '../../../packages/react/test/fixtures/busy-fleet.js';
import type { Recording } from '../../../packages/react/test/fixtures/recording.js';
import * as runs from '../../../packages/react/test/fixtures/runs.js';
import { Later } from '../../fixtures/Later.js';
import { lostConnection, neverReady, Recorded } from '../../fixtures/Recorded.js';
import type { RecordedProps } from '../../fixtures/Recorded.js';
import type { Scene, Scenes } from '../scene.js';

const nothing = (): void => {};

const scene =
  (
    record: () => Recording,
    part: ReactElement,
    special: Pick<RecordedProps, 'wrap' | 'dir' | 'seq'> = {},
  ): Scene =>
  ({ style, ...props }) => (
    <Recorded recording={record()} {...props} {...special} style={{ ...style, padding: 16 }}>
      <div style={{ display: 'grid', gap: 12 }}>{part}</div>
    </Recorded>
  );

const overview = <FleetOverview onFilter={nothing} onOpenRun={nothing} />;
const money = (
  <>
    <CostTicker />
    <BudgetMeter />
    <CostBurnRate />
  </>
);
const system = (
  <>
    <ConnectionStatus />
    <SystemHealth />
    <McpServers />
  </>
);
const alerts = <AlertsPanel defaultStatus="all" onOpen={nothing} />;

/** The whole fleet, its money, its alerts and its parts. */
export const scenes: Scenes = {
  'fleet-overview': scene(busyFleet, overview),
  'fleet-overview-rtl': scene(busyFleet, overview, { dir: 'rtl' }),
  'fleet-overview-empty': scene(runs.empty, overview),
  'fleet-overview-loading': scene(runs.empty, overview, { wrap: neverReady }),
  'fleet-overview-calm': scene(runs.completed, overview),
  'fleet-overview-hostile': scene(runs.hostileDecisions, overview),
  'fleet-money': scene(busyFleet, money),
  'fleet-budget-reached': scene(runs.overBudget, <BudgetMeter runId={runs.REVIEW_RUN} />),
  'fleet-alerts': scene(busyFleet, alerts),
  'fleet-alerts-many': scene(manyAlerts, alerts),
  'fleet-alerts-empty': scene(runs.empty, alerts),
  'fleet-toasts': ({ style, ...props }) => (
    <Later recording={newsOfFleet()} {...props} style={{ ...style, padding: 16 }}>
      {overview}
      <Toasts onOpen={nothing} />
    </Later>
  ),
  'fleet-system': scene(busyFleet, system),
  'fleet-system-lost': scene(runs.normal, system, { wrap: lostConnection }),
  'fleet-approval': scene(
    runs.publishing,
    <ApprovalCard runId={runs.REVIEW_RUN} approvalId="publish/approve" />,
  ),
  'fleet-approval-settled': scene(
    settledApproval,
    <ApprovalCard runId={runs.REVIEW_RUN} approvalId="publish/approve" />,
  ),
};
