import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { violationsOf } from './axe.js';
import { CHROMIUM, launchChromium, openPage } from './chromium.js';
import { digestOf, digestOfPage, readLog, stateOf, stateOfPage } from './page-events.js';
import { chooseTheme, goToPage, runRows, runsOf, untilMoment, untilRun } from './page.js';
import type { Product } from './product.js';
import { build, freePort, startProduct } from './product.js';
import { makeRepository, temporaryFolder } from './small-repository.js';

/** Waits until the panel says it. */
const shown = (page: Page, text: string): Promise<void> =>
  page.getByRole('main').getByText(text).first().waitFor();

describe.skipIf(!CHROMIUM)('a run in the page', () => {
  const folder = temporaryFolder();
  let browser: Browser;
  let product: Product | undefined;
  let made = 0;

  beforeAll(async () => {
    await build();
    browser = await launchChromium();
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await product?.end('SIGKILL');
    product = undefined;
  });
  afterAll(async () => {
    await browser.close();
    folder.remove();
  });

  /** A small repository and a fresh data folder; nobody is asked, `decisions.e2e.test.ts` is about that. */
  const prepare = (files: number) => {
    made += 1;
    const [dir, data] = [join(folder.path, `repository-${made}`), join(folder.path, `data-${made}`)];
    makeRepository(dir, files);
    return {
      data,
      args: ['--dir', dir, '--data', data, '--ask', '0'],
      database: join(data, 'fleetglass.sqlite'),
    };
  };

  it('shows agents move and cost rise, and ends with exactly the events of the log', async () => {
    const { args, database, data } = prepare(6);
    product = await startProduct(...args, '--port', '0');
    const { page, errors, requests } = await openPage(browser, product.url);

    const first = await untilRun(page, ({ activeAgents }) => activeAgents.length > 0);
    const later = await untilRun(
      page,
      ({ activeAgents }) => activeAgents.filter((name) => name.startsWith('REVIEWER-')).length > 1,
    );
    expect(later.activeAgents).not.toEqual(first.activeAgents);
    expect(later.nanoUsd).toBeGreaterThan(first.nanoUsd);
    const end = await untilRun(page, ({ status }) => status === 'completed');
    expect(end.nanoUsd).toBeGreaterThan(later.nanoUsd);
    expect(end.simulated).toBe(true);

    await shown(page, 'Completed');
    await shown(page, 'simulated');
    expect(errors).toEqual([]);
    // Two screens: no part of the panel grows with what it shows.
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThan(2000);
    expect(requests.filter((url) => !url.startsWith(product!.url) && !url.startsWith('data:'))).toEqual([]);

    const [digest, state] = [await digestOfPage(page), await stateOfPage(page)];
    await product.end('SIGINT');
    const log = await readLog(database);
    expect(digest).toEqual(digestOf(log));
    expect(state).toEqual(stateOf(log));

    const report = readFileSync(join(data, 'reports', `${end.id}.md`), 'utf8');
    expect(report).toContain('`src/module-0.ts:2` **error**');
    expect(report).toContain('`src/module-0.ts:3` **warning** FIXME: later');
    expect(report).toContain('Cost (simulated)');
  });

  it('pauses, resumes and cancels, and says who did it', async () => {
    const { args } = prepare(8);
    product = await startProduct(...args, '--port', '0');
    const { page } = await openPage(browser, product.url);
    await untilRun(page, ({ status, completedTasks }) => status === 'running' && completedTasks > 0);

    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    const paused = await untilRun(page, ({ status }) => status === 'paused');
    expect(paused.by).toBeTruthy();
    await shown(page, `by ${paused.by!}`);

    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await untilRun(page, ({ status }) => status === 'running');

    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('button', { name: 'Yes, cancel it' }).click();
    const cancelled = await untilRun(
      page,
      ({ status }) => status === 'cancelled',
      () => false,
    );
    expect(cancelled.by).toBe(paused.by);
    expect(cancelled.activeAgents).toEqual([]);
    await shown(page, `by ${cancelled.by!}`);

    // A second run, from the page.
    await page.getByRole('button', { name: 'New run' }).click();
    await untilRun(
      page,
      ({ id, activeAgents }) => id !== cancelled.id && activeAgents.length > 0,
      () => false,
    );
    expect(await runsOf(page)).toHaveLength(2);
    await goToPage(page, 'Runs');
    await runRows(page).nth(1).waitFor();
    expect(await runRows(page).count()).toBe(2);
  });

  it('survives a reload of the page and the death of the gateway without losing or repeating an event', async () => {
    const { args, database } = prepare(8);
    const port = String(await freePort());
    product = await startProduct(...args, '--port', port);
    const { page } = await openPage(browser, product.url);
    await untilRun(page, ({ completedTasks }) => completedTasks > 2);

    await page.reload();
    const before = await untilRun(page, ({ completedTasks }) => completedTasks > 3);

    await product.end('SIGKILL');
    await shown(page, 'Reconnecting');
    product = await startProduct(...args, '--port', port);
    expect(product.output()).toContain(`Run ${before.id} goes on`);

    const end = await untilRun(page, ({ status }) => status === 'completed');
    expect(end.id).toBe(before.id);
    expect(await runsOf(page)).toHaveLength(1);

    const [digest, state] = [await digestOfPage(page), await stateOfPage(page)];
    await product.end('SIGINT');
    const log = await readLog(database);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
    expect(digest).toEqual(digestOf(log));
    expect(state).toEqual(stateOf(log));
    const completed = log.filter(({ type }) => type === 'task.completed').map(({ taskId }) => taskId);
    expect(completed).toEqual([...new Set(completed)]);
  });

  it('has no accessibility violations in any theme', async () => {
    const { args } = prepare(3);
    product = await startProduct(...args, '--port', '0');
    const { page } = await openPage(browser, product.url);
    await untilRun(page, ({ completedTasks }) => completedTasks > 1);
    for (const theme of ['light', 'dark', 'industrial']) {
      await chooseTheme(page, theme);
      await page.getByRole('group', { name: 'Replay' }).waitFor();
      const violations = await violationsOf(page);
      expect({ theme, violations }).toEqual({ theme, violations: [] });
    }
    await page.reload();
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    expect(await page.getByLabel('Theme').inputValue()).toBe('industrial');
  });

  it('shows the moment that the address names', async () => {
    const { args } = prepare(2);
    product = await startProduct(...args, '--port', '0');
    const { page } = await openPage(browser, product.url);
    const { id } = await untilRun(page, ({ status }) => status === 'completed');
    const { page: linked } = await openPage(browser, `${product.url}/#run=${id}&at=20`);
    await untilMoment(linked, 20);
    await shown(linked, 'Running');
    await linked.getByRole('button', { name: 'Back to live' }).first().click();
    await shown(linked, 'Completed');
    expect(new URL(linked.url()).hash).toBe(`#run=${id}`);
  });
});
