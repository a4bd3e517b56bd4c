import { FleetglassError } from '@fleetglass/core';
import { configText } from '../config/config-text.js';
import { loadConfig } from '../config/load-config.js';
import type { CommandIo } from './command-io.js';
import { EXIT } from './command-io.js';

/** `fleetglass config check [the flags of serve]` */
export async function configCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const [action, ...rest] = argv;
  if (action !== 'check')
    throw new FleetglassError('BAD_INPUT', 'Write fleetglass config check, with the flags of serve.');
  const { settings } = loadConfig({ argv: rest, env: io.env });
  await io.out(configText(settings));
  return EXIT.done;
}
