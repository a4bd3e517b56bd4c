// In Chromium: the whole FleetDashboard under 1,000 and 100 events a second from a server, and eight simulated hours of a
// busy run.
import { percentile, report } from '../lib/measure.mjs';
import { startFeed } from '../load/feed.mjs';
import { launchChromium, servePage, taskTime } from '../render/browser.mjs';

const SECONDS = Number(process.env.LOAD_SECONDS ?? 60);
const HOURS = Number(process.env.LOAD_HOURS ?? 8);
const SOAK_RATE = 2;
/** Simulated seconds from one picture to the next. */
const SOAK_STEP = 20;
const WARM_UP = 3;
/** One long run, of which each event is shown; and several that come and go. */
const cases = [
  { name: 'run page', view: { page: 'run', runId: 'run_1_1' }, fleet: { lanes: 1, tasksARun: 1e6 } },
  { name: 'overview', view: { page: 'overview' }, fleet: { lanes: 4, tasksARun: 100 } },
];

const browser = await launchChromium();
const page = await servePage('../load/dashboard.jsx');

async function open() {
  const tab = await browser.newPage({ viewport: { width: 1_440, height: 1_000 } });
  tab.on('pageerror', (error) => console.error(error));
  const session = await tab.context().newCDPSession(tab);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await tab.goto(page.url);
  await tab.waitForFunction(() => globalThis.bench);
  return { tab, session };
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

for (const { name, view, fleet } of SECONDS > 0 ? cases : []) {
  for (const [rate, seconds] of [
    [1_000, SECONDS],
    [100, Math.ceil(SECONDS / 3)],
  ]) {
    const { tab, session } = await open();
    const feed = await startFeed(new URL(page.url).origin, fleet);
    await tab.evaluate(([url, what]) => globalThis.bench.live(url, what), [feed.url, view]);
    await feed.run(rate, WARM_UP);
    await tab.evaluate(() => globalThis.bench.watch());
    const [began, before] = [performance.now(), await taskTime(session)];
    const { probes } = await feed.run(rate, seconds);
    const spent = (await taskTime(session)) - before;
    const cpu = (spent / (performance.now() - began)) * 100;
    await sleep(500);
    const seen = await tab.evaluate(() => globalThis.bench.seen());
    await feed.close();
    await tab.close();
    const at = `${name}, ${rate.toLocaleString('en')} events/s for ${seconds} s`;
    const gaps = seen.frames.slice(1).map((time, index) => time - seen.frames[index]);
    const frames = (gaps.length / gaps.reduce((sum, gap) => sum + gap, 0)) * 1_000;
    report(`${at}: frames a second`, frames, 'frames/s', { min: 58, guide: true });
    report(`${at}: longest task`, Math.max(0, ...seen.longTasks), 'ms', { max: 50, guide: true });
    report(`${at}: tasks above 50 ms`, seen.longTasks.length, 'tasks', { max: 0, guide: true });
    report(`${at}: event to paint, p50`, percentile(seen.delays, 0.5) ?? NaN, 'ms');
    report(`${at}: event to paint, p95`, percentile(seen.delays, 0.95) ?? NaN, 'ms', {
      max: 150,
      guide: true,
    });
    report(`${at}: probes painted`, (seen.delays.length / probes) * 100, '%', { min: 95 });
    report(`${at}: main thread`, cpu, '% of a core', rate === 100 ? { max: 20, guide: true } : undefined);
  }
}

const { tab, session } = await open();
const runs = await tab.evaluate((view) => globalThis.bench.startSoak(view), { page: 'overview' });
const heaps = [];
const began = performance.now();
for (let hour = 0; hour < HOURS; hour += 1) {
  await tab.evaluate((how) => globalThis.bench.soak(60, how.rate, how.step), {
    rate: SOAK_RATE,
    step: SOAK_STEP,
  });
  await session.send('HeapProfiler.collectGarbage');
  heaps.push((await session.send('Runtime.getHeapUsage')).usedSize / 1e6);
}
const hours = heaps.map((heap) => Math.round(heap * 10) / 10);
const what = `${HOURS} simulated hours at ${SOAK_RATE} events/s, of ${runs} runs`;
report(`${what}: heap at the end`, heaps.at(-1), 'MB', undefined, { hours });
report(`${what}: largest ÷ smallest heap of an hour`, Math.max(...heaps) / Math.min(...heaps), '×', {
  max: 1.1,
});
report(`${what}: lived in`, (performance.now() - began) / 1_000, 's');
await browser.close();
page.close();
