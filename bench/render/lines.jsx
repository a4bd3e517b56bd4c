// One live line of n points, drawn by us and by the peers: each update appends a point and drops the oldest.
import { emptyState, reduce } from '@fleetglass/core/client';
import { SpendLine } from '@fleetglass/react';
import '@fleetglass/react/styles.css';
import { useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { Line, LineChart, XAxis, YAxis } from 'recharts';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

const WIDTH = 800;
const HEIGHT = 300;
const START = Date.UTC(2026, 0, 1);
const root = document.getElementById('root');
const valueAt = (index) => 50 + 40 * Math.sin(index / 40) + ((index * 7919) % 13);

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

const kinds = {
  idle: () => () => {},

  uplot(count) {
    let x = Array.from({ length: count }, (_, index) => index);
    let y = x.map(valueAt);
    const options = {
      width: WIDTH,
      height: HEIGHT,
      series: [{}, { stroke: 'steelblue' }],
      scales: { x: { time: false } },
    };
    const plot = new UPlot(options, [x, y], root);
    let next = count;
    return () => {
      x = x.slice(1);
      y = y.slice(1);
      x.push(next);
      y.push(valueAt(next));
      next += 1;
      plot.setData([x, y]);
    };
  },

  recharts(count) {
    const store = createStore(Array.from({ length: count }, (_, x) => ({ x, y: valueAt(x) })));
    function Chart() {
      const data = useStore(store);
      return (
        <LineChart width={WIDTH} height={HEIGHT} data={data}>
          <XAxis dataKey="x" type="number" domain={['dataMin', 'dataMax']} />
          <YAxis />
          <Line dataKey="y" dot={false} isAnimationActive={false} />
        </LineChart>
      );
    }
    createRoot(root).render(<Chart />);
    let next = count;
    return () => {
      store.set([...store.get().slice(1), { x: next, y: valueAt(next) }]);
      next += 1;
    };
  },

  fleetglass(count) {
    let seq = 0;
    const eventAt = (index) => ({
      v: 1,
      seq: (seq += 1),
      time: START + index * 1_000,
      type: 'usage.recorded',
      runId: 'run',
      data: {
        usage: { inputTokens: 1, outputTokens: 1 },
        cost: { nanoUsd: Math.round(valueAt(index)), basis: 'list' },
      },
    });
    const created = {
      v: 1,
      seq: (seq += 1),
      time: START,
      type: 'run.created',
      runId: 'run',
      data: { name: 'bench' },
    };
    const recorded = Array.from({ length: count }, (_, index) => eventAt(index));
    const store = createStore(reduce(emptyState(), [created, ...recorded]));
    function Chart() {
      const { time, runs } = useStore(store);
      return (
        <SpendLine series={runs.get('run').spend} until={time} style={{ width: WIDTH, height: HEIGHT }} />
      );
    }
    createRoot(root).render(<Chart />);
    let next = count;
    return () => {
      store.set(reduce(store.get(), [eventAt(next)]));
      next += 1;
    };
  },
};

/** Sets one kind up; then `run(updates)` draws at ten updates a second, each in a frame of its own. */
window.bench = {
  setup(kind, count) {
    window.update = kinds[kind](count);
  },
  run: (updates) =>
    new Promise((resolve) => {
      let done = 0;
      const timer = setInterval(() => {
        requestAnimationFrame(() => {
          window.update();
          done += 1;
          if (done < updates) return;
          clearInterval(timer);
          requestAnimationFrame(() => setTimeout(resolve, 50));
        });
      }, 100);
    }),
};
