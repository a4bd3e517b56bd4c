import { ExportMenu } from '@fleetglass/react';
import type { Theme } from '@fleetglass/react';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { useMemo } from 'react';
import type { ReactElement } from 'react';
import { expect, userEvent } from 'storybook/test';
import { completed, REVIEW_RUN } from '../packages/react/test/fixtures/runs.js';
import { Recorded } from './fixtures/Recorded.js';
import type { RecordedProps } from './fixtures/Recorded.js';

interface ExportArgs extends Pick<RecordedProps, 'dir'> {
  readonly theme: Theme;
  readonly menu: ReactElement;
}

function Export({ menu, ...props }: ExportArgs) {
  const recording = useMemo(() => completed(), []);
  return (
    <Recorded
      recording={recording}
      style={{
        display: 'flex',
        justifyContent: 'center',
        padding: 16,
        minHeight: 320,
        background: 'var(--fg-bg)',
      }}
      {...props}
    >
      {menu}
    </Recorded>
  );
}

const ofRun = { kind: 'run', runId: REVIEW_RUN, name: 'Review' } as const;
const ofTable = {
  kind: 'table',
  name: 'Agents',
  columns: ['Agent', 'Cost'],
  rows: () => [['=CODER', 1.25]],
} as const;

/** Files of a run, or of what a table shows: made in the page and sent nowhere. */
const meta: Meta<typeof Export> = {
  title: 'ExportMenu',
  component: Export,
  parameters: { layout: 'fullscreen', controls: { include: ['theme'] } },
  args: { theme: 'light' },
  argTypes: { theme: { control: 'inline-radio', options: ['light', 'dark', 'system', 'industrial'] } },
};
export default meta;

type Story = StoryObj<typeof Export>;

const opened: NonNullable<Story['play']> = async ({ canvas }) => {
  await userEvent.click(await canvas.findByRole('button', { name: 'Export' }));
  await userEvent.keyboard('{ArrowDown}');
  await expect(canvas.getByRole('button', { name: /^CSV/ })).toHaveFocus();
};

/** A player that is not built, as in this checkout: the menu says why there is no file. */
const noPlayer = async () => ({ script: '', styles: '' });

export const Closed: Story = { args: { menu: <ExportMenu source={ofRun} /> } };
export const OfRun: Story = {
  args: { menu: <ExportMenu source={ofRun} printTarget={() => null} player={noPlayer} /> },
  play: opened,
};
export const OfTableDark: Story = {
  args: { menu: <ExportMenu source={ofTable} />, theme: 'dark' },
  play: opened,
};
export const RightToLeftIndustrial: Story = {
  args: { menu: <ExportMenu source={ofRun} player={noPlayer} />, dir: 'rtl', theme: 'industrial' },
  play: opened,
};
export const ClosesByKeyboard: Story = {
  args: { menu: <ExportMenu source={ofTable} /> },
  play: async (context) => {
    await opened(context);
    await userEvent.keyboard('{Escape}');
    await expect(context.canvas.getByRole('button', { name: 'Export' })).toHaveFocus();
  },
};
export const TellsFailure: Story = {
  args: { menu: <ExportMenu source={ofRun} player={noPlayer} /> },
  play: async ({ canvas }) => {
    await userEvent.click(await canvas.findByRole('button', { name: 'Export' }));
    await userEvent.click(canvas.getByRole('button', { name: /^HTML/ }));
    await expect(await canvas.findByText(/^Not exported: The player is not built/)).toBeVisible();
  },
};
