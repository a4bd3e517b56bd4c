// The whole FleetDashboard over a busy fleet: `live` follows a server in real time, `soak` lives through hours on a
// simulated clock.
import { createMonitor, emptyState, webSocket } from '@fleetglass/core/client';
import { createSimulatedClock } from '@fleetglass/core/testing';
import { FleetDashboard } from '@fleetglass/react/dashboard';
import '@fleetglass/react/styles.css';
import '@fleetglass/react/dashboard.css';
import '@fleetglass/react/charts.css';
import '@fleetglass/react/graph.css';
import '@fleetglass/react/reading.css';
import { createRoot } from 'react-dom/client';
import { busyFleet } from './busy-fleet.mjs';

const STAMP = /probe (\d+) at (\d+\.\d+)/g;
const root = createRoot(document.getElementById('root'));

/** A task of its own after the frame: what was changed before the frame is on the screen by then. */
function afterPaint(callback) {
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = callback;
    channel.port2.postMessage(undefined);
  });
}

function draw(monitor, view, clock) {
  root.render(
    <FleetDashboard
      monitor={monitor}
      defaultSettings={{ theme: 'light' }}
      view={view}
      locale="en"
      timeZone="UTC"
      {...(clock ? { clock } : {})}
    />,
  );
}

/** A log that only hands over what comes; what it has handed over it forgets, so that no memory but the page's counts. */
function createStream(clock) {
  const status = { phase: 'open', since: clock.now(), attempt: 0 };
  let seq = 0;
  let observer;
  let follow;
  return {
    followed: new Promise((resolve) => (follow = resolve)),
    transport: {
      status,
      onStatus: () => () => {},
      subscribe(_request, given) {
        observer = given;
        observer.snapshot({ epoch: 'soak', seq, state: emptyState(), reason: 'start' });
        follow();
        return { restart() {}, close() {} };
      },
      command: async () => ({ ok: true }),
      readRange: async () => ({ from: 1, to: seq, events: [] }),
      stateAt: async () => ({ seq: 0, state: emptyState() }),
      blob: async () => undefined,
      close() {},
    },
    push(drafts) {
      const from = seq + 1;
      const time = clock.now();
      const events = drafts.map((draft) => ({ v: 1, ...draft, seq: (seq += 1), time }));
      observer.events({ epoch: 'soak', from, to: seq, events });
    },
  };
}

let watched;
let soaked;
globalThis.bench = {
  /** Draws the dashboard over a server. */
  live(url, view) {
    draw(createMonitor({ transport: webSocket({ url }) }), view);
  },
  /** Begins to watch how the page bears what comes. */
  watch() {
    const seen = { delays: [], longTasks: [], frames: [] };
    const known = new Set();
    const from = performance.timeOrigin + performance.now();
    const observer = new MutationObserver((records) => {
      for (const record of records) {
        for (const [, number, at] of (record.target.textContent ?? '').matchAll(STAMP)) {
          if (known.has(number) || Number(at) < from) continue;
          known.add(number);
          afterPaint(() => seen.delays.push(performance.timeOrigin + performance.now() - Number(at)));
        }
      }
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    const tasks = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.longTasks.push(duration);
    });
    tasks.observe({ type: 'longtask' });
    const look = (time) => {
      seen.frames.push(time);
      if (watched) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    watched = {
      stop() {
        observer.disconnect();
        tasks.disconnect();
        watched = undefined;
        return seen;
      },
    };
  },
  /** What was seen since. */
  seen: () => watched.stop(),
  /** Draws the dashboard on a simulated clock, when it has seen so much that it forgets as much as comes. */
  async startSoak(view) {
    const clock = createSimulatedClock();
    const stream = createStream(clock);
    soaked = { clock, stream, events: busyFleet({ lanes: 2, tasksARun: 2 }) };
    const monitor = createMonitor({ transport: stream.transport, clock });
    draw(monitor, view, clock);
    await stream.followed;
    const seen = () => monitor.getSnapshot().live.runs.size;
    for (let runs = -1; seen() > runs;) {
      runs = seen();
      await globalThis.bench.soak(1, 100, 30);
    }
    // Of its last 20,000 events the monitor keeps a state every 1,000, but at most one a batch: the past is full only after
    // as many events in batches as small as those that follow.
    await globalThis.bench.soak(4, 100, 0.4);
    return seen();
  },
  /** Lets `minutes` pass with `rate` events a second, in steps of `step` seconds, each of which is drawn. */
  async soak(minutes, rate, step) {
    const { clock, stream, events } = soaked;
    for (let second = 0; second < minutes * 60; second += step) {
      stream.push(Array.from({ length: rate * step }, () => events.next().value));
      await clock.advance(step * 1_000);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  },
};
