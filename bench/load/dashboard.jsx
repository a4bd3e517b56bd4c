// The whole dashboard over a busy fleet in the same page: `load` at a rate of real time, `soak` on a simulated clock.
import { inProcess } from '@fleetglass/core';
import { createMonitor, systemClock } from '@fleetglass/core/client';
import { createFakeHost, createSimulatedClock } from '@fleetglass/core/testing';
import { createMemoryStore } from '@fleetglass/core';
import { MonitorProvider, OrchestratorMonitoringPanel } from '@fleetglass/react';
import '@fleetglass/react/styles.css';
import { createRoot } from 'react-dom/client';
import { busyFleet } from './busy-fleet.mjs';

const STAMP = /probe (\d+) at (\d+\.\d+)/g;

/** A task of its own after the frame: what was changed before the frame is on the screen by then. */
function afterPaint(callback) {
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = callback;
    channel.port2.postMessage(undefined);
  });
}

function mount(clock) {
  const store = createMemoryStore({ clock, retention: { events: 50_000 } });
  const host = createFakeHost({ clock, store });
  const monitor = createMonitor({ transport: inProcess(host, { clock }), clock });
  createRoot(document.getElementById('root')).render(
    <MonitorProvider monitor={monitor} clock={clock} theme="light" locale="en" timeZone="UTC">
      <OrchestratorMonitoringPanel />
    </MonitorProvider>,
  );
  return { host, events: busyFleet() };
}

const take = (events, count) => Array.from({ length: count }, () => events.next().value);
const nextTask = () => new Promise((resolve) => setTimeout(resolve, 0));

let live;
globalThis.bench = {
  /** Draws the dashboard on the machine's clock. */
  start() {
    live = mount(systemClock);
  },
  /** Feeds `rate` events a second, ten of them a second as probes, and tells how the page bore it. */
  async load(rate, seconds) {
    const delays = [];
    const seen = new Set();
    const observer = new MutationObserver((records) => {
      for (const record of records) {
        for (const [, number, at] of (record.target.textContent ?? '').matchAll(STAMP)) {
          if (seen.has(number)) continue;
          seen.add(number);
          afterPaint(() => delays.push(performance.now() - Number(at)));
        }
      }
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    const longTasks = [];
    const tasks = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longTasks.push(duration);
    });
    tasks.observe({ type: 'longtask' });
    const frames = [];
    let watching = true;
    const watch = (time) => {
      frames.push(time);
      if (watching) requestAnimationFrame(watch);
    };
    requestAnimationFrame(watch);

    const started = performance.now();
    let sent = 0;
    let probes = 0;
    await new Promise((resolve) => {
      const timer = setInterval(() => {
        const elapsed = performance.now() - started;
        const due = Math.floor((Math.min(elapsed, seconds * 1_000) / 1_000) * rate);
        const batch = take(live.events, due - sent);
        sent = due;
        for (; probes < elapsed / 100 && probes < seconds * 10; probes += 1) {
          const runId = batch.at(-1)?.runId ?? 'run_1';
          const name = `probe ${probes} at ${performance.now().toFixed(3)}`;
          batch.push({ type: 'log.written', runId, data: { level: 'warn', message: name } });
        }
        if (batch.length > 0) void live.host.append(...batch);
        if (elapsed < seconds * 1_000) return;
        clearInterval(timer);
        resolve();
      }, 10);
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    watching = false;
    observer.disconnect();
    tasks.disconnect();
    const gaps = frames.slice(1).map((time, index) => time - frames[index]);
    return { delays, longTasks, gaps, sent, probes };
  },
  /** Draws the dashboard on a simulated clock. */
  startSoak() {
    const clock = createSimulatedClock();
    live = { ...mount(clock), clock };
  },
  /** Lets `minutes` pass with `rate` events a second. */
  async soak(minutes, rate) {
    for (let second = 0; second < minutes * 60; second += 1) {
      await live.host.append(...take(live.events, rate));
      await live.clock.advance(1_000);
      await nextTask();
    }
  },
};
