import { act, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import type { FleetEvent } from '@fleetglass/core/protocol';
import { OrchestratorMonitoringPanel } from '@fleetglass/react';
import type { View } from '@fleetglass/react';
import {
  cancelled,
  completed,
  empty,
  failed,
  HOSTILE_RUN,
  hostile,
  huge,
  normal,
  overBudget,
  partlyPriced,
  REVIEW_RUN,
  unpriced,
  waiting,
} from './fixtures/runs.js';
import { renderRecording } from './render-panel.js';

const panel = <OrchestratorMonitoringPanel />;
const region = (name: string) => within(screen.getByRole('region', { name }));
const user = userEvent.setup();
/** Value and note of a figure in the header. */
const stat = (name: string) => screen.getByText(name, { selector: 'dt' }).parentElement;

describe('a running run', () => {
  it('shows its figures, and that cost is simulated', () => {
    renderRecording(normal(), panel);
    expect(screen.getByRole('heading', { level: 2 })).toHaveTextContent('Repository review');
    expect(stat('Cost')).toHaveTextContent('Cost$0.080simulated');
    expect(stat('Elapsed')).toHaveTextContent('35s');
    expect(stat('Tasks')).toHaveTextContent('10 of 26');
    expect(region('Burn rate').getByText('simulated')).toBeInTheDocument();
  });

  it('counts time on with the shared clock', async () => {
    const { advance } = renderRecording(normal(), panel);
    await advance(60_000);
    expect(stat('Elapsed')).toHaveTextContent('1m 35s');
  });

  it("takes the time from the log when the viewer's clock is wrong", async () => {
    const { monitor, clock, advance } = renderRecording(normal(), panel);
    act(() => monitor.set({ connection: { phase: 'open', since: 0, attempt: 0, skewMs: 3_600_000 } }));
    await advance(1_000);
    expect(stat('Elapsed')).toHaveTextContent('1h 00m');
    act(() =>
      monitor.set({ connection: { phase: 'open', since: clock.now(), attempt: 0, skewMs: -7_200_000 } }),
    );
    await advance(1_000);
    // Never before the last event, so never negative either.
    expect(stat('Elapsed')).toHaveTextContent('35s');
  });

  it('has a meter that says what is spent, reserved and left', () => {
    renderRecording(normal(), panel);
    const meter = screen.getByRole('meter', { name: 'Budget of This run' });
    expect(meter).toHaveAttribute('aria-valuenow', '16');
    expect(meter).toHaveAccessibleName('Budget of This run');
    expect(meter.getAttribute('aria-valuetext')).toMatch(/16% used: \$0\.080 of \$0\.50, \$0\.024 reserved/);
    expect(region('Budget').getByText('$0.420 left')).toBeInTheDocument();
  });

  it('names every agent with its status in words', () => {
    renderRecording(normal(), panel);
    const row = region('Agents').getByRole('row', { name: /REVIEWER/ });
    expect(within(row).getByText('Active')).toBeInTheDocument();
    expect(within(row).getByText('1 failed', { exact: false })).toBeInTheDocument();
  });
});

describe('cost that is not fully known', () => {
  it('is a lower bound beside calls without a price', () => {
    renderRecording(partlyPriced(), panel);
    expect(stat('Cost')?.textContent).toMatch(/^Cost≥ \$0\.\d+list prices, \d calls without a known price$/);
    expect(region('Budget').getByText('Calls of unknown cost are not counted')).toBeInTheDocument();
    expect(region('Budget').getByText(/^≤ \$/)).toBeInTheDocument();
    expect(region('Burn rate').getByText(/^≥ \$[\d.]+$/)).toBeInTheDocument();
  });

  it('is unknown for calls that were cut off, and says so', () => {
    renderRecording(cancelled(), panel);
    expect(stat('Cost')?.textContent).toMatch(/, \d calls cut off, cost unknown$/);
  });

  it('is a dash with the reason where no call has one, never $0.00', () => {
    renderRecording(unpriced(), panel);
    expect(stat('Cost')?.textContent).toMatch(/^Cost—\d+ calls without a known price$/);
    expect(region('Burn rate').getByText('no call has a known cost')).toBeInTheDocument();
    expect(document.body).not.toHaveTextContent('$0.00');
  });
});

describe('commands', () => {
  it('pauses, and says what became of it and when', async () => {
    const { monitor } = renderRecording(normal(), panel);
    await user.click(screen.getByRole('button', { name: 'Pause' }));
    expect(monitor.commands).toEqual([{ type: 'pause', runId: REVIEW_RUN }]);
    expect(await screen.findByText('Pause accepted at 09:30:36.')).toBeInTheDocument();
  });

  it('tells a refusal in words', async () => {
    const { monitor } = renderRecording(normal(), panel);
    monitor.answer({ ok: false, error: { code: 'RUN_ENDED', message: 'The run is over.' } });
    await user.click(screen.getByRole('button', { name: 'Pause' }));
    expect(await screen.findByText('Pause refused at 09:30:36: The run is over.')).toHaveAttribute(
      'role',
      'status',
    );
  });

  it('cancels only after a confirmation in place', async () => {
    const { monitor } = renderRecording(normal(), panel);
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(monitor.commands).toEqual([]);
    expect(screen.getByRole('button', { name: 'Keep it running' })).toHaveFocus();
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('button', { name: 'Yes, cancel it' })).not.toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    await user.click(screen.getByRole('button', { name: 'Yes, cancel it' }));
    expect(monitor.commands).toEqual([{ type: 'cancel', runId: REVIEW_RUN }]);
  });

  it('starts a finished run again and shows the new one', async () => {
    const onViewChange = vi.fn<(view: View) => void>();
    const { monitor } = renderRecording(
      completed(),
      <OrchestratorMonitoringPanel onViewChange={onViewChange} />,
    );
    monitor.answer({ ok: true, result: { runId: 'run-2' } });
    await user.click(screen.getByRole('button', { name: 'Run again' }));
    expect(monitor.commands).toEqual([{ type: 'start', name: 'Repository review', input: { dir: '.' } }]);
    expect(onViewChange).toHaveBeenCalledWith({ runId: 'run-2' });
    expect(await screen.findByText('Run run-2 is not in this log')).toBeInTheDocument();
  });

  it('starts again with an input that is stored apart, and not at all without it', async () => {
    const input = {
      kind: 'blob' as const,
      ref: 'large',
      bytes: 9,
      mediaType: 'application/json',
      preview: '',
    };
    const recording = completed();
    const events = recording.events.map((event) =>
      event.type === 'run.created' ? { ...event, data: { ...(event.data as object), input } } : event,
    );
    const { monitor } = renderRecording({ ...recording, events }, panel);
    await user.click(screen.getByRole('button', { name: 'Run again' }));
    expect(await screen.findByText('It was not started: its input is no longer stored.')).toBeInTheDocument();
    expect(monitor.commands).toEqual([]);
    const bytes = new TextEncoder().encode('{"dir":"/"}');
    vi.spyOn(monitor, 'blob').mockResolvedValue({ bytes, mediaType: 'application/json' });
    monitor.answer({ ok: true, result: { runId: 'run-2' } });
    await user.click(screen.getByRole('button', { name: 'Run again' }));
    await vi.waitFor(() =>
      expect(monitor.commands).toEqual([{ type: 'start', name: 'Repository review', input: { dir: '/' } }]),
    );
    expect(screen.queryByText(/no longer stored/)).toBeNull();
  });

  it('cannot be sent while the past is shown', () => {
    const { monitor } = renderRecording(normal(), panel);
    act(() => monitor.seek(100));
    expect(screen.queryByRole('button', { name: 'Pause' })).not.toBeInTheDocument();
    expect(screen.getByText(/You are looking at the past/)).toBeInTheDocument();
  });
});

describe('why a run does not go on', () => {
  it('offers the answers of a decision', async () => {
    const { monitor } = renderRecording(waiting(), panel);
    expect(screen.getByText('A person has to decide.')).toBeInTheDocument();
    const card = screen.getByRole('region', { name: 'Decision needed: Review 24 files for about $0.40?' });
    await user.click(within(card).getByRole('button', { name: 'Approve' }));
    expect(monitor.commands).toEqual([
      { type: 'decide', runId: REVIEW_RUN, approvalId: 'approve-plan', decision: 'approve' },
    ]);
  });

  it('offers a higher limit when the budget is used up', async () => {
    const { monitor } = renderRecording(overBudget(), panel);
    expect(screen.getByText('Paused because the budget is used up.')).toBeInTheDocument();
    expect(screen.getByText('Limit reached at 09:30:28')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Raise the limit to $0.09 and resume' }));
    expect(monitor.commands).toEqual([
      { type: 'setBudget', runId: REVIEW_RUN, budgetId: 'run', limit: 90_000_000 },
      { type: 'resume', runId: REVIEW_RUN },
    ]);
  });

  it('does not resume what a refused limit would stop again', async () => {
    const { monitor } = renderRecording(overBudget(), panel);
    monitor.answer({ ok: false, error: { code: 'FORBIDDEN', message: 'Not you.' } });
    await user.click(screen.getByRole('button', { name: /^Raise the limit/ }));
    expect(await screen.findByText(/^New limit refused/)).toBeInTheDocument();
    expect(monitor.commands.map(({ type }) => type)).toEqual(['setBudget']);
  });

  it('says that a run with a raised limit still waits to be resumed', async () => {
    const { monitor } = renderRecording(overBudget(), panel);
    const { seq, state } = monitor.getSnapshot();
    const data = { budgetId: 'run', limit: 90_000_000 };
    act(() =>
      monitor.append([
        { v: 1, seq: seq + 1, time: state.time, type: 'budget.raised', runId: REVIEW_RUN, data },
      ]),
    );
    const why = screen.getByText('Still paused: the limit was raised.').closest<HTMLElement>('.fg-why');
    expect(within(why!).queryByText(/budget is used up/)).not.toBeInTheDocument();
    await user.click(within(why!).getByRole('button', { name: 'Resume' }));
    expect(monitor.commands).toEqual([{ type: 'resume', runId: REVIEW_RUN }]);
  });

  it('gives the error of a failed run and the person who cancelled one', () => {
    renderRecording(failed(), panel);
    expect(screen.getByText(/Code TASK_FAILED/)).toHaveTextContent('Since 09:30:31');
    renderRecording(cancelled(), panel);
    expect(screen.getByText(/by Ana Lucía/, { selector: '.fg-why-more' })).toBeInTheDocument();
  });
});

describe('replay', () => {
  const slider = () => screen.getByRole('slider', { name: 'Moment shown' });

  it('sets every part to the moment and back to live', async () => {
    const { monitor, advance } = renderRecording(normal(), panel);
    fireEvent.change(slider(), { target: { value: '60' } });
    await advance(500);
    expect(monitor.getSnapshot()).toMatchObject({ mode: 'replay', seq: 60 });
    expect(screen.getAllByText('Replaying')).not.toHaveLength(0);
    expect(stat('Cost')).not.toHaveTextContent('$0.080');
    expect(slider()).toHaveAttribute(
      'aria-valuetext',
      expect.stringMatching(/^Event 60 of 191, 09:30:\d\d$/),
    );
    await user.click(screen.getByRole('button', { name: 'Back to live' }));
    await advance(500);
    expect(stat('Cost')).toHaveTextContent('$0.080');
  });

  it('moves by events with the keyboard', async () => {
    const { monitor } = renderRecording(normal(), panel);
    fireEvent.keyDown(slider(), { key: 'ArrowLeft' });
    expect(monitor.getSnapshot().seq).toBe(190);
    fireEvent.keyDown(slider(), { key: 'PageDown' });
    expect(monitor.getSnapshot().seq).toBe(171);
    fireEvent.keyDown(slider(), { key: 'ArrowRight' });
    expect(monitor.getSnapshot().seq).toBe(172);
  });

  it('reaches over the events of the run only, in a log that holds others', async () => {
    const { events, ...rest } = normal();
    const other = (seq: number): FleetEvent => ({
      v: 1,
      seq,
      time: events[0]?.time ?? 0,
      type: 'run.created',
      runId: `other-${seq}`,
      data: { name: 'other' },
    });
    const moved = events.map((event) => ({ ...event, seq: event.seq + 1_000 }));
    const recording = { ...rest, events: [other(1), ...moved, other(5_000)] };
    const { monitor, advance } = renderRecording(
      recording,
      <OrchestratorMonitoringPanel runId={REVIEW_RUN} />,
    );
    expect(slider()).toHaveAttribute('min', '1001');
    expect(slider()).toHaveAttribute('max', '1191');
    expect(screen.getByText('191 of 191')).toBeInTheDocument();
    fireEvent.keyDown(slider(), { key: 'ArrowLeft' });
    expect(monitor.getSnapshot()).toMatchObject({ mode: 'replay', seq: 1_190 });
    await advance(500);
    expect(screen.getByText('190 of 191')).toBeInTheDocument();
    fireEvent.keyDown(slider(), { key: 'ArrowRight' });
    expect(monitor.getSnapshot().mode).toBe('live');
  });

  it('says that a moment is being fetched', async () => {
    const { monitor, advance } = renderRecording(normal(), panel);
    act(() => monitor.set({ mode: 'replay', seq: 20, seeking: true }));
    await advance(500);
    expect(screen.getByText('Seeking …')).toHaveAttribute('role', 'status');
  });

  it('stands still in the past while events keep arriving', async () => {
    const { monitor, advance } = renderRecording(normal(), panel);
    act(() => monitor.seek(100));
    const before = stat('Elapsed')?.textContent;
    await advance(30_000);
    expect(stat('Elapsed')?.textContent).toBe(before);
  });
});

describe('the view', () => {
  it('is controlled by the host, which can link to a moment', async () => {
    const views: View[] = [];
    function Host() {
      const [view, setView] = useState<View>({ runId: REVIEW_RUN, seq: 80 });
      const change = (next: View) => {
        views.push(next);
        setView(next);
      };
      return <OrchestratorMonitoringPanel view={view} onViewChange={change} />;
    }
    const { monitor } = renderRecording(normal(), <Host />);
    expect(monitor.getSnapshot()).toMatchObject({ mode: 'replay', seq: 80 });
    await user.click(within(screen.getByRole('grid', { name: 'Agents' })).getByText('ANALYST'));
    expect(views.at(-1)).toEqual({ runId: REVIEW_RUN, seq: 80, selected: { kind: 'agent', id: 'ANALYST' } });
    await user.click(screen.getByRole('button', { name: 'Back to live' }));
    expect(views.at(-1)).toEqual({ runId: REVIEW_RUN, selected: { kind: 'agent', id: 'ANALYST' } });
    expect(monitor.getSnapshot().mode).toBe('live');
  });
});

describe('the state of the data, in words', () => {
  it('tells when the connection is lost and what that means for the figures', async () => {
    const { monitor, clock } = renderRecording(normal(), panel);
    const at = clock.now();
    act(() =>
      monitor.set({
        connection: { phase: 'reconnecting', since: at - 5000, attempt: 2, retryAt: at + 3000 },
      }),
    );
    const banner = screen.getByRole('status', { name: 'Connection' });
    expect(banner).toHaveTextContent('Connection lost at 09:30:31. Reconnecting, attempt 2.');
    expect(banner).toHaveTextContent('Everything below is as of 09:30:35.');
  });

  it('tells when the view began anew and when events were dropped', async () => {
    const { monitor, clock } = renderRecording(normal(), panel);
    act(() => monitor.set({ restarted: { reason: 'too-old', at: clock.now() } }));
    expect(screen.getByText(/lost for longer than the log reaches back/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(screen.queryByText(/lost for longer/)).not.toBeInTheDocument();
    const { seq, state } = monitor.getSnapshot();
    const data = { counts: { 'message.delta': 7 }, reason: 'overflow' };
    act(() => monitor.append([{ v: 1, seq: seq + 1, time: state.time, type: 'system.dropped', data }]));
    expect(screen.getByText(/^7 minor events/)).toBeInTheDocument();
  });

  it('loads, is empty, or does not know the run', () => {
    const { monitor } = renderRecording(empty(), <OrchestratorMonitoringPanel />);
    expect(screen.getByRole('status', { name: 'Loading the run …' })).toBeInTheDocument();
    act(() => monitor.set({ ready: true }));
    expect(screen.getByText('No run yet')).toBeInTheDocument();
    renderRecording(normal(), <OrchestratorMonitoringPanel runId="nowhere" />);
    expect(screen.getByText('Run nowhere is not in this log')).toBeInTheDocument();
  });

  it('says that the oldest entries were forgotten', () => {
    renderRecording(huge(), panel);
    expect(screen.getByText('Showing the last 200. Earlier ones are in the log.')).toBeInTheDocument();
  });
});

it('[SEC-13] shows hostile text as text, without what would reverse it', () => {
  const { container } = renderRecording(hostile(), <OrchestratorMonitoringPanel runId={HOSTILE_RUN} />);
  expect(screen.getByRole('heading', { level: 2 })).toHaveTextContent('<img src=x onerror="alert(1)">');
  expect(container.querySelector('img, script')).toBeNull();
  expect(container.textContent).not.toContain('\u202E');
});

it('keeps the other parts when one fails', () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const onPartError = vi.fn();
  const labels = {
    burnRate: {
      line: () => {
        throw new Error('broken');
      },
    },
  };
  renderRecording(normal(), <OrchestratorMonitoringPanel onPartError={onPartError} />, { labels });
  expect(screen.getByRole('alert')).toHaveTextContent('This part could not be shown');
  expect(screen.getByRole('meter')).toBeInTheDocument();
  expect(onPartError).toHaveBeenCalledOnce();
  vi.restoreAllMocks();
});

it('speaks another language where it is given one', () => {
  renderRecording(normal(), panel, {
    labels: { status: { work: { running: 'Läuft' } as never } },
    locale: 'de',
  });
  expect(screen.getByText('Läuft')).toBeInTheDocument();
  expect(stat('Cost')).toHaveTextContent(/0,080\s\$/);
});
