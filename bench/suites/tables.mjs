// In Chromium: the main-thread CPU of a table of runs in which one changes, beside a plain React table and a plain one of
// virtual rows in the same run.
import { median, ratios, report } from '../lib/measure.mjs';
import { launchChromium, servePage, taskTime } from '../render/browser.mjs';

const UPDATES = 20;
const ROUNDS = 3;
const cases = [
  ['idle', 0],
  ['fleetglass', 100],
  ['fleetglass', 10_000],
  ['fleetglass', 100_000],
  ['virtual', 10_000],
  ['virtual', 100_000],
  ['plain', 10_000],
];
const keyOf = (kind, count, action) => `${kind} ${count} ${action}`;

const browser = await launchChromium();
const table = await servePage('../tables/page.jsx');
const results = {};
const drawn = {};
const elements = {};
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [kind, count] of cases) {
    const page = await browser.newPage({ viewport: { width: 1_300, height: 800 } });
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.goto(table.url);
    await page.evaluate(([chosen, rows]) => globalThis.bench.setup(chosen, rows), [kind, count]);
    for (const action of ['update', 'append']) {
      await page.evaluate((what) => globalThis.bench.run(what, 5), action);
      const rowsBefore = await page.evaluate(() => globalThis.bench.rows());
      const before = await taskTime(session);
      await page.evaluate(([what, times]) => globalThis.bench.run(what, times), [action, UPDATES]);
      const key = keyOf(kind, count, action);
      (results[key] ??= []).push(((await taskTime(session)) - before) / UPDATES);
      drawn[key] = ((await page.evaluate(() => globalThis.bench.rows())) - rowsBefore) / UPDATES;
    }
    elements[`${kind} ${count}`] = await page.evaluate(() => globalThis.bench.elements());
    await page.close();
  }
}
table.close();
await browser.close();

const idle = median(results[keyOf('idle', 0, 'update')]);
const aboveIdle = (kind, count, action = 'update') =>
  results[keyOf(kind, count, action)].map((value) => value - idle);
const unit = 'ms main-thread CPU';
const guide = { max: 4, guide: true };
report('harness, idle', results[keyOf('idle', 0, 'update')], unit);
for (const count of [100, 10_000, 100_000]) {
  const name = count.toLocaleString('en');
  report(`table of ${name} runs, one changes`, aboveIdle('fleetglass', count), unit, guide);
  report(`table of ${name} runs, one is added`, aboveIdle('fleetglass', count, 'append'), unit);
}
report('rows drawn when one of 100,000 changes', drawn[keyOf('fleetglass', 100_000, 'update')], 'rows', {
  max: 1,
});
report('rows drawn when one is added to 100,000', drawn[keyOf('fleetglass', 100_000, 'append')], 'rows', {
  max: 1,
});
report('elements of a table of 100,000 runs', elements['fleetglass 100000'], 'elements', { max: 2_000 });
for (const [kind, count, what] of [
  ['virtual', 10_000, 'table of 10,000 virtual rows in an array'],
  ['virtual', 100_000, 'table of 100,000 virtual rows in an array'],
  ['plain', 10_000, 'plain React table of 10,000 rows'],
]) {
  report(`peer: ${what}, one changes`, aboveIdle(kind, count), unit);
  report(`peer: ${what}, one is added`, aboveIdle(kind, count, 'append'), unit);
}
const beside = (kind, count) => ratios(aboveIdle(kind, count), aboveIdle('fleetglass', count));
report('plain table ÷ ours, 10,000 rows', beside('plain', 10_000), '×', { min: 10 });
report('virtual rows ÷ ours, 10,000 rows', beside('virtual', 10_000), '×');
report('virtual rows ÷ ours, 100,000 rows', beside('virtual', 100_000), '×');
const flatness = (count) => median(aboveIdle('fleetglass', 100_000)) / median(aboveIdle('fleetglass', count));
report('ours: 100,000 ÷ 10,000 rows', flatness(10_000), '×', { max: 1.5, guide: true });
report('ours: 100,000 ÷ 100 rows', flatness(100), '×', { max: 2.5, guide: true });
