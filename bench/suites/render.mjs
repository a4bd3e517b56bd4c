// In Chromium: the main-thread CPU of a live line beside its peers, and the time from an event in the gateway to paint.
import { median, ratios, report } from '../lib/measure.mjs';
import { launchChromium, servePage, taskTime } from '../render/browser.mjs';
import { measurePaint } from '../render/paint.mjs';

const UPDATES = 20;
const ROUNDS = 5;
const cases = [
  ['idle', 0],
  ['fleetglass', 1_000],
  ['fleetglass', 100_000],
  ['uplot', 1_000],
  ['uplot', 100_000],
  ['recharts', 1_000],
];

const browser = await launchChromium();
const lines = await servePage('./lines.jsx');
const results = Object.fromEntries(cases.map(([kind, count]) => [`${kind} ${count}`, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [kind, count] of cases) {
    const page = await browser.newPage({ viewport: { width: 1_000, height: 600 } });
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.goto(lines.url);
    await page.evaluate(([chosen, points]) => globalThis.bench.setup(chosen, points), [kind, count]);
    await page.evaluate(() => globalThis.bench.run(5));
    const before = await taskTime(session);
    await page.evaluate((updates) => globalThis.bench.run(updates), UPDATES);
    results[`${kind} ${count}`].push(((await taskTime(session)) - before) / UPDATES);
    await page.close();
  }
}
lines.close();

const idle = median(results['idle 0']);
const aboveIdle = (name) => results[name].map((value) => value - idle);
const unit = 'ms main-thread CPU an update';
report('harness, idle', results['idle 0'], unit);
report('live line, 1,000 points', aboveIdle('fleetglass 1000'), unit, { max: 1.3, guide: true });
report('live line, 100,000 points', aboveIdle('fleetglass 100000'), unit, { max: 1.3, guide: true });
report('peer: uPlot, 1,000 points', aboveIdle('uplot 1000'), unit);
report('peer: uPlot, 100,000 points', aboveIdle('uplot 100000'), unit);
report('peer: Recharts, numeric axis, 1,000 points', aboveIdle('recharts 1000'), unit);
const ours = aboveIdle('fleetglass 1000');
const oursLong = aboveIdle('fleetglass 100000');
report('uPlot ÷ ours, 1,000 points', median(aboveIdle('uplot 1000')) / median(ours), '×', { min: 1 });
report('uPlot ÷ ours, 100,000 points', median(aboveIdle('uplot 100000')) / median(oursLong), '×', { min: 1 });
report('Recharts ÷ ours, 1,000 points', ratios(aboveIdle('recharts 1000'), ours), '×', { min: 8 });
report('ours: 100,000 ÷ 1,000 points', median(oursLong) / median(ours), '×', { max: 1.3 });

const delays = await measurePaint(browser, { rate: 50, seconds: 6 });
report('event in the gateway to paint, p50', delays.p50, 'ms');
report('event in the gateway to paint, p95', delays.p95, 'ms', { max: 60, guide: true });
await browser.close();
