// Timelines of many spans, and a plain virtual list of as many rows as the floor below them.
import { createLanes, emptyState, reduce } from '@fleetglass/core/client';
import { AgentActivityTimeline, MonitorProvider } from '@fleetglass/react';
import '@fleetglass/react/styles.css';
import { useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';

const START = Date.UTC(2026, 0, 1);
const AGENTS = 40;
const root = document.getElementById('root');
const at = (index) => START + 100 + Math.floor(index / AGENTS) * 500 + (index % AGENTS) * 7;
const agentOf = (index) => `agent-${index % AGENTS}`;

function createStore(value) {
  const listeners = new Set();
  return {
    get: () => value,
    set(next) {
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

let seq = 0;
const event = (time, type, scope, data) => ({
  v: 1,
  seq: (seq += 1),
  time,
  type,
  runId: 'run',
  ...scope,
  data,
});

/** Events of a run with so many spans, one of which still runs; every fourth lies inside the one before. */
function record(count) {
  const events = [event(START, 'run.created', {}, { name: 'bench' }), event(START, 'run.started', {}, {})];
  for (let agent = 0; agent < AGENTS; agent += 1) {
    const agentId = `agent-${agent}`;
    events.push(event(START + agent, 'agent.joined', { agentId }, { name: `WORKER-${agent + 1}` }));
    events.push(event(START + agent, 'agent.status', { agentId }, { status: 'active' }));
  }
  for (let index = 0; index < count; index += 1) {
    const scope = { agentId: agentOf(index), spanId: `span-${index}` };
    if (index % 160 >= 120) scope.parentSpanId = `span-${index - AGENTS}`;
    const kind = index % 3 === 0 ? 'model' : 'tool';
    events.push(
      event(at(index), 'span.started', scope, { kind, name: kind === 'model' ? 'some-model' : 'read file' }),
    );
    if (index === count - 1) break;
    const cost = { nanoUsd: (index * 7919) % 90_000_000, basis: 'list' };
    const usage = { inputTokens: 900, outputTokens: 80 };
    const status = index % 97 === 0 ? 'error' : 'ok';
    events.push(
      event(at(index) + 420, 'span.ended', scope, kind === 'model' ? { status, cost, usage } : { status }),
    );
  }
  return events;
}

/** A monitor over a state that the page changes itself: no network is measured. */
function stateMonitor(state) {
  const snapshot = (next) => ({
    state: next,
    live: next,
    mode: 'live',
    seq: next.seq,
    head: next.seq,
    first: 1,
    seeking: false,
    connection: { phase: 'open', since: START, attempt: 0 },
    ready: true,
  });
  const store = createStore(snapshot(state));
  const monitor = {
    getSnapshot: store.get,
    subscribe: store.subscribe,
    command: async () => ({ ok: true }),
    seek() {},
    goLive() {},
    readRange: async ({ from }) => ({ from, to: from - 1, events: [] }),
    blob: async () => undefined,
    dispose() {},
  };
  return { monitor, set: (next) => store.set(snapshot(next)) };
}

const ROW = 26;
function VirtualList({ store }) {
  const rows = useSyncExternalStore(store.subscribe, store.get);
  const viewport = useRef(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const element = viewport.current;
    const look = () => setTop(Math.floor(element.scrollTop / ROW) * ROW);
    element.addEventListener('scroll', look, { passive: true });
    return () => element.removeEventListener('scroll', look);
  }, []);
  const from = Math.max(0, top / ROW - 15);
  const shown = rows.slice(from, from + 52);
  return (
    <div ref={viewport} style={{ height: 560, overflow: 'auto' }}>
      <div style={{ height: rows.length * ROW, paddingTop: from * ROW, boxSizing: 'border-box' }}>
        {shown.map((row) => (
          <div key={row.id} style={{ height: ROW }}>
            <span>{row.name}</span> <span>{row.startedAt}</span> <span>{row.status}</span>
          </div>
        ))}
      </div>
    </div>
  );
}

const kinds = {
  idle: () => ({ render() {}, update() {} }),

  floor(count) {
    const rows = Array.from({ length: count }, (_, index) => ({
      id: `span-${index}`,
      name: 'read file',
      startedAt: at(index),
      status: 'ok',
    }));
    const store = createStore(rows);
    let ticks = 0;
    return {
      render: () => flushSync(() => createRoot(root).render(<VirtualList store={store} />)),
      update() {
        const next = [...store.get()];
        next[5] = { ...next[5], status: `running ${(ticks += 1)}` };
        store.set(next);
      },
    };
  },

  run(count) {
    let state = reduce(emptyState(), record(count));
    const { monitor, set } = stateMonitor(state);
    let next = count;
    return {
      spans: state.runs.get('run').spans.length,
      render: () =>
        flushSync(() =>
          createRoot(root).render(
            <MonitorProvider monitor={monitor} theme="light" locale="en">
              <AgentActivityTimeline runId="run" />
            </MonitorProvider>,
          ),
        ),
      /** A span begins and another one ends. */
      update() {
        const before = { agentId: agentOf(next - 1), spanId: `span-${next - 1}` };
        const scope = { agentId: agentOf(next), spanId: `span-${next}` };
        state = reduce(state, [
          event(at(next), 'span.started', scope, { kind: 'tool', name: 'read file' }),
          event(at(next), 'span.ended', before, { status: 'ok' }),
        ]);
        next += 1;
        set(state);
      },
    };
  },

  lanes(count) {
    const state = reduce(emptyState(), record(1_000));
    const { monitor } = stateMonitor(emptyState());
    const known = [...state.spans.values()];
    const spans = Array.from({ length: count }, (_, index) => {
      const id = `span-${index}`;
      const parent = index % 160 >= 120 ? `span-${index - AGENTS}` : undefined;
      return {
        ...known[index % 900],
        key: id,
        id,
        agentId: agentOf(index),
        parentSpanId: parent,
        startedAt: at(index),
        endedAt: at(index) + 420,
      };
    });
    return {
      spans: count,
      // Lanes are made of the host's spans within what is measured.
      render: () =>
        flushSync(() =>
          createRoot(root).render(
            <MonitorProvider monitor={monitor} theme="light" locale="en">
              <AgentActivityTimeline runId="none" lanes={createLanes([...state.agents.values()], spans)} />
            </MonitorProvider>,
          ),
        ),
      update() {},
    };
  },
};

const frame = () => new Promise((resolve) => requestAnimationFrame(() => resolve()));
/** After the frame is painted. */
const painted = async () => {
  await frame();
  await new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(undefined);
  });
};

/** One gesture a frame. */
async function frames(count, act) {
  for (let index = 0; index < count; index += 1) {
    await frame();
    flushSync(() => act(index));
    await painted();
  }
}

let current;
window.bench = {
  prepare(kind, count) {
    current = kinds[kind](count);
    return current.spans;
  },
  async render() {
    // In a task of its own, so that the call that asks for it is not measured with it.
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = performance.now();
    current.render();
    // The width that is measured after the first drawing draws it again: that counts.
    await painted();
    return performance.now() - before;
  },
  nodes: () => root.querySelectorAll('*').length,
  async run(updates) {
    for (let index = 0; index < updates; index += 1) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      await frame();
      current.update();
      await painted();
    }
  },
  /** Zooms in and out again, or pans there and back. */
  async gestures(gesture, count) {
    const lanes = document.querySelector('.fg-lanes');
    const box = document.querySelector('.fg-axis-plot').getBoundingClientRect();
    const wheel = (init) => {
      const at = { clientX: box.left + box.width * 0.4, bubbles: true, cancelable: true };
      lanes.dispatchEvent(new WheelEvent('wheel', { ...at, ...init }));
    };
    const there = (index) => (index < count / 2 ? 1 : -1);
    if (gesture === 'zoom')
      await frames(count, (index) => wheel({ ctrlKey: true, deltaY: -60 * there(index) }));
    else {
      wheel({ ctrlKey: true, deltaY: -600 });
      await frames(count, (index) => wheel({ shiftKey: true, deltaY: 40 * there(index) }));
    }
  },
};
