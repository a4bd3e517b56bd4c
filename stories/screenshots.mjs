/**
 * Renders the gallery at phone, tablet and desktop width in every theme, into `stories/screenshots/` (not in git).
 *
 *     node stories/screenshots.mjs                 everything
 *     node stories/screenshots.mjs panel dark 390  only pictures whose names hold all the words
 */
/* global document, innerWidth -- in functions that run in the page */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { createServer } from 'vite';
import { findChromium } from '../scripts/lib/find-chromium.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const words = process.argv.slice(2);
const WIDTHS = [390, 900, 1440];
const THEMES = ['light', 'dark', 'industrial'];
const executablePath = findChromium();
if (!executablePath) process.exit(1);
const server = await createServer({ configFile: join(here, 'gallery/vite.config.ts'), logLevel: 'error' });
await server.listen();
const url = `http://127.0.0.1:${server.httpServer.address().port}/`;
const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const browser = await chromium.launch({ executablePath, args: [...sandbox, '--disable-gpu'] });
const folder = join(here, 'screenshots');
mkdirSync(folder, { recursive: true });
let failures = 0;
try {
  const page = await browser.newPage();
  page.on('pageerror', (error) => {
    failures += 1;
    console.error(error.message);
  });
  await page.goto(url);
  const scenes = await page.locator('#scenes a').allTextContents();
  const pictures = scenes
    .flatMap((scene) =>
      THEMES.flatMap((theme) =>
        WIDTHS.map((width) => ({ scene, theme, width, name: `${scene}-${theme}-${width}` })),
      ),
    )
    .filter(({ name }) => words.every((word) => name.split('-').includes(word)));
  for (const { scene, theme, width, name } of pictures) {
    await page.setViewportSize({ width, height: width < 500 ? 844 : 1000 });
    await page.goto(`${url}?scene=${scene}&theme=${theme}`);
    await page.locator('.fg-root').waitFor();
    await page.waitForTimeout(300);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (overflow > 0) {
      failures += 1;
      console.error(`${name}: the page is ${overflow} px wider than the window`);
    }
    // The window takes the page's height, so that what sticks to its edge is drawn where it belongs.
    const height = await page.evaluate(() => document.querySelector('.fg-root').scrollHeight);
    await page.setViewportSize({ width, height: Math.max(height, 400) });
    await page.screenshot({ path: join(folder, `${name}.png`) });
    console.log(name);
  }
} finally {
  await browser.close();
  await server.close();
}
process.exitCode = failures > 0 ? 1 : 0;
