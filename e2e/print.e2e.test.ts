import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, launchChromium, openPage } from './chromium.js';
import { temporaryFolder } from './small-repository.js';
import type { RunningTool } from './tool.js';
import { buildTool, startTool } from './tool.js';

const start = Date.now() - 600_000;

/** A session with more calls than a list draws at once. */
const session = (): string =>
  Array.from({ length: 400 }, (_, index) => {
    const call = {
      uuid: `u${String(index)}`,
      sessionId: 's',
      timestamp: new Date(start + index * 1_000).toISOString(),
    };
    return index === 0
      ? { ...call, type: 'user', message: { role: 'user', content: 'Count' } }
      : {
          ...call,
          type: 'assistant',
          requestId: `r${String(index)}`,
          message: {
            id: `m${String(index)}`,
            role: 'assistant',
            model: 'claude-sonnet-4-5-20250929',
            content: [{ type: 'text', text: `Answer ${String(index)}` }],
            usage: { input_tokens: 1_000, output_tokens: 2_000 },
          },
        };
  })
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');

/** What is pressed or typed into. */
const CONTROLS = 'button:not([role=tab], .fg-link, td *), input, select, [role=slider]';

/** Pages of a PDF, as its page objects say. */
const pagesOf = (pdf: Buffer): number => pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;

const pdfOf = (page: Page): Promise<Buffer> => page.pdf({ format: 'A4', printBackground: true });

describe.skipIf(!CHROMIUM)('on paper', () => {
  const folder = temporaryFolder();
  let browser: Browser;
  let tool: RunningTool;
  beforeAll(async () => {
    await buildTool();
    browser = await launchChromium();
    const file = join(folder.path, 'session.jsonl');
    writeFileSync(file, session());
    tool = await startTool(['open', file]);
  }, 300_000);
  afterAll(async () => {
    await tool.end();
    await browser.close();
    folder.remove();
  });

  it('the costs are their figures, charts and tables, without controls', async () => {
    const { page } = await openPage(browser, `${tool.url}#page=costs`);
    await page.locator('.fg-chart-drawing svg').first().waitFor();
    await page.emulateMedia({ media: 'print' });
    const main = page.getByRole('main');
    await expect.poll(() => main.locator('.fg-chart-drawing svg').first().isVisible()).toBe(true);
    await expect
      .poll(() => main.getByText('claude-sonnet-4-5', { exact: false }).filter({ visible: true }).count())
      .toBeGreaterThan(0);
    expect(await page.locator(CONTROLS).filter({ visible: true }).count()).toBe(0);
    expect(await page.getByRole('navigation').filter({ visible: true }).count()).toBe(0);
    expect(pagesOf(await pdfOf(page))).toBeLessThan(6);
  });

  it('a run exported as PDF holds what is drawn, without controls and without empty pages', async () => {
    const { page } = await openPage(browser, tool.url);
    // What the browser's dialog would show; a headless one has none.
    await page.evaluate(() => {
      const observer = new MutationObserver((changes) => {
        for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
          const frame = node instanceof HTMLIFrameElement ? node.contentWindow : null;
          if (!frame) continue;
          frame.print = () => {
            (window as { printed?: string }).printed = frame.document.documentElement.outerHTML;
          };
        }
      });
      observer.observe(document.body, { childList: true });
    });
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    await page.getByRole('button', { name: /^PDF/ }).click();
    const printed = (): Promise<string | undefined> =>
      page.evaluate(() => (window as { printed?: string }).printed);
    await expect.poll(printed).toContain('fg-print');

    // Beside the page, so that its stylesheets are found.
    const html = (await printed()) ?? '';
    await page.route('**/printed.html', (route) => route.fulfill({ contentType: 'text/html', body: html }));
    await page.goto(`${tool.url}/printed.html`);
    const sheet = page.locator('.fg-print');
    expect(await sheet.locator('.fg-lane').filter({ visible: true }).count()).toBeGreaterThan(0);
    expect(await sheet.locator('.fg-card-tools, .fg-export').filter({ visible: true }).count()).toBe(0);
    expect(pagesOf(await pdfOf(page))).toBeLessThan(8);
  });
});
