import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { createFakeHost } from '@fleetglass/core/testing';
import { createGatewayHandler } from '@fleetglass/server';
import { acceptUpgrades, toNodeListener } from '@fleetglass/server/adapters';
import { createFaultProxy } from './torture/fault-proxy.js';

const CLIENT = fileURLToPath(new URL('../../../docs/clients/fleetglass_client.py', import.meta.url));
const TOKEN = 'a-token-of-the-python-client';

const { status, stdout } = spawnSync('python3', ['--version'], { encoding: 'utf8' });
const hasPython = status === 0;
if (!hasPython) console.warn('Skipped: the client of docs/clients needs python3, which this machine lacks.');

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A gateway that wants a token, behind a proxy that can cut. */
async function open() {
  const host = createFakeHost();
  const handler = createGatewayHandler({ host, token: TOKEN, heartbeatMs: 1_000 });
  const server = createServer(toNodeListener(handler));
  acceptUpgrades(server, handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  cleanups.push(() => handler.close());
  const proxy = await createFaultProxy({ targetPort: (server.address() as AddressInfo).port });
  cleanups.push(() => proxy.close());
  return { host, proxy };
}

function run(port: number, token: string, ...args: string[]) {
  const child = spawn('python3', [CLIENT, `http://127.0.0.1:${String(port)}`, ...args], {
    env: { ...process.env, FLEETGLASS_TOKEN: token },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanups.push(() => child.kill('SIGKILL'));
  const lines: string[] = [];
  let err = '';
  let note = (): void => undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    note();
  });
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  return {
    events: () => lines.map((line) => JSON.parse(line) as unknown),
    async printed(count: number): Promise<void> {
      while (lines.length < count) await new Promise<void>((resolve) => (note = resolve));
    },
    exit: new Promise<{ code: number | null; err: string }>((resolve) =>
      child.on('close', (code) => resolve({ code, err })),
    ),
  };
}

const line = (runId: string, message: string) =>
  ({ type: 'log.written', runId, data: { level: 'info', message } }) as const;

describe.skipIf(!hasPython)(`the client of docs/clients with ${stdout.trim()}`, () => {
  it('has at most a hundred lines', () => {
    expect(readFileSync(CLIENT, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(100);
  });

  it('prints each event of its run once and in order, over a cut in the middle of a frame', async () => {
    const { host, proxy } = await open();
    for (let i = 0; i < 50; i += 1) await host.append(line(i % 2 === 0 ? 'a' : 'b', `before ${String(i)} ü`));
    const client = run(proxy.port, TOKEN, 'a');
    await client.printed(25);
    const [link] = proxy.links;
    link?.cutAfter('down', 700);
    for (let i = 0; i < 500; i += 1) await host.append(line(i % 2 === 0 ? 'a' : 'b', `after ${String(i)}`));
    await client.printed(275);
    expect([...proxy.links]).not.toContain(link);
    await host.append(line('a', 'x'.repeat(70_000)));
    await client.printed(276);

    const { events } = await host.log.read({
      from: 1,
      to: host.log.head(),
      filter: { runId: 'a' },
      limit: 1_000,
    });
    expect(client.events()).toEqual(events);
  });

  it('gives up with the sentence of the server when its token is wrong', async () => {
    const { proxy } = await open();
    const { code, err } = await run(proxy.port, 'wrong').exit;
    expect(code).toBe(1);
    expect(err).toContain('UNAUTHENTICATED');
  });
});
