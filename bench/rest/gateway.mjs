// A gateway over a store on disk, in a process of its own; told by its parent to append events.
import { createEventLog } from '@fleetglass/core';
import { createGateway, createSqliteStore } from '@fleetglass/server';

const [file, token] = process.argv.slice(2);
const store = createSqliteStore({ file });
const host = {
  log: createEventLog(store),
  blobs: store,
  rollups: store.rollups,
  commands: { execute: () => Promise.resolve(undefined) },
};
const gateway = createGateway({ host, port: 0, token });
await gateway.listen();
let number = 0;
if (store.head() > 0) {
  const data = { name: 'Live' };
  await store.append([{ v: 1, time: Date.now(), type: 'run.created', runId: 'run_live', data }]);
}
process.send({ url: gateway.url });
process.on('message', async ({ append }) => {
  const events = Array.from({ length: append }, () => ({
    v: 1,
    time: Date.now(),
    type: 'log.written',
    runId: 'run_live',
    data: { level: 'info', message: `Line ${(number += 1)}` },
  }));
  await store.append(events);
  process.send({ appended: append });
});
