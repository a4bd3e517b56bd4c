// A gateway that takes events into SQLite, in a process of its own: the writers must not share its thread.
import { join } from 'node:path';
import { createEventLog } from '@fleetglass/core';
import { createGateway, createSqliteStore } from '@fleetglass/server';

const store = createSqliteStore({ file: join(process.argv[2], 'log.sqlite') });
const appends = [];
const timed = {
  ...store,
  async append(...given) {
    const start = performance.now();
    const result = await store.append(...given);
    appends.push(performance.now() - start);
    return result;
  },
};
const gateway = createGateway({
  host: {
    log: createEventLog(store),
    blobs: store,
    commands: { execute: () => Promise.reject(new Error('nothing to do')) },
  },
  port: 0,
  token: 'bench',
  ingest: { store: timed },
});
await gateway.listen();
// Not left behind when the bench fails.
process.once('disconnect', () => process.exit());
process.send({ url: gateway.url });
process.on('message', async () => {
  process.send({ appends, head: store.head() });
  await gateway.close();
  await store.close();
  process.disconnect();
});
