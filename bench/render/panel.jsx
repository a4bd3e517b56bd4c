// The whole panel on a live run. The status line of the agent PROBE carries the time at which its event was emitted.
import { createMonitor, webSocket } from '@fleetglass/core/client';
import { MonitorProvider, OrchestratorMonitoringPanel } from '@fleetglass/react';
import '@fleetglass/react/styles.css';
import { createRoot } from 'react-dom/client';

const { url, runId } = Object.fromEntries(new URLSearchParams(location.search));
const monitor = createMonitor({ transport: webSocket({ url }) });
const STAMP = /probe (\d+) at (\d+\.\d+)/g;
/** Milliseconds from emission to paint, by probe. */
const painted = new Map();
const seen = new Map();
window.probes = painted;

/** A task of its own after the frame: what was changed before the frame is on the screen by then. */
function afterPaint(callback) {
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = callback;
    channel.port2.postMessage(undefined);
  });
}

new MutationObserver(() => {
  for (const [, number, emittedAt] of document.body.textContent.matchAll(STAMP)) {
    if (seen.has(number)) continue;
    seen.set(number, emittedAt);
    afterPaint(() => painted.set(number, performance.timeOrigin + performance.now() - Number(emittedAt)));
  }
}).observe(document.body, { subtree: true, childList: true, characterData: true });

createRoot(document.getElementById('root')).render(
  <MonitorProvider monitor={monitor} theme="light">
    <OrchestratorMonitoringPanel runId={runId} />
  </MonitorProvider>,
);
