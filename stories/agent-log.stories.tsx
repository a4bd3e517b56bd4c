import { AgentLogViewer } from '@fleetglass/react/reading';
import type { AgentLogViewerProps } from '@fleetglass/react/reading';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { useMemo } from 'react';
import { expect, userEvent } from 'storybook/test';
import {
  CHAT_RUN,
  chat,
  hostileChat,
  longChat,
  silentChat,
} from '../packages/react/test/fixtures/conversation.js';
import type { RecordingWithBlobs } from '../packages/react/test/fixtures/conversation.js';
import { lostConnection, neverReady, Recorded } from './fixtures/Recorded.js';
import type { RecordedProps } from './fixtures/Recorded.js';

interface LogArgs extends Pick<RecordedProps, 'density' | 'dir' | 'seq' | 'theme' | 'wrap'> {
  readonly record: () => RecordingWithBlobs;
  readonly width?: number;
  readonly part?: AgentLogViewerProps;
}

function Log({ record, width, part = { runId: CHAT_RUN, onShowFile: () => {} }, ...props }: LogArgs) {
  const recording = useMemo(() => record(), [record]);
  return (
    <Recorded recording={recording} {...props} style={{ padding: 16, inlineSize: width }}>
      <AgentLogViewer {...part} />
    </Recorded>
  );
}

const finished = () => chat({ over: true });
const long = () => longChat();

/** A log as lines, of a run or of a file. */
const meta: Meta<typeof Log> = {
  title: 'AgentLogViewer',
  component: Log,
  parameters: { layout: 'fullscreen', controls: { include: ['theme', 'dir', 'density'] } },
  args: { record: finished, theme: 'light' },
  argTypes: { theme: { control: 'inline-radio', options: ['light', 'dark', 'system', 'industrial'] } },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('button', { name: 'Download' })).toBeVisible();
  },
};
export default meta;

type Story = StoryObj<typeof Log>;

export const Finished: Story = {};
export const Live: Story = { args: { record: chat } };
export const Dark: Story = { args: { theme: 'dark' } };
export const Industrial: Story = { args: { theme: 'industrial' } };
export const RightToLeft: Story = { args: { dir: 'rtl' } };
export const Narrow: Story = { args: { width: 320 } };
export const Huge: Story = { args: { record: long } };
export const Hostile: Story = { args: { record: hostileChat } };
export const Stale: Story = { args: { wrap: lostConnection } };
export const Replayed: Story = { args: { seq: 12 } };
export const Empty: Story = { args: { record: silentChat }, play: async () => {} };
export const Loading: Story = { args: { wrap: neverReady }, play: async () => {} };
export const OfAFile: Story = {
  args: {
    part: {
      lines: [
        '{"time":"2026-11-21T09:30:00Z","level":"info","type":"start","message":"Begun"}',
        '{"time":"2026-11-21T09:30:04Z","level":"error","tool":"Bash","message":"Exit code 1"}',
        'Segmentation fault (core dumped)',
      ].join('\n'),
    },
  },
};
export const LineOpened: Story = {
  args: { theme: 'dark' },
  play: async ({ canvas }) => {
    await userEvent.click((await canvas.findAllByRole('button', { name: /file\.read/ }))[0] as HTMLElement);
    await expect(await canvas.findByRole('button', { name: 'Show file' })).toBeVisible();
  },
};
export const ErrorsOnly: Story = {
  play: async ({ canvas }) => {
    await userEvent.selectOptions(await canvas.findByLabelText('Outcome'), 'error');
    await expect(await canvas.findByText(/^2 of/)).toBeVisible();
  },
};
