'use client';

import type { ReactElement } from 'react';
import type { PageName } from '../components/panel/view.js';
import { useTexts } from '../context/monitor-context.js';
import { useDashboard } from './dashboard-context.js';
import { dashboardLabels } from './dashboard-labels.js';
import { Icon } from './icons.js';

const PAGES = [
  'overview',
  'runs',
  'agents',
  'tasks',
  'costs',
  'alerts',
  'compare',
] as const satisfies PageName[];

/** The pages: beside the brand where there is room, a bar at the bottom of a phone. Renders again with the page. */
export function DashboardNav({ id }: { readonly id: string }): ReactElement {
  const { page, goTo } = useDashboard();
  const { labels } = useTexts();
  const words = labels(dashboardLabels);
  // A run is part of the list of runs.
  const currentOf = (name: PageName): 'page' | 'true' | undefined =>
    name === page ? 'page' : name === 'runs' && page === 'run' ? 'true' : undefined;
  return (
    <nav id={id} className="fg-nav" aria-label={words.navigation} tabIndex={-1}>
      <ul className="fg-nav-list">
        {PAGES.map((name) => (
          <li key={name}>
            <button
              type="button"
              className="fg-nav-item"
              aria-current={currentOf(name)}
              onClick={() => goTo(name)}
            >
              <Icon name={name} />
              <span className="fg-nav-word">{words.pages[name]}</span>
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
