import { existsSync } from 'node:fs';
import { installPackage } from './apt.mjs';

const PLACES = [
  '/usr/sbin/nginx',
  '/usr/local/sbin/nginx',
  '/usr/local/bin/nginx',
  '/opt/homebrew/bin/nginx',
];

/** The path of nginx where it is installed. */
export const installedNginx = () => PLACES.find((place) => existsSync(place));

/** Sees to it that the tests behind a real proxy find one, or says in one line that they are skipped. */
export function ensureNginx() {
  if (installedNginx() || (installPackage('nginx-light', 'the tests behind a proxy') && installedNginx()))
    return;
  console.error('No nginx found: the tests behind a real proxy are skipped.');
}
