import { join } from 'node:path';
import { systemClock, toFleetglassError } from '@fleetglass/core';
import type { ErrorCode } from '@fleetglass/core';
import { parseArguments, USAGE } from './arguments.js';
import { assertFolder, fromUser, REPOSITORY } from './paths.js';
import type { Application } from './start-review.js';

/** Longest time that an orderly end may take. */
const CLOSE_LIMIT_MS = 1800;

/** Mistakes of whoever typed the command end with 2, everything else with 1. */
const USAGE_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'BAD_INPUT',
  'NOT_FOUND',
  'UNSUPPORTED_VERSION',
]);

async function start(): Promise<Application | undefined> {
  const { env } = process;
  const options = parseArguments(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
    return undefined;
  }
  const { open, port, maxFiles, askSeconds, budgetUsd, seed } = options;
  // Loaded when needed: a mistyped flag is answered at once.
  if (open !== undefined) {
    const { startRecording } = await import('./start-recording.js');
    return startRecording(fromUser(open, env), port);
  }
  const dir = options.dir === undefined ? REPOSITORY : fromUser(options.dir, env);
  const data = options.data === undefined ? join(REPOSITORY, '.fleetglass') : fromUser(options.data, env);
  await assertFolder(dir);
  const { startReview } = await import('./start-review.js');
  return startReview({
    dir,
    data,
    port,
    maxFiles,
    askMs: askSeconds * 1000,
    budgetUsd,
    seed,
    env,
    say: (line) => console.log(line),
  });
}

/** Ends in order at the first signal; the second one, or an end that takes too long, is the end at once. */
function closeOnSignal(application: Application): void {
  let closing = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (closing) process.exit(signal === 'SIGINT' ? 130 : 143);
    closing = true;
    const goesOn = application.unfinished() > 0 ? ' The run goes on at the next start.' : '';
    console.log(`Shutting down.${goesOn} Once more ends it at once.`);
    systemClock.setTimeout(() => process.exit(0), CLOSE_LIMIT_MS, { background: true });
    application.close().then(
      () => process.exit(0),
      (error: unknown) => {
        complain(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}

function complain(thrown: unknown): ErrorCode {
  const { code, message } = toFleetglassError(thrown);
  console.error(`${code}: ${message}`);
  return code;
}

try {
  const application = await start();
  if (application) {
    closeOnSignal(application);
    for (const line of application.greeting) console.log(line);
    console.log(`\n  ${application.url}\n\nCtrl+C ends it.`);
  }
} catch (error) {
  process.exitCode = USAGE_CODES.has(complain(error)) ? 2 : 1;
}
