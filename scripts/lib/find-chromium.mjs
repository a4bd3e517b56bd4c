import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const candidates = () => [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const installedBrowser = () => candidates().find((path) => path && existsSync(path));

/**
 * The path of a Chromium. On Debian as root it installs the package when none is there.
 * Otherwise it says in one line what to do and returns undefined.
 */
export function findChromium() {
  const found = installedBrowser();
  if (found) return found;
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    console.log('Installing Chromium for the browser tests (apt-get) …');
    if (apt('update') && apt('install', '-y', '--no-install-recommends', 'chromium')) {
      const installed = installedBrowser();
      if (installed) return installed;
    }
  }
  console.error(
    'No Chromium found: install Chromium or Google Chrome, or set CHROMIUM_PATH to its executable.',
  );
  return undefined;
}

function apt(...args) {
  const result = spawnSync('apt-get', ['-qq', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return result.status === 0;
}
