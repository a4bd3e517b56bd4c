import { emptyState, NO_AMOUNT, reduce } from '@fleetglass/core/client';
import {
  Analytics,
  CostBreakdown,
  CostTrend,
  ModelUsage,
  PeakHours,
  TopCosts,
} from '@fleetglass/react/charts';
import type { AnalyticsRange } from '@fleetglass/react/charts';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { dayOfIso, daysOfRange, isoOfDay } from '../src/charts/range.js';
import { zoneOf } from '../src/charts/zone.js';
import { createFormat } from '../src/format/format.js';
import { fleet } from './fixtures/fleet.js';
import { renderRecording } from './render-panel.js';
import * as runs from './fixtures/runs.js';

const stateOf = ({ events }: ReturnType<typeof fleet>) => reduce(emptyState(), events);

const point = (time: number, nanoUsd: number) => ({
  time,
  cost: { nanoUsd, byBasis: { list: nanoUsd }, unknownCalls: 0 },
});

describe('range', () => {
  it('ends today, or where it is told, and never before it begins', () => {
    expect(daysOfRange({ days: 30 }, 100)).toEqual({ from: 71, to: 100 });
    expect(daysOfRange({ days: Number.NaN }, 100)).toEqual({ from: 100, to: 100 });
    expect(daysOfRange({ from: '1970-01-03', to: '1970-01-05' }, 9)).toEqual({ from: 2, to: 4 });
    expect(daysOfRange({ from: '1970-01-05', to: '1970-01-03' }, 9)).toEqual({ from: 2, to: 2 });
    expect(daysOfRange({ from: 'x', to: '1000000-99' }, 9)).toEqual({ from: 9, to: 9 });
    expect(isoOfDay(dayOfIso('2026-11-21') ?? 0)).toBe('2026-11-21');
  });
});

describe('zone', () => {
  it('follows a change of the clocks', () => {
    const { offsetAt, startOf } = zoneOf(createFormat('en', 'Europe/Berlin'));
    expect(offsetAt(Date.UTC(2026, 2, 29, 0, 59))).toBe(3_600_000);
    expect(offsetAt(Date.UTC(2026, 2, 29, 1, 0))).toBe(7_200_000);
    expect(startOf(Date.UTC(2026, 2, 29) / 86_400_000)).toBe(Date.UTC(2026, 2, 28, 23));
    expect(startOf(Date.UTC(2026, 2, 30) / 86_400_000)).toBe(Date.UTC(2026, 2, 29, 22));
    expect(offsetAt(Number.NaN)).toBe(0);
  });
});

describe('CostTrend', () => {
  it('draws any number of points, and has a table of all of them', async () => {
    const data = Array.from({ length: 5_000 }, (_, at) => point(at * 60_000, at % 7));
    renderRecording(runs.empty(), <CostTrend data={data} />);
    // Its loading is not what is tested.
    await import('../src/charts/drawings/TrendDrawing.js');
    const path = await waitFor(
      () => {
        const found = document.querySelector('.recharts-area-curve');
        expect(found).not.toBeNull();
        return found;
      },
      { timeout: 20_000 },
    );
    expect((path?.getAttribute('d') ?? '').split('L').length).toBeLessThanOrEqual(400);
    fireEvent.click(screen.getByRole('button', { name: 'Show as a table' }));
    const table = screen.getByRole('table');
    expect(table).toHaveAttribute('aria-rowcount', '5001');
    expect(within(table).getAllByRole('row').length).toBeLessThan(100);
  });

  it('says that an amount is a lower bound, and why', () => {
    renderRecording(runs.partlyPriced(), <CostTrend />);
    expect(screen.getByText(/^≥ \$/)).toBeInTheDocument();
    expect(screen.getByText(/no known price, so amounts with “≥” are lower bounds/)).toBeInTheDocument();
  });

  it('says what is simulated, and shows nothing as nothing', () => {
    const { unmount } = renderRecording(runs.normal(), <CostTrend />);
    expect(screen.getByText(/simulated: nobody was billed/)).toBeInTheDocument();
    unmount();
    renderRecording(runs.empty(), <CostTrend data={[]} />);
    expect(screen.getByText('Nothing in this period')).toBeInTheDocument();
  });
});

describe('CostBreakdown', () => {
  it('splits by what is chosen', () => {
    renderRecording(fleet(), <CostBreakdown range={{ days: 60 }} />);
    const items = () => within(screen.getByRole('list', { name: /^Where/ })).getAllByRole('listitem');
    expect(items().map((item) => item.textContent)).toContainEqual(expect.stringMatching(/^CODER/));
    fireEvent.change(screen.getByLabelText('By'), { target: { value: 'label:team' } });
    expect(items().map((item) => item.textContent?.replace(/\d.*/, ''))).toEqual(['payments', 'platform']);
  });
});

describe('the charts of one run', () => {
  it('show what it was spent on, and nothing of other runs', () => {
    const recording = fleet();
    const priced = [...stateOf(recording).runs.values()].find(
      ({ totals }) => totals.cost.nanoUsd > 0 && totals.cost.unknownCalls === 0,
    );
    const sum = createFormat('en').money(priced?.totals.cost.nanoUsd ?? 0);
    const id = priced?.id ?? '';
    const { unmount } = renderRecording(recording, <ModelUsage runId={id} />);
    expect(document.querySelector('.fg-doughnut-middle strong')).toHaveTextContent(sum);
    unmount();
    renderRecording(recording, <CostBreakdown runId={id} defaultBy="label:team" />);
    expect(document.querySelector('.fg-ranked-value')).toHaveTextContent(sum);
  });

  it('say so before anything was spent', () => {
    const [first] = fleet().events;
    const events = first
      ? [{ ...first, seq: 1, type: 'run.created', runId: 'new', data: { name: 'x' } }]
      : [];
    renderRecording({ ...fleet(), events }, <CostBreakdown runId="new" />);
    expect(screen.getByText('Nothing spent yet')).toBeVisible();
  });
});

describe('ModelUsage', () => {
  it('knows no share of a model without a price', () => {
    renderRecording(fleet(), <ModelUsage range={{ days: 60 }} />);
    expect(screen.getByText('in-house-7b').closest('li')).toHaveTextContent('in-house-7b——');
  });
});

describe('PeakHours', () => {
  it('tells the hour that the arrow keys are at', () => {
    const calls = Array.from({ length: 168 }, (_, at) => (at === 30 ? 4 : 0));
    renderRecording(runs.empty(), <PeakHours data={{ calls, spent: calls.map((count) => count * 1e9) }} />);
    const grid = screen.getByRole('grid');
    fireEvent.focus(grid);
    expect(screen.getByText('Tue 06:00: 4 model calls, $4.00')).toBeInTheDocument();
    fireEvent.keyDown(grid, { key: 'ArrowRight' });
    expect(screen.getByText('Tue 07:00: 0 model calls, $0.00')).toBeInTheDocument();
    expect(grid.getAttribute('aria-activedescendant')).toMatch(/-31$/);
  });
});

it('names hostile things as plain, short text', () => {
  const name = `\u202E<img src=x>${'x'.repeat(100_000)}`;
  const amount = { ...NO_AMOUNT, cost: point(0, 5).cost };
  const by = { agent: [], role: [], model: [], type: [], task: [] };
  renderRecording(
    runs.empty(),
    <TopCosts data={{ by, topTasks: [], topRuns: [{ runId: 'r', name, ...amount }] }} />,
  );
  expect(screen.getByText(/^\uFFFD<img src=x>x+…$/).textContent?.length).toBeLessThan(130);
});

describe('Analytics', () => {
  it('keeps the period that is chosen, and hands it to the host', () => {
    const onChange = vi.fn<(range: AnalyticsRange) => void>();
    renderRecording(fleet(), <Analytics onChange={onChange} />);
    expect(screen.getByText(/^Dec 7, 2026 to Jan 5, 2027/)).toBeInTheDocument();
    fireEvent.click(screen.getByRole('button', { name: 'Custom' }));
    expect(onChange).toHaveBeenLastCalledWith({ from: '2026-12-07', to: '2027-01-05' });
    fireEvent.change(screen.getByLabelText('From'), { target: { value: '2027-01-09' } });
    expect(onChange).toHaveBeenLastCalledWith({ from: '2027-01-09', to: '2027-01-09' });
    expect(screen.getAllByText('Nothing in this period')).toHaveLength(1);
    fireEvent.click(screen.getByRole('button', { name: '90 days' }));
    expect(screen.getByText(/^No run from before Nov 21, 2026 is held here/)).toBeInTheDocument();
  });

  it('opens runs', () => {
    const onOpenRun = vi.fn<(runId: string) => void>();
    renderRecording(fleet(), <Analytics onOpenRun={onOpenRun} />);
    fireEvent.click(screen.getAllByRole('button', { name: 'Invoice import' })[0] as HTMLElement);
    expect(onOpenRun).toHaveBeenCalledWith('run-020');
  });

  it('is drawn again by new figures only, at the pace of trends', async () => {
    const { monitor, advance } = renderRecording(runs.normal(), <Analytics />);
    const shown = () => screen.getAllByText(/^\$\d/)[0]?.textContent;
    const before = shown();
    const { state } = monitor.getSnapshot();
    const cost = { nanoUsd: 5e9, basis: 'list' } as const;
    const usage = { inputTokens: 1, outputTokens: 1 };
    monitor.append([
      {
        v: 1,
        seq: state.seq + 1,
        time: state.time + 1,
        type: 'usage.recorded',
        runId: runs.REVIEW_RUN,
        data: { usage, cost },
      },
    ]);
    await advance(1_000);
    expect(shown()).not.toBe(before);
  });
});
