import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteStore } from '@fleetglass/server';
import { bundleProgram } from './faults/bundle-program.js';
import { connectRaw } from './raw-client.js';

let folder: string;
let file: string;
const cleanups: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetglass-drain-'));
  file = join(folder, 'log.sqlite');
});
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
  rmSync(folder, { recursive: true, force: true });
});

/** A gateway whose commands wait for us, or `fleetglass serve` itself, in a process of its own. */
async function start(kind: 'commands' | 'serve', drainMs = 60_000) {
  const isServe = kind === 'serve';
  const program = await bundleProgram(isServe ? '../../src/cli' : 'draining-child', folder);
  const args = isServe
    ? ['serve', '--store', file, '--port', '0', '--no-dashboard']
    : [file, String(drainMs)];
  const child = spawn(process.execPath, ['--no-warnings', program, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  cleanups.push(() => child.kill('SIGKILL'));
  const said: string[] = [];
  let note = (): void => undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(line);
    note();
  });
  const exit = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const hears = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = said.map((line) => pattern.exec(line)?.[0]).find((text) => text !== undefined);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => (note = resolve));
    }
  };
  return {
    url: await hears(/http:\/\/[^"\s]+/),
    hears,
    exit,
    signal: () => child.kill('SIGTERM'),
    goOn: () => child.stdin.write('go on\n'),
  };
}

/** What is on disk when nobody holds the file any more. */
async function stored(): Promise<unknown[]> {
  const store = createSqliteStore({ file });
  const { events } = await store.read({ from: 1, to: store.head(), filter: {}, limit: 10 });
  await store.close();
  return events.map(({ seq, data }) => [seq, (data as { message?: unknown }).message]);
}

const cancel = (id: string) => ({ frame: 'command', id, command: { type: 'cancel', runId: 'a' } });

describe('a gateway that is told to end', () => {
  it('finishes the command in work, refuses newcomers, and tells viewers when to come back', async () => {
    const { url, hears, signal, goOn, exit } = await start('commands');
    const viewer = await connectRaw(url);
    viewer.send({ frame: 'subscribe', id: 's', filter: {} });
    await viewer.next('subscribed');
    viewer.send(cancel('first'));
    await hears(/^working$/);

    signal();
    await hears(/^told$/);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    const ready = await fetch(`${url}/ready`);
    expect(ready.status).toBe(503);
    await expect(connectRaw(url)).rejects.toMatchObject({ status: 503 });
    viewer.send(cancel('second'));
    expect((await viewer.next('error')).error).toMatchObject({ code: 'SHUTTING_DOWN', requestId: 'second' });

    goOn();
    expect(await viewer.next('ack')).toMatchObject({ id: 'first', result: { seq: 1 } });
    expect((await viewer.next('events')).events).toHaveLength(1);
    const { error } = await viewer.next('error');
    expect(error.code).toBe('SHUTTING_DOWN');
    expect(error.details?.['retryAfterMs']).toEqual(expect.any(Number));
    expect(await viewer.closed).toEqual({ code: 4_503, reason: 'SHUTTING_DOWN' });
    expect(await exit).toBe(0);
    expect(await stored()).toEqual([[1, 'first']]);
  });

  it('waits no longer than it may', async () => {
    const { url, hears, signal, exit } = await start('commands', 50);
    const viewer = await connectRaw(url);
    viewer.send(cancel('first'));
    await hears(/^working$/);
    signal();
    expect(await viewer.closed).toEqual({ code: 4_503, reason: 'SHUTTING_DOWN' });
    expect(viewer.frames.filter(({ frame }) => frame === 'ack')).toEqual([]);
    await exit;
    expect(await stored()).toEqual([]);
  });

  it('ends at once when it is told twice', async () => {
    const { url, hears, signal, exit } = await start('serve');
    const { hostname, port } = new URL(url);
    const unfinished = request({ hostname, port, path: '/v1/traces', method: 'POST' });
    unfinished.on('error', () => undefined);
    unfinished.setHeader('content-type', 'application/json');
    unfinished.write('{');
    await new Promise((resolve) => unfinished.on('socket', (socket) => socket.once('connect', resolve)));
    // Its first byte was taken when a later request is answered.
    expect((await fetch(`${url}/health`)).status).toBe(200);
    signal();
    await hears(/"msg":"ending.*/);
    signal();
    expect(await exit).toBe(143);
  });

  it('ends with 0 and says so in its log, as `fleetglass serve` does', async () => {
    const { url, hears, signal, exit } = await start('serve');
    const viewer = await connectRaw(url);
    viewer.send(cancel('nobody-owns-it'));
    expect((await viewer.next('error')).error).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('this gateway serves a store') as string,
    });
    signal();
    expect((await viewer.closed).reason).toBe('SHUTTING_DOWN');
    expect(JSON.parse(await hears(/^\{.*"msg":"ended"\}$/))).toMatchObject({ level: 'info' });
    expect(await exit).toBe(0);
  });
});
