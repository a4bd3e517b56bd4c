import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { createOrchestrator, isFleetglassError, systemClock, toFleetglassError } from '@fleetglass/core';
import type { Clock, FleetHost } from '@fleetglass/core';
import { createSeededRandom } from '@fleetglass/core/testing';
import { createGateway } from '../../src/gateway/gateway.js';
import { isProcessGone, processOwner } from '../../src/storage/process-owner.js';
import { createSqliteStore } from '../../src/storage/sqlite-store.js';
import { createJob, JOB } from './job.js';
import type { Inspection, JournalLine, ProgramOptions, Question } from './messages.js';
import { createWriter } from './writer.js';

/** The server under test: everything of it is the product's own, but for what writes and what looks on. */
const options = JSON.parse(process.argv[2] ?? '') as ProgramOptions;
const { file, journal, life, heartbeatMs, limits, rateLimits } = options;
const random = createSeededRandom(options.seed);

let skewMs = options.skewMs;
const clock: Clock = { ...systemClock, now: () => systemClock.now() + skewMs };

type Entry = JournalLine extends infer Line ? (Line extends JournalLine ? Omit<Line, 'life'> : never) : never;
const note = (entry: Entry): void => appendFileSync(journal, `${JSON.stringify({ life, ...entry })}\n`);

const sockets = new Set<Socket>();
const connects: number[] = [];
let listeningSince = 0;
let peakBuffered = 0;
let peakSocketBuffered = 0;
subscribe('net.server.socket', (message) => {
  const { socket } = message as { readonly socket: Socket };
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
  const slot = Math.floor((systemClock.monotonic() - listeningSince) / 100);
  while (connects.length <= slot) connects.push(0);
  connects[slot] = (connects[slot] ?? 0) + 1;
});
/** Looked at in the sockets themselves, so that the gateway's own count is not what it is judged by. */
function measure(): number {
  let total = 0;
  for (const { writableLength } of sockets) {
    total += writableLength;
    peakSocketBuffered = Math.max(peakSocketBuffered, writableLength);
  }
  peakBuffered = Math.max(peakBuffered, total);
  return total;
}
setInterval(measure, 10).unref();

const store = createSqliteStore({ file, clock });
note({ kind: 'begun', head: store.head() });
const orchestrator = createOrchestrator({ store, clock, owner: processOwner(), isOwnerGone: isProcessGone });
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, random() * 200));
orchestrator.register(
  JOB,
  createJob((what) => note({ kind: 'world', what }), pause),
);

let stateReads = 0;
const { log } = orchestrator.host;
const host: FleetHost = {
  ...orchestrator.host,
  log: {
    ...log,
    stateAt(seq, filter) {
      stateReads += 1;
      return log.stateAt(seq, filter);
    },
  },
};
const gateway = createGateway({
  host,
  port: options.port,
  allowedHosts: [options.port, ...options.proxies].map((port) => `127.0.0.1:${port}`),
  heartbeatMs,
  limits,
  rateLimits,
  ...(options.token !== undefined && { token: options.token }),
  clock,
});
const writer = createWriter(store, {
  random,
  clock,
  life,
  eventsPerSecond: options.eventsPerSecond,
  acknowledged: (from, to, name) => note({ kind: 'acknowledged', from, to, name }),
});

const inspect = (): Inspection => {
  const buffered = measure();
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return {
    head: store.head(),
    epoch: store.epoch,
    sockets: sockets.size,
    buffered,
    peakBuffered,
    peakSocketBuffered,
    connects,
    stateReads,
    rssBytes: rss,
    heapBytes: heapUsed,
    cpuMs: (user + system) / 1_000,
    refused: writer.refused,
  };
};

/** Resolves when no run is left in memory and none is left to be taken up. */
async function untilIdle(): Promise<void> {
  await orchestrator.recover();
  while (orchestrator.size > 0) await pause();
}

async function answer(question: Question): Promise<unknown> {
  switch (question.ask) {
    case 'quiesce':
      await writer.stop();
      await untilIdle();
      return inspect();
    case 'write':
      await writer.write(question.events, question.bytes);
      return inspect();
    case 'jump':
      skewMs += question.ms;
      return undefined;
    case 'inspect':
      return inspect();
    case 'memory':
      globalThis.gc?.();
      return inspect();
    case 'close':
      await writer.stop();
      await orchestrator.close();
      await gateway.close();
      await store.close();
      return undefined;
  }
}

process.on('message', (message) => {
  const { id, question } = message as { readonly id: number; readonly question: Question };
  answer(question).then(
    (result) => {
      process.send?.({ id, answer: result });
      if (question.ask === 'close') process.disconnect();
    },
    (error: unknown) => process.send?.({ id, error: toFleetglassError(error).message }),
  );
});
// Nobody is left to serve.
process.on('disconnect', () => process.exit(0));
process.on('uncaughtException', (error) => {
  console.error(`The server under test threw${isFleetglassError(error) ? ` ${error.code}` : ''}:`, error);
  process.exit(70);
});

await gateway.listen();
listeningSince = systemClock.monotonic();
writer.start();
process.send?.({ ready: { head: store.head(), epoch: store.epoch } });
