import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { systemClock } from '@fleetglass/core';
import { createGateway, createSqliteStore, createSqliteTokenStore, createTokens } from '@fleetglass/server';
import type { Gateway, Role } from '@fleetglass/server';
import { runCli } from '../src/cli/run-cli.js';
import { createStandaloneHost } from '../src/serve/standalone-host.js';
import { openDatabase } from '../src/storage/database.js';
import { connectRaw } from './raw-client.js';
import type { RawClient } from './raw-client.js';

/** Where mistakes are made: a folder, a gateway with tokens over a store, and what ends with the test. */
export interface Scene {
  readonly folder: string;
  readonly gateway: Gateway;
  token(role: Role): Promise<string>;
  later(cleanup: () => unknown): void;
}

/** Makes one mistake and resolves with what whoever makes it is told: the code and the sentence. */
export type Mistake = (scene: Scene) => Promise<string>;

export async function openScene(folder: string, later: (cleanup: () => unknown) => void): Promise<Scene> {
  const store = createSqliteStore({ file: join(folder, 'fleet.db') });
  const tokenStore = createSqliteTokenStore({ file: join(folder, 'tokens.db') });
  const tokens = createTokens({ store: tokenStore });
  const gateway = createGateway({
    host: createStandaloneHost(store),
    tokens,
    ingest: { store },
    port: 0,
    rateLimits: { requestsPerToken: 20, exemptLoopback: false },
  });
  await gateway.listen();
  later(async () => {
    await gateway.close();
    await store.close();
    await tokenStore.close();
  });
  let count = 0;
  return {
    folder,
    gateway,
    later,
    async token(role) {
      count += 1;
      return (await tokens.create({ name: `number ${String(count)}`, role })).token;
    },
  };
}

/** What a command of `fleetglass` says on the standard error. */
async function cli(argv: readonly string[], env: Record<string, string> = {}): Promise<string> {
  let err = '';
  const abort = new AbortController();
  const ended = runCli(argv, {
    // Whoever gets as far as serving made no mistake.
    out: () => {
      abort.abort();
      return Promise.resolve();
    },
    err: (text) => void (err += text),
    isTerminal: false,
    env,
    clock: systemClock,
    program: [],
    signal: abort.signal,
  });
  await ended;
  return err.trim();
}

const serve = ({ folder }: Scene, ...argv: string[]): Promise<string> =>
  cli(['serve', '--port', '0', '--no-dashboard', '--store', join(folder, 'other.db'), ...argv]);

interface WireError {
  readonly code: string;
  readonly message: string;
  readonly requestId?: string;
}

function told({ code, message, requestId }: WireError): string {
  if (requestId === undefined || requestId === '') throw new Error(`${code} came without a request id`);
  return `${code}: ${message}`;
}

interface Asked {
  readonly token?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** The error that a request over HTTP is answered with; also with headers that `fetch` would not send. */
async function http({ gateway }: Scene, path: string, asked: Asked = {}): Promise<string> {
  const { token, method = 'GET', headers = {}, body } = asked;
  const { hostname, port } = new URL(gateway.url);
  const all = { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers };
  const text = await new Promise<string>((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers: all, agent: false }, (response) => {
      let received = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (received += part));
      response.on('end', () => resolve(received));
    });
    sent.on('error', reject);
    sent.end(body);
  });
  return told(JSON.parse(text) as WireError);
}

/** The error frame that a client over WebSocket gets. */
async function live(scene: Scene, act: (client: RawClient) => unknown, role?: Role): Promise<string> {
  const headers = role === undefined ? {} : { authorization: `Bearer ${await scene.token(role)}` };
  const client = await connectRaw(scene.gateway.url, { headers });
  scene.later(() => client.socket.terminate());
  act(client);
  const { error } = await client.next('error');
  return told(error);
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** By the words of the page. */
export const MISTAKES: Readonly<Record<string, Mistake>> = {
  'no store is named': () => cli(['serve']),
  'a flag is misspelt': (scene) => serve(scene, '--prot', '8080'),
  'a setting of the file is misspelt': (scene) => {
    const file = join(scene.folder, 'fleetglass.json');
    writeFileSync(file, '{ "allowedHost": ["fleet.example.com"] }');
    return serve(scene, '--config', file);
  },
  'a variable of the environment holds nonsense': () =>
    cli(['config', 'check', '--store', 'fleet.db'], { FLEETGLASS_PORT: 'eighty' }),
  'a secret is given on the command line': (scene) => serve(scene, '--token', 'a-token-of-the-operator'),
  'the gateway is opened to the network without tokens': (scene) =>
    serve(scene, '--hostname', '0.0.0.0', '--allowed-hosts', 'fleet.example.com'),
  'the port is taken': async (scene) => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    scene.later(() => other.close());
    return serve(scene, '--port', String((other.address() as AddressInfo).port));
  },
  'the store is another kind of file': (scene) => {
    const file = join(scene.folder, 'notes.txt');
    writeFileSync(
      file,
      'Not a database, but long enough to look like one to somebody in a hurry.\n'.repeat(20),
    );
    return serve(scene, '--store', file);
  },
  'the store was written by a newer version': async (scene) => {
    const file = join(scene.folder, 'newer.db');
    await createSqliteStore({ file }).close();
    const database = openDatabase(file);
    database.exec('PRAGMA user_version = 9999');
    database.close();
    return serve(scene, '--store', file);
  },
  'tokens and events are given the same file': (scene) =>
    serve(scene, '--tokens', join(scene.folder, 'fleet.db')),
  'the name that the proxy serves is not listed': (scene) =>
    http(scene, '/ready', { headers: { host: 'fleet.example.com' } }),
  'the token is forgotten': (scene) => http(scene, '/api/v1/runs'),
  'the token is wrong or was revoked': async (scene) => {
    const client = await connectRaw(scene.gateway.url, { headers: { authorization: 'Bearer fgt_wrong' } });
    return told((await client.next('error')).error);
  },
  'a browser subscribes before it has sent its token': (scene) =>
    live(scene, (client) => client.send({ frame: 'subscribe', id: 's', filter: {} })),
  'a page of another origin connects': (scene) =>
    http(scene, '/api/v1/runs', { headers: { origin: 'https://app.example' } }),
  'the live address is asked for like a page': async (scene) =>
    http(scene, '/api/v1/live', { token: await scene.token('viewer') }),
  'a frame is not JSON': (scene) => live(scene, (client) => client.sendText('subscribe'), 'viewer'),
  'a frame is of a kind that nobody knows': (scene) =>
    live(scene, (client) => client.send({ frame: 'subscibe', id: 's', filter: {} }), 'viewer'),
  'a cursor is made up': (scene) =>
    live(scene, (client) => client.send({ frame: 'subscribe', id: 's', filter: {}, cursor: '42' }), 'viewer'),
  'a viewer gives a command': (scene) =>
    live(
      scene,
      (client) => client.send({ frame: 'command', id: 'c', command: { type: 'cancel', runId: 'a' } }),
      'viewer',
    ),
  'a gateway that only serves a store is given a command': (scene) =>
    live(
      scene,
      (client) => client.send({ frame: 'command', id: 'c', command: { type: 'cancel', runId: 'a' } }),
      'developer',
    ),
  'a query parameter is misspelt': async (scene) =>
    http(scene, '/api/v1/runs?stauts=failed', { token: await scene.token('viewer') }),
  'a run is asked for that is not there': async (scene) =>
    http(scene, '/api/v1/runs/none', { token: await scene.token('viewer') }),
  'an event has no type': async (scene) =>
    http(scene, '/api/v1/events', {
      token: await scene.token('developer'),
      method: 'POST',
      headers: JSON_TYPE,
      body: '[{ "v": 1, "data": {} }]',
    }),
  'events are posted without a content type': async (scene) =>
    http(scene, '/api/v1/events', { token: await scene.token('developer'), method: 'POST', body: '[]' }),
  'events are packed in another way than gzip': async (scene) =>
    http(scene, '/api/v1/events', {
      token: await scene.token('developer'),
      method: 'POST',
      headers: { ...JSON_TYPE, 'content-encoding': 'br' },
      body: '[]',
    }),
  'somebody asks in a loop': async (scene) => {
    const token = await scene.token('viewer');
    for (let i = 0; i < 20; i += 1)
      await fetch(`${scene.gateway.url}/api/v1/runs`, { headers: { authorization: `Bearer ${token}` } });
    return http(scene, '/api/v1/runs', { token });
  },
};
