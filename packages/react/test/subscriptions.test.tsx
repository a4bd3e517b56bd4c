import { agentKey } from '@fleetglass/core/client';
import type { MonitorSnapshot } from '@fleetglass/core/client';
import type { FleetEvent } from '@fleetglass/core/protocol';
import { act, render, screen } from '@testing-library/react';
import { createSimulatedClock } from '@fleetglass/core/testing';
import { Profiler, StrictMode } from 'react';
import { expect, it, vi } from 'vitest';
import {
  MonitorProvider,
  OrchestratorMonitoringPanel,
  useAgent,
  useAgentIds,
  useMonitorSelector,
  useOrchestratorMetrics,
  useRunPart,
} from '@fleetglass/react';
import { normal, REVIEW_RUN } from './fixtures/runs.js';
import { createFakeMonitor } from './fake-monitor.js';
import { renderRecording } from './render-panel.js';

const recording = normal();
const next = (
  type: string,
  scope: Partial<FleetEvent>,
  data: FleetEvent['data'],
  offset = 1,
): FleetEvent => ({
  v: 1,
  seq: recording.events.length + offset,
  time: recording.now,
  type,
  runId: REVIEW_RUN,
  ...scope,
  data,
});

function Agent({ id, drawn }: { readonly id: string; readonly drawn: (id: string) => void }) {
  const agent = useAgent(REVIEW_RUN, id);
  return (
    <Profiler id={id} onRender={drawn}>
      <span>{agent?.activity}</span>
    </Profiler>
  );
}

function Agents({ drawn }: { readonly drawn: (id: string) => void }) {
  const ids = useAgentIds(REVIEW_RUN);
  return (
    <Profiler id="list" onRender={(id, phase) => phase === 'mount' && drawn(id)}>
      {ids.map((id) => (
        <Agent key={id} id={id} drawn={drawn} />
      ))}
    </Profiler>
  );
}

it('draws only the component again whose slice changed', async () => {
  const drawn = vi.fn<(id: string) => void>();
  const { monitor, advance } = renderRecording(recording, <Agents drawn={drawn} />);
  drawn.mockClear();
  const scope = { agentId: 'ANALYST' };
  act(() => monitor.append([next('agent.status', scope, { status: 'active', activity: 'Once more' })]));
  await advance(1000);
  expect(screen.getByText('Once more')).toBeInTheDocument();
  expect(drawn.mock.calls.map(([id]) => id)).toEqual(['ANALYST']);
});

it('does not draw a part of a run for what it does not show', () => {
  const drawn = vi.fn();
  const selectName = ({ name }: { readonly name: string }) => ({ name });
  function Name() {
    drawn();
    return <b>{useRunPart(REVIEW_RUN, selectName)?.name}</b>;
  }
  const { monitor } = renderRecording(recording, <Name />);
  drawn.mockClear();
  act(() => monitor.append([next('log.written', {}, { level: 'error', message: 'x' })]));
  expect(monitor.getSnapshot().state.runs.get(REVIEW_RUN)?.feed.at(-1)?.detail).toBe('x');
  expect(drawn).not.toHaveBeenCalled();
});

it('holds figures back to their cadence and then shows the last value', async () => {
  const calls = ({ state }: MonitorSnapshot) => state.agents.get(agentKey(REVIEW_RUN, 'ANALYST'))?.activity;
  const options = { periodMs: 250 };
  const seen: unknown[] = [];
  function Activity() {
    seen.push(useMonitorSelector(calls, options));
    return null;
  }
  const { monitor, advance } = renderRecording(recording, <Activity />);
  for (const [index, activity] of ['a', 'b', 'c'].entries()) {
    const event = next('agent.status', { agentId: 'ANALYST' }, { status: 'active', activity }, index + 1);
    act(() => monitor.append([event]));
  }
  await advance(250);
  expect(seen.slice(1)).toEqual(['a', 'c']);
});

it('subscribes to the monitor exactly once, also under StrictMode', async () => {
  const clock = createSimulatedClock(recording.now);
  const monitor = createFakeMonitor(recording.events, { clock });
  const { unmount } = render(
    <StrictMode>
      <MonitorProvider monitor={monitor} clock={clock}>
        <OrchestratorMonitoringPanel />
      </MonitorProvider>
    </StrictMode>,
  );
  await act(() => clock.advance(0));
  expect(monitor.subscriptions).toEqual({ active: 1, made: 1 });
  unmount();
  await act(() => clock.advance(0));
  expect(monitor.subscriptions.active).toBe(0);
  expect(clock.pending).toBe(0);
});

it('gives the figures of a run in one object', () => {
  const seen: ReturnType<typeof useOrchestratorMetrics>[] = [];
  function Metrics() {
    seen.push(useOrchestratorMetrics(REVIEW_RUN));
    return null;
  }
  const { monitor } = renderRecording(recording, <Metrics />);
  const run = monitor.getSnapshot().state.runs.get(REVIEW_RUN);
  const metrics = seen.at(-1);
  expect(metrics).toMatchObject({
    status: 'running',
    totals: run?.totals,
    agentCounts: { completed: 2, active: 1 },
  });
  expect(metrics?.burn?.perMinute).toBeGreaterThan(0);
});

it('says what is missing outside a provider', () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  expect(() => render(<OrchestratorMonitoringPanel />)).toThrow(/MonitorProvider/);
  vi.restoreAllMocks();
});
