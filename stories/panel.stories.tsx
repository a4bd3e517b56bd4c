import { OrchestratorMonitoringPanel } from '@fleetglass/react';
import type { Theme } from '@fleetglass/react';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { useMemo } from 'react';
import { expect, waitFor } from 'storybook/test';
import { lostConnection, neverReady, Recorded } from './fixtures/Recorded.js';
import type { RecordedProps } from './fixtures/Recorded.js';
import * as runs from '../packages/react/test/fixtures/runs.js';

type RunName = Exclude<keyof typeof runs, 'REVIEW_RUN' | 'HUGE_RUN' | 'HOSTILE_RUN' | 'FORK_RUN'>;

interface PanelArgs extends Pick<RecordedProps, 'density' | 'seq' | 'wrap' | 'dir'> {
  readonly run: RunName;
  readonly theme: Theme;
}

function Panel({ run, ...props }: PanelArgs) {
  const recording = useMemo(() => runs[run](), [run]);
  return (
    <Recorded key={run} recording={recording} {...props}>
      <OrchestratorMonitoringPanel />
    </Recorded>
  );
}

/** The whole panel over recorded runs, in each state that it can be in. */
const meta: Meta<typeof Panel> = {
  title: 'OrchestratorMonitoringPanel',
  component: Panel,
  parameters: { layout: 'fullscreen' },
  args: { run: 'normal', theme: 'light' },
  argTypes: {
    theme: { control: 'inline-radio', options: ['light', 'dark', 'system', 'industrial'] },
    density: { control: 'inline-radio', options: ['comfortable', 'compact'] },
    dir: { control: 'inline-radio', options: ['ltr', 'rtl'] },
    wrap: { table: { disable: true } },
  },
  // The checks begin when the recording has arrived.
  play: async ({ canvasElement }) => {
    await waitFor(() => expect(canvasElement.querySelector('.fg-run-header')).not.toBeNull());
    // No drawing sizes its card by its own proportions.
    const drawing = canvasElement.querySelector('.fg-burn svg')?.getBoundingClientRect();
    if (drawing) await expect(drawing.height).toBeLessThan(240);
  },
};
export default meta;

type Story = StoryObj<typeof Panel>;

export const Running: Story = {};
export const RunningDark: Story = { args: { theme: 'dark' } };
export const RunningIndustrial: Story = { args: { theme: 'industrial' } };
export const Compact: Story = { args: { density: 'compact' } };
export const RightToLeft: Story = { args: { dir: 'rtl' } };
export const JustStarted: Story = { args: { run: 'little' } };
export const Completed: Story = { args: { run: 'completed' } };
export const Failed: Story = { args: { run: 'failed' } };
export const FailedDark: Story = { args: { run: 'failed', theme: 'dark' } };
export const FailedIndustrial: Story = { args: { run: 'failed', theme: 'industrial' } };
export const WaitingForDecision: Story = { args: { run: 'waiting' } };
export const WaitingForDecisionDark: Story = { args: { run: 'waiting', theme: 'dark' } };
export const WaitingForDecisionIndustrial: Story = { args: { run: 'waiting', theme: 'industrial' } };
export const BudgetAsks: Story = { args: { run: 'askingBudget' } };
export const BudgetAsksDark: Story = { args: { run: 'askingBudget', theme: 'dark' } };
export const BudgetAsksIndustrial: Story = { args: { run: 'askingBudget', theme: 'industrial' } };
export const AsksToPublish: Story = { args: { run: 'publishing' } };
export const Forked: Story = { args: { run: 'forked' } };
export const BudgetReached: Story = { args: { run: 'overBudget' } };
export const BudgetReachedDark: Story = { args: { run: 'overBudget', theme: 'dark' } };
export const BudgetReachedIndustrial: Story = { args: { run: 'overBudget', theme: 'industrial' } };
export const CancelledByPerson: Story = { args: { run: 'cancelled' } };
export const PartlyPriced: Story = { args: { run: 'partlyPriced' } };
export const Unpriced: Story = { args: { run: 'unpriced' } };
export const Huge: Story = { args: { run: 'huge' } };
export const Crowded: Story = { args: { run: 'crowded', theme: 'dark' } };
export const HostileText: Story = { args: { run: 'hostile' } };
export const ReplayingPast: Story = {
  args: { seq: 120 },
  play: async ({ canvasElement }) => {
    await waitFor(() => expect(canvasElement.querySelector('[data-state="replay"]')).not.toBeNull());
  },
};
export const ReplayingPastDark: Story = { ...ReplayingPast, args: { seq: 120, theme: 'dark' } };
export const ReplayingPastIndustrial: Story = { ...ReplayingPast, args: { seq: 120, theme: 'industrial' } };
export const ConnectionLost: Story = { args: { wrap: lostConnection } };
export const ConnectionLostDark: Story = { args: { wrap: lostConnection, theme: 'dark' } };
export const Loading: Story = {
  args: { run: 'empty', wrap: neverReady },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('status', { name: 'Loading the run …' })).toBeVisible();
  },
};
export const NoRuns: Story = {
  args: { run: 'empty' },
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('No run yet')).toBeVisible();
  },
};
