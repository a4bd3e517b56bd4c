import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { createMemoryStore, emptyState, reduce } from '@fleetglass/core';
import type { PriceTable, Store } from '@fleetglass/core';
import { createFakeHost, createSimulatedClock } from '@fleetglass/core/testing';
import { createGateway } from '@fleetglass/server';
import type { Gateway, GatewayOptions } from '@fleetglass/server';
import { afterEach, describe, expect, it } from 'vitest';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const prices: PriceTable = {
  cost: ({ usage }) => ({ nanoUsd: usage.inputTokens + usage.outputTokens, basis: 'list' }),
};

async function open(options: Partial<GatewayOptions> = {}, store: Store = createMemoryStore()) {
  const gateway = createGateway({ host: createFakeHost(), port: 0, traces: { store, prices }, ...options });
  await gateway.listen();
  cleanups.push(() => gateway.close());
  return { gateway, store };
}

function post(gateway: Gateway, body: string | Buffer, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: unknown }>(
    (resolve, reject) => {
      const { hostname, port } = new URL(gateway.url);
      const options = { hostname, port, path: '/v1/traces', method: 'POST' };
      const sent = request(
        { ...options, headers: { 'content-type': 'application/json', ...headers } },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (text += chunk));
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: JSON.parse(text) as unknown,
            }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    },
  );
}

const TRACE = 'ab'.repeat(16);
const BEGIN = Date.UTC(2026, 1, 1, 12);
const idOf = (number: number): string => String(number).padStart(16, '0');

interface SpanOptions {
  readonly id: number;
  readonly parent?: number;
  readonly from?: number;
  readonly to?: number;
  readonly attributes?: Readonly<Record<string, string | number>>;
}

const span = ({ id, parent, from = 0, to = 1, attributes = {} }: SpanOptions) => ({
  traceId: TRACE,
  spanId: idOf(id),
  ...(parent === undefined ? {} : { parentSpanId: idOf(parent) }),
  name: `span ${String(id)}`,
  kind: 1,
  startTimeUnixNano: `${String(BEGIN + from * 1_000)}000000`,
  endTimeUnixNano: `${String(BEGIN + to * 1_000)}000000`,
  attributes: Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  })),
  status: {},
});

const bodyOf = (...spans: readonly object[]): string =>
  JSON.stringify({ resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ scope: {}, spans }] }] });

const chat = (input: number, more = {}) => ({
  'gen_ai.operation.name': 'chat',
  'gen_ai.request.model': 'm',
  'gen_ai.usage.input_tokens': input,
  'gen_ai.usage.output_tokens': 1,
  ...more,
});
const agent = {
  'gen_ai.operation.name': 'invoke_agent',
  'gen_ai.agent.name': 'writer',
  'gen_ai.usage.input_tokens': 99,
};
const WHOLE = bodyOf(
  span({ id: 2, parent: 1, attributes: chat(10) }),
  span({ id: 1, to: 2, attributes: agent }),
);

async function stateOf(store: Store) {
  const { events } = await store.read({ from: 1 });
  const state = reduce(emptyState(), [...events]);
  return {
    events,
    runs: [...state.runs.values()],
    spans: [...state.spans.values()],
    tasks: [...state.tasks.values()],
  };
}

describe('traces that are sent to the gateway', () => {
  it('become runs, with the spans of a request in order and tokens once', async () => {
    const { gateway, store } = await open();
    expect(await post(gateway, WHOLE)).toMatchObject({ status: 200, body: {} });
    const { runs, spans, tasks } = await stateOf(store);
    expect(runs).toMatchObject([{ id: TRACE, status: 'completed', totals: { usage: { inputTokens: 10 } } }]);
    expect(spans).toMatchObject([{ kind: 'model', agentId: 'writer', taskId: idOf(1) }]);
    expect(tasks).toMatchObject([{ status: 'completed', agentId: 'writer' }]);
  });

  it('change nothing when they are sent again, also to a gateway that was started anew', async () => {
    const { gateway, store } = await open();
    await post(gateway, WHOLE);
    const before = store.head();
    expect(await post(gateway, WHOLE)).toMatchObject({ status: 200, body: {} });
    const { gateway: another } = await open({}, store);
    expect(await post(another, WHOLE)).toMatchObject({ status: 200, body: {} });
    expect(store.head()).toBe(before);
  });

  it('come later where somebody is at work on the run: only its owner adds to it', async () => {
    const { gateway, store } = await open();
    const lease = await store.acquireLease({ runId: TRACE, owner: 'orchestrator', ttlMs: 60_000 });
    const refused = await post(gateway, WHOLE);
    expect(refused).toMatchObject({
      status: 503,
      body: { message: expect.stringContaining('let it end first') },
    });
    expect(store.head()).toBe(0);
    await store.releaseLease(lease);
    expect((await post(gateway, WHOLE)).status).toBe(200);
    expect((await stateOf(store)).runs).toMatchObject([{ id: TRACE, status: 'completed' }]);
  });

  it('run until their root is over, and are not opened again by what comes later', async () => {
    const { gateway, store } = await open();
    await post(gateway, bodyOf(span({ id: 2, parent: 1, attributes: chat(10) })));
    expect((await stateOf(store)).runs).toMatchObject([{ status: 'running' }]);
    await post(gateway, bodyOf(span({ id: 1, to: 5, attributes: agent })));
    expect((await stateOf(store)).runs).toMatchObject([{ status: 'completed' }]);
    await post(gateway, bodyOf(span({ id: 3, parent: 1, attributes: chat(7) })));
    const { runs, events } = await stateOf(store);
    expect(runs).toMatchObject([{ status: 'completed', totals: { usage: { inputTokens: 17 } } }]);
    expect(events.filter(({ type }) => type === 'run.started')).toHaveLength(1);
  });

  it('count once where the parent comes in another request and repeats its children', async () => {
    const { gateway, store } = await open();
    await post(gateway, bodyOf(span({ id: 3, parent: 2, attributes: chat(10) })));
    await post(gateway, bodyOf(span({ id: 2, parent: 1, attributes: chat(10) })));
    await post(gateway, bodyOf(span({ id: 1, attributes: { ...agent } })));
    const { runs, spans } = await stateOf(store);
    expect(runs[0]?.totals).toMatchObject({
      usage: { inputTokens: 10 },
      cost: { nanoUsd: 11, unknownCalls: 0 },
    });
    expect(spans.filter(({ kind }) => kind === 'model')).toHaveLength(1);
  });

  it('are cancelled when their root does not come for half an hour', async () => {
    const clock = createSimulatedClock();
    const { gateway, store } = await open({ clock });
    await post(gateway, bodyOf(span({ id: 2, parent: 1, attributes: chat(10) })));
    await clock.advance(1_800_001);
    await post(gateway, bodyOf({ ...span({ id: 9 }), traceId: 'cd'.repeat(16) }));
    expect((await stateOf(store)).runs.find(({ id }) => id === TRACE)).toMatchObject({ status: 'cancelled' });
  });

  it('[SEC-23] are stored without secrets', async () => {
    const { gateway, store } = await open();
    const key = `sk-${'a1B2'.repeat(12)}`;
    const messages = JSON.stringify([{ role: 'user', content: `My key is ${key}` }]);
    await post(gateway, bodyOf(span({ id: 1, attributes: chat(1, { 'gen_ai.input.messages': messages }) })));
    const text = JSON.stringify((await stateOf(store)).events);
    expect(text).toContain('My key is');
    expect(text).not.toContain(key);
  });

  it('are taken packed', async () => {
    const { gateway, store } = await open();
    const answer = await post(gateway, gzipSync(WHOLE), { 'content-encoding': 'gzip' });
    expect(answer).toMatchObject({ status: 200, body: {} });
    expect((await stateOf(store)).runs).toHaveLength(1);
  });
});

describe('answers to traces', () => {
  it('tell how many spans were rejected, and why', async () => {
    const { gateway, store } = await open();
    const answer = await post(gateway, bodyOf({ name: 'nobody' }, span({ id: 1, attributes: chat(1) })));
    expect(answer).toMatchObject({
      status: 200,
      body: {
        partialSuccess: {
          rejectedSpans: 1,
          errorMessage: expect.stringContaining('without an id') as string,
        },
      },
    });
    expect((await stateOf(store)).runs).toHaveLength(1);
  });

  it.each([
    ['not JSON', 'hello', {}, 400, 3],
    ['no OTLP', '{"spans":[]}', {}, 400, 3],
    ['protobuf', 'x', { 'content-type': 'application/x-protobuf' }, 415, 3],
    ['text', WHOLE, { 'content-type': 'text/plain' }, 415, 3],
    ['an unknown packing', WHOLE, { 'content-encoding': 'br' }, 415, 3],
    ['a false packing', WHOLE, { 'content-encoding': 'gzip' }, 400, 3],
  ])('refuse %s', async (_name, body, headers, status, code) => {
    const { gateway, store } = await open();
    expect(await post(gateway, body, headers as Record<string, string>)).toMatchObject({
      status,
      body: { code },
    });
    expect(store.head()).toBe(0);
  });

  it('refuse a body that is too large, packed or not', async () => {
    const { gateway, store } = await open({ limits: { maxTraceBytes: 10_000 } });
    const large = bodyOf(span({ id: 1, attributes: chat(1, { note: 'x'.repeat(50_000) }) }));
    expect((await post(gateway, large)).status).toBe(413);
    expect((await post(gateway, large, { 'transfer-encoding': 'chunked' })).status).toBe(413);
    expect((await post(gateway, gzipSync(large), { 'content-encoding': 'gzip' })).status).toBe(413);
    expect(store.head()).toBe(0);
  });

  it('tell those who are too many when to come again, each another moment', async () => {
    const moments = [];
    for (const place of [0, 0.99]) {
      const { gateway } = await open({ limits: { maxTraceRequests: 0 }, random: () => place });
      const { status, headers } = await post(gateway, WHOLE);
      expect(status).toBe(429);
      moments.push(Number(headers['retry-after']));
    }
    expect(moments).toEqual([1, 11]);
  });

  it('want the token, and one that may write', async () => {
    const identities = new Map([
      ['writer', {}],
      ['reader', { canCommand: false }],
      ['narrow', { scope: { runId: 'r' } }],
    ]);
    const { gateway } = await open({ authenticate: (token) => identities.get(token) });
    const as = async (token: string) =>
      (await post(gateway, WHOLE, { authorization: `Bearer ${token}` })).status;
    expect((await post(gateway, WHOLE)).status).toBe(401);
    expect(await as('stranger')).toBe(401);
    expect(await as('reader')).toBe(403);
    expect(await as('narrow')).toBe(403);
    expect(await as('writer')).toBe(200);
  });

  it('keep tenants apart', async () => {
    const stores = new Map([
      ['a', createMemoryStore()],
      ['b', createMemoryStore()],
    ]);
    const hosts = new Map([...stores.keys()].map((name) => [name, createFakeHost()]));
    const gateway = createGateway({
      hosts,
      authenticate: (token) => ({ tenant: token }),
      traces: { stores },
      port: 0,
    });
    await gateway.listen();
    cleanups.push(() => gateway.close());
    expect((await post(gateway, WHOLE, { authorization: 'Bearer a' })).status).toBe(200);
    expect([stores.get('a')?.head() === 0, stores.get('b')?.head()]).toEqual([false, 0]);
  });

  it('tell a foreign page nothing, and are not given where no traces are taken', async () => {
    const { gateway } = await open();
    expect((await post(gateway, WHOLE, { origin: 'https://evil.example' })).status).toBe(403);
    const closed = createGateway({ host: createFakeHost(), port: 0 });
    await closed.listen();
    cleanups.push(() => closed.close());
    expect((await post(closed, WHOLE)).status).toBe(404);
  });

  it('let a request be sent again that could not be stored', async () => {
    const inner = createMemoryStore();
    let isBroken = true;
    const store: Store = {
      ...inner,
      append: (...args) => (isBroken ? Promise.reject(new Error('disk full')) : inner.append(...args)),
    };
    const { gateway } = await open({}, store);
    expect((await post(gateway, WHOLE)).status).toBe(500);
    isBroken = false;
    expect((await post(gateway, WHOLE)).status).toBe(200);
    expect((await stateOf(inner)).runs).toMatchObject([{ totals: { usage: { inputTokens: 10 } } }]);
  });
});
