// @vitest-environment node
import { createSimulatedClock } from '@fleetglass/core/testing';
import { MonitorProvider, OrchestratorMonitoringPanel } from '@fleetglass/react';
import { renderToString } from 'react-dom/server';
import { expect, it } from 'vitest';
import { createFakeMonitor } from '../fake-monitor.js';
import * as runs from '../fixtures/runs.js';

it('renders on a server, where there is no window, what it knows', () => {
  const recording = runs.waiting();
  const clock = createSimulatedClock(recording.now);
  const monitor = createFakeMonitor(recording.events, { clock });
  const html = renderToString(
    <MonitorProvider monitor={monitor} clock={clock} locale="en" timeZone="UTC">
      <OrchestratorMonitoringPanel />
    </MonitorProvider>,
  );
  expect(html).toContain('Repository review');
  expect(html).toContain('Review 24 files for about');
  // Rendering alone opens no connection.
  expect(monitor.subscriptions.made).toBe(0);
});
