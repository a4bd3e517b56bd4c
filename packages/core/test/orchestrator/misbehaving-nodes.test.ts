import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FleetEvent } from '../../src/protocol/event.js';
import type { TaskContext } from '../../src/orchestrator/calls/context.js';
import { START } from '../../src/orchestrator/graph/graph-definition.js';
import type { NodeOptions } from '../../src/orchestrator/graph/graph-definition.js';
import { StateGraph } from '../../src/orchestrator/graph/graph.js';
import { append } from '../../src/orchestrator/graph/reducer.js';
import { createSimulatedClock } from '../../src/testing/simulated-clock.js';
import type { Harness } from './harness.js';
import { createHarness, createProvider, flatPrices, settle, until } from './harness.js';

interface State {
  deep: { list: number[] };
  seen: string[];
  sum?: number;
}

type Misbehaviour = (state: State, ctx: TaskContext) => unknown;

const input = (): State => ({ deep: { list: [1, 2, 3] }, seen: [] });

/** Two branches: `bad` does what it does and is skipped when it fails, `good` and what follows it go on. */
function graphWith(misbehave: Misbehaviour, options: NodeOptions = {}) {
  return new StateGraph<State, Partial<State>, string>({ name: 'mixed', reducers: { seen: append } })
    .addNode('bad', misbehave as never, { onError: 'skip', ...options })
    .addNode('good', async () => {
      await settle(2);
      return { seen: ['good'] };
    })
    .addNode('after', (state: State) => ({ sum: state.deep.list.reduce((sum, value) => sum + value, 0) }))
    .addEdge(START, 'bad')
    .addEdge(START, 'good')
    .addEdge('good', 'after');
}

/** What the process would have died of. */
let fatal: unknown[] = [];
const onFatal = (error: unknown): void => void fatal.push(error);
beforeEach(() => {
  fatal = [];
  process.on('unhandledRejection', onFatal);
  process.on('uncaughtException', onFatal);
});
afterEach(async () => {
  await settle();
  process.off('unhandledRejection', onFatal);
  process.off('uncaughtException', onFatal);
  expect(fatal).toEqual([]);
});

const eventsOf = async ({ events }: Harness, runId: string): Promise<readonly FleetEvent[]> =>
  (await events()).filter((event) => event.runId === runId);

/** Runs it beside another run, and checks that the other branch and the other run are none the worse. */
async function contained(
  misbehave: Misbehaviour,
  expected: { readonly code: string; readonly message: RegExp },
): Promise<void> {
  const harness = createHarness();
  const run = harness.orchestrator.start(graphWith(misbehave), input());
  const other = harness.orchestrator.start(
    graphWith(() => undefined),
    input(),
  );
  expect(await other.result).toMatchObject({ seen: ['good'], sum: 6 });
  expect(await run.result).toEqual({ ...input(), seen: ['good'], sum: 6 });
  const events = await eventsOf(harness, run.id);
  const created = events.find(({ type, data }) => type === 'task.created' && data['node'] === 'bad');
  const failed = events.filter(({ type }) => type === 'task.failed');
  expect(failed).toHaveLength(1);
  expect(failed[0]).toMatchObject({ taskId: created?.taskId, data: { error: { code: expected.code } } });
  expect((failed[0]?.data['error'] as { message: string }).message).toMatch(expected.message);

  // Without leave to skip it, the run fails with the same code, and others are none the worse.
  const strict = harness.orchestrator.start(graphWith(misbehave, { onError: 'fail' }), input());
  const third = harness.orchestrator.start(
    graphWith(() => undefined),
    input(),
  );
  await expect(strict.result).rejects.toMatchObject({
    message: expect.stringMatching(expected.message) as string,
  });
  expect(await third.result).toMatchObject({ sum: 6 });
  expect(await eventsOf(harness, strict.id)).toContainEqual(
    expect.objectContaining({ type: 'run.failed', data: { error: (failed[0] as FleetEvent).data['error'] } }),
  );
}

const hostile = (): object =>
  new Proxy(
    {},
    new Proxy(
      {},
      {
        get: () => () => {
          throw new Error('Do not look at me.');
        },
      },
    ),
  );
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const withGetter = (name: string, target: object = {}): object =>
  Object.defineProperty(target, name, {
    enumerable: true,
    get() {
      throw new Error('Do not read me.');
    },
  });

const throwables: readonly (readonly [string, () => unknown, { code: string; message: RegExp }])[] = [
  ['an error', () => new Error('boom'), { code: 'TASK_FAILED', message: /^boom$/ }],
  [
    'an error with a code',
    () => Object.assign(new Error('gone'), { code: 'ENOENT' }),
    { code: 'ENOENT', message: /^gone$/ },
  ],
  ['a text', () => 'boom', { code: 'TASK_FAILED', message: /^boom$/ }],
  ['nothing', () => undefined, { code: 'TASK_FAILED', message: /unknown/i }],
  ['null', () => null, { code: 'TASK_FAILED', message: /unknown/i }],
  ['a number', () => 7, { code: 'TASK_FAILED', message: /unknown/i }],
  ['a symbol', () => Symbol('boom'), { code: 'TASK_FAILED', message: /unknown/i }],
  ['a proxy that throws at every touch', hostile, { code: 'TASK_FAILED', message: /cannot be read/ }],
  ['a revoked proxy', revoked, { code: 'TASK_FAILED', message: /cannot be read/ }],
  [
    'an error whose message throws',
    () => withGetter('message', new Error('x')),
    { code: 'TASK_FAILED', message: /cannot be read/ },
  ],
  [
    'an error with an endless message',
    () => new Error('x'.repeat(1_000_000)),
    { code: 'TASK_FAILED', message: /^x{2000}$/ },
  ],
];

describe('a node that throws', () => {
  it.each(throwables)('%s, at once', async (_, make, expected) => {
    await contained(() => {
      throw make();
    }, expected);
  });

  it.each(throwables)('%s, later', async (_, make, expected) => {
    await contained(async () => {
      await settle(1);
      throw make();
    }, expected);
  });
});

const circular = (): object => {
  const value: { self?: unknown } = {};
  value.self = value;
  return { value };
};
const deep = (): object => {
  let value: object = {};
  for (let i = 0; i < 100_000; i += 1) value = { value };
  return { value };
};

const notAnObject = { code: 'BAD_INPUT', message: /^Node 'bad' returned \[object \w+\]; return an object/ };
const notJson = (path: string) => ({
  code: 'STATE_NOT_JSON',
  message: new RegExp(`of what node 'bad' returned is not JSON at ${path.replace(/[$.[\]]/g, '\\$&')}`),
});

const garbage: readonly (readonly [string, () => unknown, { code: string; message: RegExp }])[] = [
  ['a number', () => 7, notAnObject],
  ['a text', () => 'done', notAnObject],
  ['a boolean', () => true, notAnObject],
  ['an array', () => [{ sum: 1 }], notAnObject],
  ['a function', () => () => ({ sum: 1 }), notAnObject],
  ['a symbol', () => Symbol('x'), notAnObject],
  ['a map', () => new Map([['sum', 1]]), notAnObject],
  ['a date', () => new Date(0), notAnObject],
  ['an error that it did not throw', () => new Error('oops'), notAnObject],
  ['a map in a field', () => ({ extra: new Map() }), notJson('$')],
  ['a function in a field', () => ({ extra: { then: [() => 1] } }), notJson('$.then[0]')],
  ['a bigint', () => ({ extra: [1n] }), notJson('$[0]')],
  ['not a number', () => ({ extra: Number.NaN }), notJson('$')],
  ['undefined inside', () => ({ extra: { inner: undefined } }), notJson('$.inner')],
  ['a circle', circular, { code: 'STATE_NOT_JSON', message: /Field 'value' of what node 'bad' returned/ }],
  [
    'a hundred thousand levels',
    deep,
    { code: 'STATE_NOT_JSON', message: /Field 'value' of what node 'bad' returned/ },
  ],
  [
    'more than any store holds',
    () => ({ extra: 'x'.repeat(2 ** 26) }),
    { code: 'BAD_INPUT', message: /Field 'extra' of what node 'bad' returned is larger/ },
  ],
  ['a getter that throws', () => withGetter('extra'), { code: 'TASK_FAILED', message: /Do not read me/ }],
  [
    'a `then` that throws when it is read',
    () => withGetter('then'),
    { code: 'TASK_FAILED', message: /Do not read me/ },
  ],
  ['a proxy that throws at every touch', hostile, { code: 'TASK_FAILED', message: /Do not look at me/ }],
  ['a revoked proxy', revoked, { code: 'TASK_FAILED', message: /revoked/ }],
  [
    'a prototype',
    () => JSON.parse('{"__proto__":{"polluted":true}}') as unknown,
    { code: 'BAD_INPUT', message: /Node 'bad' returned a field '__proto__'/ },
  ],
  [
    'a promise of its own kind that throws',
    () => ({
      then() {
        throw new Error('No promise.');
      },
    }),
    { code: 'TASK_FAILED', message: /No promise/ },
  ],
];

describe('a node that returns', () => {
  it.each(garbage)('%s', async (_, make, expected) => {
    await contained(make, expected);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it.each(garbage.filter(([name]) => !name.includes('then') && !name.includes('promise')))(
    'a promise of %s',
    async (_, make, expected) => {
      // A proxy that throws at every touch makes the promise itself reject.
      await contained(() => new Promise((resolve) => resolve(make())), expected);
    },
  );

  it('fields that the state has no type for, which are kept', async () => {
    const { orchestrator } = createHarness();
    const run = orchestrator.start(
      graphWith(() => ({ constructor: 'mine', toString: 1, hasOwnProperty: null, unknown: [1] })),
      input(),
    );
    expect(await run.result).toEqual({
      ...input(),
      seen: ['good'],
      sum: 6,
      constructor: 'mine',
      toString: 1,
      hasOwnProperty: null,
      unknown: [1],
    });
  });

  it('a promise of its own kind that answers twice, the first answer', async () => {
    const { orchestrator, of } = createHarness();
    const run = orchestrator.start(
      graphWith(() => ({
        then(resolve: (value: unknown) => void, reject: (error: unknown) => void) {
          resolve({ seen: ['first'] });
          resolve({ seen: ['second'] });
          reject(new Error('third'));
          throw new Error('fourth');
        },
      })),
      input(),
    );
    expect((await run.result).seen.sort()).toEqual(['first', 'good']);
    expect(await of('task.failed')).toEqual([]);
  });
});

describe('a node that never settles', () => {
  const never: Misbehaviour = () => new Promise(() => undefined);

  it('is ended by its time limit, by name', async () => {
    const clock = createSimulatedClock();
    const harness = createHarness({ clock });
    const run = harness.orchestrator.start(graphWith(never, { timeoutMs: 1_000 }), input());
    await until(async () => {
      await clock.advance(100);
      return run.status === 'completed';
    });
    expect(await run.result).toMatchObject({ seen: ['good'], sum: 6 });
    expect((await harness.of('task.failed')).map(({ data }) => data.error)).toEqual([
      expect.objectContaining({ code: 'TIMEOUT', message: "Task 'bad' took longer than 1000 ms." }),
    ]);
  });

  it('does not hold up a cancelled run, nor does one that ignores its signal and returns late', async () => {
    const harness = createHarness();
    let release: (() => void) | undefined;
    const run = harness.orchestrator.start(graphWith(never), input());
    const late = harness.orchestrator.start(
      graphWith(() => new Promise((resolve) => (release = () => resolve({ seen: ['late'] })))),
      input(),
    );
    await until(() => release !== undefined);
    await Promise.all([run.cancel('enough'), late.cancel()]);
    await expect(run.result).rejects.toMatchObject({ code: 'CANCELLED', message: 'enough' });
    await expect(late.result).rejects.toMatchObject({ code: 'CANCELLED' });
    const before = harness.store.head();
    release?.();
    await settle();
    expect(harness.store.head()).toBe(before);
    expect(harness.orchestrator.size).toBe(0);
    const cancelled = await harness.of('task.cancelled');
    expect(cancelled.map(({ runId, taskId }) => [runId, taskId])).toEqual(
      expect.arrayContaining([
        [run.id, 'bad-1'],
        [late.id, 'bad-1'],
      ]),
    );
  });
});

describe('a node that goes on after its end', () => {
  const provider = createProvider();
  const everything = (ctx: TaskContext): readonly Promise<unknown>[] => {
    ctx.log('info', 'late');
    ctx.message('assistant', 'late');
    ctx.progress(1, 2);
    ctx.activity('late');
    ctx.heartbeat();
    ctx.file('created', { path: 'late.txt' });
    ctx.usage({ usage: { inputTokens: 1, outputTokens: 1 } });
    return [
      ctx.model({ provider, model: 'm', prompt: 'late' }),
      ctx.tool('late', () => 1),
      ctx.once('late', () => 1),
      ctx.span('late', () => 1),
      ctx.approve({ title: 'Late?' }),
    ];
  };

  it.each([
    ['returned', (): unknown => undefined, 'task.completed'],
    [
      'failed',
      (): unknown => {
        throw new Error('boom');
      },
      'task.failed',
    ],
  ] as const)('says nothing and calls nothing when it has %s', async (_, end, type) => {
    const harness = createHarness({ prices: flatPrices() });
    let kept: TaskContext | undefined;
    const graph = graphWith(
      (__, ctx) => {
        kept = ctx;
        return end();
      },
      { agent: 'ROGUE' },
    );
    const run = harness.orchestrator.start(graph, input());
    await until(async () => (await harness.of(type)).some(({ taskId }) => taskId === 'bad-1'));
    const duringRun = everything(kept as TaskContext);
    await run.result;
    await settle();
    const before = harness.store.head();
    const afterRun = everything(kept as TaskContext);
    for (const call of await Promise.allSettled([...duringRun, ...afterRun])) {
      expect(call).toMatchObject({
        status: 'rejected',
        reason: { code: 'CANCELLED', message: expect.stringContaining('bad') as string },
      });
    }
    await harness.orchestrator.emitter.flush();
    expect(harness.store.head()).toBe(before);
    const events = await eventsOf(harness, run.id);
    const ended = events.findIndex((event) => event.type === type && event.taskId === 'bad-1');
    expect(events.slice(ended + 1).filter(({ taskId }) => taskId === 'bad-1')).toEqual([]);
    expect(provider.calls).toEqual([]);
  });

  it('does not end the process with calls that it never waited for', async () => {
    const harness = createHarness({ prices: flatPrices() });
    let kept: TaskContext | undefined;
    const graph = graphWith((_, ctx) => {
      kept = ctx;
      void ctx.tool('forgotten', () => settle(3).then(() => 1));
      void ctx.tool('failing', () => Promise.reject(new Error('boom')));
      void ctx.span('failing too', () => Promise.reject(new Error('boom')));
    });
    const run = harness.orchestrator.start(graph, input());
    await run.result;
    for (const call of everything(kept as TaskContext)) void call;
    await settle(10);
    expect(await harness.of('run.completed')).toHaveLength(1);
  });
});

describe('a node that changes its input', () => {
  it.each([
    ['a field', (state: State) => (state.sum = 1)],
    ['a list', (state: State) => state.seen.push('x')],
    ['deep inside', (state: State) => state.deep.list.push(4)],
    ['by sorting', (state: State) => state.deep.list.sort()],
    ['by deleting', (state: State) => Reflect.deleteProperty(state.deep, 'list') || state.deep.list.pop()],
  ])('%s is the one that fails', async (_, change) => {
    await contained(change, { code: 'TASK_FAILED', message: /read only|not extensible|read-only|Cannot/ });
  });

  it('in a conditional edge fails too', async () => {
    const { orchestrator } = createHarness();
    const graph = new StateGraph<State>({ name: 'routed', reducers: { seen: append } })
      .addNode('route', () => undefined)
      .addNode('next', () => undefined)
      .addEdge(START, 'route')
      .addConditionalEdges('route', (state) => {
        state.deep.list.push(4);
        return 'next';
      });
    await expect(orchestrator.start(graph, input()).result).rejects.toMatchObject({ code: 'TASK_FAILED' });
  });

  it('[SEC-22] leaves the host its own objects, at the beginning and at the end', async () => {
    const { orchestrator } = createHarness();
    const mine = input();
    const result = await orchestrator.start(
      graphWith(() => undefined),
      mine,
    ).result;
    mine.deep.list.push(4);
    result.deep.list.push(5);
    result.seen.sort();
    expect([mine.deep.list, result.deep.list]).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 5],
    ]);
  });

  it('or what it returned, later, changes nothing that others see', async () => {
    const { orchestrator } = createHarness();
    const own = { list: [1] };
    const graph = new StateGraph<{ own?: { list: number[] }; seen?: number }>({ name: 'aliased' })
      .addNode('give', () => ({ own }))
      .addNode('look', async (state) => {
        expect(() => own.list.push(2)).toThrow(TypeError);
        await settle(1);
        return { seen: state.own?.list.length ?? 0 };
      })
      .addEdge(START, 'give')
      .addEdge('give', 'look');
    expect(await orchestrator.start(graph, {}).result).toEqual({ own: { list: [1] }, seen: 1 });
  });
});
