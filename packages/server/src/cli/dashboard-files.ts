import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FleetglassError } from '@fleetglass/core';

const DASHBOARD = fileURLToPath(new URL('../../dist/dashboard', import.meta.url));

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
