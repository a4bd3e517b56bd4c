import type { FleetEvent } from '@fleetglass/core/protocol';
import { act, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Profiler } from 'react';
import { expect, it, describe, vi } from 'vitest';
import {
  AgentsSummary,
  TaskBoard,
  TaskDetails,
  TaskTree,
  useBoard,
  useMessage,
  useMessages,
  useSpans,
  useTaskIds,
  useTaskSummary,
  useTaskTree,
} from '@fleetglass/react';
import type { Recording } from './fixtures/recording.js';
import { board, BOARD_RUN, deepTasks, hostileTasks, manyTasks, TASKS_RUN } from './fixtures/tasks.js';
import { renderRecording } from './render-panel.js';

const user = userEvent.setup();

/** The next event of a recording. */
const nextOf =
  (recording: Recording) =>
  (type: string, scope: Partial<FleetEvent>, data: FleetEvent['data'], offset = 1): FleetEvent => ({
    v: 1,
    seq: recording.events.length + offset,
    time: recording.now + offset,
    type,
    runId: TASKS_RUN,
    ...scope,
    data,
  });

const row = (name: RegExp) => screen.getByRole('treeitem', { name });
const names = () =>
  screen.getAllByRole('treeitem').map((item) => item.querySelector('.fg-task-name')?.textContent);

describe('the tree of tasks', () => {
  it('says of each task its place, status with reason, progress, agent and cost of all below', () => {
    renderRecording(deepTasks(), <TaskTree runId={TASKS_RUN} />);
    const top = row(/^Repair the checkout/);
    expect(top).toHaveAttribute('aria-level', '1');
    expect(top).toHaveAttribute('aria-setsize', '2');
    expect(top).toHaveAttribute('aria-expanded', 'true');
    // Six calls at $0.02043: its own, two of analysis, two of code, one test. Nothing twice.
    expect(within(top).getByText('$0.123')).toHaveAttribute(
      'title',
      expect.stringContaining('$0.020 of its own'),
    );
    expect(top).toHaveTextContent('2 of 7 done');
    expect(row(/^Ask for a test/)).toHaveTextContent('A person has to decide: It costs $2 an hour.');
    expect(row(/^Prove it/)).toHaveTextContent(/Failed: Two of 118 tests failed/);
    const code = row(/^Send the same key/);
    expect(code).toHaveTextContent('attempt 2');
    expect(code).toHaveTextContent('3 of 5 done');
    expect(code).toHaveAttribute('aria-level', '2');
    expect(code).not.toHaveAttribute('aria-expanded');
  });

  it('closes a wide fan-out to one line that tells how far its branches are', async () => {
    renderRecording(deepTasks(), <TaskTree runId={TASKS_RUN} />);
    const fanOut = row(/^reviewer × 12/);
    expect(fanOut).toHaveTextContent('5 of 12 done1 failed');
    expect(fanOut).toHaveAttribute('aria-expanded', 'false');
    expect(screen.queryByText('Review part 1 of the change')).not.toBeInTheDocument();
    await user.click(fanOut);
    expect(row(/^Review part 1 of the change/)).toHaveAttribute('aria-setsize', '12');
  });

  it('is walked by keyboard: arrows, letters, Home and End, Enter', async () => {
    const chosen = vi.fn<(id: string) => void>();
    renderRecording(deepTasks(), <TaskTree runId={TASKS_RUN} onSelectTask={chosen} />);
    const tree = screen.getByRole('tree');
    const active = () =>
      document
        .getElementById(tree.getAttribute('aria-activedescendant') ?? '')
        ?.querySelector('.fg-task-name')?.textContent;
    act(() => tree.focus());
    expect(active()).toBe('Repair the checkout');
    await user.keyboard('{ArrowDown}{ArrowLeft}');
    expect(row(/^Find where/)).toHaveAttribute('aria-expanded', 'false');
    await user.keyboard('{ArrowRight}{ArrowRight}');
    expect(active()).toBe('Read the log of the last incident');
    await user.keyboard('{ArrowLeft}{ArrowLeft}{ArrowLeft}');
    expect(active()).toBe('Repair the checkout');
    await user.keyboard('{End}');
    expect(active()).toBe('reviewer × 12');
    await user.keyboard('{Home}p');
    expect(active()).toBe('Prove it with a test');
    await user.keyboard('{Enter}');
    expect(chosen).toHaveBeenCalledWith('test');
  });

  it('finds tasks by words, status and complexity, with all that stands above them', async () => {
    renderRecording(deepTasks(), <TaskTree runId={TASKS_RUN} />);
    await user.type(screen.getByRole('searchbox', { name: 'Search tasks' }), 'log incident');
    expect(names()).toEqual([
      'Repair the checkout',
      'Find where the second charge comes from',
      'Read the log of the last incident',
    ]);
    expect(screen.getByText(/^1 of 20 fit/)).toBeInTheDocument();
    await user.clear(screen.getByRole('searchbox'));
    await user.selectOptions(screen.getByRole('combobox', { name: 'Complexity' }), 'Complex');
    expect(names()).toEqual(['Repair the checkout', 'Send the same key with every attempt']);
    await user.selectOptions(screen.getByRole('combobox', { name: 'Status' }), 'Paused');
    expect(screen.queryByRole('tree')).not.toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Show all tasks' }));
    expect(names()).toHaveLength(9);
  });

  it('keeps what is closed when tasks arrive and end, and what is open under a filter apart', async () => {
    const recording = deepTasks();
    const next = nextOf(recording);
    const { monitor, advance } = renderRecording(recording, <TaskTree runId={TASKS_RUN} />);
    await user.click(screen.getByRole('button', { name: 'Collapse all' }));
    expect(names()).toEqual(['Repair the checkout', 'reviewer × 12']);
    act(() =>
      monitor.append([
        next('task.created', { taskId: 'new' }, { name: 'One more', parentTaskId: 'repair' }),
        next('task.completed', { taskId: 'repair' }, {}, 2),
      ]),
    );
    await advance(1000);
    expect(names()).toEqual(['Repair the checkout', 'reviewer × 12']);
    expect(row(/^Repair/)).toHaveTextContent('2 of 8 done');
    await user.type(screen.getByRole('searchbox'), 'one more');
    expect(names()).toEqual(['Repair the checkout', 'One more']);
    await user.clear(screen.getByRole('searchbox'));
    expect(names()).toEqual(['Repair the checkout', 'reviewer × 12']);
  });

  it('draws a part of 10,000 tasks, and no line anew for one that is added elsewhere', async () => {
    const recording = manyTasks();
    const { container, monitor, advance } = renderRecording(recording, <TaskTree runId={TASKS_RUN} />);
    const lines = () => [...container.querySelectorAll('[role="treeitem"]')];
    expect(lines().length).toBeLessThan(60);
    const before = lines();
    const next = nextOf(recording);
    const change = new MutationObserver(() => {});
    change.observe(container, { subtree: true, childList: true, characterData: true, attributes: true });
    act(() => monitor.append([next('task.created', { taskId: 'x' }, { name: 'x', parentTaskId: 't9900' })]));
    await advance(1000);
    expect(lines()).toEqual(before);
    const touched = change
      .takeRecords()
      .filter(({ target }) => target instanceof Element && target.closest('[role="treeitem"]'));
    expect(touched).toEqual([]);
  });

  it('shows hostile names as text, and whatever their parents are', () => {
    const { container } = renderRecording(hostileTasks(), <TaskTree runId={TASKS_RUN} />);
    expect(screen.getAllByRole('treeitem')).toHaveLength(6);
    expect(container.querySelector('img, script, svg[onload]')).toBeNull();
    for (const mark of ['\u202E', '\u001B']) expect(container.textContent).not.toContain(mark);
    expect((container.textContent ?? '').length).toBeLessThan(5_000);
    expect(row(/^Unnamed task/)).toBeInTheDocument();
    expect(row(/^=HYPERLINK/)).toHaveTextContent('—');
  });

  it('loads, is empty, and says so', () => {
    const { monitor } = renderRecording({ events: [], now: 0 }, <TaskTree runId={TASKS_RUN} />);
    expect(screen.getByRole('status', { name: 'Loading …' })).toBeInTheDocument();
    act(() => monitor.set({ ready: true }));
    expect(screen.getByText('No task yet')).toBeInTheDocument();
  });
});

describe('the board', () => {
  const column = (name: RegExp) => screen.getByRole('region', { name });

  it('has the columns of the run with their counts, twenty cards at first', async () => {
    renderRecording(board(), <TaskBoard runId={BOARD_RUN} />);
    expect(
      screen
        .getAllByRole('region')
        .slice(1)
        .map((region) => region.getAttribute('aria-label')),
    ).toEqual(['inbox, 17 tasks', 'assigned, 6 tasks', 'review, 5 tasks', 'done, 36 tasks']);
    const done = column(/^done/);
    expect(within(done).getAllByRole('listitem')).toHaveLength(20);
    await user.click(within(done).getByRole('button', { name: 'Show 16 more' }));
    expect(within(done).getAllByRole('listitem')).toHaveLength(36);
    expect(column(/^assigned/)).toHaveTextContent(
      'Needs something from outside: Needs the schema of the billing team.',
    );
  });

  it('goes by status where a run has no board, and by agent when asked', async () => {
    renderRecording(deepTasks(), <TaskBoard runId={TASKS_RUN} />);
    expect(column(/^Waiting, 1 task/)).toHaveTextContent('A person has to decide: It costs $2 an hour.');
    await user.click(screen.getByRole('checkbox', { name: 'By agent' }));
    expect(column(/^Running/).querySelectorAll('.fg-board-lane')).toHaveLength(3);
  });

  it('is walked by arrow keys past empty columns, and Enter opens a task', async () => {
    const recording = deepTasks();
    renderRecording(recording, <TaskBoard runId={TASKS_RUN} />);
    within(column(/^Queued/))
      .getAllByRole('button')[0]
      ?.focus();
    await user.keyboard('{ArrowDown}{ArrowRight}');
    expect(column(/^Running/)).toContainElement(document.activeElement as HTMLElement);
    await user.keyboard('{End}{ArrowRight}');
    expect(document.activeElement).toHaveTextContent('Ask for a test environment');
    await user.keyboard('{Enter}');
    expect(screen.getByRole('dialog', { name: 'Ask for a test environment' })).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Close' }));
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('tells how many there are once a task was moved, and hands choices to the host', async () => {
    const recording = deepTasks();
    const open = vi.fn<(taskId: string, runId: string) => void>();
    const { monitor, advance } = renderRecording(
      recording,
      <TaskBoard runId={TASKS_RUN} onOpenTask={open} />,
    );
    await user.click(within(column(/^Failed/)).getByRole('button', { name: /^Prove it/ }));
    expect(open).toHaveBeenCalledWith('test', TASKS_RUN);
    act(() => monitor.append([nextOf(recording)('task.completed', { taskId: 'code' }, {})]));
    await advance(10_000);
    expect(screen.getByRole('status')).toHaveTextContent('Completed, 8 tasks');
  });

  it('holds the tasks of all runs when none is named', () => {
    renderRecording(board(), <TaskBoard />);
    expect(column(/^Completed, 36 tasks/)).toBeInTheDocument();
  });
});

describe('a task in full', () => {
  const part = (name: string) => screen.getByRole('region', { name });

  it('has prompt, place, result, agents that add up, and decisions with who and when', async () => {
    const select = vi.fn<(taskId: string, runId: string) => void>();
    const { advance } = renderRecording(
      deepTasks(),
      <TaskDetails runId={TASKS_RUN} taskId="repair" onSelectTask={select} />,
    );
    await advance(0);
    expect(part('Prompt')).toHaveTextContent('You lead a small team.');
    expect(part('Prompt')).not.toHaveTextContent(/attached\. {2}$/);
    await user.click(screen.getByRole('button', { name: /^Show all 1,1\d\d characters/ }));
    expect(screen.getByRole('button', { name: 'Show less' })).toBeInTheDocument();
    expect(part('Decisions')).toHaveTextContent(
      '09:30:25Leave the payment module as it is? – Approve by Ana Lucía A rewrite is planned for spring.',
    );
    const agents = within(part('Agents'));
    expect(agents.getAllByRole('row')).toHaveLength(5);
    expect(agents.getByRole('row', { name: /CODER/ })).toHaveTextContent('$0.041');
    await user.click(
      within(part('Place in the workflow')).getByRole('button', { name: 'Prove it with a test' }),
    );
    expect(select).toHaveBeenCalledWith('test', TASKS_RUN);
  });

  it('tells failed attempts, counts files and logs, and opens calls to their input and output', async () => {
    const [files, logs] = [vi.fn(), vi.fn()];
    const { advance } = renderRecording(
      deepTasks(),
      <TaskDetails runId={TASKS_RUN} taskId="code" onShowFiles={files} onShowLogs={logs} />,
    );
    await advance(600);
    expect(part('Failed attempts')).toHaveTextContent(
      'Attempt 1 failed (PROVIDER_ERROR) The provider answered 529',
    );
    await user.click(screen.getByRole('button', { name: '3 files' }));
    await user.click(screen.getByRole('button', { name: '1 log line' }));
    expect(files).toHaveBeenCalledWith('code', TASKS_RUN);
    expect(logs).toHaveBeenCalledWith('code', TASKS_RUN);
    const calls = within(part('Calls'));
    const [failed, paid] = calls.getAllByRole('button');
    expect(failed).toHaveTextContent(/Failed.*529/);
    expect(screen.queryByText(/Three causes/)).not.toBeInTheDocument();
    await user.click(paid!);
    expect(screen.getByText(/Three causes/)).toBeInTheDocument();
  });

  it('says why it waits with one way to go on, and forks from before it', async () => {
    const answer = vi.fn();
    const { advance } = renderRecording(
      deepTasks(),
      <TaskDetails runId={TASKS_RUN} taskId="deploy" onShowApproval={answer} />,
    );
    await advance(600);
    expect(screen.getByText('It costs $2 an hour.')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Answer …' }));
    expect(answer).toHaveBeenCalledWith('env', TASKS_RUN);
    await user.click(screen.getByRole('button', { name: 'Run again from here …' }));
    const chosen = within(screen.getByRole('dialog')).getByRole('option', { selected: true });
    expect(chosen).toHaveTextContent('Find where the second charge comes from');
  });

  it('offers a new run where there is no checkpoint, and nothing in the past or of a recording', async () => {
    const again = vi.fn();
    const many = manyTasks(3);
    const { monitor } = renderRecording(
      many,
      <TaskDetails runId={TASKS_RUN} taskId="t1" onRunAgain={again} />,
    );
    await user.click(screen.getByRole('button', { name: 'Run again with the same input' }));
    expect(again).toHaveBeenCalledWith(TASKS_RUN);
    act(() => monitor.seek(many.events.length - 1));
    expect(screen.queryByRole('button', { name: /^Run again/ })).not.toBeInTheDocument();
  });

  it('bounds a text of a megabyte and shows it as text', () => {
    const { container } = renderRecording(hostileTasks(), <TaskDetails runId={TASKS_RUN} taskId="c" />);
    expect(part('Prompt')).toHaveTextContent('javascript:alert(1) <svg onload=alert(1)>');
    expect(container.querySelector('a, svg[onload]')).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Show all 1,000,042 characters' }));
    expect(screen.getByText(/^The first 100,000 of 1,000,042/)).toBeInTheDocument();
    expect((container.textContent ?? '').length).toBeLessThan(110_000);
  });

  it('says that a task is not there', () => {
    renderRecording(deepTasks(), <TaskDetails runId={TASKS_RUN} taskId="nobody" />);
    expect(screen.getByText('Task nobody is not here')).toBeInTheDocument();
  });
});

it('collapses finished agents to one line that opens', async () => {
  renderRecording(deepTasks(), <AgentsSummary runId={TASKS_RUN} taskId="analyse" files={3} />);
  const line = screen.getByRole('button', { expanded: false });
  expect(line).toHaveTextContent('1 agent finished$0.04117.7K tokens3 files');
  await user.click(line);
  expect(screen.getByRole('row', { name: /ANALYST/ })).toHaveTextContent('2 of 2 done');
});

describe('hooks', () => {
  function Probe({ drawn }: { readonly drawn: (what: Record<string, unknown>) => void }) {
    drawn({
      ids: useTaskIds(TASKS_RUN),
      tree: useTaskTree(TASKS_RUN),
      board: useBoard(TASKS_RUN, 'status'),
      summary: useTaskSummary(TASKS_RUN, 'analyse'),
      spans: useSpans(TASKS_RUN, { taskId: 'analyse' }),
      messages: useMessages(TASKS_RUN, { taskId: 'repair' }),
      message: useMessage(TASKS_RUN, 'repair-user'),
    });
    return null;
  }

  it('give what they say, and render again only when it changes', async () => {
    const recording = deepTasks();
    const next = nextOf(recording);
    const drawn = vi.fn<(what: Record<string, unknown>) => void>();
    const renders = vi.fn();
    const { monitor, advance } = renderRecording(
      recording,
      <Profiler id="probe" onRender={renders}>
        <Probe drawn={drawn} />
      </Profiler>,
    );
    const first = drawn.mock.lastCall?.[0];
    expect(first).toMatchObject({
      summary: { tasks: 1, totals: { cost: { nanoUsd: 40_860_000 } } },
      messages: ['repair-system', 'repair-user'],
      message: { role: 'user' },
    });
    expect(first?.['ids']).toHaveLength(20);
    expect(first?.['tree']).toHaveLength(21);
    expect(first?.['spans']).toHaveLength(1);
    renders.mockClear();
    act(() => monitor.append([next('task.progress', { taskId: 'code' }, { done: 4, total: 5 })]));
    await advance(1000);
    expect(renders).not.toHaveBeenCalled();
    act(() => monitor.append([next('task.completed', { taskId: 'code' }, {}, 2)]));
    await advance(1000);
    const last = drawn.mock.lastCall?.[0];
    expect(last?.['board']).not.toBe(first?.['board']);
    for (const same of ['ids', 'tree', 'summary', 'spans', 'messages', 'message'])
      expect(last?.[same]).toBe(first?.[same]);
  });
});
