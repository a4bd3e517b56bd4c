// Holds many raw TCP connections and counts what arrives, so cheaply that the server is the bottleneck.
import { connect } from 'node:net';

const [, , kind, portText, countText] = process.argv;
const port = Number(portText);
const count = Number(countText);
/** Every so many sockets one is sampled: those that are served first must not speak for all. */
const SAMPLE_EVERY = 50;

/** A masked text frame with an all-zero key. */
function clientFrame(text) {
  const payload = Buffer.from(text);
  const header =
    payload.length < 126
      ? Buffer.from([0x81, 0x80 | payload.length])
      : Buffer.from([0x81, 0xfe, payload.length >> 8, payload.length & 255]);
  return Buffer.concat([header, Buffer.alloc(4), payload]);
}

const subscribe = (filter) => clientFrame(JSON.stringify({ frame: 'subscribe', id: 's', filter }));
const isStream = ['sse', 'betterSse', 'fleetglassSse', 'fleetglassRunsSse'].includes(kind);
/** Runs that the viewers of `fleetglassRuns` and `fleetglassRunsSse` share. */
const RUNS = 1_000;
const runOf = (index) => `run_${(index % RUNS) + 1}`;

const paths = {
  fleetglass: '/api/v1/live',
  fleetglassRuns: '/api/v1/live',
  fleetglassSse: '/api/v1/events?runId=run_1',
  socketio: '/socket.io/?EIO=4&transport=websocket',
};
const pathOf = (index) =>
  kind === 'fleetglassRunsSse' ? `/api/v1/events?runId=${runOf(index)}` : (paths[kind] ?? '/');
const greetings = {
  fleetglass: () => subscribe({ runId: 'run_1', types: ['log'] }),
  fleetglassRuns: (index) => subscribe({ runId: runOf(index) }),
  socketio: () => clientFrame('40'),
};

/** Signs of life carry no stamp. */
const stampsIn = (bytes) => bytes.toString('latin1').split('"at":"').length - 1;

/** How many events a payload holds; 0 for anything else. */
const eventsIn = {
  fleetglass(payload) {
    const head = payload.toString('latin1', 0, 120);
    const match = /^\{"frame":"events","channel":\d+,"from":(\d+),"to":(\d+)/.exec(head);
    return match ? Number(match[2]) - Number(match[1]) + 1 : 0;
  },
  fleetglassRuns: stampsIn,
  ws: () => 1,
  wsBatch: (payload) => Number(/^\{"n":(\d+)/.exec(payload.toString('latin1', 0, 16))[1]),
  socketio: (payload) => (payload[0] === 0x34 && payload[1] === 0x32 ? 1 : 0),
};

const STAMP = /"at":"(\d+)"/g;
let received = new Array(count).fill(0);
let latencies = [];

function sample(text) {
  const now = process.hrtime.bigint();
  for (const match of text.matchAll(STAMP)) latencies.push(Number(now - BigInt(match[1])) / 1e6);
}

/** Empty and masked with zeros: a sign of life for servers that ask. */
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);

function webSocketReader(index, socket) {
  let rest;
  return (chunk) => {
    let buffer = rest ? Buffer.concat([rest, chunk]) : chunk;
    rest = undefined;
    while (buffer.length >= 2) {
      let length = buffer[1] & 127;
      let offset = 2;
      if (length === 126) {
        if (buffer.length < 4) break;
        length = buffer.readUInt16BE(2);
        offset = 4;
      } else if (length === 127) {
        if (buffer.length < 10) break;
        length = Number(buffer.readBigUInt64BE(2));
        offset = 10;
      }
      if (buffer.length < offset + length) break;
      const payload = buffer.subarray(offset, offset + length);
      const opcode = buffer[0] & 15;
      if (opcode === 9) socket.write(PONG);
      const events = opcode === 1 ? eventsIn[kind](payload) : 0;
      received[index] += events;
      if (events > 0 && index % SAMPLE_EVERY === 0) sample(payload.toString('latin1'));
      buffer = buffer.subarray(offset + length);
    }
    if (buffer.length > 0) rest = buffer;
  };
}

/** Where each stream goes on: the gateway ends those of which it hears nothing for a quarter of an hour. */
const lastIds = [];

/** Of a stream with signs of life; a chunk may end inside an event, so that whole ones are looked at. */
function signedReader(index) {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const end = bytes.lastIndexOf('\n\n') + 2;
    if (end < 2) {
      rest = bytes;
      return;
    }
    const whole = bytes.subarray(0, end);
    rest = bytes.subarray(end);
    received[index] += stampsIn(whole);
    const text = whole.toString('latin1');
    lastIds[index] = [...text.matchAll(/(?:^|\n)id: (.+)/g)].at(-1)?.[1] ?? lastIds[index];
    if (index % SAMPLE_EVERY === 0) sample(text);
  };
}

function sseReader(index) {
  let last = 0;
  return (chunk) => {
    let found = 0;
    if (last === 10 && chunk[0] === 10) found += 1;
    for (let at = chunk.indexOf('\n\n'); at !== -1; at = chunk.indexOf('\n\n', at + 2)) found += 1;
    last = chunk[chunk.length - 1];
    received[index] += found;
    if (index % SAMPLE_EVERY === 0) sample(chunk.toString('latin1'));
  };
}

function readerOf(index, socket) {
  if (!isStream) return webSocketReader(index, socket);
  return kind === 'fleetglassRunsSse' ? signedReader(index) : sseReader(index);
}

function open(index) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    let head = Buffer.alloc(0);
    let read;
    socket.on('error', reject);
    if (kind === 'fleetglassRunsSse') socket.on('end', () => void open(index));
    socket.on('connect', () => {
      const lastId = lastIds[index] === undefined ? '' : `Last-Event-ID: ${lastIds[index]}\r\n`;
      const upgrade = isStream
        ? `Connection: close\r\nAccept: text/event-stream\r\n${lastId}`
        : 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
      socket.write(
        `GET ${pathOf(index)} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer bench\r\n${upgrade}\r\n`,
      );
    });
    socket.on('data', (chunk) => {
      if (read) {
        read(chunk);
        return;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) return;
      if (!/^HTTP\/1.1 (101|200)/.test(head.toString('latin1', 0, 20))) {
        reject(new Error(head.toString('latin1', 0, end)));
        return;
      }
      read = readerOf(index, socket);
      if (greetings[kind]) socket.write(greetings[kind](index));
      if (head.length > end + 4) read(head.subarray(end + 4));
      resolve(socket);
    });
  });
}

for (let i = 0; i < count; i += 50) {
  await Promise.all(Array.from({ length: Math.min(50, count - i) }, (_, offset) => open(i + offset)));
}

process.on('message', (message) => {
  if (message === 'reset') {
    received = received.fill(0);
    latencies = [];
    process.send({ reset: true });
    return;
  }
  process.send({
    least: Math.min(...received),
    most: Math.max(...received),
    total: received.reduce((sum, count) => sum + count, 0),
    latencies,
  });
});
process.on('disconnect', () => process.exit(0));
setTimeout(() => process.send({ connected: count }), 300);
