// In Chromium: the main-thread CPU of one update of a trend, ours over 100,000 points and Recharts over as many as it bears.
import { median, report } from '../lib/measure.mjs';
import { launchChromium, servePage, taskTime } from '../render/browser.mjs';

const ROUNDS = 3;
const cases = [
  { kind: 'idle', count: 0, updates: 10 },
  { kind: 'fleetglass', count: 1_000, updates: 10 },
  { kind: 'fleetglass', count: 100_000, updates: 10 },
  { kind: 'recharts', count: 400, updates: 10 },
  { kind: 'recharts', count: 10_000, updates: 3 },
];
const nameOf = ({ kind, count }) => `${kind} ${count}`;

const browser = await launchChromium();
const site = await servePage('../charts/charts.jsx');
const results = Object.fromEntries(cases.map((one) => [nameOf(one), []]));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const one of cases) {
    const page = await browser.newPage({ viewport: { width: 1_000, height: 700 } });
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.goto(site.url);
    await page.evaluate(({ kind, count }) => globalThis.bench.setup(kind, count), one);
    if (one.kind !== 'idle') await page.waitForFunction(() => globalThis.bench.isDrawn());
    await page.evaluate(() => globalThis.bench.run(2));
    const before = await taskTime(session);
    await page.evaluate((updates) => globalThis.bench.run(updates), one.updates);
    results[nameOf(one)].push(((await taskTime(session)) - before) / one.updates);
    await page.close();
  }
}
site.close();
await browser.close();

const idle = median(results['idle 0']);
const aboveIdle = (name) => results[name].map((value) => value - idle);
const unit = 'ms main-thread CPU an update';
const ours = aboveIdle('fleetglass 100000');
report('harness, idle', results['idle 0'], unit);
report('CostTrend, 1,000 points', aboveIdle('fleetglass 1000'), unit);
report('CostTrend, 100,000 points', ours, unit, { max: 15, guide: true });
report('peer: Recharts, category axis, 400 points', aboveIdle('recharts 400'), unit);
report('peer: Recharts, category axis, 10,000 points', aboveIdle('recharts 10000'), unit);
report(
  'Recharts, 10,000 points ÷ ours, 100,000 points',
  median(aboveIdle('recharts 10000')) / median(ours),
  '×',
  {
    min: 8,
  },
);
