import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { FleetglassError } from '@fleetglass/core';

/** Lower than whoever serves: a copy has time. */
const PRIORITY = 10;
const MOST_SAID = 4_096;

/** How a backup is made by a process of its own. */
export interface BackupProcessOptions {
  /** Command line that starts `fleetglass`. */
  readonly program: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Makes a backup with `fleetglass backup` in a process of its own, since copying and checking work for long without a
 * pause.
 *
 * @param signal kills the process; what it has not finished has no name yet
 * @throws FleetglassError `STORE_FAILED` with what the process said
 */
export function backupByProcess(
  { program, env }: BackupProcessOptions,
  { file, target, signal }: { readonly file: string; readonly target: string; readonly signal: AbortSignal },
): Promise<void> {
  const [command = process.execPath, ...before] = program;
  // It needs none of the settings, and secrets may be among them.
  const own = Object.entries(env).filter(([name]) => !name.startsWith('FLEETGLASS_'));
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...before, 'backup', file, target], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: Object.fromEntries(own),
      signal,
      killSignal: 'SIGKILL',
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-MOST_SAID);
    });
    const failed = (why: string, cause?: unknown): void =>
      reject(new FleetglassError('STORE_FAILED', `The backup failed: ${why}`, { cause }));
    child.once('spawn', () => {
      try {
        setPriority(child.pid ?? 0, PRIORITY);
      } catch {
        // It has ended already, or may not be told: it works as well as ever.
      }
    });
    child.once('error', (error) => {
      // One that is killed still has to end.
      if (child.pid === undefined) failed(error.message, error);
    });
    child.once('close', (code, killed) => {
      if (code === 0) resolve();
      else failed(sentenceIn(said) ?? `its process ended with ${String(code ?? killed)}.`);
    });
  });
}

/** What our own command says of its failure, between what Node may say besides. */
const sentenceIn = (said: string): string | undefined => /^[A-Z_]+: (.+)$/m.exec(said)?.[1];
