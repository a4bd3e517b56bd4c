import { request } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFakeHost } from '@fleetglass/core/testing';
import type { FakeHost } from '@fleetglass/core/testing';
import { compileFilter, encodeCursor } from '@fleetglass/core/protocol';
import type { ClientFrame, Command, CommandType, Filter, FleetEvent } from '@fleetglass/core/protocol';
import { createGateway, createSqliteTokenStore, createTokens, REST_ROLES } from '@fleetglass/server';
import type { Gateway, Role } from '@fleetglass/server';
import { narrow } from '../src/gateway/access.js';
import { connectRaw } from './raw-client.js';
import type { RawClient } from './raw-client.js';

/*
 * Every route, frame and command with every role, without a token, and with the ids of another tenant. A route that is
 * added without a rule fails the first test; a kind of frame or command without one does not compile.
 */

/** Least role of the routes that are not of the REST API. */
const OWN_RULES: ReadonlyMap<string, Role | 'anyone'> = new Map<string, Role | 'anyone'>([
  ['GET /health', 'anyone'],
  ['GET /ready', 'anyone'],
  // Of this machine, where these tests run; asked from elsewhere below.
  ['GET /metrics', 'anyone'],
  ['GET /api/v1/openapi.json', 'viewer'],
  ['GET /api/v1/live', 'viewer'],
  ['GET /api/v1/live/sse', 'viewer'],
  ['POST /api/v1/live/poll', 'viewer'],
  ['GET /api/v1/live/:session', 'viewer'],
  ['POST /api/v1/live/:session', 'viewer'],
  ['DELETE /api/v1/live/:session', 'viewer'],
  ['GET /api/v1/events', 'viewer'],
  ['POST /api/v1/events', 'developer'],
  ['POST /api/v1/tickets', 'viewer'],
  ['POST /v1/traces', 'developer'],
]);

const ruleOf = (route: string): Role | 'anyone' | undefined => REST_ROLES.get(route) ?? OWN_RULES.get(route);

const ROLES = ['viewer', 'developer', 'admin'] as const;
const may = (role: Role, least: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(least);

/** Words that stand in what is not to be seen, and in no id: an answer may repeat what was asked. */
const OF_TWO = 'words-of-tenant-two';
const OF_B = 'words-of-run-b';
const OF_A = 'words-of-run-a';

const eventsOf = (runId: string, threadId: string, words: string) =>
  [
    { type: 'run.created', runId, threadId, data: { name: words } },
    { type: 'agent.joined', runId, threadId, agentId: `${runId}-agent`, data: { name: words } },
    { type: 'task.created', runId, threadId, taskId: `${runId}-task`, data: { name: words } },
    { type: 'log.written', runId, threadId, data: { level: 'info', message: words } },
    {
      type: 'message.appended',
      runId,
      threadId,
      data: { messageId: 'm', role: 'user', parts: [{ kind: 'text', text: words }] },
    },
    {
      type: 'approval.requested',
      runId,
      threadId,
      data: { approvalId: `${runId}-approval`, title: words },
    },
    {
      type: 'alert.raised',
      runId,
      threadId,
      data: { alertId: `${runId}-alert`, rule: 'r', severity: 'info', message: words },
    },
  ] as const;

let gateway: Gateway;
let one: FakeHost;
let two: FakeHost;
const tokens: Record<string, string> = {};
let blobs: { a: string; b: string; two: string };
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  one = createFakeHost();
  two = createFakeHost();
  const put = async (host: FakeHost, runId: string, words: string): Promise<string> => {
    await host.append(...eventsOf(runId, `${runId}-thread`, words));
    const ref = await host.store.putBlob(Buffer.from(words), 'text/plain');
    const output = { kind: 'blob', ref, bytes: words.length, mediaType: 'text/plain', preview: '' } as const;
    await host.append({ type: 'task.completed', runId, taskId: `${runId}-task`, data: { output } });
    return ref;
  };
  blobs = { a: await put(one, 'a', OF_A), b: await put(one, 'b', OF_B), two: await put(two, 'c', OF_TWO) };

  const tokenStore = createSqliteTokenStore({ file: ':memory:' });
  const desk = createTokens({ store: tokenStore });
  const issue = async (name: string, role: Role, more: { tenant?: string; scope?: Filter } = {}) => {
    const { token, record } = await desk.create({ name, role, tenant: 'one', ...more });
    tokens[name] = token;
    return record;
  };
  for (const role of ROLES) {
    await issue(role, role);
    await issue(`${role} of a`, role, { scope: { runId: 'a' } });
  }
  await issue('stranger', 'admin', { tenant: 'three' });
  await desk.revoke((await issue('revoked', 'admin')).id);
  gateway = createGateway({
    hosts: new Map([
      ['one', one],
      ['two', two],
    ]),
    tokens: desk,
    port: 0,
    traces: { stores: new Map([['one', one.store]]) },
    ingest: { stores: new Map([['one', one.store]]) },
  });
  await gateway.listen();
  closers.push(
    () => tokenStore.close(),
    () => gateway.close(),
  );
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

interface Route {
  readonly method: string;
  readonly path: string;
}

/** What the gateway answers; the routes that take every method are checks and refusals. */
const routes = (): Route[] =>
  gateway.app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => ({ method, path }));

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

/** The status, and the body unless it is a stream, of which nothing but its beginning is read. */
function ask({ method, path }: Route, token: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
    };
    const outgoing = request(gateway.url + path, { method, headers, agent: false }, (response) => {
      let body = '';
      const done = (): void => {
        resolve({ status: response.statusCode ?? 0, body, headers: response.headers });
        response.destroy();
      };
      response.setEncoding('utf8');
      if (response.headers['content-type']?.startsWith('text/event-stream')) {
        done();
        return;
      }
      response.on('data', (text: string) => (body += text));
      response.on('end', done);
    });
    outgoing.on('error', reject);
    outgoing.end(['POST', 'PUT', 'PATCH'].includes(method) ? '{}' : undefined);
  });
}

/** Ids in the places of a pattern, all of the same run. */
const filled = ({ method, path }: Route, run: string): Route => ({
  method,
  path: path.replaceAll(/:(\w+)(\{[^}]*\})?/g, (_whole, name: string) =>
    name === 'runId' || name === 'id' ? run : `${run}-${name.replace(/Id$/, '')}`,
  ),
});

describe('every route', () => {
  it('[SEC-39] has a declared rule, and every rule a route', () => {
    const names = routes().map(({ method, path }) => `${method} ${path}`);
    expect(names.filter((name) => ruleOf(name) === undefined)).toEqual([]);
    expect([...REST_ROLES.keys(), ...OWN_RULES.keys()].filter((name) => !names.includes(name))).toEqual([]);
    const everyMethod = gateway.app.routes.filter(({ method }) => method === 'ALL').map(({ path }) => path);
    const patterns = new Set(routes().map(({ path }) => path));
    expect(everyMethod.filter((path) => !/^\/(?:api\/)?\*$/.test(path) && !patterns.has(path))).toEqual([]);
  });

  it('[SEC-39] is closed without a token and with one that is no longer good or of no tenant', async () => {
    const before = one.received.length;
    for (const route of routes()) {
      const rule = ruleOf(`${route.method} ${route.path}`);
      const at = filled(route, 'a');
      for (const token of [undefined, 'guess', `fgt_${'A'.repeat(43)}`, tokens['revoked']]) {
        const answer = await ask(at, token);
        if (rule === 'anyone') expect(answer.status).toBe(200);
        else expect([at.path, answer.status]).toEqual([at.path, 401]);
        expect(answer.body).not.toMatch(/words-of/);
      }
      const answer = await ask(at, tokens['stranger']);
      expect(answer.body).not.toMatch(/words-of/);
    }
    expect(one.received).toHaveLength(before);
  });

  it('[SEC-39] does for each role what its rule says, and for a viewer no command', async () => {
    for (const role of ROLES) {
      const before = one.received.length;
      for (const route of routes()) {
        const rule = ruleOf(`${route.method} ${route.path}`);
        if (rule === 'anyone' || rule === undefined) continue;
        const answer = await ask(filled(route, 'a'), tokens[role]);
        const place = `${role} ${route.method} ${route.path}`;
        if (may(role, rule)) expect([place, [401, 403].includes(answer.status)]).toEqual([place, false]);
        else expect([place, answer.status]).toEqual([place, 403]);
      }
      if (role === 'viewer') expect(one.received).toHaveLength(before);
    }
  });

  it('[SEC-05] tells nothing of another tenant or from outside a scope, whatever ids are guessed', async () => {
    for (const route of routes()) {
      for (const run of ['a', 'b', 'c']) {
        const at = filled(route, run);
        const cursor = encodeCursor({ epoch: two.log.epoch, seq: 0 });
        const separator = at.path.includes('?') ? '&' : '?';
        for (const asked of [
          at,
          { ...at, path: `${at.path}${separator}runId=${run}` },
          { ...at, path: `${at.path}${separator}cursor=${cursor}` },
        ]) {
          for (const role of ROLES) {
            expect((await ask(asked, tokens[role])).body).not.toContain(OF_TWO);
            const { body } = await ask(asked, tokens[`${role} of a`]);
            expect([asked.path, body.includes(OF_TWO), body.includes(OF_B)]).toEqual([
              asked.path,
              false,
              false,
            ]);
          }
        }
      }
    }
    expect(two.received).toEqual([]);
  });

  it('[SEC-36] tells the sums of all tenants to nobody from elsewhere but an admin of everything', async () => {
    const metrics = async (name?: string): Promise<number> => {
      const headers = {
        // Whoever a proxy passed on is none of this machine.
        'x-forwarded-for': '203.0.113.9',
        ...(name === undefined ? {} : { authorization: `Bearer ${tokens[name] ?? ''}` }),
      };
      return (await fetch(`${gateway.url}/metrics`, { headers })).status;
    };
    expect(await metrics()).toBe(401);
    expect(await metrics('revoked')).toBe(401);
    for (const role of ROLES) {
      expect([role, await metrics(role)]).toEqual([role, role === 'admin' ? 200 : 403]);
      expect([`${role} of a`, await metrics(`${role} of a`)]).toEqual([`${role} of a`, 403]);
    }
  });

  it('[SEC-40] refuses with a known code, a sentence that says what to do, and the id of the request', async () => {
    for (const route of routes()) {
      for (const token of [undefined, tokens['viewer'], tokens['admin']]) {
        for (const run of ['a', 'nothing']) {
          const answer = await ask(filled(route, run), token);
          if (answer.status < 400 || route.path === '/v1/traces') continue;
          const error = JSON.parse(answer.body) as Record<string, unknown>;
          expect(Object.keys(error)).toEqual(
            expect.arrayContaining(['code', 'message', 'requestId', 'timestamp']),
          );
          expect(error['requestId']).toBe(answer.headers['x-request-id']);
          expect(error['code']).toMatch(/^[A-Z_]+$/);
          expect(error['message']).toMatch(/^[A-Z`].*[.]$/s);
          expect(answer.body).not.toMatch(/node_modules|\.ts:\d|at .*\(/);
        }
      }
    }
  });
});

type Kind = ClientFrame['frame'];

/** Every kind of frame, about a run of another tenant (`c`) or from outside a scope (`b`). */
const FRAMES: { readonly [K in Kind]: (run: string, host: FakeHost, ref: string) => object[] } = {
  auth: () => [],
  pong: () => [{}],
  unsubscribe: (run) => [{ id: run }],
  subscribe: (run, { log }) => {
    const cursor = encodeCursor({ epoch: log.epoch, seq: 0 });
    return [
      { filter: {} },
      { filter: { runId: run } },
      { filter: { runId: run }, cursor },
      { filter: {}, cursor },
      { filter: { threadId: `${run}-thread` }, cursor },
      { filter: { agentId: `${run}-agent` }, cursor },
      { filter: { types: ['run', 'task', 'log', 'message', 'alert', 'approval', 'agent'] }, cursor },
      { filter: { runId: '*' }, cursor },
      { filter: { runId: '%' }, cursor },
    ];
  },
  read: (run) => [
    { filter: {}, from: 1, to: 1_000, limit: 1_000 },
    { filter: { runId: run }, from: 1, to: 1_000, limit: 1_000 },
    { filter: { threadId: `${run}-thread` }, from: 1, to: 1_000, limit: 1_000 },
  ],
  stateAt: (run, { log }) => {
    const cursor = encodeCursor({ epoch: log.epoch, seq: log.head() });
    return [
      { filter: {}, cursor },
      { filter: { runId: run }, cursor },
      { filter: { types: ['run', 'log'] }, cursor },
    ];
  },
  blob: (_run, _host, ref) => [{ ref }],
  command: () => [],
};

const COMMANDS: { readonly [K in CommandType]: (runId: string) => Extract<Command, { type: K }> } = {
  cancel: (runId) => ({ type: 'cancel', runId }),
  pause: (runId) => ({ type: 'pause', runId }),
  resume: (runId) => ({ type: 'resume', runId }),
  decide: (runId) => ({ type: 'decide', runId, approvalId: `${runId}-approval`, decision: 'yes' }),
  acknowledge: (runId) => ({ type: 'acknowledge', runId, alertId: `${runId}-alert` }),
  setBudget: (runId) => ({ type: 'setBudget', runId, budgetId: 'b', limit: 1 }),
  start: () => ({ type: 'start', name: 'x' }),
  fork: (runId) => ({ type: 'fork', runId, checkpointId: 'c' }),
};

let ids = 0;
const nextId = (): string => {
  ids += 1;
  return `f${String(ids)}`;
};

const connect = async (token: string): Promise<RawClient> => {
  const client = await connectRaw(gateway.url, { headers: { authorization: `Bearer ${token}` } });
  await client.next('hello');
  return client;
};

/** Resolves when everything that was sent before is answered. */
async function settled(client: RawClient): Promise<void> {
  const id = nextId();
  client.send({ frame: 'read', id, filter: {}, from: 1, to: 1, limit: 1 });
  while (!client.frames.some((frame) => 'id' in frame && frame.id === id)) await client.next('reply');
}

describe('every frame and command', () => {
  it.each(ROLES.flatMap((role) => [role, `${role} of a`]))(
    '[SEC-05] shows a %s nothing that is not theirs',
    async (name) => {
      const client = await connect(tokens[name] ?? '');
      for (const kind of Object.keys(FRAMES) as Kind[]) {
        for (const [run, host, ref] of [
          ['b', one, blobs.b],
          ['c', two, blobs.two],
        ] as const) {
          for (const fields of FRAMES[kind](run, host, ref))
            client.send({ id: nextId(), ...fields, frame: kind });
        }
      }
      await settled(client);
      const seen = JSON.stringify(client.frames);
      const inBase64 = (words: string) => Buffer.from(words).toString('base64');
      expect(seen).not.toContain(OF_TWO);
      expect(seen).not.toContain(inBase64(OF_TWO));
      if (name.endsWith('of a')) {
        expect(seen).not.toContain(OF_B);
        expect(seen).not.toContain(inBase64(OF_B));
      } else expect(seen).toContain(OF_B);
      client.socket.terminate();
    },
  );

  it.each(ROLES.flatMap((role) => [role, `${role} of a`]))(
    '[SEC-05] carries out for a %s only what it may do',
    async (name) => {
      const client = await connect(tokens[name] ?? '');
      const role = name.split(' ')[0] as Role;
      const isScoped = name.endsWith('of a');
      for (const make of Object.values(COMMANDS)) {
        for (const runId of ['a', 'b']) {
          const command = make(runId);
          const isAllowed = role !== 'viewer' && (!isScoped || ('runId' in command && command.runId === 'a'));
          const before = one.received.length;
          client.send({ frame: 'command', id: nextId(), command });
          if (isAllowed) await client.next('ack');
          else expect((await client.next('error')).error.code).toBe('FORBIDDEN');
          const place = `${command.type} ${runId}`;
          expect([place, one.received.length - before]).toEqual([place, isAllowed ? 1 : 0]);
        }
      }
      expect(two.received).toEqual([]);
      client.socket.terminate();
    },
  );
});

describe('scopes', () => {
  const id = (prefix: string) => fc.option(fc.constantFrom(`${prefix}1`, `${prefix}2`), { nil: undefined });
  const types = ['run', 'log', 'run.created', 'log.written', 'task', 'task.created'] as const;
  const compact = (fields: object): Filter =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const filters = fc
    .record({
      runId: id('r'),
      threadId: id('t'),
      agentId: id('a'),
      taskId: id('k'),
      types: fc.option(fc.uniqueArray(fc.constantFrom(...types), { minLength: 1, maxLength: 3 }), {
        nil: undefined,
      }),
    })
    .map(compact);
  const events = fc
    .record({
      runId: id('r'),
      threadId: id('t'),
      agentId: id('a'),
      taskId: id('k'),
      type: fc.constantFrom('run.created', 'run.started', 'log.written', 'task.created'),
    })
    .map((fields) => compact(fields) as unknown as FleetEvent);

  it('[SEC-05] and filters together select exactly what both select', () => {
    fc.assert(
      fc.property(filters, filters, events, (scope, filter, event) => {
        let narrowed: Filter | undefined;
        try {
          narrowed = narrow(filter, scope);
        } catch {
          narrowed = undefined;
        }
        const isSeen = narrowed !== undefined && compileFilter(narrowed)(event);
        expect(isSeen).toBe(compileFilter(scope)(event) && compileFilter(filter)(event));
      }),
      { numRuns: 20_000 },
    );
  });
});
