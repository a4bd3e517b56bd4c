// In Chromium: the dashboard as it is built and served, opened anew each time: first paint, the first page that can be
// used, layout shift, and the bytes that are sent.
/* global document -- in functions that run in the page */
import { fileURLToPath } from 'node:url';
import { createEventLog, createMemoryStore, createRecorder } from '@fleetglass/core';
import { createGateway } from '@fleetglass/server';
import { report } from '../lib/measure.mjs';
import { launchChromium } from '../render/browser.mjs';

const ROUNDS = 5;
const RUNS = 40;
const store = createMemoryStore();
const recorder = createRecorder({ store });
for (let index = 0; index < RUNS; index += 1) {
  const run = recorder.run(`Review ${index}`);
  for (const name of ['ANALYST', 'CODER', 'REVIEWER']) run.agent(name).task(`Part of ${name}`);
}
await recorder.flush();

const gateway = createGateway({
  host: {
    log: createEventLog(store),
    blobs: store,
    commands: { execute: () => Promise.reject(new Error('Nothing runs here.')) },
  },
  port: 0,
  static: { directory: fileURLToPath(new URL('../../packages/server/dist/dashboard', import.meta.url)) },
});
gateway.app.get('/about.json', (context) => context.json({ subject: 'bench', isLive: true }));
await gateway.listen();

const browser = await launchChromium();
const figures = { paint: [], usable: [], shift: [], bytes: [] };
for (let round = 0; round < ROUNDS; round += 1) {
  const context = await browser.newContext({ viewport: { width: 1_440, height: 1_000 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    globalThis.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shift += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(`${gateway.url}/#page=overview`);
  const found = await page.evaluate(
    (last) =>
      new Promise((resolve) => {
        const look = () => {
          if (!document.body.textContent.includes(last)) {
            setTimeout(look, 5);
            return;
          }
          const usable = performance.now();
          // What shifts, shifts soon after.
          setTimeout(
            () =>
              resolve({
                usable,
                paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? usable,
                shift: globalThis.shift,
                bytes: performance
                  .getEntriesByType('resource')
                  .reduce((sum, entry) => sum + entry.transferSize, 0),
              }),
            1_000,
          );
        };
        look();
      }),
    `Review ${RUNS - 1}`,
  );
  for (const name of Object.keys(figures)) figures[name].push(found[name]);
  await context.close();
}
await browser.close();
await gateway.close();

report('first contentful paint', figures.paint, 'ms', { max: 1_500, guide: true });
report('the overview shows its runs', figures.usable, 'ms', { max: 3_500, guide: true });
report('cumulative layout shift', figures.shift, '', { max: 0.1 });
report(
  'bytes sent, in kB',
  figures.bytes.map((bytes) => bytes / 1_000),
  'kB',
  { max: 500 },
);
