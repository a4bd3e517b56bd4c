import { act, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ActivityFeed, AgentTable, SpendLine } from '@fleetglass/react';
import type { FleetEvent } from '@fleetglass/core/protocol';
import { crowded, HUGE_RUN, huge, little, normal, overBudget, REVIEW_RUN } from './fixtures/runs.js';
import { renderRecording } from './render-panel.js';

const user = userEvent.setup();

beforeEach(() => {
  // jsdom lays nothing out; lists that draw what can be seen need a height.
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(50);
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(500);
});
afterEach(() => {
  vi.restoreAllMocks();
});

it('draws only some of more than a hundred rows of agents, and tells how many there are', () => {
  renderRecording(crowded(), <AgentTable runId={HUGE_RUN} />);
  expect(screen.getByRole('grid')).toHaveAttribute('aria-rowcount', '131');
  expect(screen.getAllByRole('rowheader').length).toBeLessThan(40);
});

describe('ActivityFeed', () => {
  it('keeps what the reader looks at where it is while the oldest entries are forgotten', () => {
    const { monitor } = renderRecording(huge(), <ActivityFeed runId={HUGE_RUN} />);
    const list = screen.getByRole('group', { name: 'Activity' });
    Object.defineProperty(list, 'scrollHeight', { value: 9_000 });
    list.scrollTop = 3_000;
    fireEvent.scroll(list);
    const { seq, state } = monitor.getSnapshot();
    const entry = (offset: number): FleetEvent => ({
      v: 1,
      seq: seq + offset,
      time: state.time,
      type: 'log.written',
      runId: HUGE_RUN,
      data: { level: 'error', message: 'x' },
    });
    const gone = state.runs.get(HUGE_RUN)!.feed.slice(0, 3);
    act(() => monitor.append([1, 2, 3].map(entry)));
    // A line each for what happened, for what it is about and for details, and the space around them.
    const heights = gone.map(({ subject, detail }) => 26 + (subject ? 18 : 0) + (detail ? 18 : 0));
    expect(list.scrollTop).toBe(3_000 - heights.reduce((sum, height) => sum + height, 0));
    expect(screen.getByRole('button', { name: /^3 new/ })).toBeInTheDocument();
  });

  it('writes amounts of a budget in its unit, and draws only some of many entries', () => {
    const { container } = renderRecording(huge(), <ActivityFeed runId={HUGE_RUN} />);
    expect(container.querySelectorAll('.fg-feed-row').length).toBeLessThan(60);
    renderRecording(overBudget(), <ActivityFeed runId={REVIEW_RUN} />);
    expect(screen.getByText('$0.0579 of $0.06')).toBeInTheDocument();
  });

  const recording = little();
  const log = (offset: number, message: string): FleetEvent => ({
    v: 1,
    seq: recording.events.length + offset,
    time: recording.now,
    type: 'log.written',
    runId: REVIEW_RUN,
    data: { level: 'error', message },
  });
  /** jsdom lays nothing out; this gives the list a height and a place. */
  function scrollTo(element: HTMLElement, top: number): void {
    Object.defineProperties(element, {
      scrollHeight: { value: 1000, configurable: true },
      clientHeight: { value: 200, configurable: true },
    });
    element.scrollTop = top;
    fireEvent.scroll(element);
  }
  const view = () => screen.getByRole('group', { name: 'Activity' });

  it('tells in sentences what happened, with the severity as a word', () => {
    const { monitor } = renderRecording(recording, <ActivityFeed runId={REVIEW_RUN} />);
    expect(
      within(view()).getByText('Analyse the repository', { selector: 'li:nth-child(5) *' }),
    ).toBeInTheDocument();
    act(() => monitor.append([log(1, 'The disk is full')]));
    expect(within(view()).getByText('Error')).toBeInTheDocument();
    expect(within(view()).getByText('The disk is full')).toBeInTheDocument();
    expect(within(view()).getByText('$0.50')).toBeInTheDocument();
  });

  it('follows the end only while the reader is there, otherwise counts what is new', async () => {
    const { monitor, advance } = renderRecording(recording, <ActivityFeed runId={REVIEW_RUN} />);
    scrollTo(view(), 100);
    act(() => monitor.append([log(1, 'one')]));
    act(() => monitor.append([log(2, 'two')]));
    await advance(200);
    expect(view().scrollTop).toBe(100);
    await user.click(screen.getByRole('button', { name: /^2 new/ }));
    expect(view().scrollTop).toBe(1000);
    expect(screen.queryByRole('button', { name: /new/ })).not.toBeInTheDocument();
    act(() => monitor.append([log(3, 'three')]));
    await advance(200);
    expect(screen.queryByRole('button', { name: /new/ })).not.toBeInTheDocument();
  });

  it('announces one summary for many entries, and not what was there at first', async () => {
    const { monitor, advance } = renderRecording(recording, <ActivityFeed runId={REVIEW_RUN} />);
    const live = screen.getByRole('status');
    await advance(10_000);
    expect(live).toBeEmptyDOMElement();
    for (const offset of [1, 2, 3]) act(() => monitor.append([log(offset, `message ${offset}`)]));
    await advance(1000);
    expect(live).toBeEmptyDOMElement();
    await advance(5000);
    expect(live).toHaveTextContent('3 new activities. Last: Run logged');
  });

  it('says nothing about the past', async () => {
    const { monitor, advance } = renderRecording(normal(), <ActivityFeed runId={REVIEW_RUN} />);
    act(() => monitor.seek(20));
    await advance(200);
    act(() => monitor.seek(90));
    await advance(10_000);
    expect(screen.getByRole('status')).toBeEmptyDOMElement();
  });
});

it('draws the same number of columns for a short and a long history', () => {
  const line = (values: readonly number[], stepMs: number) => {
    const series = { start: 0, stepMs, values };
    const { container } = renderRecording(
      little(),
      <SpendLine series={series} until={values.length * stepMs} />,
    );
    return container.querySelector('.fg-line-path')?.getAttribute('d')?.split('L').length ?? 0;
  };
  const values = Array.from({ length: 512 }, (_, index) => index % 7);
  expect(line(values, 1000)).toBeLessThanOrEqual(300);
  expect(line(values, 1_024_000)).toBe(line(values, 1000));
});
