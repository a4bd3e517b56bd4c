import { act, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { FleetEvent } from '@fleetglass/core/protocol';
import { memo, useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import {
  AgentCard,
  AgentTable,
  DataTable,
  DataTableCells,
  RunAgainButton,
  RunTable,
  StartRunForm,
} from '@fleetglass/react';
import type { DataTableColumn, DataTableRowProps } from '@fleetglass/react';
import { fleet } from './fixtures/fleet.js';
import { crowded, empty, hostile, HUGE_RUN, normal, REVIEW_RUN } from './fixtures/runs.js';
import type { Recording } from './fixtures/recording.js';
import { renderRecording } from './render-panel.js';

const user = userEvent.setup();
const after = (recording: Recording, data: Partial<FleetEvent>, offset = 1): FleetEvent => ({
  v: 1,
  seq: recording.events.length + offset,
  time: recording.now + offset,
  type: 'log.written',
  data: {},
  ...data,
});
const names = (): readonly string[] =>
  screen.getAllByRole('rowheader').map((cell) => cell.querySelector('strong')?.textContent ?? '');

const COLUMNS: readonly DataTableColumn[] = [
  { id: 'name', heading: 'Name', width: '1fr', sorts: 'ascending' },
  { id: 'size', heading: 'Size', width: '60px' },
];
const Row = memo(function Row({ id, columns }: DataTableRowProps) {
  return <DataTableCells columns={columns} cells={{ name: <strong>{id}</strong>, size: 1 }} />;
});
const rows = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `row ${index}`);

function Things({
  ids,
  onOpen,
  onSort,
}: {
  readonly ids: readonly string[];
  readonly onOpen?: (id: string) => void;
  readonly onSort?: () => void;
}) {
  return (
    <DataTable
      label="Things"
      columns={COLUMNS}
      ids={ids}
      Row={Row}
      rowHeight={50}
      cardHeight={80}
      cardsBelow={0}
      onOpen={onOpen}
      onSortChange={onSort}
    />
  );
}

describe('DataTable', () => {
  it('is one stop of the tab key, in which keys move, open and sort', async () => {
    const onOpen = vi.fn();
    const onSort = vi.fn();
    renderRecording(empty(), <Things ids={rows(300)} onOpen={onOpen} onSort={onSort} />);
    const grid = screen.getByRole('grid', { name: 'Things' });
    expect(grid).toHaveAttribute('aria-rowcount', '301');
    expect(screen.getAllByRole('row').length).toBeLessThan(60);
    await user.tab();
    expect(grid).toHaveFocus();
    const active = (): string | null | undefined =>
      document.getElementById(grid.getAttribute('aria-activedescendant') ?? '')?.textContent;
    expect(active()).toBe('row 01');
    await user.keyboard('{ArrowDown}{ArrowDown}{Enter}');
    expect(onOpen).toHaveBeenLastCalledWith('row 2');
    await user.keyboard('{Home}{ArrowUp}');
    expect(active()).toBe('Name');
    await user.keyboard('{Enter}');
    expect(onSort).toHaveBeenCalledWith({ column: 'name', direction: 'ascending' });
    await user.keyboard('{End}');
    expect(grid.scrollTop).toBeGreaterThan(10_000);
    await user.tab();
    expect(grid).not.toHaveFocus();
  });

  it('draws rows by their number alone, wherever they stand', () => {
    renderRecording(empty(), <Things ids={rows(100_000)} />);
    const grid = screen.getByRole('grid');
    grid.scrollTop = 2_500_000;
    fireEvent.scroll(grid);
    expect(screen.getAllByRole('row')[1]).toHaveAttribute('aria-rowindex', '49994');
    expect(screen.getByText('row 50000')).toBeInTheDocument();
  });

  it('holds the order while somebody is among the rows, and offers the new one', async () => {
    let set: (ids: readonly string[]) => void = () => {};
    function Changing() {
      const [ids, setIds] = useState<readonly string[]>(['a', 'b', 'c']);
      // eslint-disable-next-line react-hooks/globals -- the test's own way in
      set = setIds;
      return <Things ids={ids} />;
    }
    const { container } = renderRecording(empty(), <Changing />);
    act(() => set(['c', 'a', 'b']));
    expect(names()).toEqual(['c', 'a', 'b']);
    fireEvent.pointerEnter(container.querySelector('.fg-table') as Element);
    act(() => set(['n', 'c', 'a', 'b']));
    expect(names()).toEqual(['c', 'a', 'b']);
    act(() => set(['c', 'a', 'b', 'z']));
    expect(names()).toEqual(['c', 'a', 'b', 'z']);
    act(() => set(['z', 'c', 'a']));
    await user.click(screen.getByRole('button', { name: '2 changed · update order' }));
    expect(names()).toEqual(['z', 'c', 'a']);
  });
});

describe('AgentTable', () => {
  it('draws one row again when one agent changes', () => {
    const recording = crowded();
    const { container, monitor } = renderRecording(recording, <AgentTable runId={HUGE_RUN} />, {
      cadence: { agents: 0 },
    });
    const before = [...container.querySelectorAll('.fg-rows > .fg-row')].map((row) => row.outerHTML);
    const agentId = [...monitor.getSnapshot().state.agents.values()][2]?.id ?? '';
    act(() =>
      monitor.append([
        after(recording, {
          type: 'agent.heartbeat',
          runId: HUGE_RUN,
          agentId,
          data: { activity: 'Something new' },
        }),
      ]),
    );
    const changed = [...container.querySelectorAll('.fg-rows > .fg-row')].filter(
      (row, index) => row.outerHTML !== before[index],
    );
    expect(changed).toHaveLength(1);
    expect(changed[0]).toHaveTextContent('Something new');
  });

  it('shows the agents of all runs, each with a way to its run', async () => {
    const onOpenRun = vi.fn();
    renderRecording(fleet({ runs: 6 }), <AgentTable onOpenRun={onOpenRun} />);
    const row = screen.getAllByRole('row')[1] as HTMLElement;
    await user.click(within(row).getByRole('button'));
    expect(onOpenRun).toHaveBeenCalledWith('run-006');
  });

  it('chooses an agent by a click on its row and takes it back', async () => {
    const onSelect = vi.fn();
    renderRecording(
      normal(),
      <AgentTable runId={REVIEW_RUN} selectedAgentId="PLANNER" onSelectAgent={onSelect} />,
    );
    expect(screen.getByRole('row', { name: /PLANNER/ })).toHaveAttribute('aria-selected', 'true');
    await user.click(screen.getByText('REVIEWER'));
    expect(onSelect).toHaveBeenLastCalledWith('REVIEWER', REVIEW_RUN);
    await user.click(screen.getByText('PLANNER'));
    expect(onSelect).toHaveBeenLastCalledWith(undefined, REVIEW_RUN);
  });
});

describe('AgentCard', () => {
  it('warns of a context that is nearly full, and explains the tier', () => {
    const recording = normal();
    const { monitor } = renderRecording(recording, <AgentCard runId={REVIEW_RUN} agentId="REVIEWER" />, {
      cadence: { agents: 0 },
    });
    expect(screen.getByText('Standard').parentElement).toHaveAttribute(
      'title',
      expect.stringContaining('Elite from 95%'),
    );
    const measured = { usedTokens: 170_000, limitTokens: 200_000 };
    act(() =>
      monitor.append([
        after(recording, {
          type: 'context.measured',
          runId: REVIEW_RUN,
          agentId: 'REVIEWER',
          data: measured,
        }),
      ]),
    );
    expect(screen.getByRole('meter', { name: 'Context' })).toHaveAttribute(
      'aria-valuetext',
      'Nearly full: 170,000 of 200,000 tokens',
    );
  });

  it('says that there is no such agent', () => {
    renderRecording(normal(), <AgentCard runId={REVIEW_RUN} agentId="NOBODY" />);
    expect(screen.getByText('No such agent is kept.')).toBeInTheDocument();
  });
});

describe('RunTable', () => {
  it('finds runs by words, says where, and tells the host', async () => {
    const onQueryChange = vi.fn();
    const { advance } = renderRecording(fleet({ runs: 12 }), <RunTable onQueryChange={onQueryChange} />);
    await user.type(screen.getByRole('searchbox'), 'failed three');
    await advance(1_000);
    expect(names()).toEqual(['Release notes']);
    expect(screen.getByRole('rowheader')).toHaveTextContent(
      'Error: TASK_FAILED: The tests of the reviewer failed three times.',
    );
    expect(onQueryChange).toHaveBeenLastCalledWith({ text: 'failed three' });
    await user.click(screen.getByRole('button', { name: 'Clear filters' }));
    await advance(1_000);
    expect(names()).toHaveLength(12);
  });

  it('narrows by status and sorts by a column, as a link says', async () => {
    const { advance } = renderRecording(
      fleet({ runs: 12 }),
      <RunTable
        query={{ filters: { status: ['running'] }, sort: { column: 'name', direction: 'ascending' } }}
      />,
    );
    await advance(1_000);
    expect(names()).toEqual(['Flaky tests', 'Login audit', 'Release notes']);
    expect(screen.getByRole('button', { name: /Running/ })).toHaveAttribute('aria-pressed', 'true');
    expect(screen.getByRole('columnheader', { name: 'Run' })).toHaveAttribute('aria-sort', 'ascending');
  });

  it('starts a run again with the input that it had', async () => {
    const onStarted = vi.fn();
    const { monitor } = renderRecording(fleet({ runs: 4 }), <RunTable onStarted={onStarted} />);
    monitor.answer({ ok: true, result: { runId: 'new' } });
    await user.click(screen.getByRole('button', { name: 'Run Checkout retries again with the same input' }));
    expect(monitor.commands).toEqual([
      {
        type: 'start',
        name: 'Checkout retries',
        input: { project: 'Checkout retries', type: 'bugfix', maxFiles: 10 },
      },
    ]);
    expect(onStarted).toHaveBeenCalledWith('new');
  });

  it('shows hostile words as words', () => {
    const { container } = renderRecording(hostile(), <RunTable />);
    expect(container.querySelector('script, img, iframe')).toBeNull();
    expect(screen.getAllByRole('rowheader').length).toBeGreaterThan(0);
  });
});

describe('RunAgainButton', () => {
  it('says why it cannot be', () => {
    const recording = normal();
    renderRecording(recording, <RunAgainButton runId={REVIEW_RUN} startable={[{ name: 'another' }]} />);
    const button = screen.getByRole('button', { name: 'Run again' });
    expect(button).toHaveAttribute('aria-disabled', 'true');
    expect(button).toHaveAccessibleDescription(/Nothing is registered/);
  });
});

describe('StartRunForm', () => {
  const startable = [
    {
      name: 'review',
      inputSchema: {
        type: 'object',
        properties: { goal: { type: 'string' }, rounds: { type: 'integer', maximum: 5, default: 2 } },
        required: ['goal'],
      },
    },
  ];

  it('asks for what is missing where it is missing, then starts', async () => {
    const onStarted = vi.fn();
    const { monitor } = renderRecording(
      empty(),
      <StartRunForm startable={startable} onStarted={onStarted} />,
    );
    monitor.answer({ ok: true, result: { runId: 'new' } });
    await user.click(screen.getByRole('button', { name: 'Start' }));
    expect(monitor.commands).toEqual([]);
    const goal = screen.getByRole('textbox', { name: 'goal' });
    expect(goal).toHaveFocus();
    expect(goal).toHaveAccessibleDescription('Fill this in.');
    await user.type(goal, 'Find bugs');
    await user.click(screen.getByRole('button', { name: 'Start' }));
    expect(monitor.commands).toEqual([
      { type: 'start', name: 'review', input: { goal: 'Find bugs', rounds: 2 } },
    ]);
    expect(onStarted).toHaveBeenCalledWith('new');
  });

  it('repeats what the host refused', async () => {
    const { monitor } = renderRecording(
      empty(),
      <StartRunForm startable={startable} input={{ goal: 'x' }} />,
    );
    monitor.answer({
      ok: false,
      error: { code: 'NOT_FOUND', message: "Nothing is registered as 'review'.", timestamp: 0 },
    });
    await user.click(screen.getByRole('button', { name: 'Start' }));
    expect(screen.getByText(/Nothing is registered as 'review'/)).toBeInTheDocument();
  });

  it('offers what ran here, and takes JSON where nothing is known of its input', () => {
    renderRecording(fleet({ runs: 3 }), <StartRunForm />);
    expect(screen.getByRole('combobox', { name: 'What to start' })).toHaveTextContent('Checkout retries');
    expect(screen.getByRole('textbox')).toHaveAccessibleName('Input JSON');
  });
});
