import { AgentActivityTimeline } from '@fleetglass/react';
import type { AgentActivityTimelineProps, Theme } from '@fleetglass/react';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { useMemo } from 'react';
import { expect, fireEvent, userEvent, waitFor } from 'storybook/test';
import { lostConnection, neverReady, Recorded } from './fixtures/Recorded.js';
import type { RecordedProps } from './fixtures/Recorded.js';
import type { Recording } from '../packages/react/test/fixtures/recording.js';
import {
  crowded,
  empty,
  failed,
  hostile,
  HOSTILE_RUN,
  huge,
  HUGE_RUN,
  normal,
  REVIEW_RUN,
} from '../packages/react/test/fixtures/runs.js';
import {
  manyLanes,
  odd,
  ODD_RUN,
  SUB_AGENT_RUN,
  subAgents,
  withoutAgents,
} from '../packages/react/test/fixtures/sub-agents.js';

interface TimelineArgs
  extends Pick<RecordedProps, 'wrap' | 'seq' | 'dir' | 'density'>, Omit<AgentActivityTimelineProps, 'dir'> {
  readonly record: () => Recording;
  readonly theme: Theme;
  /** Width of what it stands in, in pixels. */
  readonly room?: number;
}

function Timeline({ record, theme, wrap, seq, dir, density, room, ...props }: TimelineArgs) {
  const recording = useMemo(() => record(), [record]);
  const style = {
    padding: 16,
    background: 'var(--fg-bg)',
    ...(room === undefined ? {} : { inlineSize: room }),
  };
  return (
    <Recorded
      recording={recording}
      {...{ theme, wrap, seq }}
      {...(dir ? { dir } : {})}
      {...(density ? { density } : {})}
      style={style}
    >
      <AgentActivityTimeline {...props} />
    </Recorded>
  );
}

/** Lanes by agent, sub-agents in boxes, spans below their parents; zoom, map, idle gaps, critical path and cost heat. */
const meta: Meta<typeof Timeline> = {
  title: 'AgentActivityTimeline',
  component: Timeline,
  parameters: { layout: 'fullscreen', controls: { include: ['theme'] } },
  args: { record: subAgents, runId: SUB_AGENT_RUN, theme: 'light' },
  argTypes: { theme: { control: 'inline-radio', options: ['light', 'dark', 'system', 'industrial'] } },
};
export default meta;

type Story = StoryObj<typeof Timeline>;

export const SubAgents: Story = {
  play: async ({ canvas }) => {
    const block = await canvas.findByRole('button', { name: /^4 sub-agents/ });
    await userEvent.click(block);
    await expect(canvas.getAllByRole('listbox')).toHaveLength(1);
    await userEvent.click(block);
    await expect(canvas.getAllByRole('listbox')).toHaveLength(5);
  },
};
export const SubAgentsDark: Story = { args: { theme: 'dark' } };
export const SubAgentsIndustrial: Story = { args: { theme: 'industrial' } };
export const RightToLeft: Story = { args: { dir: 'rtl' } };
export const Narrow: Story = { args: { room: 320 } };
export const Compact: Story = { args: { density: 'compact' } };
export const Running: Story = { args: { record: normal, runId: REVIEW_RUN } };
export const Failed: Story = { args: { record: failed, runId: REVIEW_RUN } };
export const ReplayingPast: Story = { args: { record: normal, runId: REVIEW_RUN, seq: 120 } };
export const ConnectionLost: Story = { args: { record: normal, runId: REVIEW_RUN, wrap: lostConnection } };
export const Loading: Story = { args: { record: empty, runId: 'none', wrap: neverReady } };
export const Empty: Story = {
  args: { record: empty, runId: 'none' },
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('No agent has joined yet')).toBeVisible();
  },
};

export const Zoomed: Story = {
  args: { selectedSpanId: 't-1' },
  play: async ({ canvas, canvasElement }) => {
    const whole = (await canvas.findByRole('slider')).getAttribute('aria-valuetext');
    const [plot] = canvas.getAllByRole('listbox');
    const box = plot?.getBoundingClientRect();
    await fireEvent.wheel(canvasElement.querySelector('.fg-lanes') as Element, {
      ctrlKey: true,
      deltaY: -600,
      clientX: (box?.left ?? 0) + (box?.width ?? 0) * 0.85,
    });
    await waitFor(() => expect(canvas.getByRole('slider')).not.toHaveAttribute('aria-valuetext', whole));
    // What is in view is drawn with names; what is not has none.
    await waitFor(() => expect(canvasElement.querySelectorAll('.fg-bar-name').length).toBeGreaterThan(2));
    await userEvent.click(canvas.getByRole('button', { name: 'Show the whole run' }));
    await expect(canvas.getByRole('slider')).toHaveAttribute('aria-valuetext', whole);
    await userEvent.click(canvas.getByRole('button', { name: 'Zoom in' }));
  },
};

export const CompressedGap: Story = {
  play: async ({ canvas }) => {
    const offer = await canvas.findByRole('button', { name: /idle\. Compress$/ });
    await userEvent.click(offer);
    const folded = canvas.getByRole('button', { name: /compressed\. Expand$/ });
    await expect(folded.getBoundingClientRect().width).toBeLessThan(32);
  },
};

export const CriticalPath: Story = {
  play: async ({ canvas }) => {
    await userEvent.click(await canvas.findByRole('button', { name: 'Critical path' }));
    await expect(canvas.getByRole('button', { name: 'Critical path' })).toHaveAttribute(
      'aria-pressed',
      'true',
    );
    await expect(await canvas.findByText(/spans determined the end/)).toBeVisible();
  },
};
export const CriticalPathDark: Story = { ...CriticalPath, args: { theme: 'dark' } };

export const CostHeat: Story = {
  args: { selectedSpanId: 'b-1' },
  play: async ({ canvas }) => {
    await userEvent.click(await canvas.findByRole('button', { name: 'Cost heat' }));
    await expect(await canvas.findByText('100% of the most expensive span')).toBeVisible();
  },
};
export const CostHeatIndustrial: Story = {
  ...CostHeat,
  args: { selectedSpanId: 'b-1', theme: 'industrial' },
};

export const AsTable: Story = {
  play: async ({ canvas }) => {
    await userEvent.click(await canvas.findByRole('button', { name: 'Table' }));
    await expect(await canvas.findByRole('table')).toHaveAttribute('aria-rowcount', '31');
  },
};

export const Keyboard: Story = {
  play: async ({ canvas }) => {
    (await canvas.findByRole('listbox', { name: /^LEAD/ })).focus();
    await userEvent.keyboard('{ArrowRight}{ArrowRight}f');
    await expect(canvas.getByRole('option')).toHaveAccessibleName('Model claude-opus-4-5, Done');
    await expect(canvas.getByRole('slider')).toHaveAttribute(
      'aria-valuetext',
      expect.stringMatching(/^0ms to 5\.\ds/),
    );
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    await expect(canvas.getByRole('listbox', { name: /^EXPLORER-1/ })).toHaveFocus();
  },
};

/** Ten thousand spans of a run, drawn with few elements. */
export const Huge: Story = {
  args: { record: huge, runId: HUGE_RUN },
  play: async ({ canvas, canvasElement }) => {
    await canvas.findByText(/^40 agents, /);
    await expect(canvasElement.querySelectorAll('.fg-timeline *').length).toBeLessThan(600);
  },
};
export const HugeDark: Story = { args: { record: huge, runId: HUGE_RUN, theme: 'dark' } };
export const Crowded: Story = { args: { record: crowded, runId: HUGE_RUN } };

const own = manyLanes(100_000);
/** Lanes of the host's own. */
export const HundredThousand: Story = {
  args: { record: empty, runId: 'none', lanes: own },
  play: async ({ canvas, canvasElement }) => {
    await canvas.findByText('40 agents, 100,000 spans');
    await expect(canvasElement.querySelectorAll('.fg-timeline *').length).toBeLessThan(600);
  },
};

export const HostileText: Story = { args: { record: hostile, runId: HOSTILE_RUN } };
/** Work that names no agent, or one that never joined. */
export const WithoutAgents: Story = {
  args: { record: withoutAgents },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('listbox', { name: /^No agent/ })).toBeVisible();
  },
};
/** Circles, orphans, clocks that go back, unknown kinds, names of a million characters. */
export const OddData: Story = {
  args: { record: odd, runId: ODD_RUN },
  play: async ({ canvas }) => {
    await expect(await canvas.findByText(/work from before the run/)).toBeVisible();
  },
};
