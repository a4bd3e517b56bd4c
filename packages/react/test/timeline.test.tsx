import { act, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AgentActivityTimeline } from '@fleetglass/react';
import { crowded, empty, huge, HUGE_RUN, little, normal, REVIEW_RUN } from './fixtures/runs.js';
import { manyLanes, odd, ODD_RUN, SUB_AGENT_RUN, subAgents, withoutAgents } from './fixtures/sub-agents.js';
import { renderRecording } from './render-panel.js';

const user = userEvent.setup();
const WIDTH = 1000;

beforeEach(() => {
  // jsdom lays nothing out: a plot of 1,000 px that begins at the edge.
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(50);
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(500);
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(WIDTH);
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockReturnValue(new DOMRect(0, 0, WIDTH, 500));
  Element.prototype.setPointerCapture = () => {};
});
afterEach(() => {
  vi.restoreAllMocks();
});

const lane = (name: RegExp) => screen.getByRole('listbox', { name });
const button = (name: string | RegExp) => screen.getByRole('button', { name });
const shownPart = () => screen.getByRole('slider').getAttribute('aria-valuetext');
const nested = <AgentActivityTimeline runId={SUB_AGENT_RUN} />;

describe('AgentActivityTimeline: spans and lanes', () => {
  it('steps through spans and lanes with the keyboard, and selects', async () => {
    const onSelectSpan = vi.fn();
    renderRecording(normal(), <AgentActivityTimeline runId={REVIEW_RUN} onSelectSpan={onSelectSpan} />);
    act(() => lane(/^ANALYST, Completed, 3 spans/).focus());
    await user.keyboard('{ArrowRight}{ArrowRight}');
    const option = screen.getByRole('option');
    expect(option).toHaveAccessibleName('Tool git log, Done');
    expect(option).toHaveAttribute('aria-posinset', '2');
    expect(screen.getByText('took 1.2s')).toBeInTheDocument();
    await user.keyboard('{Enter}');
    expect(onSelectSpan).toHaveBeenLastCalledWith(expect.stringMatching(/^span-/));
    await user.keyboard('{ArrowDown}{End}');
    expect(lane(/^PLANNER/)).toHaveFocus();
    expect(screen.getByRole('option')).toHaveAccessibleName('Handoff to REVIEWER, Done');
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('option')).not.toBeInTheDocument();
    expect(onSelectSpan).toHaveBeenLastCalledWith(undefined);
  });

  it('is one stop of the tab key', () => {
    renderRecording(normal(), <AgentActivityTimeline runId={REVIEW_RUN} />);
    expect(screen.getAllByRole('listbox').filter((element) => element.tabIndex === 0)).toHaveLength(1);
    act(() => lane(/^REVIEWER/).focus());
    expect(lane(/^REVIEWER/).tabIndex).toBe(0);
    expect(lane(/^ANALYST/).tabIndex).toBe(-1);
  });

  it('lets running spans grow and leaves what is done where it is', async () => {
    const { container, advance } = renderRecording(little(), <AgentActivityTimeline runId={REVIEW_RUN} />);
    const paths = (selector: string) =>
      [...container.querySelectorAll(selector)].map((path) => path.getAttribute('d'));
    /** What runs is drawn to the edge and seen up to here. */
    const present = () =>
      Number.parseFloat(container.querySelector<HTMLElement>('.fg-grid-now')?.style.insetInlineStart ?? '');
    await advance(1000);
    const [from, done] = [present(), paths('.fg-bar:not([data-running])')];
    expect(paths('[data-open] > .fg-bar[data-running]')).toHaveLength(1);
    expect(from).toBeGreaterThan(0);
    await advance(2000);
    expect(present()).toBeGreaterThan(from);
    expect(paths('.fg-bar:not([data-running])')).toEqual(done);
  });

  it('draws only what can be seen of ten thousand spans, and of more than a hundred lanes', () => {
    const { container, unmount } = renderRecording(huge(), <AgentActivityTimeline runId={HUGE_RUN} />);
    expect(container.querySelectorAll('*').length).toBeLessThan(600);
    unmount();
    renderRecording(crowded(), <AgentActivityTimeline runId={HUGE_RUN} />);
    expect(screen.getByText(/^130 agents, /)).toBeInTheDocument();
    const drawn = screen.getAllByRole('listbox').length;
    expect(drawn).toBeGreaterThan(2);
    expect(drawn).toBeLessThan(60);
  });

  it('takes lanes of the host’s own, however many spans they hold', () => {
    const lanes = manyLanes(100_000);
    const { container } = renderRecording(empty(), <AgentActivityTimeline runId="none" lanes={lanes} />);
    expect(screen.getByText('40 agents, 100,000 spans')).toBeInTheDocument();
    expect(container.querySelectorAll('*').length).toBeLessThan(600);
  });

  it('says in a sentence and in a table what the bars show', async () => {
    renderRecording(subAgents(), nested);
    expect(screen.getByText(/^Agents: 5, spans: 30, failed: 1, in 1m 27s/)).toBeInTheDocument();
    await user.click(button('Table'));
    const table = await screen.findByRole('table');
    expect(table).toHaveAttribute('aria-rowcount', '31');
    expect(
      within(table).getByRole('row', { name: /LEAD Step Understand the request Done/ }),
    ).toBeInTheDocument();
  });
});

it('shows work of no known agent on a lane of its own, in words, and counts agents without it', async () => {
  renderRecording(withoutAgents(), nested);
  expect(screen.getByText('1 agent, 3 spans')).toBeInTheDocument();
  expect(screen.getAllByRole('listbox')).toHaveLength(2);
  act(() => lane(/^No agent, Spans of no known agent, 2 spans/).focus());
  await user.keyboard('{ArrowRight}');
  expect(screen.getByRole('option')).toHaveAccessibleName('Tool read prices, Done');
  await user.click(button('Table'));
  const table = await screen.findByRole('table');
  expect(within(table).getByRole('row', { name: /No agent MCP type check Done/ })).toBeInTheDocument();
});

it('says how many spans were forgotten', () => {
  const { monitor } = renderRecording(normal(), <AgentActivityTimeline runId={REVIEW_RUN} />);
  const { state } = monitor.getSnapshot();
  const run = state.runs.get(REVIEW_RUN)!;
  const forgetful = { ...run, forgotten: { spans: 4_509, messages: 0 } };
  const runs = { ...state.runs, get: () => forgetful, values: () => [forgetful].values() };
  act(() => monitor.set({ state: { ...state, runs } }));
  expect(screen.getByText(/^The oldest 4,509 spans were forgotten/)).toBeInTheDocument();
});

describe('AgentActivityTimeline: sub-agents', () => {
  it('collapses them into one line with duration, tokens and cost', async () => {
    renderRecording(subAgents(), nested);
    expect(screen.getAllByRole('listbox')).toHaveLength(5);
    const block = button(/^4 sub-agents/);
    expect(block).toHaveAccessibleName('4 sub-agents 1m 18s 248.1K tokens $0.451');
    expect(block).toHaveAttribute('aria-expanded', 'true');
    await user.click(block);
    expect(screen.getAllByRole('listbox')).toHaveLength(1);
    expect(block).toHaveAttribute('aria-expanded', 'false');
    await user.click(block);
    await user.click(button(/^1 sub-agent/));
    expect(button(/^TESTER/)).toBeInTheDocument();
  });

  it('is reached by the arrow keys between the lanes', async () => {
    renderRecording(subAgents(), nested);
    act(() => lane(/^LEAD/).focus());
    await user.keyboard('{ArrowDown}');
    expect(button(/^4 sub-agents/)).toHaveFocus();
    await user.keyboard('{ArrowDown}');
    expect(lane(/^EXPLORER-1/)).toHaveFocus();
    await user.keyboard('{ArrowUp}{Enter}');
    expect(button(/^4 sub-agents/)).toHaveFocus();
    expect(button(/^4 sub-agents/)).toHaveAttribute('aria-expanded', 'false');
  });
});

describe('AgentActivityTimeline: time', () => {
  it('zooms with buttons and keys, fits a span, and shows all again', async () => {
    renderRecording(subAgents(), nested);
    expect(shownPart()).toBe('0ms to 1m 30s of 1m 30s');
    await user.click(button('Zoom in'));
    expect(shownPart()).not.toMatch(/^0ms/);
    act(() => lane(/^EXPLORER-1/).focus());
    await user.keyboard('0');
    expect(shownPart()).toBe('0ms to 1m 30s of 1m 30s');
    await user.keyboard('{ArrowRight}f');
    expect(shownPart()).toMatch(/^4\.\ds to \d\.\ds of/);
    const before = shownPart();
    await user.keyboard('{Shift>}{ArrowRight}{/Shift}');
    expect(shownPart()).not.toBe(before);
    await user.keyboard('{End}');
    expect(shownPart()).toMatch(/^9\.\ds to 1\ds of/);
    await user.click(button('Show the whole run'));
    expect(shownPart()).toBe('0ms to 1m 30s of 1m 30s');
  });

  it('zooms by the wheel with ctrl around the pointer, pans with shift, and leaves the plain wheel alone', () => {
    const { container } = renderRecording(subAgents(), nested);
    const lanes = container.querySelector('.fg-lanes')!;
    const wheel = (init: WheelEventInit): boolean => fireEvent.wheel(lanes, init);
    expect(wheel({ deltaY: -100, clientX: 500 })).toBe(true);
    expect(shownPart()).toMatch(/^0ms/);
    expect(wheel({ deltaY: -400, ctrlKey: true, clientX: 500 })).toBe(false);
    const zoomed = shownPart();
    expect(zoomed).toMatch(/^2\ds to 1m 0\ds of/);
    expect(wheel({ deltaY: 300, shiftKey: true })).toBe(false);
    expect(shownPart()).not.toBe(zoomed);
  });

  it('pans by dragging, which chooses nothing', async () => {
    const onSelectSpan = vi.fn();
    renderRecording(subAgents(), <AgentActivityTimeline runId={SUB_AGENT_RUN} onSelectSpan={onSelectSpan} />);
    await user.click(button('Zoom in'));
    const before = shownPart();
    const plot = lane(/^LEAD/);
    fireEvent.pointerDown(plot, { button: 0, pointerId: 1, clientX: 500 });
    fireEvent.pointerMove(plot, { pointerId: 1, clientX: 300 });
    fireEvent.pointerUp(plot, { pointerId: 1, clientX: 300 });
    fireEvent.click(plot);
    expect(shownPart()).not.toBe(before);
    expect(onSelectSpan).not.toHaveBeenCalled();
    fireEvent.pointerDown(plot, { button: 0, pointerId: 1, clientX: 300 });
    fireEvent.pointerUp(plot, { pointerId: 1, clientX: 300 });
    fireEvent.click(plot);
    expect(onSelectSpan).toHaveBeenCalled();
  });

  it('chooses a part on the map by brush and keys', async () => {
    const { container } = renderRecording(subAgents(), nested);
    const map = container.querySelector('.fg-minimap')!;
    fireEvent.pointerDown(map, { button: 0, pointerId: 1, clientX: 100 });
    fireEvent.pointerMove(map, { pointerId: 1, clientX: 300 });
    fireEvent.pointerUp(map, { pointerId: 1 });
    expect(shownPart()).toBe('9.0s to 27s of 1m 30s');
    fireEvent.pointerDown(map, { button: 0, pointerId: 1, clientX: 200 });
    fireEvent.pointerMove(map, { pointerId: 1, clientX: 300 });
    fireEvent.pointerUp(map, { pointerId: 1 });
    expect(shownPart()).toBe('18s to 36s of 1m 30s');
    act(() => screen.getByRole('slider').focus());
    await user.keyboard('{Home}');
    expect(shownPart()).toBe('0ms to 18s of 1m 30s');
    await user.keyboard('0');
    expect(shownPart()).toBe('0ms to 1m 30s of 1m 30s');
  });

  it('offers to compress an idle gap in its place, and takes it back', async () => {
    renderRecording(subAgents(), nested);
    const offer = button('36s, 41% idle. Compress');
    expect(offer).toHaveTextContent('compress?');
    const width = Number.parseFloat(offer.style.inlineSize);
    await user.click(offer);
    const folded = button('36s, 41% idle, compressed. Expand');
    expect(Number.parseFloat(folded.style.inlineSize)).toBeLessThan(30);
    await user.click(folded);
    expect(Number.parseFloat(button('36s, 41% idle. Compress').style.inlineSize)).toBe(width);
  });
});

describe('AgentActivityTimeline: what mattered', () => {
  it('marks the critical path and says how much of the time it was at work', async () => {
    const { container } = renderRecording(subAgents(), nested);
    await user.click(button('Critical path'));
    expect(
      await screen.findByText(/^Critical path: \d+ spans determined the end, at work for \d+s of 1m 27s/),
    ).toBeInTheDocument();
    expect(container.querySelectorAll('.fg-bar[data-marked]').length).toBeGreaterThan(3);
    act(() => lane(/^LEAD/).focus());
    await user.keyboard('{ArrowRight}');
    expect(screen.getByText('on the critical path')).toBeInTheDocument();
    await user.click(button('Critical path'));
    expect(container.querySelector('[data-marked]')).toBeNull();
  });

  it('shows the share of the most expensive span as shape, in the legend and in words', async () => {
    const { container } = renderRecording(
      subAgents(),
      <AgentActivityTimeline runId={SUB_AGENT_RUN} selectedSpanId="m-2" />,
    );
    await user.click(button('Cost heat'));
    expect(
      screen.getByText('Colour is a span’s share of the most expensive one, $0.410.'),
    ).toBeInTheDocument();
    expect(screen.getByText('29% of the most expensive span')).toBeInTheDocument();
    expect(within(screen.getByRole('list', { name: 'Shapes' })).getByText('From 75%')).toBeInTheDocument();
    expect(container.querySelectorAll('.fg-bar[data-look="most"]')).toHaveLength(1);
    expect(screen.getByText('$0.410 · 100%')).toBeInTheDocument();
  });
});

it('survives what no clock, parent, kind or name should be', async () => {
  const { container } = renderRecording(odd(), <AgentActivityTimeline runId={ODD_RUN} />);
  expect(screen.getAllByRole('listbox')).toHaveLength(3);
  expect(container.innerHTML).not.toContain('<b>');
  expect(container.innerHTML.length).toBeLessThan(60_000);
  expect(screen.getByText(/work from before the run/)).toBeInTheDocument();
  for (const name of ['Critical path', 'Cost heat', 'Zoom in', 'Table']) await user.click(button(name));
  expect(await screen.findByRole('table')).toHaveAttribute('aria-rowcount', '9');
});
