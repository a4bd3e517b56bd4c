// A table of n runs in which one run changes: ours beside a plain React table and one whose rows are virtual.
import { emptyState, reduce } from '@fleetglass/core/client';
import { MonitorProvider, RunTable } from '@fleetglass/react';
import '@fleetglass/react/styles.css';
import { Profiler, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { flushSync } from 'react-dom';

const START = Date.UTC(2026, 0, 1);
const root = document.getElementById('root');
const MIDDLE = 5;

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

/** A monitor that publishes at once what is folded into it. */
function createMonitor(events) {
  const state = reduce(emptyState(), events);
  const connection = { phase: 'open', since: START, attempt: 0 };
  const snapshotOf = (next) => ({
    state: next,
    live: next,
    mode: 'live',
    seq: next.seq,
    head: next.seq,
    first: 1,
    seeking: false,
    connection,
    ready: true,
  });
  const store = createStore(snapshotOf(state));
  return {
    getSnapshot: store.get,
    subscribe: store.subscribe,
    command: async () => ({ ok: true }),
    seek() {},
    goLive() {},
    readRange: async () => ({ from: 1, to: 1, events: [] }),
    blob: async () => undefined,
    dispose() {},
    append: (more) => store.set(snapshotOf(reduce(store.get().live, more))),
  };
}

const createdAt = (index) => ({
  v: 1,
  seq: index + 1,
  time: START + index * 1_000,
  type: 'run.created',
  runId: `run-${index}`,
  data: { name: `Run ${index}`, labels: { team: index % 2 ? 'a' : 'b' } },
});

const kinds = {
  idle: () => ({ update() {}, append() {}, renders: () => 0 }),

  fleetglass(count) {
    const monitor = createMonitor(Array.from({ length: count }, (_, index) => createdAt(index)));
    let renders = 0;
    const clock = {
      now: () => START + 1e9,
      monotonic: () => performance.now(),
      setTimeout: (callback, ms) => setTimeout(callback, ms),
      clearTimeout: (handle) => clearTimeout(handle),
    };
    // Every figure at once, so that each update is drawn.
    const cadence = { cost: 0, progress: 0, agents: 0 };
    createRoot(root).render(
      <MonitorProvider monitor={monitor} clock={clock} cadence={cadence} theme="light" locale="en">
        <Profiler id="table" onRender={() => (renders += 1)}>
          <RunTable style={{ width: 1_200 }} />
        </Profiler>
      </MonitorProvider>,
    );
    let seq = count;
    return {
      update(step) {
        seq += 1;
        const data = {
          usage: { inputTokens: 1, outputTokens: step + 1 },
          cost: { nanoUsd: 1_000_000, basis: 'list' },
        };
        const event = {
          v: 1,
          seq,
          time: START + count * 1_000,
          type: 'usage.recorded',
          runId: `run-${count - MIDDLE}`,
          data,
        };
        flushSync(() => monitor.append([event]));
      },
      append() {
        const event = { ...createdAt(seq), seq: seq + 1, runId: `new-${seq}` };
        seq += 1;
        flushSync(() => monitor.append([event]));
      },
      renders: () => renders,
    };
  },

  plain(count) {
    const store = createStore(
      Array.from({ length: count }, (_, index) => ({
        id: `run-${index}`,
        name: `Run ${index}`,
        tokens: 0,
        cost: 0,
      })),
    );
    let renders = 0;
    function Table() {
      renders += 1;
      const rows = useSyncExternalStore(store.subscribe, store.get);
      return (
        <table>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <td>{row.name}</td>
                <td>running</td>
                <td>normal</td>
                <td>{row.tokens}</td>
                <td>{row.cost.toFixed(4)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      );
    }
    createRoot(root).render(
      <div style={{ height: 500, overflow: 'auto' }}>
        <Table />
      </div>,
    );
    return {
      update(step) {
        flushSync(() =>
          store.set(
            store
              .get()
              .map((row, at) => (at === MIDDLE ? { ...row, tokens: step, cost: step / 1_000 } : row)),
          ),
        );
      },
      append() {
        const rows = store.get();
        flushSync(() => store.set([...rows, { id: `new-${rows.length}`, name: 'New', tokens: 0, cost: 0 }]));
      },
      renders: () => renders,
    };
  },
};

/** A task of its own after the frame, so that style, layout and paint of a change are part of it. */
const afterPaint = () =>
  new Promise((resolve) => {
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = resolve;
      channel.port2.postMessage(undefined);
    });
  });

let shown;
let rowsDrawn = 0;
globalThis.bench = {
  async setup(kind, count) {
    shown = kinds[kind](count);
    await afterPaint();
    await afterPaint();
    const body = root.querySelector('.fg-rows, tbody');
    if (!body) return;
    new MutationObserver((records) => {
      const rows = records.map(({ target }) =>
        (target.nodeType === 1 ? target : target.parentElement)?.closest('.fg-row, tr'),
      );
      rowsDrawn += new Set(rows.filter(Boolean)).size;
    }).observe(body, { subtree: true, characterData: true, childList: true, attributes: true });
  },
  async run(action, times) {
    for (let step = 0; step < times; step += 1) {
      shown[action](step);
      await afterPaint();
    }
  },
  rows: () => rowsDrawn,
  elements: () => root.querySelectorAll('*').length,
};
