import { BudgetMeter, CostBurnRate, CostTicker, FleetOverview, useTitleBadge } from '@fleetglass/react';
import type { Meta, StoryObj } from '@storybook/react-vite';
import type { CSSProperties, ReactElement } from 'react';
import { useState } from 'react';
import { expect, fn, waitFor } from 'storybook/test';
import { busyFleet } from '../packages/react/test/fixtures/busy-fleet.js';
import { fleet } from '../packages/react/test/fixtures/fleet.js';
import type { Recording } from '../packages/react/test/fixtures/recording.js';
import {
  completed,
  empty,
  hostileDecisions,
  overBudget,
  REVIEW_RUN,
} from '../packages/react/test/fixtures/runs.js';
import { lostConnection, neverReady, Recorded } from './fixtures/Recorded.js';
import type { RecordedProps } from './fixtures/Recorded.js';

interface FleetArgs extends Pick<RecordedProps, 'density' | 'dir' | 'theme' | 'wrap'> {
  readonly record: () => Recording;
  readonly part: ReactElement;
  readonly width?: number;
}

const onFilter = fn();
const onOpenRun = fn();
const overview = <FleetOverview onFilter={onFilter} onOpenRun={onOpenRun} />;

function Fleet({ record, part, width, ...props }: FleetArgs) {
  const [recording] = useState(record);
  const style: CSSProperties = {
    padding: 16,
    background: 'var(--fg-bg)',
    ...(width ? { inlineSize: width } : {}),
  };
  return (
    <Recorded recording={recording} theme="light" style={style} {...props}>
      {part}
    </Recorded>
  );
}

/** All runs at a glance: what waits for a person, money, activity. */
const meta: Meta<typeof Fleet> = {
  title: 'FleetOverview',
  component: Fleet,
  parameters: { layout: 'fullscreen' },
  args: { record: busyFleet, part: overview },
};
export default meta;

type Story = StoryObj<typeof Fleet>;

export const Busy: Story = {
  play: async ({ canvas, userEvent }) => {
    await userEvent.click((await canvas.findAllByRole('button', { name: /^Open / }))[0] as HTMLElement);
    await expect(onOpenRun).toHaveBeenCalledWith('run-016');
    await userEvent.click(canvas.getByRole('button', { name: /^Failed/ }));
    await expect(onFilter).toHaveBeenCalledWith('failed');
  },
};
export const Dark: Story = { args: { theme: 'dark' } };
export const Industrial: Story = { args: { theme: 'industrial' } };
export const RightToLeft: Story = { args: { dir: 'rtl' } };
export const Narrow: Story = { args: { width: 320 } };
export const Compact: Story = { args: { density: 'compact' } };
export const Calm: Story = { args: { record: completed } };
export const Huge: Story = { args: { record: () => fleet({ runs: 300, days: 90 }) } };
export const Hostile: Story = { args: { record: hostileDecisions } };
export const Stale: Story = { args: { wrap: lostConnection } };
export const Loading: Story = { args: { record: empty, wrap: neverReady } };
export const Empty: Story = {
  args: { record: empty, wrap: (monitor) => ({ ...monitor, getSnapshot: readyOf(monitor.getSnapshot()) }) },
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('No run yet')).toBeVisible();
  },
};

function readyOf<T extends object>(snapshot: T): () => T {
  const shown = { ...snapshot, ready: true };
  return () => shown;
}

/** Money in one line. */
export const Ticker: Story = { args: { part: <CostTicker /> } };
export const TickerDark: Story = { args: { part: <CostTicker />, theme: 'dark', width: 320 } };

/** Limits that runs share, with where they are going. */
export const SharedBudgets: Story = { args: { part: <BudgetMeter /> } };
export const SharedBudgetsDark: Story = { args: { part: <BudgetMeter />, theme: 'dark', width: 320 } };
export const RaiseInPlace: Story = {
  args: { record: overBudget, part: <BudgetMeter runId={REVIEW_RUN} /> },
  play: async ({ canvas, userEvent }) => {
    await userEvent.click(await canvas.findByRole('button', { name: 'Raise and continue …' }));
    await expect(await canvas.findByRole('spinbutton', { name: 'New limit in USD' })).toBeVisible();
    await userEvent.keyboard('{Tab}{Escape}');
    await expect(canvas.queryByRole('spinbutton')).toBeNull();
  },
};
export const BurnOfAllRuns: Story = { args: { part: <CostBurnRate /> } };

function Badge(): ReactElement {
  useTitleBadge();
  return overview;
}

/** The title of the page counts what waits. */
export const TitleBadge: Story = {
  args: { part: <Badge /> },
  play: async () => {
    await waitFor(() => expect(document.title).toMatch(/^\(1\) /));
  },
};
