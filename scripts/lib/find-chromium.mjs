import { existsSync } from 'node:fs';
import { installPackage } from './apt.mjs';

/**
 * `CHROMIUM_PATH`, one of `places` (Playwright's own download), or a system browser: the first that exists.
 *
 * @param {string[]} places
 */
export const installedChromium = (...places) =>
  [
    process.env.CHROMIUM_PATH,
    ...places,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ].find((path) => path && existsSync(path));

/** Flags that keep Chromium to itself: no GPU, nothing asked of the network in the background. */
export const chromiumFlags = [
  // Without a sandbox of its own: as root it would not start.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * The path of a Chromium. On Debian as root it installs the package when none is there.
 * Otherwise it says in one line what to do and returns undefined.
 */
export function findChromium() {
  const found = installedChromium();
  if (found) return found;
  const installed = installPackage('chromium', 'the browser tests') && installedChromium();
  if (installed) return installed;
  console.error(
    'No Chromium found: install Chromium or Google Chrome, or set CHROMIUM_PATH to its executable.',
  );
  return undefined;
}
