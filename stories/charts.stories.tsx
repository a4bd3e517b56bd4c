import {
  AgentCreation,
  Analytics,
  CostBreakdown,
  CostTrend,
  DurationHistogram,
  ModelUsage,
  PeakHours,
  SuccessRate,
  TokenUsage,
  ToolFrequency,
  TopCosts,
} from '@fleetglass/react/charts';
import '@fleetglass/react/charts.css';
import type { Theme } from '@fleetglass/react';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { useMemo } from 'react';
import type { ReactElement } from 'react';
import { expect, userEvent, waitFor } from 'storybook/test';
import { fleet } from '../packages/react/test/fixtures/fleet.js';
import { empty, hostile, normal, partlyPriced, unpriced } from '../packages/react/test/fixtures/runs.js';
import type { Recording } from '../packages/react/test/fixtures/recording.js';
import { lostConnection, neverReady, Recorded } from './fixtures/Recorded.js';
import type { RecordedProps } from './fixtures/Recorded.js';

interface ChartArgs extends Pick<RecordedProps, 'dir' | 'wrap'> {
  readonly record: () => Recording;
  readonly theme: Theme;
  readonly width?: number;
  readonly chart: ReactElement;
}

function Chart({ record, chart, width, ...props }: ChartArgs) {
  const recording = useMemo(() => record(), [record]);
  return (
    <Recorded recording={recording} style={{ padding: 16, background: 'var(--fg-bg)' }} {...props}>
      <div style={{ maxInlineSize: width }}>{chart}</div>
    </Recorded>
  );
}

const MONTHS = { days: 60 };

/** What was spent and done: every figure has a table behind it, and a file. */
const meta: Meta<typeof Chart> = {
  title: 'Charts',
  component: Chart,
  parameters: { layout: 'fullscreen', controls: { include: ['theme'] } },
  args: { record: fleet, theme: 'light' },
  argTypes: { theme: { control: 'inline-radio', options: ['light', 'dark', 'system', 'industrial'] } },
};
export default meta;

type Story = StoryObj<typeof Chart>;

export const Page: Story = { args: { chart: <Analytics /> } };
export const PageDark: Story = { args: { chart: <Analytics value={MONTHS} />, theme: 'dark' } };
export const PageIndustrial: Story = { args: { chart: <Analytics />, theme: 'industrial' } };
export const PageRightToLeft: Story = { args: { chart: <Analytics />, dir: 'rtl' } };
export const PageNarrow: Story = { args: { chart: <Analytics />, width: 320 } };
export const PageLoading: Story = { args: { chart: <Analytics />, record: empty, wrap: neverReady } };
export const PageStale: Story = { args: { chart: <Analytics />, wrap: lostConnection } };
export const PageEmpty: Story = { args: { chart: <Analytics />, record: empty } };
export const PageHostile: Story = { args: { chart: <Analytics />, record: hostile } };
export const PageChoosesPeriod: Story = {
  args: { chart: <Analytics /> },
  play: async ({ canvas }) => {
    await userEvent.click(await canvas.findByRole('button', { name: 'Custom' }));
    await expect(canvas.getByLabelText('From')).toHaveValue('2026-12-07');
    await userEvent.click(canvas.getByRole('button', { name: '90 days' }));
    await expect(canvas.getByText(/^No run from before/)).toBeVisible();
  },
};

export const Trend: Story = { args: { chart: <CostTrend range={MONTHS} /> } };
export const TrendSimulated: Story = { args: { chart: <CostTrend />, record: normal, theme: 'dark' } };
export const TrendLowerBound: Story = { args: { chart: <CostTrend />, record: partlyPriced } };
export const TrendUnpriced: Story = { args: { chart: <CostTrend />, record: unpriced } };
export const TrendByKeyboard: Story = {
  args: { chart: <CostTrend range={MONTHS} /> },
  play: async ({ canvasElement }) => {
    const surface = await waitFor(() => {
      const found = canvasElement.querySelector<SVGElement>('svg.recharts-surface');
      if (!found) throw new Error('not drawn yet');
      return found;
    });
    surface.focus();
    await userEvent.keyboard('{ArrowRight}{ArrowRight}');
    await waitFor(() => expect(canvasElement.querySelector('.fg-chart-tip')).toBeVisible());
  },
};
export const TrendOfManyPoints: Story = {
  args: {
    record: empty,
    chart: (
      <CostTrend
        data={Array.from({ length: 100_000 }, (_, at) => {
          const nanoUsd = Math.round(4e7 * (1 + Math.sin(at / 4_000)) + ((at * 7_919) % 1e7));
          const cost = { nanoUsd, byBasis: { list: nanoUsd }, unknownCalls: 0 };
          return { time: Date.UTC(2026, 10, 1) + at * 60_000, cost };
        })}
      />
    ),
  },
};
export const Models: Story = { args: { chart: <ModelUsage range={MONTHS} />, width: 480 } };
export const ModelsAsTable: Story = {
  args: { chart: <ModelUsage range={MONTHS} />, width: 480 },
  play: async ({ canvas }) => {
    await userEvent.click(await canvas.findByRole('button', { name: 'Show as a table' }));
    await expect(canvas.getByRole('row', { name: /^in-house-7b —/ })).toBeVisible();
  },
};
export const Breakdown: Story = {
  args: { chart: <CostBreakdown range={MONTHS} defaultBy="label:team" />, width: 480 },
};
export const BreakdownByDateIndustrial: Story = {
  args: { chart: <CostBreakdown range={MONTHS} defaultBy="date" />, width: 480, theme: 'industrial' },
};
export const Tokens: Story = { args: { chart: <TokenUsage range={MONTHS} /> } };
export const Durations: Story = { args: { chart: <DurationHistogram range={MONTHS} />, width: 480 } };
export const Hours: Story = { args: { chart: <PeakHours range={MONTHS} />, width: 480 } };
export const HoursDarkByKeyboard: Story = {
  args: { chart: <PeakHours range={MONTHS} />, width: 480, theme: 'dark' },
  play: async ({ canvas }) => {
    (await canvas.findByRole('grid')).focus();
    await userEvent.keyboard('{ArrowDown}');
    await expect(canvas.getByText(/model calls, \$/)).toBeVisible();
  },
};
export const Success: Story = { args: { chart: <SuccessRate range={MONTHS} />, width: 480 } };
export const Tools: Story = { args: { chart: <ToolFrequency range={MONTHS} />, width: 480, dir: 'rtl' } };
export const Creation: Story = { args: { chart: <AgentCreation range={MONTHS} />, width: 320 } };
export const Top: Story = { args: { chart: <TopCosts range={MONTHS} onOpenRun={() => {}} />, width: 480 } };
