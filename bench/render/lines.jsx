// One live line of n points, drawn by us and by the peers: each update appends a point and drops the oldest.
import { SpendLine } from '@fleetglass/react';
import { useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { Line, LineChart, XAxis, YAxis } from 'recharts';
import UPlot from 'uplot';

const WIDTH = 800;
const HEIGHT = 300;
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
    const options = { width: WIDTH, height: HEIGHT, series: [{}, { stroke: 'steelblue' }], scales: { x: { time: false } } };
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
    return window.fleetglassLine(count, { SpendLine, createStore, useStore, createRoot, root, valueAt });
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
