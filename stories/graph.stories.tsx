import { WorkflowGraph } from '@fleetglass/react/graph';
import type { WorkflowGraphProps } from '@fleetglass/react/graph';
import type { Theme } from '@fleetglass/react';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { useMemo, useState } from 'react';
import { expect, userEvent, waitFor } from 'storybook/test';
import * as graphs from '../packages/react/test/fixtures/graph-run.js';
import type { Recording } from '../packages/react/test/fixtures/recording.js';
import { empty } from '../packages/react/test/fixtures/runs.js';
import { lostConnection, neverReady, Recorded } from './fixtures/Recorded.js';
import type { RecordedProps } from './fixtures/Recorded.js';

interface GraphArgs extends Pick<RecordedProps, 'wrap' | 'dir'> {
  readonly record: () => Recording;
  readonly theme: Theme;
  readonly width?: number;
  readonly graph: WorkflowGraphProps;
}

function Graph({ record, graph, width, ...props }: GraphArgs) {
  const recording = useMemo(() => record(), [record]);
  const [selected, select] = useState(graph.selectedNodeId);
  return (
    <Recorded recording={recording} style={{ padding: 16, background: 'var(--fg-bg)' }} {...props}>
      <div style={width === undefined ? undefined : { inlineSize: width }}>
        <WorkflowGraph {...graph} selectedNodeId={selected} onSelectNode={select} />
      </div>
    </Recorded>
  );
}

/** The graph of a run as it happened: taken edges, fan-outs, loops, and what each node does. */
const meta: Meta<typeof Graph> = {
  title: 'WorkflowGraph',
  component: Graph,
  parameters: { layout: 'fullscreen' },
  args: { record: graphs.graphLive, theme: 'light', graph: { runId: graphs.GRAPH_RUN } },
};
export default meta;

type Story = StoryObj<typeof Graph>;

export const Live: Story = {
  play: async ({ canvas }) => {
    const node = await canvas.findByRole('button', { name: /^reviewer: Running, \d+ of 24/ });
    const before = node.closest('.react-flow__viewport')?.getAttribute('style');
    await userEvent.click(node);
    await expect(node).toHaveAttribute('aria-pressed', 'true');
    // What is selected moves nothing.
    await expect(node.closest('.react-flow__viewport')?.getAttribute('style')).toBe(before);
    await userEvent.tab();
    await expect(canvas.getByRole('button', { name: /^verifier/ })).toHaveFocus();
  },
};
export const LiveDark: Story = { args: { theme: 'dark' } };
export const LiveIndustrial: Story = { args: { theme: 'industrial' } };
export const Over: Story = {
  args: { record: graphs.graphOver },
  play: async ({ canvas, canvasElement }) => {
    await canvas.findByRole('button', { name: /^escalate: Skipped/ });
    await waitFor(() =>
      expect(canvasElement.querySelectorAll('.fg-graph-edges .fg-graph-edge[data-phase="dead"]').length).toBe(
        2,
      ),
    );
  },
};
export const JustStarted: Story = { args: { record: graphs.graphEarly } };
export const BeforeItRuns: Story = { args: { graph: { graph: graphs.REVIEW_GRAPH } } };
export const Derived: Story = { args: { record: graphs.graphDerived, graph: { runId: graphs.AGENTS_RUN } } };
export const AsList: Story = {
  args: { graph: { runId: graphs.GRAPH_RUN, defaultView: 'list' } },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('row', { name: /^reviewer/ })).toHaveTextContent('verifier ×12');
  },
};
export const AsListIndustrial: Story = {
  args: { theme: 'industrial', graph: { runId: graphs.GRAPH_RUN, defaultView: 'list' } },
};
export const Huge: Story = {
  args: { record: graphs.graphHuge, graph: { runId: graphs.WIDE_RUN } },
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('300 nodes are drawn; 41 more are in the list.')).toBeVisible();
  },
};
export const Narrow: Story = { args: { width: 320 } };
export const RightToLeft: Story = { args: { dir: 'rtl' } };
export const HostileText: Story = { args: { record: graphs.graphHostile } };
export const Empty: Story = {
  args: { record: empty, graph: { runId: 'none' }, wrap: (monitor) => monitor },
};
export const Loading: Story = { args: { wrap: neverReady } };
export const ConnectionLost: Story = { args: { wrap: lostConnection } };
