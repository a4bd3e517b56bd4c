import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

function apt(...args) {
  const result = spawnSync('apt-get', ['-qq', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return result.status === 0;
}

/**
 * Installs a package where that is possible: on Debian, as root. Returns whether it is there now.
 *
 * @param {string} name of the package
 * @param {string} purpose said while it takes its time
 */
export function installPackage(name, purpose) {
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) return false;
  console.log(`Installing ${name} for ${purpose} (apt-get) …`);
  return apt('update') && apt('install', '-y', '--no-install-recommends', name);
}
