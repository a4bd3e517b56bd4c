import type { FleetEvent } from '@fleetglass/core/protocol';
import { act, render } from '@testing-library/react';
import { createSimulatedClock } from '@fleetglass/core/testing';
import { StrictMode } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MonitorProvider, useTitleBadge } from '@fleetglass/react';
import type { MonitorProviderProps } from '@fleetglass/react';
import { createFakeMonitor } from './fake-monitor.js';
import { fleet, fleetRunId } from './fixtures/fleet.js';

const recording = fleet({ runs: 6, days: 3 });
const RUN = fleetRunId(5);

afterEach(() => {
  document.title = '';
});

function show(props: Partial<MonitorProviderProps> = {}, options: { readonly ready?: boolean } = {}) {
  const clock = createSimulatedClock(recording.now);
  const monitor = createFakeMonitor(recording.events, { clock, ...options });
  const hooks = { onAlert: vi.fn(), onApproval: vi.fn(), onRunEnd: vi.fn() };
  const tree = (more: Partial<MonitorProviderProps> = {}) => (
    <StrictMode>
      <MonitorProvider monitor={monitor} clock={clock} {...hooks} {...props} {...more} />
    </StrictMode>
  );
  const result = render(tree());
  let seq = recording.events.length;
  const event = (
    type: string,
    data: FleetEvent['data'],
    scope: Partial<FleetEvent> = { runId: RUN },
  ): FleetEvent => {
    seq += 1;
    return { v: 1, seq, time: recording.now + seq, type, ...scope, data };
  };
  const happen = (...made: readonly FleetEvent[]) => act(() => monitor.append(made));
  return { ...result, ...hooks, monitor, clock, event, happen, tree };
}

const alert = { alertId: 'a', rule: 'cost-spike', severity: 'warning', message: 'Much.' };
const question = { approvalId: 'q', title: 'Go on?' };

describe('hooks of the host', () => {
  it('are told of each alert, approval and end once, under StrictMode too', () => {
    const { happen, event, onAlert, onApproval, onRunEnd } = show();
    happen(event('alert.raised', alert), event('approval.requested', question));
    happen(event('log.written', { message: 'x' }), event('alert.acknowledged', { alertId: 'a' }));
    happen(event('run.completed', {}));
    happen(event('log.written', { message: 'x' }));
    expect(onAlert.mock.calls).toEqual([[expect.objectContaining({ alertId: 'a', runId: RUN })]]);
    expect(onApproval.mock.calls).toEqual([[expect.objectContaining({ approvalId: 'q' })]]);
    expect(onRunEnd.mock.calls).toEqual([[expect.objectContaining({ id: RUN, status: 'completed' })]]);
  });

  it('are not told of what was there at first, also when that comes late', () => {
    const { monitor, onAlert, onApproval, onRunEnd } = show({}, { ready: false });
    act(() => monitor.set({ ready: true }));
    for (const hook of [onAlert, onApproval, onRunEnd]) expect(hook).not.toHaveBeenCalled();
  });

  it('hear of the present and not of what a replay passes', () => {
    const { monitor, happen, event, onAlert, onRunEnd } = show();
    act(() => monitor.seek(1));
    act(() => monitor.seek(recording.events.length));
    expect(onRunEnd).not.toHaveBeenCalled();
    happen(event('alert.raised', alert));
    expect(onAlert).toHaveBeenCalledTimes(1);
    act(() => monitor.goLive());
    expect(onAlert).toHaveBeenCalledTimes(1);
  });

  it('hear of what came while the connection was lost, but not of a log that began anew', () => {
    const { monitor, event, happen, onAlert } = show();
    act(() => monitor.set({ restarted: { reason: 'too-old', at: recording.now } }));
    happen(event('alert.raised', alert));
    expect(onAlert).toHaveBeenCalledTimes(1);
    act(() => {
      const { live } = monitor.getSnapshot();
      const other = createFakeMonitor(
        [...recording.events, event('alert.raised', { ...alert, alertId: 'b' })],
        {
          clock: createSimulatedClock(0),
        },
      ).getSnapshot();
      expect(other.live).not.toBe(live);
      monitor.set({ state: other.live, live: other.live, restarted: { reason: 'epoch', at: recording.now } });
    });
    expect(onAlert).toHaveBeenCalledTimes(1);
  });

  it('call the newest function, and one that throws keeps nobody from hearing', async () => {
    const thrown: unknown[] = [];
    const keep = (error: Error): void => void thrown.push(error.message);
    process.on('uncaughtException', keep);
    const onRunEnd = vi.fn();
    const { rerender, tree, happen, event } = show();
    const onAlert = vi.fn(() => {
      throw new Error('host');
    });
    rerender(tree({ onAlert, onRunEnd }));
    happen(event('alert.raised', alert), event('run.failed', { error: { code: 'X', message: 'x' } }));
    await act(async () => {});
    process.off('uncaughtException', keep);
    expect(onAlert).toHaveBeenCalledTimes(1);
    expect(onRunEnd).toHaveBeenCalledTimes(1);
  });

  it('keep no connection open that nobody wants', async () => {
    const { monitor, clock, unmount } = show({
      onAlert: undefined,
      onApproval: undefined,
      onRunEnd: undefined,
    });
    expect(monitor.subscriptions.active).toBe(0);
    unmount();
    const other = show();
    expect(other.monitor.subscriptions).toEqual({ active: 1, made: 1 });
    other.unmount();
    await act(() => clock.advance(0));
    expect(other.monitor.subscriptions.active).toBe(0);
  });
});

describe('the badge of the title', () => {
  it('counts approvals that wait, and goes with them', () => {
    document.title = 'Shop';
    const { happen, event, unmount } = show({ titleBadge: true });
    expect(document.title).toBe('Shop');
    happen(
      event('approval.requested', question),
      event('approval.requested', { ...question, approvalId: 'r' }),
    );
    expect(document.title).toBe('(2) Shop');
    happen(event('approval.decided', { approvalId: 'q', decision: 'approve' }));
    expect(document.title).toBe('(1) Shop');
    unmount();
    expect(document.title).toBe('Shop');
  });

  it('stays before a title that the host changes meanwhile', async () => {
    document.title = 'Shop';
    const { happen, event, unmount } = show({ titleBadge: true });
    happen(event('approval.requested', question));
    await act(async () => {
      document.title = 'Basket';
    });
    expect(document.title).toBe('(1) Basket');
    happen(event('run.cancelled', {}));
    expect(document.title).toBe('Basket');
    unmount();
  });

  it('is a hook too', () => {
    document.title = 'Shop';
    const Badge = () => {
      useTitleBadge();
      return null;
    };
    const { happen, event, unmount } = show({ children: <Badge /> });
    happen(event('approval.requested', question));
    expect(document.title).toBe('(1) Shop');
    unmount();
    expect(document.title).toBe('Shop');
  });
});
