import { FileChanges } from '@fleetglass/react/reading';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { useMemo } from 'react';
import { expect, userEvent, waitFor } from 'storybook/test';
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

interface FilesArgs extends Pick<RecordedProps, 'density' | 'dir' | 'seq' | 'theme' | 'wrap'> {
  readonly record: () => RecordingWithBlobs;
  readonly width?: number;
}

function Files({ record, width, ...props }: FilesArgs) {
  const recording = useMemo(() => record(), [record]);
  return (
    <Recorded recording={recording} {...props} style={{ padding: 16, inlineSize: width }}>
      <FileChanges runId={CHAT_RUN} onShowLog={() => {}} />
    </Recorded>
  );
}

const finished = () => chat({ over: true });
const long = () => longChat();

/** Files that agents read and wrote. */
const meta: Meta<typeof Files> = {
  title: 'FileChanges',
  component: Files,
  parameters: { layout: 'fullscreen', controls: { include: ['theme', 'dir', 'density'] } },
  args: { record: finished, theme: 'light' },
  argTypes: { theme: { control: 'inline-radio', options: ['light', 'dark', 'system', 'industrial'] } },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('button', { name: 'Report' })).toBeVisible();
  },
};
export default meta;

type Story = StoryObj<typeof Files>;

const showDiff: Story['play'] = async ({ canvas, canvasElement }) => {
  await userEvent.click(await canvas.findByRole('button', { name: /Modified src/ }));
  await userEvent.click(await canvas.findByRole('button', { name: 'Show diff' }));
  await waitFor(() => expect(canvasElement.querySelector('[data-mark="added"]')).not.toBeNull());
};

export const Finished: Story = {};
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
export const DiffSideBySide: Story = { play: showDiff };
export const DiffDark: Story = { args: { theme: 'dark' }, play: showDiff };
export const DiffIndustrial: Story = { args: { theme: 'industrial' }, play: showDiff };
export const DiffNarrow: Story = { args: { width: 360 }, play: showDiff };
export const DiffBroken: Story = {
  args: { record: hostileChat },
  play: async ({ canvas }) => {
    await userEvent.click(await canvas.findByRole('button', { name: /calc!A1/ }));
    await userEvent.click(await canvas.findByRole('button', { name: 'Show diff' }));
    await expect(await canvas.findByText(/no complete diff/)).toBeVisible();
  },
};
