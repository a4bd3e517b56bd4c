// A table of n runs in which one run changes: ours beside a plain React table and one whose rows are virtual, which keep
// their rows in an array.
import { emptyState, reduce } from '@fleetglass/core/client';
import { MonitorProvider, RunTable } from '@fleetglass/react';
import '@fleetglass/react/styles.css';
import { memo, Profiler, useRef, useState, useSyncExternalStore } from 'react';
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

  plain: (count) =>
    arrayTable(count, ({ rows }) => (
      <table>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <Cells row={row} Cell="td" />
            </tr>
          ))}
        </tbody>
      </table>
    )),

  virtual: (count) => arrayTable(count, VirtualRows),
};

/** What any table shows of a run. */
function Cells({ row, Cell }) {
  return (
    <>
      <Cell>{row.name}</Cell>
      <Cell>running</Cell>
      <Cell>normal</Cell>
      <Cell>{row.tokens}</Cell>
      <Cell>{row.cost.toFixed(4)}</Cell>
    </>
  );
}

const ROW_HEIGHT = 54;
const VIEW_HEIGHT = 500;
const MARGIN = 400;

/** What a library of virtual rows comes to: those near the window are drawn, each again when its object is another. */
function VirtualRows({ rows }) {
  const viewport = useRef(null);
  const [top, setTop] = useState(0);
  const from = Math.max(0, Math.floor((top - MARGIN) / ROW_HEIGHT));
  const to = Math.min(rows.length, Math.ceil((top + VIEW_HEIGHT + MARGIN) / ROW_HEIGHT));
  return (
    <div
      ref={viewport}
      style={{ height: VIEW_HEIGHT, overflow: 'auto' }}
      onScroll={() => setTop(viewport.current.scrollTop)}
    >
      <div className="fg-rows" style={{ height: rows.length * ROW_HEIGHT, position: 'relative' }}>
        {rows.slice(from, to).map((row, at) => (
          <VirtualRow key={row.id} row={row} top={(from + at) * ROW_HEIGHT} />
        ))}
      </div>
    </div>
  );
}

const ROW = {
  position: 'absolute',
  top: 0,
  display: 'grid',
  gridTemplateColumns: 'repeat(5, 1fr)',
  width: '100%',
};

const VirtualRow = memo(function VirtualRow({ row, top }) {
  return (
    <div className="fg-row" style={{ ...ROW, height: ROW_HEIGHT, transform: `translateY(${top}px)` }}>
      <Cells row={row} Cell="div" />
    </div>
  );
});

/** A table that follows an array of rows. */
function arrayTable(count, Rows) {
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
    return <Rows rows={useSyncExternalStore(store.subscribe, store.get)} />;
  }
  createRoot(root).render(
    <div style={{ height: VIEW_HEIGHT, overflow: 'auto' }}>
      <Table />
    </div>,
  );
  return {
    update(step) {
      const change = (row, at) => (at === MIDDLE ? { ...row, tokens: step, cost: step / 1_000 } : row);
      flushSync(() => store.set(store.get().map(change)));
    },
    append() {
      const rows = store.get();
      flushSync(() => store.set([{ id: `new-${rows.length}`, name: 'New', tokens: 0, cost: 0 }, ...rows]));
    },
    renders: () => renders,
  };
}

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
    const rowOf = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest('.fg-row, tr');
    new MutationObserver((records) => {
      // A row that only tells another place is not drawn anew.
      const changed = records.filter(({ target, type }) => type !== 'attributes' || target !== rowOf(target));
      const rows = changed.flatMap(({ target, addedNodes }) => [target, ...addedNodes].map(rowOf));
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
