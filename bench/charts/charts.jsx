// A trend of n points that grows by one, drawn by our chart and by Recharts as its examples show it.
import { createMonitor } from '@fleetglass/core/client';
import { MonitorProvider } from '@fleetglass/react';
import { CostTrend } from '@fleetglass/react/charts';
import '@fleetglass/react/styles.css';
import '@fleetglass/react/charts.css';
import { useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { Line, LineChart, Tooltip, XAxis, YAxis } from 'recharts';

const WIDTH = 800;
const HEIGHT = 300;
const START = Date.UTC(2026, 0, 1);
const root = document.getElementById('root');
const valueAt = (index) => Math.round(1e9 * (50 + 40 * Math.sin(index / 40) + ((index * 7919) % 13)));

function createStore(value) {
  const listeners = new Set();
  return {
    get: () => value,
    set(next) {
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const useStore = (store) => useSyncExternalStore(store.subscribe, store.get);

/** Appends a point and drops the oldest. */
function growing(count, pointAt) {
  const store = createStore(Array.from({ length: count }, (_, index) => pointAt(index)));
  let next = count;
  const update = () => {
    store.set([...store.get().slice(1), pointAt(next)]);
    next += 1;
  };
  return { store, update };
}

/** A transport that never says anything: the figures are the host's. */
const silent = {
  subscribe: () => ({ restart() {}, close() {} }),
  status: { phase: 'open', since: 0, attempt: 0 },
  onStatus: () => () => {},
  close() {},
};

const kinds = {
  idle: () => () => {},

  recharts(count) {
    const { store, update } = growing(count, (x) => ({ x, y: valueAt(x) / 1e9 }));
    function Chart() {
      return (
        <LineChart width={WIDTH} height={HEIGHT} data={useStore(store)}>
          <XAxis dataKey="x" />
          <YAxis />
          <Tooltip />
          <Line dataKey="y" />
        </LineChart>
      );
    }
    createRoot(root).render(<Chart />);
    return update;
  },

  fleetglass(count) {
    const { store, update } = growing(count, (index) => ({
      time: START + index * 60_000,
      cost: { nanoUsd: valueAt(index), byBasis: {}, unknownCalls: 0 },
    }));
    const monitor = createMonitor({ transport: silent });
    function Chart() {
      return <CostTrend data={useStore(store)} />;
    }
    createRoot(root).render(
      <MonitorProvider monitor={monitor} theme="light" style={{ width: WIDTH }}>
        <Chart />
      </MonitorProvider>,
    );
    return update;
  },
};

/** Sets one kind up; then `run(updates)` draws at ten updates a second, each in a frame of its own. */
window.bench = {
  setup(kind, count) {
    window.update = kinds[kind](count);
  },
  isDrawn: () => document.querySelector('.recharts-line-curve, .recharts-area-curve') !== null,
  async run(updates) {
    for (let index = 0; index < updates; index += 1) {
      window.update();
      await new Promise((resolve) => {
        requestAnimationFrame(() => setTimeout(resolve, 100));
      });
    }
  },
};
