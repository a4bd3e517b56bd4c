import { createMonitor, inProcess, systemClock } from '@fleetglass/core/client';
import { createRoot } from 'react-dom/client';
import { OrchestratorMonitoringPanel } from '../components/panel/OrchestratorMonitoringPanel.js';
import { MonitorProvider } from '../context/MonitorProvider.js';
import { createExportedHost } from './exported-host.js';
import { readExportedRun } from './read-file.js';

/* The page of an exported file: the run in the panel, at its last moment, with the scrubber to go back. */
const root = document.getElementById('fleetglass');
const run = readExportedRun(document.getElementById('fleetglass-run')?.textContent ?? '');
if (root && run) {
  const last = run.events.reduce((latest, { time }) => Math.max(latest, time), 0);
  // Nothing happens any more: the time is that of the last event.
  const clock = { ...systemClock, now: () => last };
  const monitor = createMonitor({ transport: inProcess(createExportedHost(run.events), { clock }), clock });
  createRoot(root).render(
    <MonitorProvider
      monitor={monitor}
      clock={clock}
      recorded
      theme={run.theme}
      className="fg-player"
      {...(run.locale === undefined ? {} : { locale: run.locale })}
    >
      <OrchestratorMonitoringPanel runId={run.runId} />
    </MonitorProvider>,
  );
}
