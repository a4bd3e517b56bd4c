import { act, screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { ConnectionBadge, CostTicker, FleetOverview, ReplayBar, RunStats, RunTable } from '@fleetglass/react';
import { FleetDashboard } from '@fleetglass/react/dashboard';
import { createSimulatedClock } from '@fleetglass/core/testing';
import { render } from '@testing-library/react';
import { createFakeMonitor } from './fake-monitor.js';
import { busyFleet } from './fixtures/busy-fleet.js';
import { createRecorder } from './fixtures/recording.js';
import { renderRecording } from './render-panel.js';

const RUN = { runId: 'r' };

/** A run of last year whose source told neither times nor tokens, with one task that was called off. */
function silentRun() {
  const recorder = createRecorder(Date.UTC(2025, 4, 2));
  recorder.add(0, 'run.created', RUN, { name: 'Old run', source: 'elsewhere' });
  recorder.add(1, 'run.started', RUN, {});
  for (const taskId of ['a', 'b']) recorder.add(2, 'task.created', { ...RUN, taskId }, { name: taskId });
  recorder.add(3, 'task.cancelled', { ...RUN, taskId: 'a' }, {});
  recorder.add(4, 'span.started', { ...RUN, taskId: 'b', spanId: 's' }, { kind: 'model', name: 'm' });
  recorder.add(5, 'span.ended', { ...RUN, taskId: 'b', spanId: 's' }, { status: 'ok' });
  recorder.add(6, 'task.completed', { ...RUN, taskId: 'b' }, {});
  recorder.add(7, 'run.labelled', RUN, { labels: {}, facts: { times: 'none' } });
  recorder.add(7, 'run.completed', RUN, {});
  return recorder.finish(8);
}

it('calls nothing live and tells no figure of now', () => {
  renderRecording(
    busyFleet(),
    <>
      <ConnectionBadge />
      <CostTicker />
      <FleetOverview />
    </>,
    { recorded: true },
  );
  expect(screen.queryByText('Live')).toBeNull();
  expect(screen.getByText('Recording')).toBeInTheDocument();
  expect(screen.getByLabelText('Cost').textContent).toMatch(/^≥ \$\d+\.\d\d in all$/);
  expect(screen.getByText('All runs')).toBeInTheDocument();
  for (const name of ['Today', 'This month', 'Burn rate', 'Active agents']) {
    expect(screen.queryByText(name)).toBeNull();
  }
  expect(screen.queryByText('Decision needed')).toBeNull();
});

it('goes back to the end instead of to live', () => {
  const { monitor } = renderRecording(silentRun(), <ReplayBar runId="r" />, { recorded: true });
  act(() => monitor.seek(3));
  expect(screen.getByRole('button', { name: 'To the end' })).toBeInTheDocument();
});

it('says of a run what its source told, and offers nothing that cannot be done', () => {
  renderRecording(
    silentRun(),
    <>
      <RunTable />
      <RunStats runId="r" />
    </>,
    { recorded: true },
  );
  const row = screen.getByRole('row', { name: /Old run/ });
  expect(within(row).getByText('1 of 2')).toBeInTheDocument();
  expect(within(row).queryByRole('button')).toBeNull();
  expect(within(row).getByTitle('Without times: a second stands for each step')).toHaveTextContent('—');
  expect(within(row).getByTitle('No call told its tokens')).toHaveTextContent('—');
  expect(screen.queryByRole('columnheader', { name: /Priority/ })).toBeNull();
  expect(screen.getByText('1 not done')).toBeInTheDocument();
  expect(screen.getByText('No call told its tokens')).toBeInTheDocument();
});

it('names the year of a day that is not of this one', () => {
  const { container } = renderRecording({ ...busyFleet(), now: Date.UTC(2031, 0, 5) }, <RunTable />);
  for (const time of container.querySelectorAll('time')) expect(time.textContent).toMatch(/, 20\d\d$/);
});

it('gives a panel of the overview its place once it has something to tell', async () => {
  const recording = silentRun();
  const clock = createSimulatedClock(recording.now);
  const monitor = createFakeMonitor(recording.events, { clock });
  render(<FleetDashboard monitor={monitor} clock={clock} locale="en" view={{ page: 'overview' }} recorded />);
  expect(await screen.findByRole('heading', { name: 'Activity', level: 3 })).toBeInTheDocument();
  for (const name of ['Alerts', 'System health', 'MCP servers']) {
    expect(screen.queryByRole('heading', { name, level: 3 })).toBeNull();
  }
});
