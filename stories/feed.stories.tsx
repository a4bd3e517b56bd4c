import { ActivityFeed } from '@fleetglass/react';
import type { Theme } from '@fleetglass/react';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { useMemo } from 'react';
import { expect, fn, userEvent, waitFor } from 'storybook/test';
import { fleet } from '../packages/react/test/fixtures/fleet.js';
import type { Recording } from '../packages/react/test/fixtures/recording.js';
import { empty, hostile, HOSTILE_RUN } from '../packages/react/test/fixtures/runs.js';
import { deepTasks, TASKS_RUN } from '../packages/react/test/fixtures/tasks.js';
import { lostConnection, neverReady, Recorded } from './fixtures/Recorded.js';
import type { RecordedProps } from './fixtures/Recorded.js';

interface FeedArgs extends Pick<RecordedProps, 'wrap' | 'dir'> {
  readonly record: () => Recording;
  readonly theme: Theme;
  readonly runId?: string;
  /** In pixels. @default as wide as the page */
  readonly width?: number;
  readonly onSelect: () => void;
  readonly onOpenRun: () => void;
}

function Feed({ record, runId, width, onSelect, onOpenRun, ...props }: FeedArgs) {
  const recording = useMemo(() => record(), [record]);
  return (
    <Recorded
      recording={recording}
      style={{ padding: 16, background: 'var(--fg-bg)', inlineSize: width, boxSizing: 'border-box' }}
      {...props}
    >
      <ActivityFeed runId={runId} onSelect={onSelect} onOpenRun={onOpenRun} style={{ blockSize: 600 }} />
    </Recorded>
  );
}

/** What happened, in a run or in all of them. */
const meta: Meta<typeof Feed> = {
  title: 'ActivityFeed',
  component: Feed,
  parameters: { layout: 'fullscreen', controls: { include: ['theme'] } },
  args: { record: fleet, theme: 'light', onSelect: fn(), onOpenRun: fn() },
  argTypes: { theme: { control: 'inline-radio', options: ['light', 'dark', 'system', 'industrial'] } },
  play: async ({ canvasElement }) => {
    await waitFor(() => expect(canvasElement.querySelector('.fg-feed-row')).not.toBeNull());
  },
};
export default meta;

type Story = StoryObj<typeof Feed>;

export const Fleet: Story = {};
export const OfOneRun: Story = { args: { record: deepTasks, runId: TASKS_RUN, width: 400 } };
export const Decisions: Story = {
  args: { record: deepTasks, runId: TASKS_RUN, theme: 'dark' },
  play: async ({ canvas, canvasElement }) => {
    await userEvent.selectOptions(await canvas.findByRole('combobox', { name: 'Kind' }), 'Decisions');
    await waitFor(() => expect(canvasElement.querySelectorAll('.fg-feed-row')).toHaveLength(4));
    await expect(canvas.getAllByText('by Ana Lucía')[0]).toBeVisible();
  },
};
export const LeadsToTheTask: Story = {
  args: { record: deepTasks, runId: TASKS_RUN },
  play: async ({ canvas, args }) => {
    await userEvent.type(await canvas.findByRole('searchbox'), 'release notes');
    await userEvent.click(await canvas.findByRole('button', { name: 'Write the release notes' }));
    await expect(args.onSelect).toHaveBeenCalledWith({ kind: 'task', id: 'notes' }, TASKS_RUN);
  },
};
export const NothingFits: Story = {
  play: async ({ canvas }) => {
    await userEvent.type(await canvas.findByRole('searchbox'), 'nothing of the kind');
    await expect(await canvas.findByText('Nothing like that so far')).toBeVisible();
  },
};
export const Empty: Story = {
  args: { record: empty },
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Nothing has happened yet')).toBeVisible();
  },
};
export const Loading: Story = {
  args: { record: empty, wrap: neverReady },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('status', { name: 'Loading …' })).toBeVisible();
  },
};
export const Stale: Story = { args: { wrap: lostConnection } };
export const Narrow: Story = { args: { width: 320 } };
export const RightToLeft: Story = { args: { dir: 'rtl' } };
export const Dark: Story = { args: { theme: 'dark' } };
export const Industrial: Story = { args: { theme: 'industrial' } };
export const Hostile: Story = { args: { record: hostile, runId: HOSTILE_RUN } };
