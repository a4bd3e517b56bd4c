import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FleetHost } from '@fleetglass/core';
import { createGateway } from '@fleetglass/server';
import type { Gateway } from '@fleetglass/server';
import type { Browser, Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fleet, fleetRunId } from '../packages/react/test/fixtures/fleet.js';
import { createRecordedHost } from '../stories/fixtures/recorded-host.js';
import { createSimulatedFleet } from '../stories/fixtures/simulated-review.js';
import type { SimulatedFleet } from '../stories/fixtures/simulated-review.js';
import { CHROMIUM, launchChromium, openPage } from './chromium.js';
import { buildTool } from './tool.js';

const DASHBOARD = fileURLToPath(new URL('../packages/server/dist/dashboard', import.meta.url));

/**
 * Five things that people do, by keyboard alone, in the dashboard as it is built and served. Nothing here points or
 * clicks: what a test cannot reach with keys, a person cannot either.
 */
describe.skipIf(!CHROMIUM)('by keyboard alone', () => {
  let browser: Browser;
  let gateway: Gateway | undefined;
  let live: SimulatedFleet | undefined;

  beforeAll(async () => {
    if (!existsSync(DASHBOARD)) await buildTool();
    browser = await launchChromium();
  }, 300_000);
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await gateway?.close();
    await live?.orchestrator.close();
    [gateway, live] = [undefined, undefined];
  });
  afterAll(() => browser.close());

  const serve = async (host: FleetHost, hash = ''): Promise<Page> => {
    gateway = createGateway({ host, port: 0, static: { directory: DASHBOARD } });
    gateway.app.get('/about.json', (context) => context.json({ subject: 'journeys', isLive: true }));
    await gateway.listen();
    const { page } = await openPage(browser, `${gateway.url}/${hash}`);
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    return page;
  };
  const serveLive = (review: Parameters<SimulatedFleet['start']>[0]): Promise<Page> => {
    live = createSimulatedFleet(2);
    live.start(review).result.catch(() => undefined);
    return serve(live.orchestrator.host);
  };

  /** Opens the palette and does what it finds first. */
  const command = async (page: Page, words: string): Promise<void> => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /^Search runs, agents/ }).waitFor();
    await page.keyboard.type(words);
    const results = page.getByRole('listbox', { name: 'Results' });
    await results.getByRole('option', { selected: true }).waitFor();
    await page.keyboard.press('Enter');
  };

  /** Presses a key until what has the focus fits; a person would give up after so many. */
  const press = async (page: Page, key: string, name: RegExp, most = 120): Promise<string> => {
    for (let step = 0; step < most; step += 1) {
      await page.keyboard.press(key);
      const focused = await page.evaluate(() => {
        const element = document.activeElement;
        if (element?.tagName !== 'BUTTON') return '';
        return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
      });
      if (name.test(focused)) return focused;
    }
    throw new Error(`${key} did not lead to ${String(name)} in ${String(most)} steps.`);
  };

  /** Goes on with Tab until the field has the focus. */
  const reach = async (page: Page, field: Locator): Promise<void> => {
    for (let step = 0; step < 200; step += 1) {
      await page.keyboard.press('Tab');
      if (await field.evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error('Tab does not lead there.');
  };

  it('finds the stuck agent', async () => {
    const page = await serve(createRecordedHost(fleet().events));
    await command(page, 'go to alerts');
    await page.getByText('CODER has made no progress for 10 minutes.').first().waitFor();
    await press(page, 'Tab', /^Open/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: /^Run / }).waitFor();
    // Its row is the one that is chosen.
    const agent = page.getByRole('region', { name: /^Agents/ }).locator('[aria-selected="true"]');
    await agent.filter({ hasText: 'CODER' }).waitFor();
    expect(await agent.textContent()).toContain('Waiting for the tests');
  });

  it('approves', async () => {
    const page = await serveLive({ files: 2 });
    await page.getByRole('button', { name: '1 decision waits' }).waitFor();
    await press(page, 'Tab', /decision waits/);
    await page.keyboard.press('Enter');
    await press(page, 'Tab', /^publish$/i);
    await page.keyboard.press('Enter');
    await page.locator('.fg-run-header [data-status="completed"]').first().waitFor();
  });

  it('raises a budget', async () => {
    const page = await serveLive({ files: 3, usd: 0.06, asks: false });
    await page
      .getByRole('spinbutton', { name: /New limit/ })
      .first()
      .waitFor();
    await reach(page, page.getByRole('spinbutton', { name: /New limit/ }).first());
    await page.keyboard.press('Control+a');
    await page.keyboard.type('2');
    await press(page, 'Tab', /^Raise to \$2\.00/);
    await page.keyboard.press('Enter');
    await page.locator('.fg-run-header [data-status="completed"]').first().waitFor();
  });

  it('replays to the failure', async () => {
    // The fifth run failed.
    const page = await serve(createRecordedHost(fleet().events), `#run=${fleetRunId(4)}`);
    await page.locator('.fg-run-header [data-status="failed"]').first().waitFor();
    await reach(page, page.getByRole('slider', { name: 'Moment shown' }));
    await page.keyboard.press('Home');
    await page.locator('.fg-replay[data-state="replay"]').waitFor();
    const failure = page.getByText('Two of 118 tests failed.').first();
    expect(await failure.count()).toBe(0);
    for (let step = 0; step < 10 && (await failure.count()) === 0; step += 1) {
      const before = await page.evaluate(() => location.hash);
      await page.keyboard.press('PageUp');
      await page.waitForFunction((hash) => location.hash !== hash, before);
    }
    await failure.waitFor();
  });

  it('compares two runs', async () => {
    const page = await serve(createRecordedHost(fleet().events), `#page=runs`);
    await page.getByRole('region', { name: 'Runs' }).waitFor();
    await command(page, 'go to compare');
    await page.getByRole('heading', { level: 1, name: 'Compare' }).waitFor();
    const choices = page.getByRole('main').getByRole('combobox');
    await choices.nth(1).waitFor();
    for (const place of [0, 1]) {
      await reach(page, choices.nth(place));
      for (let step = 0; step <= place; step += 1) await page.keyboard.press('ArrowDown');
    }
    await page.waitForURL(/#page=compare&run=.+&other=.+/, { timeout: 8_000 });
    await page.locator('.fg-comparison .fg-empty').waitFor({ state: 'detached', timeout: 8_000 });
    expect(new URL(page.url()).hash).toMatch(/^#page=compare&run=.+&other=.+/);
  });
});
