import { createSimulatedClock } from '@fleetglass/core/testing';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { View } from '@fleetglass/react';
import { FleetDashboard, localSettings } from '@fleetglass/react/dashboard';
import type { DashboardSettings, FleetDashboardProps } from '@fleetglass/react/dashboard';
import { createFakeMonitor } from './fake-monitor.js';
import { fleet } from './fixtures/fleet.js';
import type { Recording } from './fixtures/recording.js';
import { normal, REVIEW_RUN, waiting } from './fixtures/runs.js';

const user = userEvent.setup();

function renderDashboard(recording: Recording, props: Partial<FleetDashboardProps> = {}) {
  const clock = createSimulatedClock(recording.now);
  const monitor = createFakeMonitor(recording.events, { clock });
  const views: View[] = [];
  const all: FleetDashboardProps = {
    monitor,
    clock,
    locale: 'en',
    timeZone: 'UTC',
    onViewChange: (view) => views.push(view),
    ...props,
  };
  const result = render(<FleetDashboard {...all} />);
  return {
    ...result,
    monitor,
    views,
    rerenderWith: (more: Partial<FleetDashboardProps>) =>
      result.rerender(<FleetDashboard {...all} {...more} />),
  };
}

const results = () => within(screen.getByRole('listbox', { name: 'Results' }));
const heading = () => screen.getByRole('heading', { level: 1 });
const goTo = (page: string) =>
  user.click(within(screen.getByRole('navigation')).getByRole('button', { name: page }));

describe('pages', () => {
  it('are one view, with one heading that takes the focus, and a title for the host', async () => {
    const onTitle = vi.fn();
    const { views } = renderDashboard(normal(), { onTitle });
    expect(heading()).toHaveTextContent('Overview');
    expect(heading()).not.toHaveFocus();
    await goTo('Agents');
    expect(views).toEqual([{ page: 'agents' }]);
    expect(heading()).toHaveTextContent('Agents');
    expect(heading()).toHaveFocus();
    expect(screen.getByRole('button', { name: 'Agents' })).toHaveAttribute('aria-current', 'page');
    expect(onTitle).toHaveBeenLastCalledWith('Agents');
  });

  it('show on the money of a run who and which model it was spent on', async () => {
    renderDashboard(normal(), { view: { page: 'run', runId: REVIEW_RUN, tab: 'money' } });
    const wait = { timeout: 20_000 };
    expect(await screen.findByRole('heading', { name: 'Where the money went' }, wait)).toBeVisible();
    expect(await screen.findByRole('heading', { name: 'Models' }, wait)).toBeVisible();
  });

  it('keep the filters and the order of the runs, and begin with those of a link', async () => {
    const { views } = renderDashboard(fleet(), {
      view: {
        page: 'runs',
        filters: { status: ['failed'] },
        sort: { column: 'cost', direction: 'descending' },
      },
    });
    const chip = (name: RegExp) => screen.getByRole('button', { name, pressed: true });
    expect(chip(/^Failed/)).toBeVisible();
    expect(screen.getByRole('columnheader', { name: /Cost/ })).toHaveAttribute('aria-sort', 'descending');
    await user.click(screen.getByRole('button', { name: /^Completed/, pressed: false }));
    expect(views.at(-1)).toMatchObject({
      page: 'runs',
      filters: { status: ['failed', 'completed'] },
      sort: { column: 'cost' },
    });
    await goTo('Agents');
    expect(views.at(-1)).toEqual({ page: 'agents' });
  });

  it('belong to the host where it gives the view', async () => {
    const { views, rerenderWith } = renderDashboard(normal(), { view: { page: 'costs' } });
    await goTo('Runs');
    expect(heading()).toHaveTextContent('Costs');
    expect(views).toEqual([{ page: 'runs' }]);
    rerenderWith({ view: { runId: REVIEW_RUN } });
    expect(heading()).toHaveTextContent('Run Repository review');
  });

  it('show the newest run where that is the first page, and leave its past with it', async () => {
    const { monitor, views } = renderDashboard(normal(), { defaultSettings: { defaultPage: 'run' } });
    expect(heading()).toHaveTextContent('Run Repository review');
    (await screen.findByRole('slider', { name: 'Moment shown' })).focus();
    await user.keyboard('{PageDown}');
    expect(views.at(-1)).toMatchObject({ runId: REVIEW_RUN, seq: expect.any(Number) as number });
    expect(monitor.getSnapshot().mode).toBe('replay');
    await goTo('Overview');
    expect(views.at(-1)).toEqual({ page: 'overview' });
    await waitFor(() => expect(monitor.getSnapshot().mode).toBe('live'));
  });

  it('skip to the content without touching the address', async () => {
    renderDashboard(normal());
    await user.tab();
    expect(screen.getByRole('link', { name: 'Skip to the content' })).toHaveFocus();
    const before = location.href;
    await user.keyboard('{Enter}');
    expect(screen.getByRole('main')).toHaveFocus();
    expect(location.href).toBe(before);
  });
});

describe('what waits for a person', () => {
  it('is counted, and one click away', async () => {
    const { views } = renderDashboard(waiting());
    await user.click(screen.getByRole('button', { name: '1 decision waits' }));
    expect(views.at(-1)).toEqual({
      runId: REVIEW_RUN,
      selected: { kind: 'approval', id: 'approve-plan' },
    });
    expect(screen.getByRole('region', { name: /^Decision needed/ })).toBeInTheDocument();
  });

  it('is nothing where nothing waits', () => {
    renderDashboard(normal());
    expect(screen.queryByRole('button', { name: /waits?$/ })).toBeNull();
  });
});

describe('arranging', () => {
  it('moves and hides panels by buttons, says so, and gives the host JSON', async () => {
    const settings: DashboardSettings[] = [];
    const { container } = renderDashboard(normal(), {
      view: { page: 'overview' },
      onSettingsChange: (next) => settings.push(next),
    });
    const order = () =>
      [...container.querySelectorAll('[data-panel]')].map((cell) => cell.getAttribute('data-panel'));
    const [first, second] = order();
    await user.click(screen.getByRole('button', { name: 'Arrange' }));
    const down = screen.getAllByRole('button', { name: /^Move .* down$/ })[0] as HTMLElement;
    await user.click(down);
    expect(order().slice(0, 2)).toEqual([second, first]);
    expect(down).toHaveFocus();
    expect(screen.getByText(/is now 2 of/)).toHaveAttribute('role', 'status');
    await user.click(screen.getAllByRole('checkbox')[0] as HTMLElement);
    expect(order()).not.toContain(second);
    expect(settings.at(-1)?.layout['overview']).toMatchObject({ hidden: [second] });
    await user.click(screen.getByRole('button', { name: 'Reset' }));
    expect(order().slice(0, 2)).toEqual([first, second]);
    expect(settings.at(-1)?.layout).toEqual({});
  });
});

describe('the palette', () => {
  it('finds runs, agents, pages and actions from the keyboard', async () => {
    const { views } = renderDashboard(fleet({ runs: 6 }), {
      defaultSettings: { shortcuts: true, defaultPage: 'alerts' },
    });
    await user.keyboard('{Control>}k{/Control}');
    const field = screen.getByRole('combobox', { name: /^Search runs, agents/ });
    expect(field).toHaveFocus();
    await user.keyboard('go to costs');
    const option = results().getByRole('option', { selected: true });
    expect(option).toHaveTextContent('Go to Costs');
    expect(field).toHaveAttribute('aria-activedescendant', option.id);
    await user.keyboard('{Enter}');
    expect(views.at(-1)).toEqual({ page: 'costs' });
    expect(screen.queryByRole('combobox', { name: /^Search runs, agents/ })).toBeNull();

    await user.keyboard('{Control>}k{/Control}invoice');
    expect(results().getAllByRole('option').length).toBeGreaterThan(1);
    await user.keyboard('{Enter}');
    expect(views.at(-1)).toEqual({ runId: 'run-002' });
  });

  it('does what the host adds', async () => {
    const run = vi.fn();
    renderDashboard(normal(), { commands: [{ id: 'deploy', group: 'actions', label: 'Deploy it', run }] });
    await user.click(screen.getByRole('button', { name: 'Search' }));
    await user.keyboard('deploy{Enter}');
    expect(run).toHaveBeenCalledOnce();
  });

  it('says that nothing is called so', async () => {
    renderDashboard(normal());
    await user.click(screen.getByRole('button', { name: 'Search' }));
    await user.keyboard('zzz');
    expect(results().queryAllByRole('option')).toEqual([]);
    expect(screen.getAllByText('Nothing is called “zzz”.')).toHaveLength(2);
  });
});

describe('shortcuts', () => {
  it('are off until somebody turns them on', async () => {
    const { views } = renderDashboard(normal());
    await user.keyboard('?{Control>}k{/Control}{Control>},{/Control}');
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(views).toEqual([]);
  });

  it('open help and settings, change the theme, and call the host', async () => {
    const newTask = vi.fn();
    const { views, container } = renderDashboard(normal(), {
      defaultSettings: { shortcuts: true, theme: 'light' },
      actions: { newTask },
    });
    await user.keyboard('?');
    expect(screen.getByRole('dialog', { name: 'Keyboard shortcuts' })).toHaveTextContent('New task');
    await user.click(screen.getByRole('button', { name: 'Close' }));
    await user.keyboard('{Control>}t{/Control}');
    expect(newTask).toHaveBeenCalledOnce();
    await user.keyboard('{Control>}d{/Control}');
    expect(container.firstElementChild).toHaveAttribute('data-theme', 'dark');
    await user.keyboard('{Control>},{/Control}');
    expect(views.at(-1)).toEqual({ page: 'settings' });
  });

  it('take other keys from the host', async () => {
    renderDashboard(normal(), { defaultSettings: { shortcuts: true }, keys: { help: 'mod+h' } });
    await user.keyboard('?');
    expect(screen.queryByRole('dialog')).toBeNull();
    await user.keyboard('{Control>}h{/Control}');
    expect(screen.getByRole('dialog')).toBeInTheDocument();
  });
});

describe('settings', () => {
  beforeEach(() => localStorage.clear());

  it('count at once, and are remembered by a browser that may', async () => {
    const { unmount, container } = renderDashboard(normal(), {
      view: { page: 'settings' },
      ...localSettings('test'),
    });
    await user.selectOptions(screen.getByLabelText('Theme'), 'industrial');
    expect(container.firstElementChild).toHaveAttribute('data-theme', 'industrial');
    await user.type(screen.getByLabelText('Time zone'), 'Asia/Tokyo');
    expect(screen.getByText(/^It is 18:30 there/)).toBeInTheDocument();
    unmount();
    expect(localSettings('test').defaultSettings).toMatchObject({
      theme: 'industrial',
      timeZone: 'Asia/Tokyo',
    });
  });

  it('refuse a zone that does not exist, in words', async () => {
    renderDashboard(normal(), { view: { page: 'settings' } });
    const field = screen.getByLabelText('Time zone');
    await user.type(field, 'Mars/Olympus');
    expect(field).toHaveAttribute('aria-invalid', 'true');
    expect(field).toHaveAccessibleDescription(/does not know this zone/);
  });
});
