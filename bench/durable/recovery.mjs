import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const owner = fileURLToPath(new URL('./owner.mjs', import.meta.url));

/**
 * Kills the process of a run and starts another one.
 *
 * @returns milliseconds until the run's next step runs: since the kill, since the new process began, and what of the
 * latter went by until its modules were loaded
 */
export async function recoveryMillis() {
  const folder = mkdtempSync(join(tmpdir(), 'fleetglass-bench-'));
  const file = join(folder, 'log.sqlite');
  const first = fork(owner, [file, 'start'], { execArgv: ['--no-warnings'] });
  await once(first, 'message');
  const gone = once(first, 'exit');
  const killedAt = performance.now();
  first.kill('SIGKILL');
  await gone;
  const second = fork(owner, [file, 'recover'], { execArgv: ['--no-warnings'] });
  const [{ loadedAt, runningAt }] = await once(second, 'message');
  const sinceKill = performance.now() - killedAt;
  const over = once(second, 'exit');
  second.kill('SIGKILL');
  await over;
  rmSync(folder, { recursive: true, force: true });
  return { sinceKill, sinceStart: runningAt, loading: loadedAt };
}
