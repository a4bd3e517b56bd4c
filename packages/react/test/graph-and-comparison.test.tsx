import { CheckpointHistory, ReplayBar } from '@fleetglass/react';
import { WorkflowGraph } from '@fleetglass/react/graph';
import { RunComparison } from '@fleetglass/react/reading';
import { act, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { compared, FIRST_RUN, SECOND_RUN } from './fixtures/compared-runs.js';
import {
  graphDerived,
  graphHostile,
  graphLive,
  graphOver,
  AGENTS_RUN,
  GRAPH_RUN,
  REVIEW_GRAPH,
} from './fixtures/graph-run.js';
import { checkpointed, failing, REPLAY_RUN } from './fixtures/replay-run.js';
import { renderRecording } from './render-panel.js';

const user = userEvent.setup();

// What React Flow asks of a browser.
vi.stubGlobal(
  'ResizeObserver',
  class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  },
);
vi.stubGlobal(
  'DOMMatrixReadOnly',
  class {
    readonly m22 = 1;
  },
);

describe('the workflow graph', () => {
  it('says of each node how far it is, and which is chosen', async () => {
    const choose = vi.fn();
    renderRecording(graphLive(), <WorkflowGraph runId={GRAPH_RUN} onSelectNode={choose} />);
    const node = screen.getByRole('button', { name: /^reviewer: Running, \d+ of 24, 1 failed, 2 rounds/ });
    expect(screen.getByRole('button', { name: /^draft: Not started/ })).toBeInTheDocument();
    fireEvent.click(node);
    expect(choose).toHaveBeenCalledWith('reviewer');
  });

  it('tells the same as a list, with where each node leads', async () => {
    renderRecording(graphOver(), <WorkflowGraph runId={GRAPH_RUN} />);
    await user.click(screen.getByRole('button', { name: 'List' }));
    const row = await screen.findByRole('row', { name: /^verifier/ });
    expect(row).toHaveTextContent('back to planner');
    expect(row).toHaveTextContent('escalate (not taken)');
    expect(screen.getByRole('row', { name: /^escalate/ })).toHaveTextContent('Skipped');
  });

  it('draws a graph before it runs, and one that nobody declared', () => {
    const { unmount } = renderRecording(
      graphOver(),
      <WorkflowGraph graph={REVIEW_GRAPH} onSelectNode={() => {}} />,
    );
    expect(screen.getByText('as it will run')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'planner: PLANNER' })).toBeInTheDocument();
    unmount();
    renderRecording(graphDerived(), <WorkflowGraph runId={AGENTS_RUN} onSelectNode={() => {}} />);
    expect(screen.getByText(/derived from tasks and agents/)).toBeInTheDocument();
    expect(screen.getByRole('button', { name: /^explore: Completed, 3 of 3/ })).toBeInTheDocument();
  });

  it('shows hostile names as text', () => {
    const { container } = renderRecording(graphHostile(), <WorkflowGraph runId={GRAPH_RUN} />);
    expect(container.querySelector('img, script')).toBeNull();
    expect(container.textContent).toContain('<img src=x onerror');
  });
});

describe('the replay bar', () => {
  const slider = () => screen.getByRole('slider', { name: 'Moment shown' });

  it('plays the run in ten seconds from its first event, and pauses by the space bar', async () => {
    const { monitor, advance } = renderRecording(failing(), <ReplayBar runId={REPLAY_RUN} />);
    await user.click(screen.getByRole('button', { name: 'Play' }));
    expect(monitor.getSnapshot()).toMatchObject({ mode: 'replay', seq: 1 });
    await advance(4_000);
    const { seq } = monitor.getSnapshot();
    expect(seq).toBeGreaterThan(5);
    fireEvent.keyDown(slider(), { key: ' ' });
    await advance(4_000);
    expect(monitor.getSnapshot().seq).toBe(seq);
    fireEvent.keyDown(slider(), { key: ' ' });
    await advance(10_000);
    expect(monitor.getSnapshot().mode).toBe('live');
    expect(screen.getByRole('button', { name: 'Play' })).toBeInTheDocument();
  });

  it('steps from one moment of interest to the next and says which they are', async () => {
    const { monitor } = renderRecording(failing(), <ReplayBar runId={REPLAY_RUN} />);
    act(() => monitor.seek(2));
    const stops: string[] = [];
    for (let step = 0; step < 30; step += 1) {
      const button = screen.getByRole('button', { name: /^On to|^Nothing after/ });
      stops.push(button.getAttribute('aria-label') ?? '');
      fireEvent.click(button);
    }
    expect(stops).toContain('On to failure: Lint the change');
    expect(stops.some((stop) => stop.startsWith('On to decision'))).toBe(true);
    expect(monitor.getSnapshot().mode).toBe('live');
  });

  it('says how far behind the moment is, and marks what matters', () => {
    const { monitor, container } = renderRecording(failing(), <ReplayBar runId={REPLAY_RUN} />);
    act(() => monitor.seek(10));
    expect(screen.getByText(/behind$/)).toHaveTextContent(/^2\dm \d\ds behind$/);
    const kinds = [...container.querySelectorAll('.fg-replay-marks [data-kind]')].map((mark) =>
      mark.getAttribute('data-kind'),
    );
    expect(new Set(kinds)).toEqual(new Set(['failure', 'decision', 'budget', 'alert']));
  });
});

describe('the history of checkpoints', () => {
  it('shows what changed, what a fork costs and which forks there are', async () => {
    const open = vi.fn();
    renderRecording(checkpointed(), <CheckpointHistory runId={REPLAY_RUN} onOpenRun={open} />);
    const option = screen.getByRole('option', { name: /Plan the change \(2\)/ });
    expect(option).toHaveTextContent('2 forks');
    await user.click(option);
    const state = screen.getByRole('region', { name: 'State' });
    expect(state).toHaveTextContent('Changedriskby Plan the change (2)');
    expect(state).toHaveTextContent('"medium"');
    await user.selectOptions(within(state).getByRole('combobox', { name: 'Compared with' }), 'end');
    expect(state).toHaveTextContent('“Change the retry (2)” wrote 48.2 kB, kept by reference.');
    await user.click(screen.getAllByRole('button', { name: /^run-01k9replayfork/ })[0] as HTMLElement);
    expect(open).toHaveBeenCalledWith('run-01k9replayfork-1');
    await user.click(screen.getByRole('button', { name: 'Fork from here …' }));
    expect(screen.getByRole('dialog', { name: 'Fork Checkout retries' })).toBeInTheDocument();
  });
});

describe('two runs compared', () => {
  it('aligns their steps and says what the ANALYST brought', async () => {
    const change = vi.fn();
    renderRecording(
      compared(),
      <RunComparison runId={FIRST_RUN} otherRunId={SECOND_RUN} onChangeRuns={change} />,
    );
    expect(screen.getByRole('row', { name: /Analyse the ticket/ })).toHaveTextContent('Only in the second');
    expect(screen.getByRole('row', { name: /retry\.ts again/ })).toHaveTextContent('Only in the first');
    expect(screen.getByRole('region', { name: 'With and without ANALYST' })).toHaveTextContent(
      'Return on its cost',
    );
    await user.click(screen.getByRole('button', { name: 'Plan the change' }));
    expect(screen.getByRole('row', { name: /read_file/ })).toHaveTextContent('In both');
    await user.click(screen.getByRole('checkbox', { name: 'Only what differs' }));
    expect(screen.queryByRole('row', { name: /Plan the change/ })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Swap the two' }));
    expect(change).toHaveBeenCalledWith({ runId: SECOND_RUN, otherRunId: FIRST_RUN });
  });

  it('claims nothing where prices are missing', () => {
    renderRecording(compared('unknown'), <RunComparison runId={FIRST_RUN} otherRunId={SECOND_RUN} />);
    const note = screen.getByRole('region', { name: 'With and without ANALYST' });
    expect(note).toHaveTextContent('some calls have no price');
    expect(note).not.toHaveTextContent('Return on its cost');
  });
});
