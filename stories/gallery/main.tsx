import { createRoot } from 'react-dom/client';
import { MonitorProvider, OrchestratorMonitoringPanel } from '@fleetglass/react';
import type { Density, Theme } from '@fleetglass/react';
import '@fleetglass/react/styles.css';
import * as runs from '../fixtures/runs.js';
import { createStillClock } from '../fixtures/still-clock.js';
import { createFakeMonitor } from '../../packages/react/test/fake-monitor.js';

/*
 * One panel a page, chosen by the query: `?data=normal&theme=dark&density=compact&seq=100&phase=reconnecting`.
 * The screenshots are taken of it.
 */
const query = new URLSearchParams(location.search);
const recordings: { readonly [name: string]: unknown } = runs;
const data = query.get('data') ?? 'normal';
const record = recordings[data === 'loading' ? 'empty' : data];
const recording = typeof record === 'function' ? (record as typeof runs.normal)() : runs.normal();
const clock = createStillClock(recording.now);
const monitor = createFakeMonitor(recording.events, { clock, ready: data !== 'loading' });
const seq = query.get('seq');
if (seq) monitor.seek(Number(seq));
const phase = query.get('phase');
if (phase === 'reconnecting') {
  monitor.set({
    connection: { phase, since: recording.now - 8000, attempt: 3, retryAt: recording.now + 4000 },
  });
}
if (data === 'loading')
  monitor.set({ ready: false, connection: { phase: 'connecting', since: 0, attempt: 0 } });

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <MonitorProvider
      monitor={monitor}
      clock={clock}
      theme={(query.get('theme') ?? 'light') as Theme}
      density={(query.get('density') ?? 'comfortable') as Density}
      locale="en"
      timeZone="UTC"
      style={{ minHeight: '100vh', background: 'var(--fg-bg)' }}
    >
      <OrchestratorMonitoringPanel />
    </MonitorProvider>,
  );
}
