import { createEmitter, createEventLog, createMemoryStore, FleetglassError } from '@fleetglass/core';
import { createGateway } from '@fleetglass/server';
import { eventMix } from '../lib/event-mix.mjs';
import { percentile } from '../lib/measure.mjs';
import { servePage } from './browser.mjs';

/**
 * Delay from an event in the gateway's process to the paint that shows it, at `rate` events a second. Each event changes
 * the status of one task; a task's start and end are lines of the activity feed, which carry the emission time.
 */
export async function measurePaint(browser, { rate, seconds }) {
  const store = createMemoryStore();
  const emitter = createEmitter({ store, redact: false });
  const refuse = async () => {
    throw new FleetglassError('UNKNOWN_COMMAND', 'This host takes no commands.');
  };
  const page = await servePage('./panel.jsx');
  const host = { log: createEventLog(store), commands: { execute: refuse }, blobs: store };
  const gateway = createGateway({ host, port: 0, allowedOrigins: [new URL(page.url).origin] });
  await gateway.listen();
  for (const { type, runId, agentId, taskId, spanId, data } of eventMix(400)) {
    emitter.emit({ type, runId, agentId, taskId, spanId, data });
  }
  await emitter.flush();

  const tab = await browser.newPage({ viewport: { width: 1_440, height: 1_000 } });
  const url = `${gateway.url.replace('http', 'ws')}/api/v1/live`;
  await tab.goto(`${page.url}?${new URLSearchParams({ url, runId: 'run_1' })}`);
  await tab.getByText('Review file').first().waitFor();

  const total = rate * seconds;
  const startedAt = performance.now();
  await new Promise((resolve) => {
    let sent = 0;
    const timer = setInterval(() => {
      const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1_000) * rate));
      for (; sent < due; sent += 1) {
        const at = (performance.timeOrigin + performance.now()).toFixed(3);
        const scope = { runId: 'run_1', agentId: 'PROBE', taskId: `probe_${sent}` };
        emitter.emit({ type: 'task.created', ...scope, data: { name: `probe ${sent} at ${at}` } });
      }
      if (sent < total) return;
      clearInterval(timer);
      resolve();
    }, 5);
  });
  await tab.waitForFunction((last) => globalThis.probes.has(last), String(total - 1));
  const delays = await tab.evaluate(() => [...globalThis.probes.values()]);
  await tab.close();
  await gateway.close();
  page.close();
  if (delays.length < total * 0.9) throw new Error(`Only ${delays.length} of ${total} probes were painted.`);
  return { p50: percentile(delays, 0.5), p95: percentile(delays, 0.95) };
}
