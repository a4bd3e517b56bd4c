// In Chromium: the whole dashboard under 1,000 and 100 events a second, and eight simulated hours of a busy run.
import { percentile, report } from '../lib/measure.mjs';
import { launchChromium, servePage, taskTime } from '../render/browser.mjs';

const SECONDS = Number(process.env.LOAD_SECONDS ?? 60);
const HOURS = 8;
const SOAK_RATE = 10;

const browser = await launchChromium();
const page = await servePage('../load/dashboard.jsx');

async function open() {
  const tab = await browser.newPage({ viewport: { width: 1_440, height: 1_000 } });
  tab.on('pageerror', (error) => console.error(error));
  const session = await tab.context().newCDPSession(tab);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await tab.goto(page.url);
  return { tab, session };
}

for (const [rate, seconds] of [
  [1_000, SECONDS],
  [100, Math.ceil(SECONDS / 2)],
]) {
  const { tab, session } = await open();
  await tab.evaluate(() => globalThis.bench.start());
  await tab.evaluate(([a, b]) => globalThis.bench.load(a, b), [rate, 3]);
  const before = await taskTime(session);
  const seen = await tab.evaluate(([a, b]) => globalThis.bench.load(a, b), [rate, seconds]);
  const cpu = (((await taskTime(session)) - before) / (seconds * 1_000 + 500)) * 100;
  const at = `${rate.toLocaleString('en')} events/s for ${seconds} s`;
  const frames = seen.gaps.length / (seen.gaps.reduce((sum, gap) => sum + gap, 0) / 1_000);
  report(`${at}: frames a second`, frames, 'frames/s', { min: 58, guide: true });
  report(`${at}: longest gap between frames`, Math.max(...seen.gaps), 'ms');
  report(`${at}: tasks above 50 ms`, seen.longTasks.length, 'tasks', { max: 0, guide: true });
  report(`${at}: longest task`, Math.max(0, ...seen.longTasks), 'ms');
  report(`${at}: event to paint, p50`, percentile(seen.delays, 0.5), 'ms');
  report(`${at}: event to paint, p95`, percentile(seen.delays, 0.95), 'ms', { max: 150, guide: true });
  report(`${at}: probes painted`, (seen.delays.length / seen.probes) * 100, '%', { min: 95 });
  report(`${at}: main thread`, cpu, '% of a core', rate === 100 ? { max: 20, guide: true } : undefined);
  await tab.close();
}

const { tab, session } = await open();
await tab.evaluate(() => globalThis.bench.startSoak());
const heaps = [];
for (let hour = 0; hour < HOURS; hour += 1) {
  await tab.evaluate(([minutes, rate]) => globalThis.bench.soak(minutes, rate), [60, SOAK_RATE]);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  heaps.push(usedSize / 1e6);
}
// The first hours fill what is kept of the past.
const [settled, last] = [heaps[2], heaps.at(-1)];
report(`${HOURS} simulated hours at ${SOAK_RATE} events/s: heap by hour`, heaps.at(-1), 'MB', undefined, {
  hours: heaps.map((heap) => Math.round(heap * 10) / 10),
});
report('heap of the last hour ÷ the third', last / settled, '×', { max: 1.1 });
await browser.close();
page.close();
