import { createInterface } from 'node:readline';
import { createDeferred } from '@fleetglass/core';
import { createGateway } from '../../src/gateway/gateway.js';
import { createStandaloneHost } from '../../src/serve/standalone-host.js';
import { createSqliteStore } from '../../src/storage/sqlite-store.js';

/**
 * Serves a store whose one command stores an event, as soon as its input says so, and ends by SIGTERM; says on its output
 * where it is.
 */
const [file = '', drainMs = ''] = process.argv.slice(2);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const abort = new AbortController();
process.once('SIGTERM', () => {
  abort.abort();
  say('told');
});

const lines = createInterface({ input: process.stdin });
const goOn = createDeferred<undefined>();
lines.once('line', () => goOn.resolve(undefined));
const store = createSqliteStore({ file });
const gateway = createGateway({
  port: 0,
  drainMs: Number(drainMs),
  host: {
    ...createStandaloneHost(store),
    commands: {
      async execute(_command, { commandId }) {
        say('working');
        await goOn.promise;
        const data = { level: 'info', message: commandId } as const;
        const { to } = await store.append([{ v: 1, time: 1, runId: 'a', type: 'log.written', data }]);
        return { seq: to };
      },
    },
  },
});
await gateway.listen();
say(gateway.url);
await new Promise<void>((resolve) => abort.signal.addEventListener('abort', () => resolve()));
await gateway.close();
lines.close();
await store.close();
