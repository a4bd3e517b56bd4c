import type { View } from '@fleetglass/react';
import { FleetDashboard } from '@fleetglass/react/dashboard';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { useMemo } from 'react';
import { expect, userEvent, waitFor, within } from 'storybook/test';
import { fleet, fleetRunId } from '../packages/react/test/fixtures/fleet.js';
import * as runs from '../packages/react/test/fixtures/runs.js';
import { LiveRun } from './fixtures/LiveRun.js';
import { lostConnection, neverReady } from './fixtures/Recorded.js';
import { RecordedDashboard } from './fixtures/RecordedDashboard.js';
import type { RecordedDashboardProps } from './fixtures/RecordedDashboard.js';
import type { SimulatedReview } from './fixtures/simulated-review.js';

const RECORDINGS = {
  fleet,
  normal: runs.normal,
  waiting: runs.waiting,
  failed: runs.failed,
  hostile: runs.hostile,
  huge: runs.huge,
  empty: runs.empty,
};

interface DashboardArgs extends Pick<RecordedDashboardProps, 'defaultSettings' | 'dir' | 'wrap'> {
  readonly recording: keyof typeof RECORDINGS;
  readonly start: View;
}

function Dashboard({ recording, start, ...props }: DashboardArgs) {
  const data = useMemo(() => RECORDINGS[recording](), [recording]);
  return <RecordedDashboard key={recording} recording={data} initialView={start} {...props} />;
}

/** The ready-made whole, page by page, over a team's weeks, and over a run that happens while it is looked at. */
const meta: Meta<typeof Dashboard> = {
  title: 'FleetDashboard',
  component: Dashboard,
  parameters: { layout: 'fullscreen' },
  args: {
    recording: 'fleet',
    start: { page: 'overview' },
    defaultSettings: { theme: 'light', shortcuts: true },
  },
  play: async ({ canvasElement }) => {
    await waitFor(() => expect(within(canvasElement).getByRole('heading', { level: 1 })).toBeInTheDocument());
  },
};
export default meta;

type Story = StoryObj<typeof Dashboard>;

const at = (start: View): Story => ({ args: { start } });

export const Overview: Story = {};
export const OverviewDark: Story = { args: { defaultSettings: { theme: 'dark' } } };
export const OverviewIndustrial: Story = { args: { defaultSettings: { theme: 'industrial' } } };
export const OverviewRightToLeft: Story = { args: { dir: 'rtl' } };
export const OverviewWithoutRuns: Story = { args: { recording: 'empty' } };
export const OverviewLoading: Story = { args: { recording: 'empty', wrap: neverReady } };
export const Reconnecting: Story = {
  args: { wrap: lostConnection },
  play: async ({ canvasElement }) => {
    await within(canvasElement).findByText(/Connection lost at/);
  },
};
export const Runs: Story = at({ page: 'runs' });
export const Agents: Story = at({ page: 'agents' });
export const Tasks: Story = at({ page: 'tasks' });
export const Costs: Story = at({ page: 'costs' });
export const Alerts: Story = at({ page: 'alerts' });
export const Compare: Story = at({ page: 'compare', runId: fleetRunId(1), otherRunId: fleetRunId(7) });
export const CompareNothingChosen: Story = at({ page: 'compare' });
export const Settings: Story = at({ page: 'settings' });
export const Run: Story = at({ runId: fleetRunId(38) });
export const RunFailed: Story = { args: { recording: 'failed', start: { page: 'run' } } };
export const RunHostile: Story = { args: { recording: 'hostile', start: { page: 'run' } } };
export const RunMissing: Story = at({ runId: 'run-of-yesterday' });
export const RunTasks: Story = at({ runId: fleetRunId(38), tab: 'tasks' });
export const RunGraph: Story = at({ runId: fleetRunId(38), tab: 'graph' });
export const RunConversation: Story = at({ runId: fleetRunId(38), tab: 'conversation' });
export const RunFiles: Story = at({ runId: fleetRunId(38), tab: 'files' });
export const RunLogs: Story = at({ runId: fleetRunId(38), tab: 'logs' });
export const RunCheckpoints: Story = at({ runId: fleetRunId(38), tab: 'checkpoints' });
export const RunMoney: Story = at({ runId: fleetRunId(38), tab: 'money' });

export const Palette: Story = {
  play: async ({ canvasElement }) => {
    const canvas = within(canvasElement);
    await canvas.findByRole('heading', { level: 1 });
    await userEvent.keyboard('{Control>}k{/Control}');
    const palette = within(await canvas.findByRole('dialog'));
    await userEvent.type(palette.getByRole('combobox'), 'invoice');
    await expect(palette.getAllByRole('option').length).toBeGreaterThan(1);
  },
};
export const Shortcuts: Story = {
  play: async ({ canvasElement }) => {
    const canvas = within(canvasElement);
    await canvas.findByRole('heading', { level: 1 });
    await userEvent.keyboard('?');
    await canvas.findByRole('dialog', { name: 'Keyboard shortcuts' });
  },
};
export const Arranging: Story = {
  play: async ({ canvasElement }) => {
    const canvas = within(canvasElement);
    await userEvent.click(await canvas.findByRole('button', { name: 'Arrange' }));
    const cells = () =>
      [...canvasElement.querySelectorAll('[data-panel]')].map((cell) => cell.getAttribute('data-panel'));
    const [first] = cells();
    await userEvent.click(canvas.getAllByRole('button', { name: /^Move .* down$/ })[0] as HTMLElement);
    await expect(cells()[1]).toBe(first);
  },
};

const live = (review: SimulatedReview, pace: number): Pick<Story, 'render'> => ({
  render: () => (
    <LiveRun {...review} pace={pace}>
      {(monitor, runId) => (
        <FleetDashboard
          monitor={monitor}
          brand="Simulated"
          locale="en"
          timeZone="UTC"
          defaultSettings={{ theme: 'light', shortcuts: true, defaultPage: 'run' }}
          key={runId}
        />
      )}
    </LiveRun>
  ),
});

/** A person is asked while the run goes on; the answer lets it end. */
export const FlowApproval: Story = {
  ...live({ files: 2 }, 4),
  play: async ({ canvasElement }) => {
    const canvas = within(canvasElement);
    await canvas.findByRole('heading', { name: /Publish 2 findings\?/ }, { timeout: 10_000 });
    await canvas.findByRole('button', { name: '1 decision waits' });
    await userEvent.click(canvas.getByRole('button', { name: /^publish$/i }));
    await waitFor(
      () => expect(canvasElement.querySelector('.fg-run-header [data-status="completed"]')).not.toBeNull(),
      { timeout: 10_000 },
    );
  },
};

/** The limit stops the run before a call, a person raises it, and the run goes on. */
export const FlowBudgetStop: Story = {
  ...live({ files: 3, usd: 0.06, asks: false }, 4),
  play: async ({ canvasElement }) => {
    const canvas = within(canvasElement);
    const raise = await canvas.findByRole(
      'button',
      { name: /^Raise to .* and continue$/ },
      { timeout: 10_000 },
    );
    const field = canvas.getByRole('spinbutton', { name: /New limit/ });
    await userEvent.clear(field);
    await userEvent.type(field, '2');
    await userEvent.click(raise);
    await waitFor(
      () => expect(canvasElement.querySelector('.fg-run-header [data-status="completed"]')).not.toBeNull(),
      { timeout: 10_000 },
    );
  },
};

/** Back to the run's first events while it goes on, and to the present again. */
export const FlowReplay: Story = {
  ...live({ files: 4, asks: false }, 10),
  play: async ({ canvasElement }) => {
    const canvas = within(canvasElement);
    await waitFor(() => expect(canvasElement.querySelector('.fg-run-header')).not.toBeNull(), {
      timeout: 10_000,
    });
    await waitFor(() => expect(canvas.getByRole('slider', { name: 'Moment shown' })).toBeEnabled());
    const slider = canvas.getByRole('slider', { name: 'Moment shown' });
    slider.focus();
    await userEvent.keyboard('{PageDown}{PageDown}');
    await waitFor(() => expect(canvasElement.querySelector('[data-state="replay"]')).not.toBeNull());
    await userEvent.click(canvas.getAllByRole('button', { name: 'Back to live' })[0] as HTMLElement);
    await waitFor(() => expect(canvasElement.querySelector('[data-state="replay"]')).toBeNull());
  },
};

/** The largest recorded run: 10,000 spans behind every panel. */
export const FlowTenThousandSpans: Story = { args: { recording: 'huge', start: { page: 'run' } } };
