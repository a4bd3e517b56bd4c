import { ConversationViewer } from '@fleetglass/react/reading';
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

interface ConversationArgs extends Pick<RecordedProps, 'density' | 'dir' | 'seq' | 'theme' | 'wrap'> {
  readonly record: () => RecordingWithBlobs;
  readonly width?: number;
}

function Conversation({ record, width, ...props }: ConversationArgs) {
  const recording = useMemo(() => record(), [record]);
  return (
    <Recorded recording={recording} {...props} style={{ padding: 16, inlineSize: width }}>
      <ConversationViewer runId={CHAT_RUN} />
    </Recorded>
  );
}

const finished = () => chat({ over: true });
const long = () => longChat();

/** What agents were told, thought, said and called. */
const meta: Meta<typeof Conversation> = {
  title: 'ConversationViewer',
  component: Conversation,
  parameters: { layout: 'fullscreen', controls: { include: ['theme', 'dir', 'density'] } },
  args: { record: finished, theme: 'light' },
  argTypes: { theme: { control: 'inline-radio', options: ['light', 'dark', 'system', 'industrial'] } },
  play: async ({ canvasElement }) => {
    await waitFor(() => expect(canvasElement.querySelector('.fg-part .fg-md')).not.toBeNull(), {
      timeout: 10_000,
    });
  },
};
export default meta;

type Story = StoryObj<typeof Conversation>;

export const Finished: Story = {};
export const Live: Story = { args: { record: chat } };
export const Dark: Story = { args: { theme: 'dark' } };
export const Industrial: Story = { args: { theme: 'industrial' } };
export const RightToLeft: Story = { args: { dir: 'rtl' } };
export const Compact: Story = { args: { density: 'compact' } };
export const Narrow: Story = { args: { width: 320 } };
export const Stale: Story = { args: { wrap: lostConnection } };
export const Replayed: Story = { args: { seq: 12 } };
export const Hostile: Story = { args: { record: hostileChat } };
export const Empty: Story = { args: { record: silentChat }, play: async () => {} };
export const Loading: Story = { args: { wrap: neverReady }, play: async () => {} };
export const CallsAndThoughtsOpened: Story = {
  args: { theme: 'dark' },
  play: async ({ canvas }) => {
    await userEvent.click((await canvas.findAllByRole('button', { name: /^Thought/ }))[0] as HTMLElement);
    await userEvent.click(await canvas.findByRole('button', { name: /^search delayOf/ }));
    await expect(canvas.getByRole('button', { name: /^search/ })).toHaveAttribute('aria-expanded', 'true');
  },
};
export const SearchOpensWhatMatches: Story = {
  args: { theme: 'industrial' },
  play: async ({ canvas }) => {
    await userEvent.type(await canvas.findByRole('searchbox'), 'waitedMs');
    await userEvent.keyboard('{Enter}');
    await waitFor(() =>
      expect(canvas.getByRole('button', { name: /Sub-agent CLOCK/ })).toHaveAttribute(
        'aria-expanded',
        'true',
      ),
    );
  },
};
export const ExportAsked: Story = {
  play: async ({ canvas }) => {
    await userEvent.click(await canvas.findByRole('button', { name: 'Export' }));
    await expect(await canvas.findByRole('dialog')).toBeVisible();
  },
};
/** What the reader sees stays where it is while rows above it are measured. */
export const LongStaysInPlace: Story = {
  args: { record: long },
  play: async ({ canvasElement }) => {
    const view = await waitFor(() => {
      const found = canvasElement.querySelector('.fg-conversation-rows > .fg-measured-view');
      if (!found) throw new Error('not there yet');
      return found;
    });
    view.scrollTop = 20_000;
    await waitFor(() => expect(drawnAt(view)).toBe(true));
    view.scrollTop -= 900;
    await waitFor(() => expect(drawnAt(view)).toBe(true));
    await expect(canvasElement.querySelectorAll('*').length).toBeLessThan(2_500);
  },
};

/** Whether rows fill what can be seen. */
function drawnAt(view: Element): boolean {
  const edge = view.getBoundingClientRect();
  const rows = [...view.querySelectorAll('li[data-index]')].map((row) => row.getBoundingClientRect());
  return rows.some((row) => row.top <= edge.top + 1) && rows.some((row) => row.bottom >= edge.bottom - 1);
}
