import { ReplayBar } from '@fleetglass/react';
import type { Theme } from '@fleetglass/react';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { useMemo } from 'react';
import { expect, userEvent, waitFor } from 'storybook/test';
import { failing, REPLAY_RUN } from '../packages/react/test/fixtures/replay-run.js';
import type { Recording } from '../packages/react/test/fixtures/recording.js';
import { empty, hostile, HOSTILE_RUN, huge, HUGE_RUN } from '../packages/react/test/fixtures/runs.js';
import { lostConnection, neverReady, Recorded } from './fixtures/Recorded.js';
import type { RecordedProps } from './fixtures/Recorded.js';

interface BarArgs extends Pick<RecordedProps, 'wrap' | 'dir' | 'seq'> {
  readonly record: () => Recording;
  readonly theme: Theme;
  readonly width?: number;
  readonly runId: string;
}

function Bar({ record, runId, width, ...props }: BarArgs) {
  const recording = useMemo(() => record(), [record]);
  return (
    <Recorded recording={recording} style={{ padding: 16, background: 'var(--fg-bg)' }} {...props}>
      <div
        style={{
          containerName: 'fg-panel',
          containerType: 'inline-size',
          ...(width === undefined ? {} : { inlineSize: width }),
        }}
      >
        <ReplayBar runId={runId} onFork={() => {}} />
      </div>
    </Recorded>
  );
}

/** One bar that sets every panel to a past moment, and plays any run in ten seconds at most. */
const meta: Meta<typeof Bar> = {
  title: 'ReplayBar',
  component: Bar,
  args: { record: failing, theme: 'light', runId: REPLAY_RUN },
};
export default meta;

type Story = StoryObj<typeof Bar>;

export const Live: Story = {
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByRole('slider')).toBeEnabled());
    await userEvent.click(canvas.getByRole('button', { name: /^Back to/ }));
    await expect(await canvas.findByRole('button', { name: 'Back to live' })).toBeVisible();
    await userEvent.click(canvas.getByRole('button', { name: 'Play' }));
    await userEvent.click(await canvas.findByRole('button', { name: /^(Pause|Back to live)$/ }));
  },
};
export const Past: Story = { args: { seq: 50 } };
export const PastDark: Story = { args: { seq: 50, theme: 'dark' } };
export const PastIndustrial: Story = { args: { seq: 50, theme: 'industrial' } };
export const RightToLeft: Story = { args: { seq: 50, dir: 'rtl' } };
export const Narrow: Story = { args: { seq: 50, width: 320 } };
export const Huge: Story = { args: { record: huge, runId: HUGE_RUN, seq: 9000 } };
export const Hostile: Story = { args: { record: hostile, runId: HOSTILE_RUN, seq: 8 } };
export const Empty: Story = { args: { record: empty } };
export const Loading: Story = { args: { wrap: neverReady } };
export const ConnectionLost: Story = { args: { wrap: lostConnection } };
