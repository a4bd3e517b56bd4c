// In Chromium: the timeline of many spans, beside a plain virtual list of as many rows in the same run.
import { median, report } from '../lib/measure.mjs';
import { launchChromium, servePage, taskTime } from '../render/browser.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
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
    add(`${name} first`, await page.evaluate(() => globalThis.bench.render()));
    add(`${name} nodes`, await page.evaluate(() => globalThis.bench.nodes()));
    add(`${name} heap`, ((await heap(session)) - before) / 1_000_000);
    await page.evaluate(() => globalThis.bench.run(3));
    const started = await taskTime(session);
    await page.evaluate((updates) => globalThis.bench.run(updates), UPDATES);
    add(`${name} update`, ((await taskTime(session)) - started) / UPDATES);
    if (kind === 'run' || kind === 'lanes') {
      const { zoom, pan } = await page.evaluate((frames) => globalThis.bench.gestures(frames), FRAMES);
      add(`${name} zoom`, median(zoom));
      add(`${name} pan`, median(pan));
    }
    await page.close();
  }
}
served.close();
await browser.close();

const idle = median(results['idle 0 update']);
const updates = (name) => results[`${name} update`].map((value) => value - idle);
const guide = (max) => ({ max, guide: true });
report('floor: plain virtual list, 10,000 rows, first render', results['floor 10000 first'], 'ms');
report('floor: DOM nodes', results['floor 10000 nodes'], 'nodes');
report('floor: heap', results['floor 10000 heap'], 'MB');
report('floor: one row changes', updates('floor 10000'), 'ms main-thread CPU');
report('run of 10,000 spans: spans kept', results['run 10000 kept'], 'spans');
report('run of 10,000 spans: first render', results['run 10000 first'], 'ms', guide(100));
report('run of 10,000 spans: DOM nodes', results['run 10000 nodes'], 'nodes', { max: 600 });
report('run of 10,000 spans: heap', results['run 10000 heap'], 'MB', { max: 6 });
report('run of 10,000 spans: one live update', updates('run 10000'), 'ms main-thread CPU', guide(4));
report('run of 10,000 spans: zoom', results['run 10000 zoom'], 'ms a frame', guide(12));
report('run of 10,000 spans: pan', results['run 10000 pan'], 'ms a frame', guide(12));
report('lanes of 10,000 spans: first render', results['lanes 10000 first'], 'ms', guide(100));
report('lanes of 100,000 spans: first render', results['lanes 100000 first'], 'ms', guide(250));
report('lanes of 100,000 spans: DOM nodes', results['lanes 100000 nodes'], 'nodes', { max: 600 });
report('lanes of 100,000 spans: heap', results['lanes 100000 heap'], 'MB');
report('lanes of 100,000 spans: zoom', results['lanes 100000 zoom'], 'ms a frame', guide(12));
report('lanes of 100,000 spans: pan', results['lanes 100000 pan'], 'ms a frame', guide(12));
const first = (name) => median(results[`${name} first`]);
report('first render, 100,000 ÷ 10,000 spans', first('lanes 100000') / first('lanes 10000'), '×');
report('first render, ours ÷ floor, 10,000', first('run 10000') / first('floor 10000'), '×');
