import { isFleetglassError, toFleetglassError } from '@fleetglass/core';
import { EXIT } from './command-io.js';
import type { CommandIo } from './command-io.js';
import { VERSION } from './version.js';

type Command = (argv: readonly string[], io: CommandIo) => Promise<number>;

/** Loaded when needed: a mistyped command is answered at once. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  summarize: async () => (await import('./summarize.js')).summarizeCommand,
  watch: async () => (await import('./watch.js')).watchCommand,
  open: async () => (await import('./open.js')).openCommand,
  export: async () => (await import('./export.js')).exportCommand,
  serve: async () => (await import('./serve.js')).serveCommand,
  config: async () => (await import('./config.js')).configCommand,
  token: async () => (await import('./token.js')).tokenCommand,
  backup: async () => (await import('./backup.js')).backupCommand,
  restore: async () => (await import('./backup.js')).restoreCommand,
  archive: async () => (await import('./archive.js')).archiveCommand,
  verify: async () => (await import('./backup.js')).verifyCommand,
  convert: async () => (await import('./export.js')).convertCommand,
};

/**
 * Runs one command of `fleetglass`.
 *
 * @returns its exit code, see `EXIT`; never throws
 */
export async function runCli(argv: readonly string[], io: CommandIo): Promise<number> {
  const [name = '--help', ...rest] = argv;
  if (name === '--version') {
    await io.out(`${VERSION}\n`);
    return EXIT.done;
  }
  if (name === '--help' || name === '-h' || name === 'help' || rest.includes('--help')) {
    await io.out((await import('./help.js')).helpText());
    return argv.length === 0 ? EXIT.usage : EXIT.done;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) {
    io.err(`There is no command ${name}: choose one of ${Object.keys(COMMANDS).join(', ')}.\n`);
    return EXIT.usage;
  }
  try {
    const command = await load();
    return await command(rest, io);
  } catch (thrown) {
    const { code, message } = toFleetglassError(thrown);
    io.err(`${code}: ${message}\n`);
    return isFleetglassError(thrown, 'BAD_INPUT') ? EXIT.usage : EXIT.failed;
  }
}
