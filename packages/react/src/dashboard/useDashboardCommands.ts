'use client';

import { selectRunIds } from '@fleetglass/core/client';
import type { AgentState, MonitorSnapshot, RunState } from '@fleetglass/core/client';
import { useMemo } from 'react';
import { statusLabels } from '../components/status/status-labels.js';
import { useMonitorSource, useTexts } from '../context/monitor-context.js';
import { isShallowEqual } from '../hooks/selection.js';
import { useMonitorSelector } from '../hooks/useMonitorSelector.js';
import { plainText } from '../lib/plain-text.js';
import { accountLabels } from './account-labels.js';
import type { DashboardCommand } from './commands.js';
import { useDashboard } from './dashboard-context.js';
import { dashboardLabels } from './dashboard-labels.js';
import { paletteLabels } from './palette-labels.js';
import { settingsLabels } from './settings-labels.js';
import { DENSITIES, THEMES } from './settings.js';

/** Newest runs that are searched. */
const MOST_RUNS = 500;
/** Agents of the newest runs that are searched. */
const MOST_AGENTS = 500;
const PAGES = ['overview', 'runs', 'agents', 'tasks', 'costs', 'alerts', 'compare'] as const;

const selectRuns = ({ live }: MonitorSnapshot): readonly RunState[] =>
  selectRunIds(live)
    .slice(0, MOST_RUNS)
    .flatMap((id) => live.runs.get(id) ?? []);

const selectAgentsOfRuns = ({ live }: MonitorSnapshot): readonly AgentState[] => {
  const agents: AgentState[] = [];
  for (const runId of selectRunIds(live)) {
    for (const key of live.runs.get(runId)?.agents.values() ?? []) {
      const agent = live.agents.get(key);
      if (agent) agents.push(agent);
      if (agents.length === MOST_AGENTS) return agents;
    }
  }
  return agents;
};

/**
 * Everything that can be gone to or done from here, as data: the host's own commands, pages, looks, runs and agents.
 * Renders again as runs and agents change, at most at the provider's cadence for agents.
 */
export function useDashboardCommands(): readonly DashboardCommand[] {
  const { goTo, openRun, setSettings, openDialog, keys, account, actions, hostCommands, startable } =
    useDashboard();
  const { labels, format } = useTexts();
  const { cadence, readOnly } = useMonitorSource();
  const runs = useMonitorSelector(selectRuns, { isEqual: isShallowEqual, periodMs: cadence.agents });
  const agents = useMonitorSelector(selectAgentsOfRuns, {
    isEqual: isShallowEqual,
    periodMs: cadence.agents,
  });

  const fixed = useMemo((): readonly DashboardCommand[] => {
    const words = labels(paletteLabels);
    const { pages, newRun } = labels(dashboardLabels);
    const looks = labels(settingsLabels);
    const action = (id: string, label: string, run: () => void, more: Partial<DashboardCommand> = {}) =>
      ({ id: `action-${id}`, group: 'actions', label, run, ...more }) as const;
    return [
      ...hostCommands,
      ...(readOnly || startable?.length === 0 ? [] : [action('new-run', newRun, () => openDialog('newRun'))]),
      ...(actions.newTask
        ? [action('new-task', words.newTask, actions.newTask, { keys: keys.newTask })]
        : []),
      ...(actions.newAgent
        ? [action('new-agent', words.newAgent, actions.newAgent, { keys: keys.newAgent })]
        : []),
      ...(account ? [action('sign-out', labels(accountLabels).signOut, account.onSignOut)] : []),
      action('settings', words.settings, () => goTo('settings'), { keys: keys.settings }),
      action('help', words.help, () => openDialog('help'), { keys: keys.help }),
      ...THEMES.map((theme) =>
        action(`theme-${theme}`, words.theme(looks.themes[theme]), () => setSettings({ theme })),
      ),
      ...DENSITIES.map((density) =>
        action(`density-${density}`, words.density(looks.densities[density]), () => setSettings({ density })),
      ),
      ...PAGES.map((page) => ({
        id: `page-${page}`,
        group: 'pages' as const,
        label: words.goTo(pages[page]),
        run: () => goTo(page),
      })),
    ];
  }, [labels, hostCommands, readOnly, startable, account, actions, keys, goTo, openDialog, setSettings]);

  return useMemo(() => {
    const status = labels(statusLabels);
    const names = new Map(runs.map(({ id, name }) => [id, plainText(name)]));
    return [
      ...fixed,
      ...runs.map((run) => ({
        id: `run-${run.id}`,
        group: 'runs' as const,
        label: names.get(run.id) || run.id,
        hint: `${status.work[run.status]} · ${format.dateTime(run.createdAt)}`,
        keywords: `${run.id} ${run.source ?? ''} ${Object.values(run.labels).join(' ')}`,
        run: () => openRun(run.id),
      })),
      ...agents.flatMap(({ key, id, runId, name, role, status: now }) =>
        runId === undefined
          ? []
          : [
              {
                id: `agent-${key}`,
                group: 'agents' as const,
                label: plainText(name),
                hint: `${status.agent[now]} · ${names.get(runId) ?? runId}`,
                keywords: `${id} ${role ?? ''}`,
                run: () => openRun(runId, { selected: { kind: 'agent', id } }),
              },
            ],
      ),
    ];
  }, [fixed, runs, agents, labels, format, openRun]);
}
