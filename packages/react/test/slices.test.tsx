import type { FleetEvent } from '@fleetglass/core/protocol';
import { createSimulatedClock } from '@fleetglass/core/testing';
import { act, render } from '@testing-library/react';
import fc from 'fast-check';
import { StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, it, vi } from 'vitest';
import {
  AlertsPanel,
  ApprovalCard,
  BudgetMeter,
  ConnectionStatus,
  CostBurnRate,
  CostTicker,
  FleetOverview,
  McpServers,
  MonitorProvider,
  SystemHealth,
  Toasts,
  useAgentIds,
  useAlertKeys,
  useAlerts,
  useApprovals,
  useBudgets,
  useCost,
  useCostSince,
  useDropped,
  useFleetCounts,
  useMcpServers,
  useMonitorSelector,
  useNeeds,
  useSystemHealth,
  useUsage,
} from '@fleetglass/react';
import { createFakeMonitor } from './fake-monitor.js';
import { ASKING_RUN, busyFleet, STUCK_RUN } from './fixtures/busy-fleet.js';
import { renderRecording } from './render-panel.js';

const recording = busyFleet();
let seq = recording.events.length;
const event = (type: string, data: FleetEvent['data'], scope: Partial<FleetEvent> = {}): FleetEvent => {
  seq += 1;
  return { v: 1, seq, time: recording.now, type, runId: STUCK_RUN, ...scope, data };
};

/** What changes a slice, by the hook that shows it. */
const hooks: { readonly [name: string]: readonly [use: () => unknown, change: () => readonly FleetEvent[]] } =
  {
    useAlerts: [() => useAlerts(), () => [event('alert.acknowledged', { alertId: 'alert-13' })]],
    useAlertKeys: [
      () => useAlertKeys({ status: 'open' }),
      () => [event('alert.raised', { alertId: 'new', rule: 'x', severity: 'info', message: 'm' })],
    ],
    useApprovals: [
      () => useApprovals(),
      () => [event('approval.requested', { approvalId: 'new', title: 't' })],
    ],
    useBudgets: [
      () => useBudgets(),
      () => [event('budget.raised', { budgetId: 'fleet:day', limit: 9e9 }, { runId: undefined } as never)],
    ],
    useUsage: [() => useUsage(), () => spend()],
    useCost: [() => useCost(STUCK_RUN), () => spend()],
    useCostSince: [() => useCostSince(0), () => spend()],
    useFleetCounts: [() => useFleetCounts(), () => [event('run.paused', { reason: 'command' })]],
    useNeeds: [() => useNeeds(), () => [event('run.failed', { error: { code: 'X', message: 'x' } })]],
    useDropped: [
      () => useDropped(),
      () => [event('system.dropped', { counts: { 'log.written': 3 }, reason: 'queue-full' })],
    ],
    useSystemHealth: [
      () => useSystemHealth(),
      () => [event('system.health', { component: 'new', status: 'ok' })],
    ],
    useMcpServers: [() => useMcpServers(), () => [event('system.mcp', { server: 'new', status: 'failed' })]],
  };

function spend(): readonly FleetEvent[] {
  const scope = { agentId: 'CODER', spanId: `more-${seq}` };
  return [
    event('span.started', { kind: 'model', name: 'm' }, scope),
    event(
      'span.ended',
      { status: 'ok', usage: { inputTokens: 10, outputTokens: 1 }, cost: { nanoUsd: 1e6, basis: 'list' } },
      scope,
    ),
  ];
}

describe.each(Object.entries(hooks))('%s', (_, [use, change]) => {
  it('renders again when its slice changes, and not for what it does not show', async () => {
    seq = recording.events.length;
    const drawn = vi.fn();
    function Probe() {
      drawn(use());
      return null;
    }
    const { monitor, advance } = renderRecording(recording, <Probe />);
    await advance(2_000);
    drawn.mockClear();
    const strange = { agentId: 'CODER', taskId: 'strange' };
    act(() =>
      monitor.append([event('log.written', { message: 'x' }), event('task.created', { name: 't' }, strange)]),
    );
    await advance(900);
    expect(drawn.mock.calls.length).toBe(0);
    act(() => monitor.append(change()));
    await advance(900);
    expect(drawn).toHaveBeenCalled();
    expect(drawn.mock.calls.length).toBeLessThanOrEqual(2);
  });
});

it('shows the last value of every kind of figure, whatever comes when', async () => {
  const cadence = { cost: 250, progress: 100, agents: 500, agentList: 1000 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(400), fc.boolean()), { minLength: 1, maxLength: 12 }),
      async (steps) => {
        seq = recording.events.length;
        const shown: { [name: string]: unknown } = {};
        const head = ({ state }: { readonly state: { readonly seq: number } }) => state.seq;
        function Probe() {
          for (const [name, periodMs] of Object.entries(cadence)) {
            // eslint-disable-next-line react-hooks/rules-of-hooks -- the same hooks each time
            shown[name] = useMonitorSelector(head, { periodMs });
          }
          shown['ids'] = useAgentIds(ASKING_RUN).length;
          return null;
        }
        const { monitor, advance, unmount } = renderRecording(recording, <Probe />, { cadence });
        const before = shown['ids'] as number;
        let joined = 0;
        for (const [ms, isAgent] of steps) {
          joined += isAgent ? 1 : 0;
          const more = isAgent
            ? event('agent.joined', { name: 'N' }, { runId: ASKING_RUN, agentId: `N${joined}` })
            : event('log.written', { message: 'x' });
          act(() => monitor.append([more]));
          await advance(ms);
        }
        await advance(1_000);
        for (const name of Object.keys(cadence)) expect(shown[name]).toBe(seq);
        expect(shown['ids']).toBe(before + joined);
        unmount();
      },
    ),
    { numRuns: 15 },
  );
});

const everything = (
  <>
    <FleetOverview />
    <CostTicker />
    <CostBurnRate />
    <BudgetMeter />
    <AlertsPanel />
    <ApprovalCard runId={ASKING_RUN} approvalId="deploy" />
    <ConnectionStatus />
    <SystemHealth />
    <McpServers />
    <Toasts />
  </>
);

it('is drawn on a server, where there is neither window nor document', () => {
  const clock = createSimulatedClock(recording.now);
  const monitor = createFakeMonitor(recording.events, { clock });
  vi.stubGlobal('window', undefined);
  vi.stubGlobal('document', undefined);
  try {
    const html = renderToString(
      <MonitorProvider
        monitor={monitor}
        clock={clock}
        locale="en"
        timeZone="UTC"
        titleBadge
        onAlert={() => {}}
      >
        {everything}
      </MonitorProvider>,
    );
    expect(html).toContain('Needs a person');
    expect(html).toContain('Deploy the change of Flaky tests to staging?');
  } finally {
    vi.unstubAllGlobals();
  }
  expect(monitor.subscriptions.made).toBe(0);
});

it('leaves nothing behind under StrictMode', async () => {
  const clock = createSimulatedClock(recording.now);
  const monitor = createFakeMonitor(recording.events, { clock });
  const { unmount } = render(
    <StrictMode>
      <MonitorProvider monitor={monitor} clock={clock} locale="en" titleBadge onAlert={() => {}}>
        {everything}
      </MonitorProvider>
    </StrictMode>,
  );
  await act(() => clock.advance(1_000));
  unmount();
  await act(() => clock.advance(0));
  expect(monitor.subscriptions.active).toBe(0);
  expect(clock.pending).toBe(0);
});
