// Events through the gateway into SQLite, on disk when they are answered, beside plain SQLite with ten in a transaction;
// and what reading sums of a long log costs.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventMix } from '../lib/event-mix.mjs';
import { createSqliteStore } from '@fleetglass/server';
import { median, percentile, ratios, report } from '../lib/measure.mjs';

const EVENTS = 100_000;
/** Sent before anything is counted, while both programs are being compiled. */
const WARM_UP = 20_000;
const BATCH = 500;
const WRITERS = 2;
const ROUNDS = 3;
/** Events a second of a fleet that is busy, not of one that sends as fast as it can. */
const STEADY_RATE = 20_000;

const events = eventMix(EVENTS).map(({ seq, ...event }) => ({ ...event, id: `e${seq}` }));
const bodies = [];
for (let i = 0; i < events.length; i += BATCH) bodies.push(JSON.stringify(events.slice(i, i + BATCH)));

async function inFolder(use) {
  const folder = mkdtempSync(join(tmpdir(), 'fleetglass-bench-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function post(url, agent, body) {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: 'Bearer bench',
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const sent = request(`${url}/api/v1/events`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`Status ${response.statusCode}`)),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/**
 * Events a second through the gateway, and how long each append took.
 *
 * @param atMost events a second that are sent
 */
function throughGateway(atMost = Infinity) {
  return inFolder(async (folder) => {
    const server = fork(fileURLToPath(new URL('../ingest/server.mjs', import.meta.url)), [folder], {
      execArgv: ['--no-warnings'],
    });
    const [{ url }] = await once(server, 'message');
    const agent = new Agent({ keepAlive: true, maxSockets: WRITERS });
    let next = 0;
    const sendUntil = (end, rate = Infinity) => {
      const from = performance.now();
      const first = next;
      const send = async () => {
        while (next < end) {
          const turn = next++;
          const due = from + (((turn - first) * BATCH) / rate) * 1_000;
          const wait = due - performance.now();
          if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
          await post(url, agent, bodies[turn]);
        }
      };
      return Promise.all(Array.from({ length: WRITERS }, send));
    };
    await sendUntil(WARM_UP / BATCH);
    const start = performance.now();
    await sendUntil(EVENTS / BATCH, atMost);
    const seconds = (performance.now() - start) / 1_000;
    agent.destroy();
    server.send('end');
    const [{ appends, head }] = await once(server, 'message');
    await once(server, 'exit');
    if (head !== EVENTS) throw new Error(`${head} of ${EVENTS} events were stored.`);
    return { rate: (EVENTS - WARM_UP) / seconds, p99: percentile(appends.slice(WARM_UP / BATCH), 0.99) };
  });
}

/** Events a second that a program writes with the same driver, on disk after every ten. */
function plainSqlite() {
  return inFolder(async (folder) => {
    const { DatabaseSync } =
      process.getBuiltinModule('node:sqlite') ??
      createRequire(new URL('../../packages/server/package.json', import.meta.url))('@photostructure/sqlite');
    const database = new DatabaseSync(join(folder, 'plain.sqlite'));
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    database.exec('CREATE TABLE events (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)');
    const insert = database.prepare('INSERT INTO events (body) VALUES (?)');
    const write = (from, to) => {
      for (let i = from; i < to; i += 10) {
        database.exec('BEGIN');
        for (let k = i; k < i + 10; k += 1) insert.run(JSON.stringify(events[k]));
        database.exec('COMMIT');
      }
    };
    write(0, WARM_UP);
    const start = performance.now();
    write(WARM_UP, EVENTS);
    const seconds = (performance.now() - start) / 1_000;
    database.close();
    return (EVENTS - WARM_UP) / seconds;
  });
}

const ours = [];
const delays = [];
const steady = [];
const plain = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const { rate, p99 } = await throughGateway();
  ours.push(rate);
  delays.push(p99);
  plain.push(await plainSqlite());
  steady.push((await throughGateway(STEADY_RATE)).p99);
}
report(`events/s into SQLite (FULL): through the gateway, ${BATCH} a request`, ours, 'events/s', {
  min: 50_000,
  guide: true,
});
report('events/s into SQLite (FULL): peer: plain SQLite, 10 a transaction', plain, 'events/s');
report('events/s: ours ÷ plain SQLite', ratios(ours, plain), '×');
report('append p99 under that load', delays, 'ms', { max: 20, guide: true });
report(`append p99 at ${STEADY_RATE.toLocaleString('en')} events/s`, steady, 'ms', { max: 20, guide: true });

const DAYS = 90;
const RUNS = 100_000;
const DAY_MS = 86_400_000;
const FROM = Date.UTC(2026, 0, 1);

/** As many rows of sums as ten million events have, at a hundred events a run: what is read are rows, not events. */
await inFolder(async (folder) => {
  const store = createSqliteStore({ file: join(folder, 'log.sqlite'), durability: 'normal' });
  const spending = (run) => ({
    v: 1,
    time: FROM + Math.floor((run / RUNS) * DAYS * DAY_MS),
    type: 'usage.recorded',
    runId: `run_${run}`,
    threadId: `thread_${run % 20_000}`,
    agentId: `AGENT-${run % 50}`,
    data: {
      usage: { inputTokens: 1_200, outputTokens: 40 },
      calls: 3,
      model: `model-${run % 8}`,
      cost: { nanoUsd: 1_900_000 + (run % 2_000), basis: 'list' },
    },
  });
  for (let run = 0; run < RUNS; run += 2_000) {
    await store.append(Array.from({ length: 2_000 }, (_, i) => spending(run + i)));
  }
  const questions = {
    total: { period: 'total' },
    'days of 90': { period: 'day' },
    'hours of a week': { period: 'hour', from: FROM + 40 * DAY_MS, to: FROM + 47 * DAY_MS },
    'by agent': { period: 'total', by: 'agent' },
    'by model a day': { period: 'day', by: 'model' },
    'one run': { period: 'hour', by: 'run', key: 'run_77' },
    'dearest 20 runs of a week': {
      period: 'total',
      by: 'run',
      limit: 20,
      from: FROM + 40 * DAY_MS,
      to: FROM + 47 * DAY_MS,
    },
  };
  for (const [name, query] of Object.entries(questions)) {
    const times = [];
    for (let i = 0; i < 7; i += 1) {
      // Nothing is answered from memory.
      await store.append([spending(i)]);
      const start = performance.now();
      await store.rollups.read(query);
      times.push(performance.now() - start);
    }
    report(`rollups of ${RUNS} runs in ${DAYS} days: ${name}`, median(times), 'ms', { max: 50, guide: true });
  }
  await store.close();
});
