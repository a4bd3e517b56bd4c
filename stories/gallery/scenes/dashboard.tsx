import type { View } from '@fleetglass/react';
import { fleet, fleetRunId } from '../../../packages/react/test/fixtures/fleet.js';
import type { Recording } from '../../../packages/react/test/fixtures/recording.js';
import * as runs from '../../../packages/react/test/fixtures/runs.js';
import { lostConnection, neverReady } from '../../fixtures/Recorded.js';
import { RecordedDashboard } from '../../fixtures/RecordedDashboard.js';
import type { RecordedDashboardProps } from '../../fixtures/RecordedDashboard.js';
import type { Scene, Scenes } from '../scene.js';

const page =
  (record: () => Recording, view: View, more: Partial<RecordedDashboardProps> = {}): Scene =>
  ({ theme = 'light', style }) => (
    <RecordedDashboard
      recording={record()}
      view={view}
      defaultSettings={{ theme, shortcuts: true }}
      style={style}
      {...more}
    />
  );

const PAGES = ['overview', 'runs', 'agents', 'tasks', 'costs', 'alerts', 'compare', 'settings'] as const;
const TABS = ['activity', 'tasks', 'graph', 'conversation', 'files', 'logs', 'checkpoints', 'money'] as const;

/** Every page over a team's weeks, a run in the middle of its work, and nothing at all. */
export const scenes: Scenes = {
  ...Object.fromEntries(
    PAGES.map((name) => [
      `dashboard-${name}`,
      page(fleet, {
        page: name,
        ...(name === 'compare' ? { runId: fleetRunId(1), otherRunId: fleetRunId(7) } : {}),
      }),
    ]),
  ),
  ...Object.fromEntries(
    TABS.map((tab) => [`dashboard-run-${tab}`, page(fleet, { runId: fleetRunId(38), tab })]),
  ),
  'dashboard-run-live': page(runs.normal, { page: 'run' }),
  'dashboard-run-waiting': page(runs.waiting, { page: 'run' }),
  'dashboard-overview-waiting': page(runs.waiting, { page: 'overview' }),
  'dashboard-overview-empty': page(runs.empty, { page: 'overview' }),
  'dashboard-overview-loading': page(runs.empty, { page: 'overview' }, { wrap: neverReady }),
  'dashboard-overview-reconnecting': page(fleet, { page: 'overview' }, { wrap: lostConnection }),
  'dashboard-overview-rtl': page(fleet, { page: 'overview' }, { dir: 'rtl' }),
};
