import type { AlertState } from '@fleetglass/core/client';
import type { Command, FleetEvent } from '@fleetglass/core/protocol';
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
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
  SystemHealth,
} from '@fleetglass/react';
import {
  ASKING_RUN,
  busyFleet,
  manyAlerts,
  PAUSED_RUN,
  settledApproval,
  STUCK_RUN,
} from './fixtures/busy-fleet.js';
import {
  askingBudget,
  empty,
  hostileDecisions,
  overBudget,
  publishing,
  REVIEW_RUN,
} from './fixtures/runs.js';
import { renderRecording } from './render-panel.js';

const user = userEvent.setup();
const figure = (name: string) => screen.getByText(name, { selector: 'dt' }).parentElement;

describe('the fleet at a glance', () => {
  it('says first what waits for a person, and leads there', async () => {
    const onOpenRun = vi.fn();
    renderRecording(busyFleet(), <FleetOverview onOpenRun={onOpenRun} />);
    const rows = screen.getAllByRole('listitem').map(({ textContent }) => textContent);
    expect(rows.map((text) => text?.match(/^(Decision needed|Paused at a limit|Stuck|Failed)/)?.[0])).toEqual(
      ['Decision needed', 'Paused at a limit', 'Stuck', 'Failed'],
    );
    const buttons = screen.getAllByRole('button', { name: /^Open / });
    for (const button of buttons.slice(0, 3)) await user.click(button);
    expect(onOpenRun.mock.calls.flat()).toEqual([ASKING_RUN, PAUSED_RUN, STUCK_RUN]);
  });

  it('tells money with its basis and as a lower bound, by the days of the reader', () => {
    renderRecording(busyFleet(), <FleetOverview />);
    expect(figure('Today')?.textContent).toMatch(/^Today\$\d\.\d\dlist prices$/);
    expect(figure('This month')?.textContent).toMatch(
      /^This month≥ \$\d\.\d\dlist prices, \d calls of unknown cost$/,
    );
    expect(figure('Burn rate')?.textContent).toMatch(/^Burn rate\$0\.\d+\/ min\$\d+\.\d\d \/ h$/);
    expect(screen.getByRole('meter', { name: 'Budget of This run' })).toBeInTheDocument();
  });

  it('filters by the counts, and takes a filter back', async () => {
    const onFilter = vi.fn();
    const { rerender, monitor, clock } = renderRecording(busyFleet(), <FleetOverview onFilter={onFilter} />);
    expect(monitor && clock && rerender).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Failed 2' }));
    expect(onFilter).toHaveBeenLastCalledWith('failed');
  });

  it('marks the filter that is on, and clears it', async () => {
    const onFilter = vi.fn();
    renderRecording(busyFleet(), <FleetOverview status="failed" onFilter={onFilter} />);
    const chip = screen.getByRole('button', { name: 'Failed 2' });
    expect(chip).toHaveAttribute('aria-pressed', 'true');
    await user.click(chip);
    expect(onFilter).toHaveBeenLastCalledWith(undefined);
  });

  it('is empty, and loading, in words', () => {
    const { monitor } = renderRecording(empty(), <FleetOverview />);
    expect(screen.getByRole('status', { name: 'Loading …' })).toBeInTheDocument();
    act(() => monitor.set({ ready: true }));
    expect(screen.getByText('No run yet')).toBeInTheDocument();
  });

  it('shows hostile text as text', () => {
    const { container } = renderRecording(hostileDecisions(), <FleetOverview />);
    expect(container.querySelector('img, script')).toBeNull();
    expect(screen.getAllByText(/<img src=x/)[0]).toBeInTheDocument();
  });
});

describe('the ticker', () => {
  it('says all of a fleet in one line, and of a run', () => {
    const { unmount } = renderRecording(busyFleet(), <CostTicker />);
    expect(screen.getByLabelText('Cost').textContent).toMatch(
      /^\$\d\.\d\d now\$\d\.\d\d today\$0\.\d+\/min\d+m \d\ds to the limit$/,
    );
    unmount();
    renderRecording(overBudget(), <CostTicker runId={REVIEW_RUN} />);
    expect(screen.getByLabelText('Cost').textContent).toMatch(/^\$0\.\d+ this run.*limit reachedsimulated$/);
  });
});

describe('a limit', () => {
  it('of the fleet counts its period and says where it is going', () => {
    renderRecording(busyFleet(), <BudgetMeter />);
    const meters = screen.getAllByRole('meter');
    expect(meters.map((meter) => meter.getAttribute('aria-label'))).toEqual([
      'Budget of Whole fleet',
      'Budget of Whole fleet',
      'Budget of Role coder, tokens',
    ]);
    expect(screen.getByText('per day (UTC)')).toBeInTheDocument();
    expect(screen.getAllByText(/^\$[\d.]+ – \$[\d.]+ expected by its end$/)[0]).toHaveAttribute(
      'title',
      expect.stringContaining('last hour'),
    );
  });

  it('is raised in place, and what paused at it goes on', async () => {
    const { monitor } = renderRecording(overBudget(), <BudgetMeter runId={REVIEW_RUN} />);
    await user.click(screen.getByRole('button', { name: 'Raise and continue …' }));
    const field = screen.getByRole('spinbutton', { name: 'New limit in USD' });
    await user.clear(field);
    await user.type(field, '0.5{Enter}');
    expect(monitor.commands).toEqual([
      { type: 'setBudget', budgetId: 'run', limit: 500_000_000, runId: REVIEW_RUN },
      { type: 'resume', runId: REVIEW_RUN },
    ]);
    expect(screen.getByRole('button', { name: 'Raise and continue …' })).toHaveFocus();
  });

  it('is left as it is by Escape, and a refusal is told', async () => {
    const { monitor } = renderRecording(overBudget(), <BudgetMeter runId={REVIEW_RUN} />);
    await user.click(screen.getByRole('button', { name: 'Raise and continue …' }));
    await user.type(screen.getByRole('spinbutton'), '{Escape}');
    expect(screen.queryByRole('spinbutton')).not.toBeInTheDocument();
    monitor.answer({ ok: false, error: { code: 'NOT_FOUND', message: 'No such budget.' } });
    await user.click(screen.getByRole('button', { name: 'Raise and continue …' }));
    await user.type(screen.getByRole('spinbutton'), '9{Enter}');
    expect(monitor.commands).toHaveLength(1);
    expect(await screen.findByText(/^New limit refused at .*: No such budget\.$/)).toBeInTheDocument();
  });

  it('has no second way beside a question, and none in the past', () => {
    const { monitor, unmount } = renderRecording(askingBudget(), <BudgetMeter runId={REVIEW_RUN} />);
    expect(screen.getByText('Answer the question to raise it')).toBeInTheDocument();
    unmount();
    const past = renderRecording(overBudget(), <BudgetMeter runId={REVIEW_RUN} />);
    act(() => past.monitor.seek(past.monitor.getSnapshot().head));
    expect(screen.queryByRole('button')).not.toBeInTheDocument();
    expect(monitor.commands).toEqual([]);
  });

  it('of all runs stands beside their burn rate', () => {
    renderRecording(busyFleet(), <CostBurnRate />);
    expect(screen.getByText('all runs, 1 min average')).toBeInTheDocument();
  });
});

describe('alerts', () => {
  const rows = () => screen.getAllByRole('listitem');

  it('say how bad, what, since when, of which run and agent', () => {
    renderRecording(busyFleet(), <AlertsPanel />);
    expect(rows()[0]).toHaveTextContent(
      /^Critical.*CODER has made no progress.*Stuck agent.*Login audit.*CODER.*since/,
    );
  });

  const acknowledge = () => within(rows()[0]!).getByRole('button', { name: /^Acknowledge/ });
  const answered = ({ runId, alertId }: AlertState, seq: number): FleetEvent => ({
    v: 1,
    seq: seq + 1,
    time: busyFleet().now,
    type: 'alert.acknowledged',
    ...(runId === undefined ? {} : { runId }),
    data: { alertId, by: { id: 'u', name: 'Ada' } },
  });

  it('are taken on by a command, once, and opened', async () => {
    const onOpen = vi.fn();
    const { monitor } = renderRecording(busyFleet(), <AlertsPanel onOpen={onOpen} />);
    const text = rows()[0]?.textContent;
    await user.dblClick(acknowledge());
    expect(monitor.commands).toEqual([
      { type: 'acknowledge', runId: ASKING_RUN, alertId: expect.any(String) as string },
    ]);
    const sent = monitor.commands[0] as AlertState & Command;
    act(() => monitor.append([answered(sent, monitor.getSnapshot().head)]));
    // The row goes down to those that were taken on, and the focus stays with it.
    expect(rows()[0]?.textContent).not.toBe(text);
    await waitFor(() => expect(document.activeElement).toHaveTextContent(/Acknowledged by Ada/));
    expect(text).toContain((document.activeElement as HTMLElement).querySelector('p')?.textContent);
    await user.click(within(rows()[0]!).getByRole('button', { name: /^Open/ }));
    expect(onOpen).toHaveBeenCalledTimes(1);
  });

  it('say why one could not be taken on', async () => {
    const { monitor } = renderRecording(busyFleet(), <AlertsPanel />);
    monitor.answer({ ok: false, error: { code: 'FORBIDDEN', message: 'Your token does not allow this.' } });
    await user.click(acknowledge());
    expect(within(rows()[0]!).getByRole('status')).toHaveTextContent(
      /^Acknowledgement refused at .*: Your token does not allow this\.$/,
    );
    await user.click(acknowledge());
    expect(monitor.commands).toHaveLength(2);
  });

  it('cannot be taken on in replay, nor in a recording', () => {
    const { monitor } = renderRecording(busyFleet(), <AlertsPanel />);
    const [stuck] = screen.getAllByRole('button', { name: /^Acknowledge/ });
    const { head } = monitor.getSnapshot();
    const created = { type: 'run.created', runId: ASKING_RUN, data: { name: 'Login audit', source: 'pi' } };
    act(() => monitor.append([{ v: 1, seq: head + 1, time: busyFleet().now, ...created }]));
    expect(stuck).not.toBeInTheDocument();
    expect(screen.getAllByRole('button', { name: /^Acknowledge/ })[0]).toBeVisible();
    act(() => monitor.seek(monitor.getSnapshot().head));
    expect(screen.queryByRole('button', { name: /^Acknowledge/ })).not.toBeInTheDocument();
  });

  it('say who took one on and when, from the log', async () => {
    renderRecording(busyFleet(), <AlertsPanel defaultStatus="acknowledged" />);
    expect((await screen.findAllByText(/^Acknowledged by Mara, \w+ \d+, 2026/))[0]).toBeInTheDocument();
  });

  it('are narrowed by severity, rule and status', async () => {
    renderRecording(busyFleet(), <AlertsPanel defaultStatus="all" />);
    const all = rows().length;
    await user.selectOptions(screen.getByRole('combobox', { name: 'Severity' }), 'warning');
    expect(rows().length).toBeLessThan(all);
    await user.selectOptions(screen.getByRole('combobox', { name: 'Rule' }), 'stuck-agent');
    expect(screen.getByText('No alert like this')).toBeInTheDocument();
  });

  it('are drawn only where they can be seen when there are many', () => {
    renderRecording(manyAlerts(), <AlertsPanel />);
    expect(rows().length).toBeLessThan(60);
    expect(rows()[0]).toHaveAttribute('aria-setsize', expect.stringMatching(/^2\d\d$/));
  });
});

describe('a decision alone', () => {
  const card = <ApprovalCard runId={REVIEW_RUN} approvalId="publish/approve" />;

  it('is answered with a note', async () => {
    const { monitor } = renderRecording(publishing(), card);
    await user.click(screen.getByRole('button', { name: 'Add a note' }));
    expect(screen.getByRole('textbox', { name: 'Note' })).toHaveFocus();
    await user.keyboard('Go.');
    await user.click(screen.getByRole('button', { name: 'Publish' }));
    expect(monitor.commands).toMatchObject([{ type: 'decide', decision: 'publish', note: 'Go.' }]);
  });

  it('keeps saying who decided and when', () => {
    renderRecording(settledApproval(), card);
    expect(screen.getByText('“Publish without notes” by Ana Lucía at 09:30:19')).toBeInTheDocument();
    expect(screen.getByText('The notes are for the next release.')).toBeInTheDocument();
    expect(screen.queryByRole('button')).not.toBeInTheDocument();
  });

  it('cannot be made in the past, and is none when the log has none', () => {
    const { monitor, unmount } = renderRecording(publishing(), card);
    act(() => monitor.seek(monitor.getSnapshot().head));
    expect(screen.queryByRole('button')).not.toBeInTheDocument();
    unmount();
    renderRecording(publishing(), <ApprovalCard runId="x" approvalId="y" />);
    expect(screen.getByText('This decision is not in the log.')).toBeInTheDocument();
  });
});

describe('the system', () => {
  it('tells what needs a look first, with what changed and what was dropped', async () => {
    renderRecording(busyFleet(), <SystemHealth />);
    const names = (await screen.findAllByText(/^(alerts|gateway|store)$/)).map(
      ({ textContent }) => textContent,
    );
    expect(names).toEqual(['alerts', 'gateway', 'store']);
    expect(screen.getByText('Down')).toBeInTheDocument();
    expect(screen.getByText('1 of 3 need a look')).toBeInTheDocument();
    expect(screen.getByText('2 changes')).toBeInTheDocument();
    expect(screen.getByText('message.delta').parentElement).toHaveTextContent('412');
  });

  it('lists servers, and says how to report one', async () => {
    const { unmount } = renderRecording(busyFleet(), <McpServers />);
    expect(await screen.findByText('The server refused the token.')).toBeInTheDocument();
    unmount();
    renderRecording(publishing(), <McpServers />);
    expect(await screen.findByText(/Report it with the event system\.mcp/)).toBeInTheDocument();
  });

  it('says of the connection what is known', () => {
    const { monitor, clock } = renderRecording(publishing(), <ConnectionStatus />);
    const since = clock.now() - 8_000;
    act(() =>
      monitor.set({
        connection: {
          phase: 'reconnecting',
          since,
          attempt: 3,
          retryAt: clock.now() + 4_000,
          skewMs: 61_000,
        },
        restarted: { reason: 'epoch', at: since },
      }),
    );
    expect(figure('Since')).toHaveTextContent(/8s ago$/);
    expect(figure('Attempts')).toHaveTextContent('3');
    expect(figure('Next try')).toHaveTextContent('in 4s');
    expect(figure('Clock of the server')).toHaveTextContent('1m 01s ahead of this machine');
    expect(figure('Began anew')).toHaveTextContent('the log was restarted');
  });
});
