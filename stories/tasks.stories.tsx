import { AgentsSummary, TaskBoard, TaskDetails, TaskTree } from '@fleetglass/react';
import type { Theme } from '@fleetglass/react';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { useMemo } from 'react';
import type { ReactElement } from 'react';
import { expect, userEvent, waitFor, within } from 'storybook/test';
import type { Recording } from '../packages/react/test/fixtures/recording.js';
import { empty, normal, REVIEW_RUN, unpriced } from '../packages/react/test/fixtures/runs.js';
import {
  board,
  BOARD_RUN,
  deepTasks,
  hostileTasks,
  manyTasks,
  TASKS_RUN,
} from '../packages/react/test/fixtures/tasks.js';
import { lostConnection, neverReady, Recorded } from './fixtures/Recorded.js';
import type { RecordedProps } from './fixtures/Recorded.js';

interface TasksArgs extends Pick<RecordedProps, 'wrap' | 'seq' | 'dir' | 'density'> {
  readonly record: () => Recording;
  readonly theme: Theme;
  readonly part: ReactElement;
  /** In pixels. @default as wide as the page */
  readonly width?: number;
}

function Tasks({ record, part, width, ...props }: TasksArgs) {
  const recording = useMemo(() => record(), [record]);
  return (
    <Recorded
      recording={recording}
      style={{ padding: 16, background: 'var(--fg-bg)', inlineSize: width, boxSizing: 'border-box' }}
      {...props}
    >
      {part}
    </Recorded>
  );
}

const nothing = (): void => {};
const tree = <TaskTree runId={TASKS_RUN} selectedTaskId="code" onSelectTask={nothing} />;
const statusBoard = <TaskBoard runId={TASKS_RUN} />;
const details = (taskId: string): ReactElement => (
  <div className="fg-card">
    <TaskDetails
      runId={TASKS_RUN}
      taskId={taskId}
      onSelectTask={nothing}
      onShowFiles={nothing}
      onShowLogs={nothing}
      onShowApproval={nothing}
    />
  </div>
);

/** The tasks of a run: below each other, as cards in columns, and one of them in full. */
const meta: Meta<typeof Tasks> = {
  title: 'Tasks',
  component: Tasks,
  parameters: { layout: 'fullscreen', controls: { include: ['theme'] } },
  args: { record: deepTasks, theme: 'light', part: tree },
  argTypes: { theme: { control: 'inline-radio', options: ['light', 'dark', 'system', 'industrial'] } },
  // The checks begin when the recording has arrived.
  play: async ({ canvasElement }) => {
    await waitFor(() =>
      expect(canvasElement.querySelector('[role="treeitem"], .fg-board-card, .fg-task-part')).not.toBeNull(),
    );
  },
};
export default meta;

type Story = StoryObj<typeof Tasks>;

export const Tree: Story = {};
export const TreeByKeyboard: Story = {
  play: async ({ canvas }) => {
    const list = await canvas.findByRole('tree');
    list.focus();
    await userEvent.keyboard('{Home}{ArrowLeft}');
    await waitFor(() => expect(canvas.getAllByRole('treeitem')).toHaveLength(2));
    await userEvent.keyboard('{End}{ArrowRight}{ArrowRight}');
    await waitFor(() => expect(canvas.getAllByRole('treeitem')).toHaveLength(14));
    await expect(list).toHaveAttribute('aria-activedescendant', canvas.getAllByRole('treeitem')[2]?.id);
  },
};
export const TreeFiltered: Story = {
  args: { theme: 'dark' },
  play: async ({ canvas }) => {
    await userEvent.selectOptions(await canvas.findByRole('combobox', { name: 'Status' }), 'Failed');
    await waitFor(() => expect(canvas.getAllByRole('treeitem')).toHaveLength(4));
    await expect(canvas.getByText(/2 of 20 fit/)).toBeVisible();
  },
};
export const TreeOfReview: Story = { args: { record: normal, part: <TaskTree runId={REVIEW_RUN} /> } };
export const TreeUnpriced: Story = { args: { record: unpriced, part: <TaskTree runId={REVIEW_RUN} /> } };
export const TreeEmpty: Story = {
  args: { record: empty },
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('No task yet')).toBeVisible();
  },
};
export const TreeLoading: Story = {
  args: { record: empty, wrap: neverReady },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('status', { name: 'Loading …' })).toBeVisible();
  },
};
export const TreeStale: Story = { args: { wrap: lostConnection } };
export const TreeHuge: Story = {
  args: { record: manyTasks },
  play: async ({ canvas, canvasElement }) => {
    const list = await canvas.findByRole('tree');
    await expect(canvasElement.querySelectorAll('[role="treeitem"]').length).toBeLessThan(80);
    list.focus();
    await userEvent.keyboard('{End}');
    await waitFor(() => expect(canvas.getByText('Migrate service 9999')).toBeVisible());
  },
};
export const TreeNarrow: Story = { args: { width: 320 } };
export const TreeRightToLeft: Story = { args: { dir: 'rtl' } };
export const TreeDark: Story = { args: { theme: 'dark' } };
export const TreeIndustrial: Story = { args: { theme: 'industrial' } };
export const TreeCompact: Story = { args: { density: 'compact' } };
export const TreeHostile: Story = { args: { record: hostileTasks } };
export const TreeOfThePast: Story = { args: { seq: 40 } };

export const Board: Story = { args: { record: board, part: <TaskBoard runId={BOARD_RUN} /> } };
export const BoardOpensTask: Story = {
  args: { part: statusBoard },
  play: async ({ canvas }) => {
    const failed = await canvas.findByRole('region', { name: /^Failed/ });
    const card = within(failed).getByRole('button', { name: /^Prove it/ });
    card.focus();
    await userEvent.keyboard('{Enter}');
    const dialog = await canvas.findByRole('dialog', { name: 'Prove it with a test' });
    await expect(await within(dialog).findByText(/^Attempt 1 failed/)).toBeVisible();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(card).toHaveFocus());
  },
};
export const BoardByAgentDark: Story = {
  args: { theme: 'dark', part: <TaskBoard runId={TASKS_RUN} defaultLanes /> },
};
export const BoardNarrow: Story = {
  args: { record: board, width: 320, part: <TaskBoard runId={BOARD_RUN} /> },
  play: async ({ canvas }) => {
    await userEvent.click(await canvas.findByRole('tab', { name: /^review/ }));
    await expect(canvas.getByRole('region', { name: 'review, 5 tasks' })).toBeVisible();
  },
};
export const BoardRightToLeft: Story = { args: { dir: 'rtl', part: statusBoard } };
export const BoardIndustrial: Story = { args: { theme: 'industrial', part: statusBoard } };
export const BoardHuge: Story = { args: { record: manyTasks, part: statusBoard } };
export const BoardHostile: Story = { args: { record: hostileTasks, part: statusBoard } };
export const BoardEmpty: Story = { ...TreeEmpty, args: { record: empty, part: statusBoard } };
export const BoardLoading: Story = {
  ...TreeLoading,
  args: { record: empty, wrap: neverReady, part: statusBoard },
};
export const BoardStale: Story = { args: { wrap: lostConnection, part: statusBoard } };

export const Details: Story = { args: { part: details('repair') } };
export const DetailsRetried: Story = {
  args: { part: details('code') },
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Attempt 1 failed (PROVIDER_ERROR)')).toBeVisible();
    const calls = await canvas.findByRole('region', { name: 'Calls' });
    await userEvent.click(within(calls).getAllByRole('button')[1] as HTMLElement);
    await expect(await canvas.findByText('Three causes, the first of them likely.')).toBeVisible();
  },
};
export const DetailsWaiting: Story = { args: { theme: 'dark', part: details('deploy') } };
export const DetailsForks: Story = {
  args: { part: details('code') },
  play: async ({ canvas }) => {
    const button = await canvas.findByRole('button', { name: 'Run again from here …' });
    await waitFor(() => expect(button).toBeEnabled());
    await userEvent.click(button);
    await expect(await canvas.findByRole('dialog')).toBeVisible();
  },
};
export const DetailsNarrow: Story = { args: { width: 320, part: details('repair') } };
export const DetailsRightToLeft: Story = { args: { dir: 'rtl', part: details('repair') } };
export const DetailsIndustrial: Story = { args: { theme: 'industrial', part: details('code') } };
export const DetailsHostile: Story = {
  args: { record: hostileTasks, part: details('c') },
  play: async ({ canvas }) => {
    await userEvent.click(await canvas.findByRole('button', { name: /^Show all/ }));
    await expect(await canvas.findByText(/^The first 100,000/)).toBeVisible();
  },
};
export const DetailsMissing: Story = {
  args: { part: details('nobody') },
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Task nobody is not here')).toBeVisible();
  },
};
export const FinishedAgents: Story = {
  args: { part: <AgentsSummary runId={TASKS_RUN} taskId="analyse" files={3} /> },
  play: async ({ canvas }) => {
    await userEvent.click(await canvas.findByRole('button', { name: /1 agent finished/ }));
    await expect(canvas.getByRole('row', { name: /ANALYST/ })).toBeVisible();
  },
};
