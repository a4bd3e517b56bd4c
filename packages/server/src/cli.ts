import { systemClock } from '@fleetglass/core';
import { runCli } from './cli/run-cli.js';

const abort = new AbortController();
let signals = 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    signals += 1;
    // The second one, or an end that takes too long, is the end at once.
    if (signals > 1) process.exit(signal === 'SIGINT' ? 130 : 143);
    abort.abort();
  });
}
// A reader that closes its pipe, such as `head`, has what it wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await runCli(process.argv.slice(2), {
  out: (text) =>
    new Promise((resolve) => {
      if (process.stdout.write(text)) resolve();
      else process.stdout.once('drain', resolve);
    }),
  err: (text) => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY,
  env: process.env,
  clock: systemClock,
  program: [process.execPath, ...process.execArgv, process.argv[1] ?? ''],
  signal: abort.signal,
});
