import { execFile } from 'node:child_process';

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 20_000;

/**
 * Output of a git command in `dir`, or `undefined` when git is missing, `dir` is no working tree, or git refuses.
 * Settings of the reviewed repository must not run programs of its choice, so those that could are switched off.
 */
export function git(dir: string, args: readonly string[], signal: AbortSignal): Promise<string | undefined> {
  const safe = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false', '-c', 'core.pager=cat'];
  return new Promise((resolve, reject) => {
    execFile(
      'git',
      ['-C', dir, ...safe, ...args],
      {
        encoding: 'utf8',
        maxBuffer: MAX_OUTPUT_BYTES,
        timeout: TIMEOUT_MS,
        signal,
        windowsHide: true,
        env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
      },
      (error, stdout) => {
        if (signal.aborted) reject(signal.reason as Error);
        else resolve(error ? undefined : stdout);
      },
    );
  });
}
