// In Chromium: the timeline of many spans, beside a plain virtual list of as many rows in the same run.
import { median, report } from '../lib/measure.mjs';
import { launchChromium, servePage } from '../render/browser.mjs';

const ROUNDS = 5;
const UPDATES = 12;
const FRAMES = 24;
const cases = [
  ['idle', 0],
  ['floor', 10_000],
  ['run', 10_000],
  ['lanes', 10_000],
  ['lanes', 100_000],
];

const browser = await launchChromium();
const served = await servePage('../timeline/timeline.jsx');
const results = {};
const add = (name, value) => (results[name] ??= []).push(value);

/** Bytes that are in use after a collection. */
async function heap(session) {
  await session.send('HeapProfiler.collectGarbage');
  return (await session.send('Runtime.getHeapUsage')).usedSize;
}

/** Main-thread CPU milliseconds of the page's own tasks. */
async function pageTime(session) {
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (name) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return (of('TaskDuration') - of('DevToolsCommandDuration')) * 1_000;
}

/** What `act` takes of the main thread. */
async function cpu(session, act) {
  const before = await pageTime(session);
  await act();
  return (await pageTime(session)) - before;
}

for (let round = 0; round < ROUNDS; round += 1) {
  for (const [kind, count] of cases) {
    const name = `${kind} ${count}`;
    const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
    page.on('pageerror', (error) => {
      throw error;
    });
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.goto(served.url);
    await page.waitForFunction(() => globalThis.bench);
    const kept = await page.evaluate(
      ([chosen, spans]) => globalThis.bench.prepare(chosen, spans),
      [kind, count],
    );
    if (kind === 'run') add(`${name} kept`, kept);
    const before = await heap(session);
    const render = () => page.evaluate(() => globalThis.bench.render());
    add(`${name} first`, await cpu(session, async () => add(`${name} shown`, await render())));
    add(`${name} nodes`, await page.evaluate(() => globalThis.bench.nodes()));
    add(`${name} heap`, ((await heap(session)) - before) / 1_000_000);
    const run = (updates) => page.evaluate((count) => globalThis.bench.run(count), updates);
    await run(3);
    add(`${name} update`, (await cpu(session, () => run(UPDATES))) / UPDATES);
    if (kind === 'run' || kind === 'lanes') {
      const gestures = (gesture) =>
        page.evaluate(([of, frames]) => globalThis.bench.gestures(of, frames), [gesture, FRAMES]);
      add(`${name} zoom`, (await cpu(session, () => gestures('zoom'))) / FRAMES);
      add(`${name} pan`, (await cpu(session, () => gestures('pan'))) / FRAMES);
    }
    await page.close();
  }
}
served.close();
await browser.close();

const idle = median(results['idle 0 update']);
const updates = (name) => results[`${name} update`].map((value) => value - idle);
const guide = (max) => ({ max, guide: true });
report(
  'floor: plain virtual list, 10,000 rows: first render',
  results['floor 10000 first'],
  'ms main-thread CPU',
);
report('floor: DOM nodes', results['floor 10000 nodes'], 'nodes');
report('floor: heap', results['floor 10000 heap'], 'MB');
report('floor: one row changes', updates('floor 10000'), 'ms main-thread CPU');
report('run of 10,000 spans: spans kept', results['run 10000 kept'], 'spans');
report('run of 10,000 spans: first render', results['run 10000 first'], 'ms main-thread CPU', guide(100));
report('run of 10,000 spans: DOM nodes', results['run 10000 nodes'], 'nodes', { max: 600 });
report('run of 10,000 spans: heap', results['run 10000 heap'], 'MB', { max: 6 });
report('run of 10,000 spans: one live update', updates('run 10000'), 'ms main-thread CPU', guide(4));
report('run of 10,000 spans: zoom', results['run 10000 zoom'], 'ms main-thread CPU a frame', guide(12));
report('run of 10,000 spans: pan', results['run 10000 pan'], 'ms main-thread CPU a frame', guide(12));
report('lanes of 10,000 spans: first render', results['lanes 10000 first'], 'ms main-thread CPU', guide(100));
report(
  'lanes of 100,000 spans: first render',
  results['lanes 100000 first'],
  'ms main-thread CPU',
  guide(250),
);
report('lanes of 100,000 spans: DOM nodes', results['lanes 100000 nodes'], 'nodes', { max: 600 });
report('lanes of 100,000 spans: heap', results['lanes 100000 heap'], 'MB');
report('lanes of 100,000 spans: zoom', results['lanes 100000 zoom'], 'ms main-thread CPU a frame', guide(12));
report('lanes of 100,000 spans: pan', results['lanes 100000 pan'], 'ms main-thread CPU a frame', guide(12));
const first = (name) => median(results[`${name} first`]);
report('run of 10,000 spans: asked for to painted', results['run 10000 shown'], 'ms');
report('lanes of 100,000 spans: asked for to painted', results['lanes 100000 shown'], 'ms');
report('floor: asked for to painted', results['floor 10000 shown'], 'ms');
report('first render, 100,000 ÷ 10,000 spans', first('lanes 100000') / first('lanes 10000'), '×');
report('first render, ours ÷ floor, 10,000', first('run 10000') / first('floor 10000'), '×');
