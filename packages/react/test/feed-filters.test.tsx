import type { FleetEvent } from '@fleetglass/core/protocol';
import { act, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { ActivityFeed } from '@fleetglass/react';
import { fleet } from './fixtures/fleet.js';
import { deepTasks, TASKS_RUN } from './fixtures/tasks.js';
import { renderRecording } from './render-panel.js';

const user = userEvent.setup();
const view = () => screen.getByRole('group', { name: 'Activity' });

it('stays live under a filter, and counts only what fits it', async () => {
  const recording = deepTasks();
  const { monitor } = renderRecording(recording, <ActivityFeed runId={TASKS_RUN} />);
  await user.selectOptions(screen.getByRole('combobox', { name: 'Kind' }), 'Decisions');
  expect(within(view()).getAllByRole('listitem')).toHaveLength(4);
  Object.defineProperties(view(), { scrollHeight: { value: 1000 }, clientHeight: { value: 200 } });
  view().scrollTop = 100;
  fireEvent.scroll(view());
  const next = (offset: number, type: string, data: FleetEvent['data']): FleetEvent => ({
    v: 1,
    seq: recording.events.length + offset,
    time: recording.now,
    type,
    runId: TASKS_RUN,
    data,
  });
  act(() =>
    monitor.append([
      next(1, 'log.written', { level: 'error', message: 'The disk is full' }),
      next(2, 'run.paused', { reason: 'command', by: { id: 'u-9', name: 'Mara' } }),
    ]),
  );
  expect(within(view()).getByText('by Mara')).toBeInTheDocument();
  expect(within(view()).queryByText('The disk is full')).not.toBeInTheDocument();
  expect(screen.getByRole('button', { name: /^1 new/ })).toBeInTheDocument();
});

it('tells of all runs without one, and leads to the run and to what an entry is about', async () => {
  const [select, open] = [vi.fn(), vi.fn()];
  renderRecording(fleet({ runs: 4 }), <ActivityFeed onSelect={select} onOpenRun={open} />);
  await user.type(screen.getByRole('searchbox', { name: 'Search activity' }), 'no progress');
  const alert = within(view()).getAllByRole('listitem').at(-1)!;
  await user.click(within(alert).getByRole('button', { name: /no progress for 10 minutes/ }));
  expect(select).toHaveBeenCalledWith({ kind: 'agent', id: 'CODER' }, 'run-004');
  await user.click(within(alert).getByRole('button', { name: 'Login audit' }));
  expect(open).toHaveBeenCalledWith('run-004');
});

it('says that nothing fits, and shows everything again', async () => {
  renderRecording(deepTasks(), <ActivityFeed runId={TASKS_RUN} />);
  await user.type(screen.getByRole('searchbox'), 'nothing of the kind');
  await user.click(screen.getByRole('button', { name: 'Show everything' }));
  expect(within(view()).getAllByRole('listitem').length).toBeGreaterThan(5);
});
