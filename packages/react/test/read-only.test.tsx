import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactElement } from 'react';
import { describe, expect, it } from 'vitest';
import {
  AlertsPanel,
  BudgetMeter,
  CheckpointHistory,
  OrchestratorMonitoringPanel,
  ReplayBar,
  RunAgainButton,
  RunTable,
  StartRunButton,
  Toasts,
} from '@fleetglass/react';
import { FleetDashboard } from '@fleetglass/react/dashboard';
import { createSimulatedClock } from '@fleetglass/core/testing';
import { render } from '@testing-library/react';
import { createFakeMonitor } from './fake-monitor.js';
import { busyFleet } from './fixtures/busy-fleet.js';
import { checkpointed, REPLAY_RUN } from './fixtures/replay-run.js';
import type { Recording } from './fixtures/recording.js';
import { askingBudget, completed, normal, overBudget, REVIEW_RUN, waiting } from './fixtures/runs.js';
import { renderRecording } from './render-panel.js';

const panel = <OrchestratorMonitoringPanel />;

/** Every place that steers a run, and what can be pressed there. */
const PLACES: readonly (readonly [string, () => Recording, ReactElement, RegExp])[] = [
  ['a run that goes on', normal, panel, /^(Pause|Cancel)$/],
  ['a run that is over', completed, panel, /^(Start again|Run again)$/],
  ['a question', waiting, panel, /^(Approve|Add a note|publish)$/i],
  ['a reached limit that asks', askingBudget, panel, /^(Raise|Stop)/],
  ['a reached limit that paused', overBudget, panel, /^Raise the limit/],
  ['a limit', normal, <BudgetMeter key="" runId={REVIEW_RUN} />, /^(Raise|Change)/],
  ['alerts', busyFleet, <AlertsPanel key="" />, /^Acknowledge/],
  ['runs', busyFleet, <RunTable key="" />, /^(Start|Run) .*again/],
  ['the button of a run', completed, <RunAgainButton key="" runId={REVIEW_RUN} />, /again/],
  ['the button of all runs', normal, <StartRunButton key="" />, /Start/],
];

describe('who may only look', () => {
  it.each(PLACES)('is offered nothing that steers: %s', async (_place, recording, part, steers) => {
    const steering = (): readonly HTMLElement[] => screen.queryAllByRole('button', { name: steers });
    const free = renderRecording(recording(), part);
    await waitFor(() => expect(steering()).not.toEqual([]));
    free.unmount();

    const { monitor } = renderRecording(recording(), part, { readOnly: true });
    expect(steering()).toEqual([]);
    for (const button of screen.queryAllByRole('button')) act(() => button.click());
    expect(monitor.commands).toEqual([]);
  });

  it('reads why a question cannot be answered here', async () => {
    renderRecording(waiting(), panel, { readOnly: true });
    expect(await screen.findByText(/Somebody who may give commands has to answer it/)).toBeInTheDocument();
  });

  it('forks nothing, from a checkpoint or from the past', async () => {
    const history = <CheckpointHistory runId={REPLAY_RUN} />;
    const bar = <ReplayBar runId={REPLAY_RUN} onFork={() => undefined} />;
    for (const readOnly of [false, true]) {
      const { monitor, unmount } = renderRecording(
        checkpointed(),
        <>
          {history}
          {bar}
        </>,
        { readOnly },
      );
      act(() => monitor.seek(20));
      const [first] = within(screen.getByRole('region', { name: /Checkpoints/ })).getAllByRole('option');
      act(() => first?.click());
      expect(screen.queryAllByRole('button', { name: /fork/i })).toHaveLength(readOnly ? 0 : 2);
      unmount();
    }
  });

  it('takes no alert on from a notice', async () => {
    const { container } = renderRecording(busyFleet(), <Toasts />, { readOnly: true });
    expect(within(container).queryByRole('button', { name: /Acknowledge/ })).toBeNull();
  });

  it('finds no command to start a run, and decisions to look at', async () => {
    const user = userEvent.setup();
    const recording = waiting();
    const clock = createSimulatedClock(recording.now);
    const monitor = createFakeMonitor(recording.events, { clock });
    render(<FleetDashboard monitor={monitor} clock={clock} locale="en" view={{ page: 'alerts' }} readOnly />);
    expect(await screen.findByText('Waiting for a decision')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /^Decide/ })).toBeNull();
    expect(screen.getByRole('button', { name: /^Show: / })).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: /^Search/ }));
    const box = await screen.findByRole('combobox');
    await user.type(box, 'new run');
    expect(screen.queryByRole('option', { name: /New run/ })).toBeNull();
  });
});
