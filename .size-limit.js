/*
 * What a page downloads, gzip. A row of `firstPaint` leaves out what `import()` loads later; the row after it counts all
 * of it, as if everything had been opened. "aim" stands where an aim is missed.
 */
const REACT = ['react', 'react-dom'];
const OUTSIDE = [...REACT, '@fleetglass/core'];

const withoutLater = {
  name: 'without-later',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    );
  },
};
const firstPaint = {
  modifyEsbuildConfig: (config) => ({ ...config, plugins: [withoutLater] }),
};
const panel = {
  import: {
    'packages/react/dist/index.js': '{ OrchestratorMonitoringPanel, MonitorProvider }',
    'packages/core/dist/client.js': '{ createMonitor, webSocket }',
  },
  ignore: REACT,
};
const live = { path: 'packages/react/dist/index.js', import: '*', ignore: OUTSIDE };

const rows = [
  {
    name: '@fleetglass/core/client: the monitor over WebSocket (aim: 12 kB)',
    path: 'packages/core/dist/client.js',
    import: '{ createMonitor, webSocket }',
    limit: '16.9 kB',
  },
  {
    name: '@fleetglass/react: the panel and its provider, with the monitor',
    ...panel,
    ...firstPaint,
    limit: '40 kB',
  },
  {
    name: '… and all that it loads beside the run or after a click: timeline, agents, feed, scrubber, decisions, forks',
    ...panel,
    limit: '87 kB',
  },
  {
    name: '@fleetglass/react: AgentCard alone',
    path: 'packages/react/dist/index.js',
    import: '{ AgentCard }',
    ignore: OUTSIDE,
    limit: '6 kB',
  },
  {
    name: '@fleetglass/react: all live components',
    ...live,
    ...firstPaint,
    limit: '60 kB',
  },
  {
    name: '… and all that they load when it is shown: timeline, task details, decisions, forks, start form, exports',
    ...live,
    limit: '103 kB',
  },
  {
    name: '@fleetglass/react/charts: every chart with Recharts, which is loaded lazily',
    path: 'packages/react/dist/charts.js',
    import: '*',
    ignore: OUTSIDE,
    limit: '140 kB',
  },
  {
    name: '@fleetglass/react/graph: the workflow graph with React Flow',
    path: 'packages/react/dist/graph.js',
    ignore: OUTSIDE,
    ...firstPaint,
    limit: '75 kB',
  },
  {
    name: '… and the list of its nodes, which is loaded when it is asked for',
    path: 'packages/react/dist/graph.js',
    ignore: OUTSIDE,
    limit: '77 kB',
  },
  {
    name: '@fleetglass/react/reading: with Markdown (16 kB) and diffs (2 kB), which are loaded lazily',
    path: 'packages/react/dist/reading.js',
    ignore: OUTSIDE,
    limit: '65 kB',
  },
];

export default rows.map((row) => ({ ...row, gzip: true }));
