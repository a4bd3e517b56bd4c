import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root } from './root.mjs';

const signals = ['SIGINT', 'SIGTERM'];

/**
 * Runs a program in the repository's root with our own standard streams, passes SIGINT and SIGTERM on, and
 * resolves to its exit code (128 + number when a signal ended it, as a shell reports it). With `followParent` it also
 * stops the program when our own parent is gone: a shell between npm and us passes no SIGTERM on.
 */
export function run(command, args, { env = {}, cwd = root, quiet = false, followParent = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      shell: process.platform === 'win32' && command === 'npm',
    });
    // A quiet program is heard only when it fails.
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    const forward = (signal) => {
      // Ctrl-C in a terminal reaches the child by itself; a second signal would look like impatience.
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    };
    for (const signal of signals) process.on(signal, forward);
    const parent = process.ppid;
    const orphaned = () => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      child.kill('SIGTERM');
    };
    const watch = followParent ? setInterval(orphaned, 500) : undefined;
    const settle = () => {
      clearInterval(watch);
      for (const signal of signals) process.off(signal, forward);
    };
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('close', (code, signal) => {
      settle();
      if (code !== 0) process.stderr.write(Buffer.concat(output));
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}
