import type { FleetHost } from '@fleetglass/core';
import { FleetglassError, isFleetglassError } from '@fleetglass/core';
import { createGateway } from '../gateway/gateway.js';
import type { CommandIo } from './command-io.js';
import { dashboardFiles } from './dashboard-files.js';

/** What the page says about itself; served at {@link ABOUT_PATH} to whoever may see the rest. */
export interface About {
  /** What is shown: a path, the name of a file or an address. */
  readonly subject: string;
  /** Whether it grows while it is looked at. */
  readonly isLive: boolean;
}

export interface LivePage {
  readonly url: string;
  close(): Promise<void>;
}

/** Below `/api/`, where a token is asked for: whoever has none learns of no file. */
export const ABOUT_PATH = '/api/v1/about';

const DEFAULT_PORT = 4848;

export { DEFAULT_PORT };

/**
 * Serves the dashboard and the live events on 127.0.0.1.
 *
 * @throws FleetglassError `PORT_IN_USE`, `NOT_FOUND` when the dashboard is not built
 */
export async function serveDashboard(host: FleetHost, port: number, about: About): Promise<LivePage> {
  const gateway = createGateway({ host, port, static: { directory: dashboardFiles() } });
  gateway.app.get(ABOUT_PATH, (context) => context.json(about));
  try {
    await gateway.listen();
  } catch (error) {
    if (!isFleetglassError(error, 'PORT_IN_USE')) throw error;
    const other = port < 65_535 ? port + 1 : port - 1;
    throw new FleetglassError(
      'PORT_IN_USE',
      `Port ${String(port)} is taken; choose another one with --port ${String(other)}.`,
      { cause: error },
    );
  }
  return { url: gateway.url, close: () => gateway.close() };
}

/** Says where the page is and resolves when the command shall end. */
export async function untilEnded(io: CommandIo, page: LivePage, lines: readonly string[]): Promise<void> {
  await io.out(`${[...lines, '', `  ${page.url}`, '', 'Ctrl+C ends it.'].join('\n')}\n`);
  if (!io.signal.aborted) {
    await new Promise<void>((resolve) => {
      io.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
  await page.close();
}
