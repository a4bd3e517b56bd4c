import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { OrchestratorMonitoringPanel } from '@fleetglass/react';
import { germanLabels } from '@fleetglass/react/labels/de';
import { normal, overBudget } from './fixtures/runs.js';
import { renderRecording } from './render-panel.js';

const german = { labels: germanLabels, locale: 'de' };
const stat = (name: string) => screen.getByText(name, { selector: 'dt' }).parentElement;

it('shows the whole panel in German', () => {
  const { container } = renderRecording(normal(), <OrchestratorMonitoringPanel />, german);
  expect(stat('Kosten')).toHaveTextContent(/0,080\s\$/);
  expect(stat('Kosten')).toHaveTextContent('simuliert');
  expect(stat('Aufgaben')).toHaveTextContent('10 von 26');
  expect(screen.getByRole('button', { name: 'Pausieren' })).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Abbrechen' })).toBeInTheDocument();
  const agents = screen.getByRole('region', { name: 'Agenten' });
  expect(within(agents).getAllByText('Aktiv')).not.toHaveLength(0);
  const meter = screen.getByRole('meter', { name: 'Limit: Dieser Lauf' });
  expect(meter.getAttribute('aria-valuetext')).toMatch(
    /^16\s% verbraucht: 0,080\s\$ von 0,50\s\$, 0,024\s\$ reserviert/,
  );
  expect(container).not.toHaveTextContent(/\$\d+\.|\b(?:Cost|Tasks|Agents|Running|Elapsed|Budget)\b/);
});

it('says in German why a run does not go on, and what helps', () => {
  renderRecording(overBudget(), <OrchestratorMonitoringPanel />, german);
  expect(screen.getByText('Pausiert, weil das Limit ausgeschöpft ist.')).toBeInTheDocument();
  expect(
    screen.getByRole('button', { name: /^Limit auf 0,09\s\$ anheben und fortsetzen$/ }),
  ).toBeInTheDocument();
});
