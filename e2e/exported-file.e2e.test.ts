import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FleetEvent } from '@fleetglass/core/protocol';
import { runToHtml } from '@fleetglass/react/export';
import type { PlayerAssets } from '@fleetglass/react/export';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostile, HOSTILE_RUN, normal, REVIEW_RUN } from '../packages/react/test/fixtures/runs.js';
import { bundlePlayer } from '../scripts/lib/build-player.mjs';
import { CHROMIUM, launchChromium } from './chromium.js';
import { openOffline } from './offline-file.js';
import { temporaryFolder } from './small-repository.js';

/** Sets `window.attacked` wherever one of its texts is taken for code. */
const ATTACK =
  '</script><script>window.attacked=1</script><img src=x onerror="window.attacked=2"><!--<script>';

function attacked(events: readonly FleetEvent[]): readonly FleetEvent[] {
  return events.map((event) =>
    event.type === 'run.created' || event.type === 'agent.joined' || event.type === 'task.created'
      ? { ...event, data: { ...event.data, name: ATTACK } }
      : event,
  );
}

describe.skipIf(!CHROMIUM)('a run in one file', () => {
  const folder = temporaryFolder();
  let browser: Browser;
  let assets: PlayerAssets;
  beforeAll(async () => {
    assets = await bundlePlayer();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    folder.remove();
  });

  const open = (name: string, html: string) => {
    const file = join(folder.path, `${name}.html`);
    writeFileSync(file, html);
    return openOffline(browser, file);
  };

  it('replays without a network', async () => {
    const { events } = normal();
    const html = runToHtml({
      events,
      runId: REVIEW_RUN,
      title: 'Review',
      assets,
      theme: 'light',
      locale: 'en',
    });
    const { page, errors, requests } = await open('normal', html);
    await page.getByRole('heading', { level: 2 }).first().waitFor();
    const costs = async (): Promise<string> => page.locator('.fg-stats').innerText();
    const atEnd = await costs();
    const scrubber = page.getByRole('slider', { name: 'Moment shown' });
    await scrubber.focus();
    await page.keyboard.press('Home');
    await expect.poll(costs).not.toBe(atEnd);
    expect(requests).toHaveLength(1);
    expect(errors).toEqual([]);
  });

  it.each([
    ['hostile', hostile, HOSTILE_RUN],
    ['attacked', normal, REVIEW_RUN],
  ] as const)('runs nothing that a run brought: %s', async (name, record, runId) => {
    const events = attacked(record().events);
    const html = runToHtml({ events, runId, title: ATTACK, assets });
    const { page, errors, requests } = await open(name, html);
    await page.getByText('window.attacked', { exact: false }).first().waitFor();
    expect(await page.evaluate('window.attacked')).toBeUndefined();
    // What is put into the page later is refused too.
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.attacked = 3';
      document.body.append(script);
    });
    expect(await page.evaluate('window.attacked')).toBeUndefined();
    expect(requests).toHaveLength(1);
    expect(errors.filter((text) => !/Content Security Policy/.test(text))).toEqual([]);
  });
});
