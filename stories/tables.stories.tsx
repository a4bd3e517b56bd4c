import { AgentCard, AgentTable, RunTable, StartRunForm } from '@fleetglass/react';
import type { Theme } from '@fleetglass/react';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { useMemo } from 'react';
import type { ReactElement } from 'react';
import { expect, waitFor } from 'storybook/test';
import { fleet } from '../packages/react/test/fixtures/fleet.js';
import type { Recording } from '../packages/react/test/fixtures/recording.js';
import * as runs from '../packages/react/test/fixtures/runs.js';
import { lostConnection, neverReady, Recorded } from './fixtures/Recorded.js';
import type { RecordedProps } from './fixtures/Recorded.js';

interface TableArgs extends Pick<RecordedProps, 'density' | 'wrap' | 'dir'> {
  readonly record: () => Recording;
  readonly part: ReactElement;
  readonly theme: Theme;
  readonly width?: number;
}

function Tables({ record, part, width, ...props }: TableArgs) {
  const recording = useMemo(() => record(), [record]);
  return (
    <Recorded recording={recording} {...props}>
      <div style={{ padding: 16, maxWidth: width }}>{part}</div>
    </Recorded>
  );
}

const open = { onOpenRun: () => {} };
const SCHEMA = {
  type: 'object',
  required: ['goal', 'files', 'depth'],
  properties: {
    goal: { type: 'string', minLength: 3, description: 'What the agents should reach, in a sentence.' },
    depth: { enum: ['quick', 'normal', 'thorough'], default: 'normal' },
    rounds: { type: 'integer', minimum: 1, maximum: 9, default: 3, description: 'How often they may try.' },
    files: {
      type: 'array',
      items: { type: 'string' },
      minItems: 1,
      description: 'Paths inside of the repository.',
    },
    publish: { type: 'boolean', default: false },
    owner: {
      type: 'object',
      required: ['name'],
      properties: { name: { type: 'string' }, team: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
    },
    more: { type: 'object', additionalProperties: {}, description: 'Anything else.' },
  },
};
const startable = [{ name: 'review', inputSchema: SCHEMA }, { name: 'summarise' }];

/** Runs and agents as tables and cards, and the form that starts a run. */
const meta: Meta<typeof Tables> = {
  title: 'Tables',
  component: Tables,
  parameters: { layout: 'fullscreen' },
  args: { record: fleet, part: <RunTable {...open} />, theme: 'light' },
  argTypes: {
    record: { table: { disable: true } },
    part: { table: { disable: true } },
    wrap: { table: { disable: true } },
  },
  play: async ({ canvasElement }) => {
    await waitFor(() =>
      expect(canvasElement.querySelector('.fg-rows, .fg-empty, .fg-agent-card, .fg-form')).not.toBeNull(),
    );
  },
};
export default meta;

type Story = StoryObj<typeof Tables>;

export const Runs: Story = {
  play: async ({ canvas, userEvent }) => {
    const grid = await canvas.findByRole('grid', { name: 'Runs' });
    grid.focus();
    await userEvent.keyboard('{ArrowDown}{End}');
    await waitFor(() => expect(grid.scrollTop).toBeGreaterThan(0));
    await userEvent.keyboard('{Home}');
    await waitFor(() => expect(grid.scrollTop).toBe(0));
  },
};
export const RunsDark: Story = { args: { theme: 'dark' } };
export const RunsIndustrial: Story = { args: { theme: 'industrial' } };
export const RunsNarrow: Story = { args: { width: 352 } };
export const RunsRightToLeft: Story = { args: { dir: 'rtl' } };
export const RunsStale: Story = { args: { wrap: lostConnection } };
export const RunsLoading: Story = {
  args: { record: runs.empty, wrap: neverReady },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('status', { name: 'Loading …' })).toBeVisible();
  },
};
export const RunsEmpty: Story = { args: { record: runs.empty } };
export const RunsHostile: Story = { args: { record: runs.hostile } };
export const RunsFound: Story = {
  args: { part: <RunTable {...open} query={{ text: 'reviewer failed' }} /> },
  play: async ({ canvas }) => {
    await expect((await canvas.findAllByText(/^Error/))[0]).toBeVisible();
  },
};
export const Agents: Story = { args: { part: <AgentTable {...open} onSelectAgent={() => {}} /> } };
export const AgentsDark: Story = { args: { part: <AgentTable {...open} />, theme: 'dark' } };
export const AgentsNarrow: Story = { args: { part: <AgentTable {...open} />, width: 352 } };
export const AgentsHuge: Story = {
  args: { record: runs.crowded, part: <AgentTable runId={runs.HUGE_RUN} onSelectAgent={() => {}} /> },
};
export const AgentsHostile: Story = { args: { record: runs.hostile, part: <AgentTable /> } };
export const OneAgent: Story = {
  args: { record: runs.normal, part: <AgentCard runId={runs.REVIEW_RUN} agentId="REVIEWER" />, width: 380 },
};
export const OneAgentIndustrial: Story = {
  args: { part: <AgentCard runId="run-038" agentId="CODER" />, width: 352, theme: 'industrial' },
};
/** A form has no ground of its own: it stands in a dialog. */
const startForm = (
  <div style={{ background: 'var(--fg-surface)', padding: 16 }}>
    <StartRunForm startable={startable} />
  </div>
);

export const StartForm: Story = {
  args: { part: startForm, width: 600 },
  play: async ({ canvas, userEvent }) => {
    await userEvent.click(await canvas.findByRole('button', { name: 'Start' }));
    await expect(canvas.getByRole('textbox', { name: 'goal' })).toHaveFocus();
    await expect(canvas.getAllByText('Fill this in.')).toHaveLength(2);
  },
};
export const StartFormDark: Story = {
  args: { part: startForm, width: 352, theme: 'dark' },
};
