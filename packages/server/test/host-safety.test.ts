import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '@fleetglass/core';
import { createFakeHost } from '@fleetglass/core/testing';
import type { Clock, FleetHost } from '@fleetglass/core';
import { createGateway, createTokens } from '@fleetglass/server';
import type { GatewayLogger, GatewayOptions } from '@fleetglass/server';
import { connectRaw } from './raw-client.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const broken = (): Error => new Error('broken on purpose: host-secret');

/** What an adapter of the host can do instead of its work. */
type Fault = readonly [name: string, act: () => unknown];
const FAULTS: readonly Fault[] = [
  [
    'throws',
    () => {
      throw broken();
    },
  ],
  ['rejects', () => Promise.reject(broken())],
  ['hangs', () => new Promise(() => undefined)],
  ['gives nothing', () => undefined],
  ['gives NaN', () => NaN],
  ['gives a huge number', () => 1e308],
  ['gives text', () => 'text'],
  ['promises nothing', () => Promise.resolve(undefined)],
  ['promises text', () => Promise.resolve('text')],
  ['promises what JSON cannot say', () => Promise.resolve(10n)],
  ['promises an empty object', () => Promise.resolve({})],
];

/** Everything that would have ended the host's process until the end of the test. */
function watchProcess(): readonly unknown[] {
  const ended: unknown[] = [];
  const note = (error: unknown): void => {
    ended.push(error);
  };
  process.on('uncaughtException', note);
  process.on('unhandledRejection', note);
  onTestFinished(() => {
    process.off('uncaughtException', note);
    process.off('unhandledRejection', note);
  });
  return ended;
}

async function open(options: Partial<GatewayOptions>) {
  const gateway = createGateway({
    port: 0,
    heartbeatMs: 60,
    drainMs: 200,
    host: createFakeHost(),
    ...options,
  });
  await gateway.listen();
  cleanups.push(() => gateway.close());
  return gateway;
}

/** Until what nobody has caught would have been told to the process. */
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

const line = { type: 'log.written', runId: 'a', data: { level: 'info', message: 'x' } } as const;

describe('[SEC-22] a host behind a gateway', () => {
  const PARTS = {
    log: ['head', 'first', 'read', 'stateAt'],
    commands: ['execute'],
    blobs: ['getBlob'],
  } as const;
  const methods = Object.entries(PARTS).flatMap(([part, names]) =>
    names.map((name) => [part, name] as const),
  );

  it.each(methods)(
    'whose %s.%s throws, hangs or lies costs what asks it, and nothing else',
    async (part, method) => {
      const ended = watchProcess();
      const fake = createFakeHost();
      let fault: (() => unknown) | undefined;
      const host: FleetHost = {
        ...fake,
        [part]: new Proxy(fake[part as keyof typeof PARTS], {
          get(target, key) {
            const value: unknown = Reflect.get(target, key);
            if (key !== method || typeof value !== 'function') return value;
            return (...args: unknown[]): unknown =>
              fault ? fault() : (value as (...given: unknown[]) => unknown).apply(target, args);
          },
        }),
      };
      // Reading that takes a minute is given up: here that is soon.
      const clock: Clock = {
        ...systemClock,
        setTimeout: (act, ms, settings) => systemClock.setTimeout(act, ms === 60_000 ? 30 : ms, settings),
      };
      const gateway = await open({ host, clock });
      const watching = await connectRaw(gateway.url);
      await watching.next('hello');
      watching.send({ frame: 'subscribe', id: 's', filter: {} });
      await watching.next('subscribed');
      for (const [name, act] of FAULTS) {
        // Positions are told at once: their promise is nobody's to wait for.
        if (name === 'rejects' && (method === 'head' || method === 'first')) continue;
        fault = act;
        await fake.append(line);
        const meeting = await connectRaw(gateway.url).catch(() => undefined);
        meeting?.send({ frame: 'subscribe', id: 's', filter: { runId: 'a' } });
        meeting?.send({ frame: 'read', id: 'r', filter: {}, from: 1, to: 9, limit: 10 });
        meeting?.send({ frame: 'blob', id: 'b', ref: 'sha256-x' });
        meeting?.send({ frame: 'command', id: `c ${name}`, command: { type: 'pause', runId: 'a' } });
        const answers = ['/api/v1/runs', '/api/v1/runs/a', '/api/v1/logs', '/metrics', '/api/v1/status'].map(
          (path) =>
            fetch(`${gateway.url}${path}`, { signal: AbortSignal.timeout(150) }).then(
              (answer) => answer.text(),
              () => 'none',
            ),
        );
        expect((await Promise.all(answers)).join()).not.toContain('host-secret');
        meeting?.socket.terminate();
        fault = undefined;

        expect((await fetch(`${gateway.url}/api/v1/runs`)).status).toBe(200);
        const fresh = await connectRaw(gateway.url);
        await fresh.next('hello');
        fresh.send({ frame: 'subscribe', id: 's', filter: {} });
        await fresh.next('subscribed');
        const seen = fresh.next('events');
        await fake.append(line);
        expect((await seen).events.length).toBeGreaterThan(0);
        fresh.socket.terminate();
      }
      await turns();
      expect(ended).toEqual([]);
    },
  );
});

describe('[SEC-22] what a gateway asks of its host', () => {
  const strange: readonly Fault[] = [
    // No fields are no restriction: that is what a host says of somebody who may do everything.
    ...FAULTS.filter(([name]) => name !== 'promises an empty object'),
    ['gives a role that there is none of', () => ({ role: 'god' })],
    ['gives a tenant that is no name', () => ({ tenant: 5 })],
    ['gives a scope that is none', () => ({ scope: 'all' })],
    ['gives an end that is no time', () => ({ expiresAt: NaN })],
    ['gives a name of the token that is none', () => ({ tokenId: {} })],
    ['says only yes', () => true],
  ];

  it.each(strange)(
    'an `authenticate` that %s lets nobody in, is told to the log, and not to strangers',
    async (name, act) => {
      const ended = watchProcess();
      const told: string[] = [];
      const note = (fields: object, message: string): void => {
        told.push(`${message} ${JSON.stringify(fields)}`);
      };
      const logger: GatewayLogger = { debug: note, info: note, warn: note, error: note };
      const gateway = await open({
        logger,
        limits: { authTimeoutMs: 400 },
        authenticate: (token) => (token === 'good' ? {} : (act() as never)),
      });
      const answer = await fetch(`${gateway.url}/api/v1/runs`, { headers: { authorization: 'Bearer x' } });
      const client = await connectRaw(gateway.url);
      client.send({ frame: 'auth', token: 'x' });
      await client.closed;
      const isRefusal = name === 'gives nothing' || name === 'promises nothing';
      expect(answer.status).toBe(isRefusal ? 401 : 500);
      const said = (await answer.text()) + JSON.stringify(client.frames);
      expect(said).not.toContain('host-secret');
      expect(said).toContain(isRefusal ? 'UNAUTHENTICATED' : 'STORE_FAILED');
      expect(told.filter((text) => text.startsWith('authentication failed'))).toHaveLength(isRefusal ? 0 : 2);
      const good = await fetch(`${gateway.url}/api/v1/runs`, { headers: { authorization: 'Bearer good' } });
      expect(good.status).toBe(200);
      expect(ended).toEqual([]);
    },
  );

  it.each(FAULTS)('a logger that %s costs its lines only', async (_, act) => {
    const ended = watchProcess();
    const logger = { debug: act, info: act, warn: act, error: act };
    const gateway = await open({ logger });
    gateway.app.get('/fault', () => {
      throw broken();
    });
    expect((await fetch(`${gateway.url}/api/v1/runs`)).status).toBe(200);
    expect((await fetch(`${gateway.url}/fault`)).status).toBe(500);
    const client = await connectRaw(gateway.url);
    await client.next('hello');
    client.socket.close();
    await client.closed;
    await gateway.close();
    await turns();
    expect(ended).toEqual([]);
  });

  describe.each(['byHash', 'list', 'change'] as const)('a store of tokens whose %s', (method) => {
    it.each(FAULTS)('%s lets nobody in who may not, and ends nobody who may', async (_, act) => {
      const ended = watchProcess();
      const records = new Map<string, Parameters<Parameters<typeof createTokens>[0]['store']['add']>[0]>();
      let isBroken = false;
      const sound = {
        add: async (record: typeof records extends Map<string, infer R> ? R : never) =>
          void records.set(record.id, record),
        byHash: async (hash: string) => [...records.values()].find((record) => record.hash === hash),
        list: async () => [...records.values()],
        change: async () => true,
      };
      const store = {
        ...sound,
        [method]: (...args: never[]) =>
          isBroken ? act() : (sound[method] as (...given: never[]) => unknown)(...args),
      } as unknown as Parameters<typeof createTokens>[0]['store'];
      const tokens = createTokens({ store });
      const { token } = await tokens.create({ name: 'one', role: 'viewer' });
      const gateway = await open({ tokens, limits: { authTimeoutMs: 400 } });
      const client = await connectRaw(gateway.url);
      client.send({ frame: 'auth', token });
      await client.next('hello');
      isBroken = true;
      const stranger = await fetch(`${gateway.url}/api/v1/runs`, {
        headers: { authorization: `Bearer fgt_${'x'.repeat(43)}` },
      });
      expect(stranger.status).toBeGreaterThanOrEqual(401);
      // At each beat revoked tokens are looked for.
      for (let beat = 0; beat < 3; beat += 1) await client.next('heartbeat');
      expect(client.socket.readyState).toBe(1);
      isBroken = false;
      const again = await fetch(`${gateway.url}/api/v1/runs`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(again.status).toBe(200);
      client.socket.terminate();
      expect(ended).toEqual([]);
    });
  });
});
