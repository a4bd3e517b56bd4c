// A run that does real work every ten milliseconds, watched or not. Prints its CPU time to the parent.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOrchestrator } from '@fleetglass/core';
import { createGateway, createSqliteStore } from '@fleetglass/server';
import { WebSocketServer } from 'ws';

const [, , mode, secondsText] = process.argv;
const STEP_MS = 10;
const steps = (Number(secondsText) * 1_000) / STEP_MS;
const document = JSON.stringify(
  Array.from({ length: 400 }, (_, id) => ({ id, text: `line ${id} of a file` })),
);

/** About a tenth of a core: what an agent's own code does between model calls. */
function work() {
  const parsed = JSON.parse(document);
  return createHash('sha256').update(JSON.stringify(parsed)).digest('hex');
}

/** Calls `step` a hundred times a second. */
function paced(step) {
  return new Promise((resolve) => {
    const started = process.hrtime.bigint();
    let done = 0;
    const timer = setInterval(() => {
      const due = Math.min(steps, Math.floor(Number(process.hrtime.bigint() - started) / 1e6 / STEP_MS));
      for (; done < due; done += 1) step(done);
      if (done < steps) return;
      clearInterval(timer);
      resolve();
    }, STEP_MS);
  });
}

async function measured(run) {
  const before = process.cpuUsage();
  const started = process.hrtime.bigint();
  await run();
  const { user, system } = process.cpuUsage(before);
  process.send({ cpuMicros: user + system, wallMicros: Number(process.hrtime.bigint() - started) / 1e3 });
}

/** The least that is on disk and seen by a viewer: a row in SQLite and a frame for each event, nothing else. */
async function plain() {
  const directory = mkdtempSync(join(tmpdir(), 'fleetglass-bench-'));
  const { DatabaseSync } =
    process.getBuiltinModule('node:sqlite') ??
    createRequire(import.meta.resolve('@fleetglass/server'))('@photostructure/sqlite');
  const database = new DatabaseSync(join(directory, 'log.sqlite'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE log (body TEXT)');
  const insert = database.prepare('INSERT INTO log VALUES (?)');
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(sockets, 'listening');
  process.send({ url: `ws://127.0.0.1:${sockets.address().port}` });
  await once(process, 'message');
  const step = (index) => {
    work();
    const message = `step ${index} is done`;
    const text = JSON.stringify({
      seq: index,
      time: Date.now(),
      type: 'log.written',
      data: { message, index },
    });
    insert.run(text);
    for (const socket of sockets.clients) socket.send(text);
  };
  await paced(step);
  await measured(() => paced(step));
  for (const socket of sockets.clients) socket.terminate();
  sockets.close();
  database.close();
  rmSync(directory, { recursive: true });
}

if (mode === 'plain') {
  await plain();
} else if (mode === 'unwatched') {
  process.send({ url: '' });
  await once(process, 'message');
  await paced(work);
  await measured(() => paced(work));
} else {
  const directory = mkdtempSync(join(tmpdir(), 'fleetglass-bench-'));
  const store = createSqliteStore({ file: join(directory, 'log.sqlite') });
  const orchestrator = createOrchestrator({ store });
  const gateway = createGateway({ host: orchestrator.host, port: 0 });
  await gateway.listen();
  process.send({ url: gateway.url });
  await once(process, 'message');
  const watched = () =>
    orchestrator.run('bench', (ctx) =>
      paced((index) => {
        work();
        ctx.log('info', `step ${index} is done`, { index });
      }),
    ).result;
  await watched();
  await measured(watched);
  await gateway.close();
  await orchestrator.close();
  await store.close();
  rmSync(directory, { recursive: true });
}
process.disconnect();
