import type { FleetEvent } from '@fleetglass/core/protocol';
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { Toasts } from '@fleetglass/react';
import type { ToastsProps } from '@fleetglass/react';
import { busyFleet, STUCK_RUN } from './fixtures/busy-fleet.js';
import { renderRecording } from './render-panel.js';

const recording = busyFleet();
const user = userEvent.setup();

function show(props: ToastsProps = {}) {
  const rendered = renderRecording(
    recording,
    <>
      <button type="button">before</button>
      <Toasts {...props} />
    </>,
  );
  let seq = recording.events.length;
  const event = (type: string, data: FleetEvent['data']): FleetEvent => {
    seq += 1;
    return { v: 1, seq, time: recording.now, type, runId: STUCK_RUN, data };
  };
  return {
    ...rendered,
    happen: (...events: readonly FleetEvent[]) => act(() => rendered.monitor.append(events)),
    alert: (alertId: string, severity = 'warning') =>
      event('alert.raised', { alertId, rule: 'x', severity, message: `Alert ${alertId}` }),
    event,
  };
}

const region = () => within(screen.getByRole('region', { name: 'Notifications' }));
const toasts = () => region().queryAllByText(/^Alert \w+$|Go on\?|Run /, { selector: '.fg-toast-text' });
const texts = () => toasts().map(({ textContent }) => textContent);

it('says nothing of what was there at first', async () => {
  const { advance } = show();
  await advance(60_000);
  expect(region().queryByRole('listitem')).toBeNull();
});

it('shows them one at a time, three at most, and counts the others', async () => {
  const { happen, alert, advance } = show();
  happen(...['a', 'b', 'c', 'd', 'e'].map((id) => alert(id, 'critical')));
  expect(texts()).toEqual(['Critical Alert a']);
  await advance(500);
  expect(toasts()).toHaveLength(2);
  await advance(2_000);
  expect(texts()).toEqual(['Critical Alert a', 'Critical Alert b', 'Critical Alert c']);
  expect(region().getByText('and 2 more')).toBeInTheDocument();
  await user.click(region().getByRole('button', { name: 'Dismiss: Alert b' }));
  expect(texts()).toEqual(['Critical Alert a', 'Critical Alert c', 'Critical Alert d']);
  await user.click(region().getByRole('button', { name: 'Dismiss all' }));
  expect(toasts()).toHaveLength(0);
});

it('lets what needs nobody leave, but not while it is looked at, and keeps questions', async () => {
  const { happen, alert, event, advance, monitor } = show();
  happen(alert('a'), event('approval.requested', { approvalId: 'q', title: 'Go on?' }));
  await advance(1_000);
  expect(texts()).toEqual(['Warning Alert a', 'Decision needed Go on?']);
  await user.hover(screen.getByRole('region', { name: 'Notifications' }));
  await advance(60_000);
  expect(toasts()).toHaveLength(2);
  await user.unhover(screen.getByRole('region', { name: 'Notifications' }));
  await advance(9_000);
  expect(texts()).toEqual(['Decision needed Go on?']);
  happen(event('approval.decided', { approvalId: 'q', decision: 'approve' }));
  expect(toasts()).toHaveLength(0);
  expect(monitor.getSnapshot().live.approvals.get(`${STUCK_RUN}/q`)?.status).toBe('decided');
});

it('is dismissed by Escape, and gives the focus on and back', async () => {
  const { happen, alert, advance } = show();
  happen(alert('a', 'critical'), alert('b', 'critical'));
  await advance(1_000);
  act(() => screen.getByRole('button', { name: 'before' }).focus());
  await user.tab();
  expect(region().getByRole('button', { name: 'Acknowledge: Alert a' })).toHaveFocus();
  await user.keyboard('{Escape}');
  expect(region().getByRole('button', { name: 'Dismiss: Alert b' })).toHaveFocus();
  await user.keyboard('{Escape}');
  expect(screen.getByRole('button', { name: 'before' })).toHaveFocus();
});

it('takes an alert on, leaves when it is, and says why not when it is refused', async () => {
  const { happen, alert, event, advance, monitor } = show();
  happen(alert('a', 'critical'), alert('b', 'critical'));
  await advance(1_000);
  monitor.answer({ ok: false, error: { code: 'FORBIDDEN', message: 'Only to look.' } });
  await user.click(region().getByRole('button', { name: 'Acknowledge: Alert a' }));
  expect(region().getByText(/refused at .*: Only to look\.$/)).toBeInTheDocument();
  monitor.answer({ ok: true });
  await user.click(region().getByRole('button', { name: 'Acknowledge: Alert a' }));
  expect(monitor.commands.at(-1)).toEqual({ type: 'acknowledge', runId: STUCK_RUN, alertId: 'a' });
  happen(event('alert.acknowledged', { alertId: 'a' }));
  await waitFor(() => expect(region().getByRole('button', { name: 'Dismiss: Alert b' })).toHaveFocus());
  expect(texts()).toEqual(['Critical Alert b']);
  act(() => monitor.seek(1));
  expect(region().queryByRole('button', { name: /^Acknowledge/ })).toBeNull();
});

it('tells those who hear, once in a while, and opens what it is about', async () => {
  const onOpen = vi.fn();
  const { happen, alert, event, advance } = show({ onOpen });
  happen(alert('a'), event('run.failed', { error: { code: 'X', message: 'x' } }));
  await advance(5_000);
  expect(region().getByRole('status')).toHaveTextContent('Warning: Alert a. Run failed: ');
  await user.click(region().getByRole('button', { name: 'Open: Alert a' }));
  expect(onOpen).toHaveBeenCalledWith(expect.objectContaining({ kind: 'alert' }));
  expect(texts()).not.toContain('Warning Alert a');
});

it('shows only what is wanted', async () => {
  const wants: ToastsProps['wants'] = ({ kind }) => kind === 'runEnd';
  const { happen, alert, event, advance } = show({ wants });
  happen(alert('a'), event('run.completed', {}));
  await advance(1_000);
  expect(region().getAllByRole('listitem')).toHaveLength(1);
});
