import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright';
import type { WatchedPage } from './chromium.js';

/** Opens a file of this machine in a browser that has no network. */
export async function openOffline(browser: Browser, file: string): Promise<WatchedPage> {
  const context = await browser.newContext({ offline: true, viewport: { width: 1440, height: 1000 } });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  return { page, errors, requests };
}
