import { RunComparison } from '@fleetglass/react/reading';
import type { Theme } from '@fleetglass/react';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { useMemo, useState } from 'react';
import { expect, userEvent } from 'storybook/test';
import * as runs from '../packages/react/test/fixtures/compared-runs.js';
import type { Recording } from '../packages/react/test/fixtures/recording.js';
import { lostConnection, neverReady, Recorded } from './fixtures/Recorded.js';
import type { RecordedProps } from './fixtures/Recorded.js';

interface ComparisonArgs extends Pick<RecordedProps, 'wrap' | 'dir'> {
  readonly record: () => Recording;
  readonly theme: Theme;
  readonly width?: number;
  readonly other: string;
}

function Comparison({ record, width, other, ...props }: ComparisonArgs) {
  const recording = useMemo(() => record(), [record]);
  const [chosen, choose] = useState<{
    readonly runId: string | undefined;
    readonly otherRunId: string | undefined;
  }>({
    runId: runs.FIRST_RUN,
    otherRunId: other,
  });
  return (
    <Recorded recording={recording} style={{ padding: 16, background: 'var(--fg-bg)' }} {...props}>
      <div style={width === undefined ? undefined : { inlineSize: width }}>
        <RunComparison {...chosen} onChangeRuns={choose} />
      </div>
    </Recorded>
  );
}

/** Two runs aligned step by step, with what an ANALYST brought. */
const meta: Meta<typeof Comparison> = {
  title: 'RunComparison',
  component: Comparison,
  parameters: { layout: 'fullscreen' },
  args: { record: runs.compared, theme: 'light', other: runs.SECOND_RUN },
};
export default meta;

type Story = StoryObj<typeof Comparison>;

export const Over: Story = {
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('row', { name: /Analyse the ticket/ })).toHaveTextContent(
      'Only in the second',
    );
    await userEvent.click(canvas.getByRole('button', { name: 'Swap the two' }));
    await expect(await canvas.findByRole('row', { name: /Analyse the ticket/ })).toHaveTextContent(
      'Only in the first',
    );
    await userEvent.click(canvas.getByRole('button', { name: 'Plan the change' }));
    await expect(await canvas.findByRole('row', { name: /read_file/ })).toBeVisible();
  },
};
export const Dark: Story = { args: { theme: 'dark' } };
export const Industrial: Story = { args: { theme: 'industrial' } };
export const Live: Story = { args: { record: runs.comparedLive } };
export const Unpriced: Story = { args: { record: runs.comparedUnpriced } };
export const Huge: Story = { args: { record: runs.comparedHuge } };
export const HugeNarrow: Story = { args: { record: runs.comparedHuge, width: 320 } };
export const Narrow: Story = { args: { width: 320 } };
export const RightToLeft: Story = { args: { dir: 'rtl' } };
export const NothingToCompare: Story = { args: { other: 'nobody' } };
export const Loading: Story = { args: { wrap: neverReady } };
export const ConnectionLost: Story = { args: { wrap: lostConnection } };
