import type { Browser, Page } from 'playwright';
import { chromium } from 'playwright';
import { chromiumFlags, installedChromium } from '../scripts/lib/find-chromium.mjs';

export const CHROMIUM = installedChromium(chromium.executablePath());

if (!CHROMIUM) {
  console.warn(
    '\nNo Chromium found: tests of the page are skipped. Set CHROMIUM_PATH or install Chromium.\n',
  );
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    ...(CHROMIUM ? { executablePath: CHROMIUM } : {}),
    args: chromiumFlags,
  });
}

/** A page that remembers what went wrong in it and every address that it asked for. */
export interface WatchedPage {
  readonly page: Page;
  readonly errors: readonly string[];
  readonly requests: readonly string[];
}

export async function openPage(browser: Browser, url: string): Promise<WatchedPage> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 }, locale: 'en-US' });
  const errors: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(url);
  return { page, errors, requests };
}
