import {
  ActivityFeed,
  AgentActivityTimeline,
  AgentTable,
  BudgetMeter,
  CheckpointHistory,
  ConnectionBanners,
  CostBurnRate,
  ForkDialog,
  PendingApprovals,
  ReplayBar,
  RunHeader,
  StatusBadge,
} from '@fleetglass/react';
import type { Theme } from '@fleetglass/react';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { useMemo } from 'react';
import type { ReactElement } from 'react';
import { expect, userEvent, waitFor } from 'storybook/test';
import { lostConnection, Recorded } from './fixtures/Recorded.js';
import type { RecordedProps } from './fixtures/Recorded.js';
import type { Recording } from '../packages/react/test/fixtures/recording.js';
import {
  askingBudget,
  FORK_RUN,
  forked,
  hostileDecisions,
  huge,
  HUGE_RUN,
  normal,
  overBudget,
  partlyPriced,
  publishing,
  REVIEW_RUN,
  waiting,
} from '../packages/react/test/fixtures/runs.js';

interface PartArgs extends Pick<RecordedProps, 'wrap' | 'seq' | 'dir'> {
  readonly record: () => Recording;
  readonly theme: Theme;
  readonly part: ReactElement;
}

function Part({ record, part, ...props }: PartArgs) {
  const recording = useMemo(() => record(), [record]);
  return (
    <Recorded
      recording={recording}
      style={{
        containerName: 'fg-panel',
        containerType: 'inline-size',
        padding: 16,
        background: 'var(--fg-bg)',
      }}
      {...props}
    >
      {part}
    </Recorded>
  );
}

/** Each part by itself: a host may compose its own screen of them. */
const meta: Meta<typeof Part> = {
  title: 'Parts',
  component: Part,
  parameters: { layout: 'fullscreen', controls: { include: ['theme'] } },
  args: { record: normal, theme: 'light' },
  argTypes: { theme: { control: 'inline-radio', options: ['light', 'dark', 'system', 'industrial'] } },
};
export default meta;

type Story = StoryObj<typeof Part>;

export const Header: Story = { args: { part: <RunHeader runId={REVIEW_RUN} /> } };
export const HeaderConfirmsCancel: Story = {
  args: { part: <RunHeader runId={REVIEW_RUN} /> },
  play: async ({ canvas }) => {
    await userEvent.click(await canvas.findByRole('button', { name: 'Cancel' }));
    await expect(canvas.getByRole('button', { name: 'Keep it running' })).toHaveFocus();
  },
};
export const HeaderTellsRefusal: Story = {
  args: { part: <RunHeader runId={REVIEW_RUN} /> },
  play: async ({ canvas }) => {
    await userEvent.click(await canvas.findByRole('button', { name: 'Pause' }));
    await expect(await canvas.findByText(/^Pause refused at .*: This is a recording/)).toBeVisible();
  },
};
export const BurnRate: Story = { args: { part: <CostBurnRate runId={REVIEW_RUN} /> } };
export const BurnRateLowerBound: Story = {
  args: { record: partlyPriced, part: <CostBurnRate runId={REVIEW_RUN} /> },
};
export const Budget: Story = { args: { part: <BudgetMeter runId={REVIEW_RUN} /> } };
export const BudgetReached: Story = {
  args: { record: overBudget, theme: 'dark', part: <BudgetMeter runId={REVIEW_RUN} /> },
};
export const BudgetsOfHugeRun: Story = {
  args: { record: huge, theme: 'industrial', part: <BudgetMeter runId={HUGE_RUN} /> },
};
export const Timeline: Story = { args: { part: <AgentActivityTimeline runId={REVIEW_RUN} /> } };
export const TimelineByKeyboard: Story = {
  args: { theme: 'dark', part: <AgentActivityTimeline runId={REVIEW_RUN} /> },
  play: async ({ canvas }) => {
    const lane = await canvas.findByRole('listbox', { name: /^REVIEWER/ });
    lane.focus();
    await userEvent.keyboard('{End}');
    await waitFor(() => expect(canvas.getByRole('option')).toBeVisible());
  },
};
export const TimelineHuge: Story = {
  args: { record: huge, theme: 'industrial', part: <AgentActivityTimeline runId={HUGE_RUN} /> },
};
export const Agents: Story = {
  args: { part: <AgentTable runId={REVIEW_RUN} selectedAgentId="REVIEWER" onSelectAgent={() => {}} /> },
};
export const Feed: Story = { args: { part: <ActivityFeed runId={REVIEW_RUN} /> } };
export const FeedVirtualDark: Story = {
  args: { record: huge, theme: 'dark', part: <ActivityFeed runId={HUGE_RUN} /> },
};
export const Approvals: Story = { args: { record: waiting, part: <PendingApprovals runId={REVIEW_RUN} /> } };
export const ApprovalExpiring: Story = {
  args: { record: publishing, theme: 'dark', part: <PendingApprovals runId={REVIEW_RUN} /> },
};
export const ApprovalReplaying: Story = {
  args: { record: publishing, seq: 101, part: <PendingApprovals runId={REVIEW_RUN} /> },
};
export const ApprovalsHostile: Story = {
  args: { record: hostileDecisions, theme: 'industrial', part: <PendingApprovals runId={REVIEW_RUN} /> },
};
export const ApprovalRightToLeft: Story = {
  args: { record: publishing, dir: 'rtl', part: <PendingApprovals runId={REVIEW_RUN} /> },
};
export const ApprovalRefused: Story = {
  args: { record: publishing, part: <PendingApprovals runId={REVIEW_RUN} /> },
  play: async ({ canvas }) => {
    await userEvent.click(await canvas.findByRole('button', { name: 'Publish' }));
    await expect(await canvas.findByText(/^Decision refused at/)).toBeVisible();
  },
};
export const BudgetQuestion: Story = {
  args: { record: askingBudget, part: <PendingApprovals runId={REVIEW_RUN} /> },
};
export const BudgetQuestionRightToLeft: Story = {
  args: { record: askingBudget, dir: 'rtl', theme: 'dark', part: <PendingApprovals runId={REVIEW_RUN} /> },
};
export const BudgetQuestionTooLow: Story = {
  args: { record: askingBudget, theme: 'industrial', part: <PendingApprovals runId={REVIEW_RUN} /> },
  play: async ({ canvas }) => {
    const field = await canvas.findByRole('spinbutton');
    await userEvent.clear(field);
    await userEvent.type(field, '0.01');
    await expect(await canvas.findByText('Enter more than $0.06.')).toBeVisible();
  },
};
export const Checkpoints: Story = {
  args: { part: <CheckpointHistory runId={REVIEW_RUN} selectedCheckpointId="plan" /> },
};
export const Fork: Story = {
  args: { part: <ForkDialog runId={REVIEW_RUN} onClose={() => {}} /> },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('dialog')).toBeVisible();
  },
};
export const ForkDark: Story = { ...Fork, args: { ...Fork.args, theme: 'dark' } };
export const ForkRightToLeft: Story = { ...Fork, args: { ...Fork.args, theme: 'industrial', dir: 'rtl' } };
export const ForkRefused: Story = {
  args: { part: <ForkDialog runId={REVIEW_RUN} onClose={() => {}} /> },
  play: async ({ canvas }) => {
    await userEvent.click(await canvas.findByText('Change the state first'));
    await userEvent.type(canvas.getByRole('textbox'), '{{"tone": "warm"}');
    await userEvent.click(canvas.getByRole('button', { name: 'Fork and run' }));
    await expect(await canvas.findByText(/^Fork refused at .*: This is a recording/)).toBeVisible();
  },
};
export const HeaderOfFork: Story = {
  args: { record: forked, part: <RunHeader runId={FORK_RUN} onShowRun={() => {}} onFork={() => {}} /> },
};
export const Scrubber: Story = { args: { part: <ReplayBar /> } };
export const ScrubberReplaying: Story = { args: { seq: 60, theme: 'industrial', part: <ReplayBar /> } };
export const Banners: Story = { args: { wrap: lostConnection, part: <ConnectionBanners /> } };
export const Statuses: Story = {
  args: {
    part: (
      <div style={{ display: 'flex', flexWrap: 'wrap', gap: 12 }}>
        {(
          [
            'queued',
            'running',
            'waiting',
            'paused',
            'completed',
            'failed',
            'cancelled',
            'skipped',
            'stopped',
            'idle',
            'active',
            'offline',
          ] as const
        ).map((status) => (
          <StatusBadge key={status} status={status} data-variant="pill" />
        ))}
      </div>
    ),
  },
};
