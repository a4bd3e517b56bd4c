// One publisher, many sockets. The parent tells it over IPC when to publish; it answers with its CPU time.
import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmitter, createEventLog, FleetglassError } from '@fleetglass/core';
import { createGateway, createSqliteStore } from '@fleetglass/server';
import { createChannel, createSession } from 'better-sse';
import { Server as SocketIo } from 'socket.io';
import { WebSocketServer } from 'ws';

const TICK_MS = 5;
const FLOOR_BATCH_MS = 10;
const PADDING = 'x'.repeat(180);

const nanoseconds = () => String(process.hrtime.bigint());
const fields = () => ({ at: nanoseconds() });

/** What every peer sends for one event: 300 bytes of JSON. */
function eventText(seq) {
  return JSON.stringify({
    v: 1,
    seq,
    time: Date.now(),
    type: 'log.written',
    runId: 'run_1',
    data: { level: 'info', message: PADDING, fields: fields() },
  });
}

async function listen(server) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server.address().port;
}

/** A gateway without an orchestrator over SQLite, behind a token; `runs` share the events among them. */
async function fleetglass({ runs = 1, ...options } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'fleetglass-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const store = createSqliteStore({ file: join(folder, 'log.sqlite') });
  const host = {
    log: createEventLog(store),
    commands: {
      execute: async () => {
        throw new FleetglassError('UNKNOWN_COMMAND', 'This host takes no commands.');
      },
    },
    blobs: store,
  };
  const emitter = createEmitter({ store, redact: false });
  const gateway = createGateway({ host, port: 0, token: 'bench', ...options });
  await gateway.listen();
  let turn = 0;
  return {
    port: Number(new URL(gateway.url).port),
    publish(count) {
      for (let i = 0; i < count; i += 1) {
        turn = (turn % runs) + 1;
        emitter.emit({
          type: 'log.written',
          runId: `run_${turn}`,
          data: { level: 'info', message: PADDING, fields: fields() },
        });
      }
    },
  };
}

/** Each returns `{ port, publish(count) }`. */
const kinds = {
  fleetglass: () => fleetglass(),
  // Signs of life would be counted as events.
  fleetglassSse: () => fleetglass({ heartbeatMs: 600_000 }),
  fleetglassRuns: () => fleetglass({ runs: 1_000 }),

  async ws() {
    const server = createServer();
    const sockets = new WebSocketServer({ server, perMessageDeflate: false });
    let seq = 0;
    return {
      port: await listen(server),
      publish(count) {
        for (let i = 0; i < count; i += 1) {
          const payload = Buffer.from(eventText((seq += 1)));
          for (const socket of sockets.clients) socket.send(payload, { binary: false });
        }
      },
    };
  },

  async wsBatch() {
    const server = createServer();
    const sockets = new WebSocketServer({ server, perMessageDeflate: false });
    let seq = 0;
    let waiting = [];
    setInterval(() => {
      if (waiting.length === 0) return;
      const payload = Buffer.from(`{"n":${waiting.length},"events":[${waiting.join(',')}]}`);
      waiting = [];
      for (const socket of sockets.clients) socket.send(payload, { binary: false });
    }, FLOOR_BATCH_MS);
    return {
      port: await listen(server),
      publish(count) {
        for (let i = 0; i < count; i += 1) waiting.push(eventText((seq += 1)));
      },
    };
  },

  async socketio() {
    const server = createServer();
    const io = new SocketIo(server, { transports: ['websocket'], perMessageDeflate: false });
    let seq = 0;
    return {
      port: await listen(server),
      publish(count) {
        for (let i = 0; i < count; i += 1) io.emit('e', JSON.parse(eventText((seq += 1))));
      },
    };
  },

  async sse() {
    const responses = new Set();
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.flushHeaders();
      responses.add(response);
      response.on('close', () => responses.delete(response));
    });
    let seq = 0;
    return {
      port: await listen(server),
      publish(count) {
        for (let i = 0; i < count; i += 1) {
          const payload = Buffer.from(`data: ${eventText((seq += 1))}\n\n`);
          for (const response of responses) response.write(payload);
        }
      },
    };
  },

  async betterSse() {
    const channel = createChannel();
    const server = createServer((request, response) => {
      void createSession(request, response, { keepAlive: null }).then((session) => channel.register(session));
    });
    let seq = 0;
    return {
      port: await listen(server),
      publish(count) {
        for (let i = 0; i < count; i += 1) channel.broadcast(JSON.parse(eventText((seq += 1))), 'message');
      },
    };
  },
};

const { port, publish } = await kinds[process.argv[2]]();

let cpuBefore;

function start({ rate, seconds }) {
  const started = process.hrtime.bigint();
  const total = Math.round(rate * seconds);
  cpuBefore = process.cpuUsage();
  let sent = 0;
  const timer = setInterval(() => {
    const elapsed = Number(process.hrtime.bigint() - started) / 1e9;
    const due = Math.min(total, Math.floor(elapsed * rate));
    if (due > sent) publish(due - sent);
    sent = due;
    if (sent < total) return;
    clearInterval(timer);
    process.send({ sent, took: Number(process.hrtime.bigint() - started) / 1e9 });
  }, TICK_MS);
}

process.on('message', (message) => {
  if (message === 'memory') {
    globalThis.gc?.();
    process.send({ rss: process.memoryUsage().rss });
    return;
  }
  if (message !== 'cpu') {
    start(message);
    return;
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  process.send({ cpuMicros: user + system });
});
for (const end of ['disconnect', 'SIGTERM']) process.on(end, () => process.exit(0));
process.send({ port });
