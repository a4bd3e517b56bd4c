import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { FleetglassError } from '@fleetglass/core';

// By the package's own name: where the built file stands does not matter.
const PACKAGE = createRequire(import.meta.url).resolve('@fleetglass/server/package.json');
const DASHBOARD = join(dirname(PACKAGE), 'dist/dashboard');

/**
 * Folder of the built dashboard.
 *
 * @throws FleetglassError `NOT_FOUND` when it is not built
 */
export function dashboardFiles(): string {
  if (!existsSync(join(DASHBOARD, 'index.html'))) {
    throw new FleetglassError('NOT_FOUND', 'The dashboard is not built: run `npm run build` first.');
  }
  return DASHBOARD;
}
