import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installPackage } from './apt.mjs';

const FOLDERS = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];
/** Proxies that the gateway is tested behind, and Debian's packages of them. */
const PACKAGES = { nginx: 'nginx-light', haproxy: 'haproxy', caddy: 'caddy' };

/** @param {string} name of a program */
export const installedProxy = (name) =>
  FOLDERS.map((folder) => join(folder, name)).find((place) => existsSync(place));

/** Sees to it that the tests behind real proxies find them, or says in a line each that they are skipped. */
export function ensureProxies() {
  for (const [name, debianPackage] of Object.entries(PACKAGES)) {
    if (installedProxy(name)) continue;
    if (installPackage(debianPackage, 'the tests behind a proxy') && installedProxy(name)) continue;
    console.error(`No ${name} found: the tests behind it are skipped.`);
  }
}
