import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FleetglassError } from '../errors/fleetglass-error.js';
import { createDeferred } from '../lib/deferred.js';
import { createMemoryStore } from '../log/memory-store.js';
import type { AppendResult, Store } from '../log/store.js';
import type { EventDraft, EventInput, FleetEvent } from '../protocol/event.js';
import { hostileJson } from '../testing/arbitraries.js';
import { createSeededRandom } from '../testing/seeded-random.js';
import { createSimulatedClock } from '../testing/simulated-clock.js';
import type { EmitterOptions } from './emitter.js';
import { createEmitter } from './emitter.js';

const line = (message: string, more: Partial<EventInput<'log.written'>> = {}): EventInput<'log.written'> => ({
  type: 'log.written',
  runId: 'r',
  data: { level: 'info', message },
  ...more,
});
const delta = (text: string, messageId = 'm'): EventInput<'message.delta'> => ({
  type: 'message.delta',
  runId: 'r',
  data: { messageId, kind: 'text', text },
});

async function readAll(store: Store): Promise<readonly FleetEvent[]> {
  return (await store.read({ from: 1, limit: 100_000 })).events;
}
const messagesOf = (events: readonly FleetEvent[]) => events.map(({ data }) => data['message']);

function setUp(more: Partial<EmitterOptions> = {}) {
  const clock = createSimulatedClock();
  const random = createSeededRandom(1);
  const store = more.store ?? createMemoryStore({ clock, random });
  return { clock, store, emitter: createEmitter({ store, clock, ...more }) };
}

/** A store whose answers are given by the test; it accepts only then. */
function slowStore() {
  const memory = createMemoryStore();
  const waiting: { readonly drafts: readonly EventDraft[]; answer(): void; refuse(error: unknown): void }[] =
    [];
  const store: Store = {
    ...memory,
    append(drafts) {
      const { promise, resolve, reject } = createDeferred<AppendResult>();
      waiting.push({ drafts, answer: () => void memory.append(drafts).then(resolve), refuse: reject });
      return promise;
    },
  };
  return { memory, store, waiting };
}

const turn = async (): Promise<void> => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
};

describe('emit', () => {
  it('stamps version, time and scope, and keeps a key of the sender', async () => {
    const { emitter, store, clock } = setUp();
    emitter.emit(line('one', { threadId: 't', agentId: 'a', taskId: 'k', spanId: 's', parentSpanId: 'p' }));
    emitter.emit(line('two', { time: 5, id: 'mine' }));
    await emitter.flush();
    const [first, second] = await readAll(store);
    expect(first).toEqual({
      v: 1,
      seq: 1,
      time: clock.now(),
      type: 'log.written',
      runId: 'r',
      threadId: 't',
      agentId: 'a',
      taskId: 'k',
      spanId: 's',
      parentSpanId: 'p',
      data: { level: 'info', message: 'one' },
    });
    expect(second).toEqual({
      v: 1,
      seq: 2,
      time: 5,
      id: 'mine',
      type: 'log.written',
      runId: 'r',
      data: { level: 'info', message: 'two' },
    });
  });

  it('keeps exactly the given scope, whichever fields it has', async () => {
    const scopes = fc.record(
      {
        runId: fc.string(),
        threadId: fc.string(),
        agentId: fc.string(),
        taskId: fc.string(),
        spanId: fc.string(),
        parentSpanId: fc.string(),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(scopes, async (scope) => {
        const { emitter, store } = setUp();
        emitter.emit({ type: 'log.written', data: { level: 'info', message: '' }, ...scope });
        await emitter.flush();
        const [event] = await readAll(store);
        const { v: _v, seq: _seq, time: _time, type: _type, data: _data, ...rest } = event as FleetEvent;
        expect(rest).toEqual({ ...scope });
      }),
    );
  });

  it('names the tenant of the store', async () => {
    const { emitter, store } = setUp({ store: createMemoryStore({ tenant: 'acme' }) });
    emitter.emit(line('x'));
    await emitter.flush();
    expect((await readAll(store))[0]?.tenant).toBe('acme');
  });

  it('hands over by itself, after the code that emits', async () => {
    const { emitter, store } = setUp();
    emitter.emit(line('x'));
    expect(store.head()).toBe(0);
    await turn();
    expect(store.head()).toBe(1);
  });

  it('takes the same input twice', async () => {
    const { emitter, store } = setUp();
    const input = Object.freeze(line('again'));
    emitter.emit(input);
    emitter.emit(input);
    await emitter.flush();
    expect((await readAll(store)).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('drops and counts what is told of a run under a lease that is no longer the newest', async () => {
    const { store, emitter } = setUp();
    const lease = await store.acquireLease({ runId: 'r', owner: 'one', ttlMs: 1_000 });
    const lift = emitter.fence('r', lease.epoch);
    emitter.emit(line('mine'));
    await emitter.flush();
    await store.acquireLease({ runId: 'r', owner: 'two', ttlMs: 1_000, isGone: () => true });
    emitter.emit(line('late'));
    emitter.emit(line('of another run', { runId: 'other' }));
    await emitter.flush();
    await turn();
    expect(emitter.stats.dropped).toBe(1);
    const [mine, other, ...rest] = await readAll(store);
    expect(messagesOf([mine, other] as FleetEvent[])).toEqual(['mine', 'of another run']);
    expect(rest).toHaveLength(1);
    expect(rest[0]).toMatchObject({
      type: 'system.dropped',
      data: { reason: 'lease-lost', counts: { 'log.written': 1 } },
    });
    lift();
    emitter.emit(line('of nobody in particular'));
    await emitter.flush();
    expect(messagesOf(await readAll(store)).at(-1)).toBe('of nobody in particular');
  });

  it('puts what was drained before a commit that follows', async () => {
    const { emitter, store } = setUp();
    emitter.emit(line('before'));
    emitter.drain();
    const event = emitter.stamp({ type: 'run.completed', runId: 'r', data: {} });
    await store.commit({
      runId: 'r',
      leaseEpoch: 0,
      expectedVersion: 0,
      writes: [],
      events: event ? [event] : [],
    });
    expect((await readAll(store)).map(({ type }) => type)).toEqual(['log.written', 'run.completed']);
  });

  it('freezes data in development only', async () => {
    const data = { level: 'info' as const, message: 'x' };
    const { emitter } = setUp();
    emitter.emit({ type: 'log.written', data });
    expect(Object.isFrozen(data)).toBe(false);
    setUp({ development: true }).emitter.emit({ type: 'log.written', data });
    expect(Object.isFrozen(data)).toBe(true);
  });

  it('redacts by default, and not when told so', async () => {
    const secret = `sk-ant-api03-${'aB3d'.repeat(10)}`;
    for (const [redact, shown] of [
      [undefined, false],
      [false, true],
    ] as const) {
      const { emitter, store } = setUp(redact === undefined ? {} : { redact });
      emitter.emit(line(`key ${secret}`));
      await emitter.flush();
      expect(JSON.stringify(await readAll(store)).includes(secret)).toBe(shown);
    }
  });
});

describe('emit never throws and never waits', () => {
  it('[SEC-16] [SEC-22] whatever it is given; what is stored survives a JSON round trip', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostileJson(fc), { maxLength: 4 }), async (values) => {
        const { emitter, store } = setUp();
        for (const value of values) {
          emitter.emit(value as EventInput);
          emitter.emit({ type: 'log.written', data: { level: 'info', message: '', fields: value as never } });
        }
        await emitter.flush();
        const events = await readAll(store);
        expect(JSON.parse(JSON.stringify(events))).toEqual(structuredClone(events));
      }),
    );
  });

  it('for values that JSON does not have', async () => {
    const { emitter, store } = setUp();
    const cycle: Record<string, unknown> = { name: 'cycle' };
    cycle['self'] = cycle;
    cycle['again'] = cycle;
    const fields: unknown[] = [
      {
        big: 1n,
        date: new Date(0),
        nan: Number.NaN,
        map: new Map([[1, 2]]),
        fn: () => 1,
        symbol: Symbol('x'),
      },
      {
        toJSON: () => {
          throw new Error('toJSON');
        },
      },
      JSON.parse('{"__proto__":{"polluted":true},"kept":1}'),
    ];
    for (const value of fields)
      emitter.emit(line('x', { data: { level: 'info', message: '', fields: value as never } }));
    await emitter.flush();
    const stored = (await readAll(store)).map(({ data }) => data['fields']);
    expect(stored).toEqual([
      { big: '1', date: '1970-01-01T00:00:00.000Z', nan: null, map: {} },
      {},
      { kept: 1 },
    ]);
    expect(Object.hasOwn(stored[2] as object, '__proto__')).toBe(false);
    emitter.emit(line('x', { data: { level: 'info', message: '', fields: cycle as never } }));
    await emitter.flush();
    expect((await readAll(store)).at(-1)).toMatchObject({
      type: 'system.dropped',
      data: { reason: 'too-large', counts: { 'log.written': 1 } },
    });
  });

  it('for objects that throw when they are looked at', async () => {
    const errors: FleetglassError[] = [];
    const { emitter, store } = setUp({ onError: (error) => errors.push(error) });
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('trap');
        },
      },
    );
    emitter.emit(hostile as EventInput);
    emitter.emit(
      line('x', {
        data: Object.defineProperty({}, 'message', {
          enumerable: true,
          get: () => {
            throw new Error('getter');
          },
        }) as never,
      }),
    );
    emitter.emit(undefined as never);
    emitter.emit({ type: 'log.written', data: 'text' } as never);
    await emitter.flush();
    const [event] = await readAll(store);
    expect(event?.type).toBe('system.dropped');
    expect(event?.data).toEqual({ reason: 'invalid', counts: { unknown: 2, 'log.written': 2 } });
    expect(errors).toHaveLength(4);
    expect(emitter.stats.dropped).toBe(4);
  });

  it('[SEC-22] when the store throws or refuses; what was lost is announced once it is back', async () => {
    const memory = createMemoryStore();
    let mode: 'throw' | 'reject' | 'work' = 'throw';
    const errors: FleetglassError[] = [];
    const { emitter, clock } = setUp({
      onError: (error) => errors.push(error),
      store: {
        ...memory,
        append: (drafts, options) => {
          if (mode === 'throw') throw new Error('thrown');
          if (mode === 'reject') return Promise.reject(new FleetglassError('STORE_FAILED', 'disk full'));
          return memory.append(drafts, options);
        },
      },
    });
    emitter.emit(line('one'));
    await emitter.flush();
    mode = 'reject';
    emitter.emit(line('two'));
    emitter.emit(delta('x'));
    await emitter.flush();
    await turn();
    mode = 'work';
    await clock.advance(10_000);
    const events = await readAll(memory);
    expect(events.map(({ type, data }) => [type, data])).toEqual([
      ['system.dropped', { reason: 'store-failed', counts: { 'log.written': 2, 'message.delta': 1 } }],
    ]);
    expect(errors.length).toBeGreaterThanOrEqual(2);
    emitter.emit(line('three'));
    await emitter.flush();
    expect(messagesOf(await readAll(memory)).at(-1)).toBe('three');
  });

  it('[SEC-22] when the store hangs: memory stays bounded, drops are counted, and flush ends', async () => {
    const { memory, store, waiting } = slowStore();
    const { emitter, clock } = setUp({ store, limits: { queue: 100, batch: 10 } });
    for (let i = 0; i < 1_000; i += 1) emitter.emit(line(String(i)));
    await turn();
    expect(emitter.stats).toEqual({ pending: 100, dropped: 900, merged: 0 });
    let flushed = false;
    void emitter.flush(5_000).then(() => (flushed = true));
    await clock.advance(4_999);
    expect(flushed).toBe(false);
    await clock.advance(1);
    expect(flushed).toBe(true);
    while (waiting.length > 0) {
      waiting.shift()?.answer();
      await turn();
    }
    const events = await readAll(memory);
    expect(messagesOf(events.filter(({ type }) => type === 'log.written'))).toEqual(
      Array.from({ length: 100 }, (_, index) => String(index)),
    );
    const dropped = events.filter(({ type }) => type === 'system.dropped');
    expect(dropped.map(({ data }) => data)).toEqual([
      { reason: 'queue-full', counts: { 'log.written': 900 } },
    ]);
    expect(emitter.stats.pending).toBe(0);
  });

  it('when a burst is far larger than the queue, and loses nothing with a store in memory', async () => {
    const { emitter, store } = setUp({ limits: { queue: 100, batch: 10 } });
    for (let i = 0; i < 5_000; i += 1) emitter.emit(line(String(i)));
    await emitter.flush();
    expect(store.head()).toBe(5_000);
    expect(emitter.stats.dropped).toBe(0);
  });

  it('[SEC-32] when an event is too large', async () => {
    const { emitter, store } = setUp({ limits: { eventSize: 1_000 } });
    emitter.emit(line('x'.repeat(2_000)));
    emitter.emit(line('small'));
    await emitter.flush();
    expect((await readAll(store)).map(({ type, data }) => [type, data['message'] ?? data['counts']])).toEqual(
      [
        ['log.written', 'small'],
        ['system.dropped', { 'log.written': 1 }],
      ],
    );
  });
});

describe('merging under pressure', () => {
  it('keeps the text of every message whole and in order', async () => {
    const { memory, store, waiting } = slowStore();
    const { emitter } = setUp({ store, limits: { queue: 40, batch: 10 } });
    const said = new Map<string, string>();
    for (let i = 0; i < 2_000; i += 1) {
      const id = `m${i % 3}`;
      emitter.emit(delta(`${i} `, id));
      said.set(id, `${said.get(id) ?? ''}${i} `);
    }
    for (let i = 0; i < 200 && (waiting.length > 0 || emitter.stats.pending > 0); i += 1) {
      await turn();
      waiting.shift()?.answer();
    }
    await turn();
    const stored = new Map<string, string>();
    for (const { data } of await readAll(memory)) {
      const id = String(data['messageId']);
      stored.set(id, (stored.get(id) ?? '') + String(data['text']));
    }
    expect(stored).toEqual(said);
    expect(emitter.stats.dropped).toBe(0);
    expect(emitter.stats.merged).toBeGreaterThan(1_500);
  });

  it('moves nothing across an event that ends a message or a span', async () => {
    const { memory, store, waiting } = slowStore();
    const { emitter } = setUp({ store, limits: { queue: 20, batch: 5 } });
    for (let i = 0; i < 10; i += 1) emitter.emit(line('fill'));
    emitter.emit(delta('a'));
    emitter.emit(delta('b'));
    emitter.emit({
      type: 'message.appended',
      runId: 'r',
      data: { messageId: 'm', role: 'assistant', parts: [{ kind: 'text', text: 'ab' }] },
    });
    emitter.emit(delta('c'));
    for (let i = 0; i < 50 && (waiting.length > 0 || emitter.stats.pending > 0); i += 1) {
      await turn();
      waiting.shift()?.answer();
    }
    await turn();
    const events = (await readAll(memory)).filter(({ type }) => type.startsWith('message.'));
    expect(events.map(({ type, data }) => [type, data['text']])).toEqual([
      ['message.delta', 'ab'],
      ['message.appended', undefined],
      ['message.delta', 'c'],
    ]);
  });
});

describe('on', () => {
  it('shows accepted events only, by type and all, and journal events too', async () => {
    const { memory, store, waiting } = slowStore();
    const { emitter } = setUp({ store });
    const seen: string[] = [];
    emitter.on('log.written', ({ data }) => seen.push(data.message));
    emitter.on('*', ({ type, seq }) => seen.push(`${type} ${seq}`));
    emitter.emit(line('one'));
    await turn();
    expect(seen).toEqual([]);
    waiting[0]?.answer();
    await turn();
    expect(seen).toEqual(['one', 'log.written 1']);
    const event = { v: 1, time: 1, type: 'run.started', runId: 'r', data: {} };
    await memory.commit({ runId: 'r', leaseEpoch: 0, expectedVersion: 0, writes: [], events: [event] });
    expect(seen.at(-1)).toBe('run.started 2');
  });

  it('keeps listeners apart: one that throws stops no other', async () => {
    const errors: FleetglassError[] = [];
    const { emitter } = setUp({ onError: (error) => errors.push(error) });
    let seen = 0;
    emitter.on('*', () => {
      throw new Error('from a listener');
    });
    const end = emitter.on('*', () => {
      seen += 1;
    });
    emitter.emit(line('one'));
    await emitter.flush();
    end();
    emitter.emit(line('two'));
    await emitter.flush();
    expect(seen).toBe(1);
    expect(errors.map(({ message }) => message)).toEqual(['from a listener', 'from a listener']);
  });

  it('takes nothing more after close', async () => {
    const { emitter, store } = setUp();
    emitter.emit(line('one'));
    await emitter.close();
    emitter.emit(line('two'));
    await emitter.flush();
    expect(messagesOf(await readAll(store))).toEqual(['one']);
  });
});
