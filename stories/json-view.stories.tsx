import { JsonView } from '@fleetglass/react/reading';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, userEvent, waitFor } from 'storybook/test';
import { silentChat } from '../packages/react/test/fixtures/conversation.js';
import { Recorded } from './fixtures/Recorded.js';
import type { RecordedProps } from './fixtures/Recorded.js';

interface JsonArgs extends Pick<RecordedProps, 'dir' | 'theme'> {
  readonly value: unknown;
  readonly width?: number;
}

const recording = silentChat();

function Json({ value, width, ...props }: JsonArgs) {
  return (
    <Recorded recording={recording} {...props} style={{ padding: 16, inlineSize: width }}>
      <section className="fg-card">
        <JsonView value={value} openLevels={2} />
      </section>
    </Recorded>
  );
}

const VALUE = {
  id: 'call-7',
  limit: 50,
  exact: true,
  after: null,
  filters: { include: ['src/**/*.ts'], exclude: [] },
  text: `The delay doubles once too often. ${'It is counted from one. '.repeat(60)}`,
  matches: Array.from({ length: 12_345 }, (_, index) => ({ line: index })),
};
const circle: { name: string; self?: unknown } = { name: 'holds itself' };
circle.self = circle;
let deep: unknown = 'the end';
for (let level = 0; level < 300; level += 1) deep = { deeper: deep };
const HOSTILE = {
  circle,
  deep,
  '<img src=x onerror=alert(1)>': '<script>alert(1)</script>',
  bidi: '\u202Egnp.exe',
  long: 'x'.repeat(1_200_000),
  nothing: undefined,
  big: 12n,
  call: () => 1,
  ['name'.repeat(100)]: Number.NaN,
};

/** Any value as a tree. */
const meta: Meta<typeof Json> = {
  title: 'JsonView',
  component: Json,
  parameters: { layout: 'fullscreen', controls: { include: ['theme', 'dir'] } },
  args: { value: VALUE, theme: 'light' },
  argTypes: { theme: { control: 'inline-radio', options: ['light', 'dark', 'system', 'industrial'] } },
};
export default meta;

type Story = StoryObj<typeof Json>;

export const Value: Story = {};
export const Dark: Story = { args: { theme: 'dark' } };
export const Industrial: Story = { args: { theme: 'industrial' } };
export const RightToLeft: Story = { args: { dir: 'rtl' } };
export const Narrow: Story = { args: { width: 320 } };
export const Hostile: Story = { args: { value: HOSTILE } };
export const Million: Story = { args: { value: Array.from({ length: 1_000_000 }, (_, index) => index) } };
export const ByKeyboard: Story = {
  play: async ({ canvas }) => {
    (await canvas.findByRole('tree')).focus();
    await userEvent.keyboard('{End}{ArrowRight}{ArrowDown}');
    await waitFor(() => expect(canvas.getByRole('treeitem', { selected: true })).toHaveTextContent('0 to'));
  },
};
export const Searched: Story = {
  args: { theme: 'dark' },
  play: async ({ canvas }) => {
    await userEvent.type(await canvas.findByRole('searchbox'), 'src/');
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(canvas.getByText('1 of 1')).toBeVisible());
  },
};
