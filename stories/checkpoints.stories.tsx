import { CheckpointHistory } from '@fleetglass/react';
import type { CheckpointHistoryProps, Theme } from '@fleetglass/react';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { useMemo } from 'react';
import { expect, userEvent } from 'storybook/test';
import { checkpointed, failing, REPLAY_RUN } from '../packages/react/test/fixtures/replay-run.js';
import {
  AGENTS_RUN,
  graphDerived,
  graphHostile,
  GRAPH_RUN,
} from '../packages/react/test/fixtures/graph-run.js';
import type { Recording } from '../packages/react/test/fixtures/recording.js';
import { lostConnection, neverReady, Recorded } from './fixtures/Recorded.js';
import type { RecordedProps } from './fixtures/Recorded.js';

interface HistoryArgs extends Pick<RecordedProps, 'wrap' | 'dir'> {
  readonly record: () => Recording;
  readonly theme: Theme;
  readonly width?: number;
  readonly history: CheckpointHistoryProps;
}

function History({ record, history, width, ...props }: HistoryArgs) {
  const recording = useMemo(() => record(), [record]);
  return (
    <Recorded recording={recording} style={{ padding: 16, background: 'var(--fg-bg)' }} {...props}>
      <div style={width === undefined ? undefined : { inlineSize: width }}>
        <CheckpointHistory {...history} />
      </div>
    </Recorded>
  );
}

/** Every moment that a run can be forked from, with what changed and what running again will cost. */
const meta: Meta<typeof History> = {
  title: 'CheckpointHistory',
  component: History,
  parameters: { layout: 'fullscreen' },
  args: { record: checkpointed, theme: 'light', history: { runId: REPLAY_RUN, onOpenRun: () => {} } },
};
export default meta;

type Story = StoryObj<typeof History>;

const chosen: CheckpointHistoryProps = {
  runId: REPLAY_RUN,
  selectedCheckpointId: 'planner-2',
  onOpenRun: () => {},
};

export const Unchosen: Story = {
  play: async ({ canvas }) => {
    await userEvent.click(await canvas.findByRole('option', { name: /Plan the change \(2\)/ }));
    await expect(await canvas.findByRole('region', { name: 'State' })).toBeVisible();
    await expect(canvas.getByText('run-01k9replayfork-1')).toBeVisible();
  },
};
export const Chosen: Story = { args: { history: chosen } };
export const ChosenDark: Story = { args: { history: chosen, theme: 'dark' } };
export const ChosenIndustrial: Story = { args: { history: chosen, theme: 'industrial' } };
export const Narrow: Story = { args: { history: chosen, width: 320 } };
export const RightToLeft: Story = { args: { history: chosen, dir: 'rtl' } };
export const NoSuchRun: Story = { args: { record: failing, history: { runId: 'nobody' } } };
export const OfARecording: Story = { args: { record: graphDerived, history: { runId: AGENTS_RUN } } };
export const HostileText: Story = {
  args: { record: graphHostile, history: { runId: GRAPH_RUN, selectedCheckpointId: 'start' } },
};
export const Loading: Story = { args: { wrap: neverReady } };
export const ConnectionLost: Story = { args: { wrap: lostConnection } };
