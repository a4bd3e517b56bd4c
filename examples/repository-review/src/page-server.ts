import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FleetHost } from '@fleetglass/core';
import { FleetglassError, isFleetglassError } from '@fleetglass/core';
import type { Gateway } from '@fleetglass/server';
import { createGateway } from '@fleetglass/server';
import { PAGE } from './paths.js';

/** What the page says about itself; served as `about.json`. */
export interface About {
  readonly mode: 'review' | 'recording';
  /** What is reviewed or shown. */
  readonly subject: string;
  /** What the `start` command starts. */
  readonly startName?: string;
}

/**
 * Serves the page and the live events on 127.0.0.1.
 *
 * @throws FleetglassError `PORT_IN_USE`
 */
export async function servePage(host: FleetHost, port: number, about: About): Promise<Gateway> {
  if (!existsSync(join(PAGE, 'index.html'))) {
    throw new FleetglassError('NOT_FOUND', 'The page is not built: run `npm run build` first.');
  }
  const gateway = createGateway({ host, port, static: { directory: PAGE } });
  gateway.app.get('/about.json', (context) => context.json(about));
  try {
    await gateway.listen();
  } catch (error) {
    if (!isFleetglassError(error, 'PORT_IN_USE')) throw error;
    const other = port < 65_535 ? port + 1 : port - 1;
    throw new FleetglassError(
      'PORT_IN_USE',
      `Port ${port} is taken; choose another one: npm start -- --port ${other}`,
      {
        cause: error,
      },
    );
  }
  return gateway;
}
