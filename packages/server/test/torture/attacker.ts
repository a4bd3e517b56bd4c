import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** What an attacker is told to do; the first argument of its program, as JSON. */
export type Attack =
  /** Opens so many connections, `atOnce` at a time, and drops each as soon as it was answered, or at once. */
  | { readonly kind: 'flood'; readonly port: number; readonly connections: number; readonly atOnce: number }
  /** Opens so many connections that go silent at different moments, and waits until the server has ended them all. */
  | { readonly kind: 'silent'; readonly port: number; readonly connections: number };

/** What came of an attack, as the attacker saw it; the one line that its program prints. */
export interface AttackResult {
  readonly seconds: number;
  /** Answers by HTTP status; `none` where nothing was waited for, `reset` where the system turned it away. */
  readonly answers: Readonly<Record<string, number>>;
  /** Longest time in milliseconds until the server ended a silent connection, by where it fell silent. */
  readonly longestMs: Readonly<Record<string, number>>;
}

const attack = JSON.parse(process.argv[2] ?? '') as Attack;
const HEAD = `Host: 127.0.0.1:${attack.port}\r\n`;
const UPGRADE =
  `GET /api/v1/live HTTP/1.1\r\n${HEAD}Connection: Upgrade\r\nUpgrade: websocket\r\n` +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n';

/** What floods: half of it upgrades, the rest requests without a token and connections that say nothing. */
const FLOOD: readonly (string | undefined)[] = [
  UPGRADE,
  `GET /api/v1/runs HTTP/1.1\r\n${HEAD}\r\n`,
  UPGRADE,
  undefined,
];

/** Where a connection falls silent, with what it has said before; a slow one says one more byte each second. */
const SILENT: Readonly<Record<string, { readonly said: string; readonly isSlow?: boolean }>> = {
  'before a word': { said: '' },
  'in the first line': { said: 'GET /api/v1/li' },
  'in its headers, slowly': { said: `GET /api/v1/runs HTTP/1.1\r\n${HEAD}X-Slow: `, isSlow: true },
  'after the upgrade': { said: UPGRADE },
  'in its body': {
    said: `POST /api/v1/live/poll HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n[`,
  },
};

/** Whoever was not let go by then is told as having stayed. */
const MOST_SILENCE_MS = 60_000;

const answers: Record<string, number> = {};
const note = (answer: string): void => void (answers[answer] = (answers[answer] ?? 0) + 1);
const longestMs: Record<string, number> = {};

function open(): Promise<Socket> {
  const socket = connect(attack.port, '127.0.0.1');
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}

async function floodOne(said: string | undefined): Promise<void> {
  try {
    const socket = await open();
    socket.on('error', () => undefined);
    if (said === undefined) note('none');
    else {
      const answer = new Promise<string>((resolve) => {
        socket.once('data', (data: Buffer) => resolve(data.toString('latin1', 9, 12)));
        socket.once('close', () => resolve('reset'));
      });
      socket.write(said);
      note(await answer);
    }
    // No port is left waiting.
    socket.resetAndDestroy();
  } catch {
    note('reset');
  }
}

async function flood(connections: number, atOnce: number): Promise<void> {
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < connections) {
      next += 1;
      await floodOne(FLOOD[next % FLOOD.length]);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

async function silent(connections: number): Promise<void> {
  const kinds = Object.entries(SILENT);
  const one = async (index: number): Promise<void> => {
    const [where, { said, isSlow = false }] = kinds[index % kinds.length] as (typeof kinds)[number];
    const socket = await open();
    const since = performance.now();
    const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => undefined);
    socket.resume();
    if (said !== '') socket.write(said);
    const timer = isSlow ? setInterval(() => socket.write('x'), 1_000) : undefined;
    await ended;
    clearInterval(timer);
    longestMs[where] = Math.max(longestMs[where] ?? 0, Math.round(performance.now() - since));
    note('ended');
  };
  const opened: Promise<void>[] = [];
  for (let index = 0; index < connections; index += 1) {
    opened.push(one(index));
    // Slower than what would be refused for its speed.
    if (index % 50 === 49) await wait(50);
  }
  await Promise.race([Promise.all(opened), wait(MOST_SILENCE_MS, undefined, { ref: false })]);
}

const begun = performance.now();
await (attack.kind === 'flood' ? flood(attack.connections, attack.atOnce) : silent(attack.connections));
const result: AttackResult = { seconds: (performance.now() - begun) / 1_000, answers, longestMs };
console.log(JSON.stringify(result));
process.exit(0);
