import { createFakeHost } from '@fleetglass/core/testing';
import type { FakeHost } from '@fleetglass/core/testing';
import type { EventInput, ServerFrame } from '@fleetglass/core/protocol';
import { createGateway } from '@fleetglass/server';
import type { Gateway, GatewayOptions } from '@fleetglass/server';
import { afterEach, describe, expect, it } from 'vitest';
import { connectRaw } from './raw-client.js';
import type { RawClient } from './raw-client.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function open(options: Partial<GatewayOptions> = {}): Promise<{ gateway: Gateway; host: FakeHost }> {
  const host = createFakeHost();
  const gateway = createGateway({ host, port: 0, ...options });
  await gateway.listen();
  cleanups.push(() => gateway.close());
  return { gateway, host };
}

/** One event of every kind that some room tells from the others. */
const EVENTS: readonly EventInput[] = [
  { type: 'run.created', runId: 'r1', data: { name: 'one' } },
  { type: 'run.created', runId: 'r2', threadId: 't', data: { name: 'two' } },
  { type: 'agent.joined', runId: 'r1', agentId: 'a1', data: { name: 'ann' } },
  { type: 'task.created', runId: 'r1', taskId: 'k1', data: { name: 'do' } },
  { type: 'task.assigned', runId: 'r1', taskId: 'k1', agentId: 'a1', data: {} },
  { type: 'task.started', runId: 'r1', taskId: 'k1', agentId: 'a1', data: { attempt: 1 } },
  {
    type: 'span.started',
    runId: 'r1',
    taskId: 'k1',
    agentId: 'a1',
    spanId: 's',
    data: { kind: 'model', name: 'm' },
  },
  {
    type: 'span.ended',
    runId: 'r1',
    taskId: 'k1',
    agentId: 'a1',
    spanId: 's',
    data: {
      status: 'ok',
      usage: { inputTokens: 10, outputTokens: 5 },
      cost: { nanoUsd: 6_000, basis: 'list' },
    },
  },
  { type: 'checkpoint.saved', runId: 'r1', data: { checkpointId: 'c1', version: 1 } },
  { type: 'checkpoint.saved', runId: 'r1', data: { checkpointId: 'c2', version: 2 } },
  { type: 'system.health', data: { status: 'ok', component: 'host' } },
  { type: 'alert.raised', runId: 'r2', data: { alertId: 'x', rule: 'r', severity: 'info', message: 'm' } },
];

const ALL = EVENTS.map((_, index) => index + 1);

/** Positions of the events that a client got under its rooms, in the order of their arrival. */
const seqsOf = (frames: readonly ServerFrame[]): number[] =>
  frames.flatMap((frame) => (frame.frame === 'events' ? frame.events.map(({ seq }) => seq) : []));

/** Connects to a path of an earlier dashboard, and hears everything that is said until a mark that all of them get. */
async function hear(gateway: Gateway, host: FakeHost, path: string): Promise<RawClient> {
  const client = await connectRaw(gateway.url, { path });
  await client.next('snapshot');
  for (const event of EVENTS) await host.append(event);
  // The answer to a request comes after what was sent before it.
  client.send({ frame: 'subscribe', id: 'mark', filter: { types: ['run'] } });
  await client.next('snapshot');
  return client;
}

describe('a path of an earlier dashboard', () => {
  it.each([
    ['/ws', ALL],
    ['/ws/fleet', ALL],
    ['/ws/sessions', [1, 2, 4, 9, 10]],
    ['/ws/sessions/r2', [2, 12]],
    ['/ws/agents', [3, 5]],
    ['/ws/agents/a1', [3, 5, 6, 7, 8]],
    ['/ws/tasks/k1', [4, 5, 6, 7, 8]],
    ['/ws/system', [11, 12]],
    ['/ws/costs', [8]],
  ])('%s tells what its room is about', async (path, seqs) => {
    const { gateway, host } = await open();
    const client = await hear(gateway, host, path);
    while (seqsOf(client.frames).length < seqs.length) await client.next('events');
    expect(seqsOf(client.frames)).toEqual(seqs);
  });

  it.each([
    '/ws/',
    '/ws/nothing',
    '/ws/tasks',
    '/ws/sessions/a/b',
    '/ws/agents/',
    '/ws/__proto__',
    '/ws/a/%',
  ])('%s is none', async (path) => {
    const { gateway } = await open();
    await expect(connectRaw(gateway.url, { path })).rejects.toMatchObject({ status: 404 });
  });

  it('goes on from a cursor', async () => {
    const { gateway, host } = await open();
    for (const event of EVENTS) await host.append(event);
    const first = await connectRaw(gateway.url, { path: '/ws/agents/a1' });
    const { cursor } = await first.next('snapshot');
    await host.append({ type: 'agent.left', runId: 'r1', agentId: 'a1', data: {} });
    const second = await connectRaw(gateway.url, {
      path: `/ws/agents/a1?cursor=${encodeURIComponent(cursor)}`,
    });
    expect((await second.next('events')).events).toMatchObject([{ type: 'agent.left' }]);
    expect(second.frames.some(({ frame }) => frame === 'snapshot')).toBe(false);
  });

  it('opens nothing that the token does not', async () => {
    const { gateway, host } = await open({
      authenticate: (token) => (token === 'of r1' ? { scope: { runId: 'r1' } } : undefined),
    });
    for (const event of EVENTS) await host.append(event);
    const headers = { authorization: 'Bearer of-nobody' };
    const stranger = await connectRaw(gateway.url, { path: '/ws', headers });
    expect((await stranger.closed).reason).toBe('UNAUTHENTICATED');
    const late = await connectRaw(gateway.url, { path: '/ws/sessions/r2' });
    late.send({ frame: 'auth', token: 'of r1' });
    expect((await late.next('error')).error.code).toBe('FORBIDDEN');
    const own = await connectRaw(gateway.url, { path: '/ws' });
    own.send({ frame: 'auth', token: 'of r1' });
    const { state } = await own.next('snapshot');
    expect(JSON.stringify(state)).toContain('"r1"');
    expect(JSON.stringify(state)).not.toContain('"r2"');
    own.send({ type: 'subscribe', room: 'session:r2' });
    expect((await own.next('error')).error.code).toBe('FORBIDDEN');
  });
});

describe('a client in several rooms', () => {
  it('gets an event once', async () => {
    const { gateway, host } = await open();
    const client = await connectRaw(gateway.url, { path: '/ws/agents' });
    await client.next('snapshot');
    client.send({ type: 'join_room', payload: { room: 'agent:a1' } });
    await client.next('snapshot');
    client.send({ type: 'subscribe', room: 'task:k1' });
    await client.next('snapshot');
    for (const event of EVENTS) await host.append(event);
    while (seqsOf(client.frames).length < 6) await client.next('events');
    expect(seqsOf(client.frames)).toEqual([3, 4, 5, 6, 7, 8]);
  });

  it('leaves one without leaving the others', async () => {
    const { gateway, host } = await open();
    const client = await connectRaw(gateway.url, { path: '/ws/agents' });
    await client.next('snapshot');
    client.send({ type: 'subscribe', room: 'system' });
    await client.next('snapshot');
    client.send({ type: 'unsubscribe', room: 'agents' });
    await client.next('snapshot');
    for (const event of EVENTS) await host.append(event);
    while (seqsOf(client.frames).length < 2) await client.next('events');
    expect(seqsOf(client.frames)).toEqual([11, 12]);
  });

  it.each([
    ['a room that is none', { type: 'subscribe', room: 'nothing' }, 'BAD_INPUT'],
    ['a room without a name', { type: 'subscribe' }, 'BAD_FRAME'],
    ['an entity without an id', { type: 'subscribe', room: 'agent:' }, 'BAD_INPUT'],
    ['a message of another kind', { type: 'get_stats' }, 'UNKNOWN_FRAME'],
  ])('is told of %s', async (_name, message, code) => {
    const { gateway } = await open();
    const client = await connectRaw(gateway.url, { path: '/ws/agents' });
    await client.next('snapshot');
    client.send(message);
    expect((await client.next('error')).error.code).toBe(code);
  });
});

describe('a subscription with alternatives', () => {
  it('reads the past and the present alike, each event once', async () => {
    const { gateway, host } = await open();
    const half = EVENTS.length / 2;
    for (const event of EVENTS.slice(0, half)) await host.append(event);
    const client = await connectRaw(gateway.url);
    const cursor = `${(await client.next('hello')).epoch}.0`;
    const anyOf = [{ agentId: 'a1' }, { taskId: 'k1' }, { types: ['system'] }];
    client.send({ frame: 'subscribe', id: 's', filter: { runId: 'r1' }, anyOf, cursor });
    await client.next('subscribed');
    while (seqsOf(client.frames).length < 4) await client.next('events');
    for (const event of EVENTS.slice(half)) await host.append(event);
    while (seqsOf(client.frames).length < 6) await client.next('events');
    expect(seqsOf(client.frames)).toEqual([3, 4, 5, 6, 7, 8]);
  });

  it.each([
    ['no list', {}],
    ['an empty one', []],
    ['a filter that is none', [1]],
  ])('refuses %s', async (_name, anyOf) => {
    const { gateway } = await open();
    const client = await connectRaw(gateway.url);
    client.send({ frame: 'subscribe', id: 's', filter: {}, anyOf });
    expect((await client.next('error')).error.code).toBe('BAD_FRAME');
  });

  it('is narrowed by the token, each of them', async () => {
    const { gateway } = await open({ authenticate: () => ({ scope: { runId: 'r1' } }) });
    const client = await connectRaw(gateway.url, { headers: { authorization: 'Bearer t' } });
    client.send({ frame: 'subscribe', id: 's', filter: {}, anyOf: [{ runId: 'r2' }] });
    expect((await client.next('error')).error.code).toBe('FORBIDDEN');
  });
});

describe('the requests of an earlier dashboard', () => {
  const ask = async (client: RawClient, type: string, rest: object = {}): Promise<unknown> => {
    client.send({ frame: 'command', id: type, command: { type, ...rest } });
    return (await client.next('ack')).result;
  };
  const connected = async () => {
    const opened = await open();
    for (const event of EVENTS) await opened.host.append(event);
    return { ...opened, client: await connectRaw(opened.gateway.url) };
  };

  it('metrics.subscribe tells how things stand and goes on from there', async () => {
    const { client, host } = await connected();
    expect(await ask(client, 'orchestrator.metrics.subscribe', { threadId: 'r1' })).toMatchObject({
      runs: ['r1'],
      cost: { nanoUsd: 6_000, unknownCalls: 0 },
      inputTokens: 10,
      outputTokens: 5,
      modelCalls: 1,
      tasks: 1,
      checkpoints: 2,
    });
    await client.next('subscribed');
    await host.append({ type: 'log.written', runId: 'r2', data: { level: 'info', message: 'elsewhere' } });
    await host.append({ type: 'log.written', runId: 'r1', data: { level: 'info', message: 'here' } });
    expect((await client.next('events')).events).toMatchObject([{ seq: 14 }]);
  });

  it('metrics.history tells what was spent when', async () => {
    const { client } = await connected();
    const history = (await ask(client, 'orchestrator.metrics.history', { threadId: 'r1', minutes: 5 })) as {
      total: number;
      points: { time: number; nanoUsd: number }[];
    };
    expect(history.points.length).toBe(history.total);
    const page = { threadId: 'r1', minutes: 5, limit: 2, offset: 1 };
    expect(await ask(client, 'orchestrator.metrics.history', page)).toMatchObject({
      total: history.total,
      points: history.points.slice(1, 3).map(() => expect.anything() as unknown),
    });
  });

  it('cost.burn_rate tells what a thread costs', async () => {
    const { client } = await connected();
    expect(await ask(client, 'orchestrator.cost.burn_rate', { threadId: 'r1' })).toMatchObject({
      cost: { nanoUsd: 6_000 },
      lowerBound: false,
    });
  });

  it('checkpoint.list tells the newest first', async () => {
    const { client } = await connected();
    expect(await ask(client, 'orchestrator.checkpoint.list', { threadId: 'r1', limit: 1 })).toMatchObject({
      total: 2,
      checkpoints: [{ runId: 'r1', checkpointId: 'c2', version: 2 }],
    });
  });

  it.each([
    ['orchestrator.metrics.history', { threadId: 'r1', minutes: 0 }, 'BAD_INPUT'],
    ['orchestrator.cost.burn_rate', {}, 'BAD_INPUT'],
    ['orchestrator.checkpoint.list', { threadId: 'nothing' }, 'RUN_NOT_FOUND'],
    ['orchestrator.nothing', {}, 'UNKNOWN_COMMAND'],
  ])('%s is refused with %o', async (type, rest, code) => {
    const { client } = await connected();
    client.send({ frame: 'command', id: 'q', command: { type, ...rest } });
    expect(await client.next('error')).toMatchObject({ id: 'q', error: { code } });
  });

  it('tells a viewer of one run nothing of the others', async () => {
    const { gateway, host } = await open({ authenticate: () => ({ scope: { runId: 'r2' } }) });
    for (const event of EVENTS) await host.append(event);
    const client = await connectRaw(gateway.url, { headers: { authorization: 'Bearer t' } });
    expect(await ask(client, 'orchestrator.metrics.subscribe')).toMatchObject({
      runs: ['r2'],
      cost: { nanoUsd: 0 },
    });
    client.send({
      frame: 'command',
      id: 'q',
      command: { type: 'orchestrator.cost.burn_rate', threadId: 'r1' },
    });
    expect((await client.next('error')).error.code).toBe('RUN_NOT_FOUND');
  });
});
