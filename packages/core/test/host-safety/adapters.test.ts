import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/lib/clock.js';
import { systemClock } from '../../src/lib/clock.js';
import { createMemoryStore } from '../../src/log/memory-store.js';
import { createMonitor } from '../../src/monitor/create-monitor.js';
import type { ModelProvider } from '../../src/orchestrator/calls/model-provider.js';
import type { OrchestratorOptions } from '../../src/orchestrator/create-orchestrator.js';
import { END, START } from '../../src/orchestrator/graph/graph-definition.js';
import { StateGraph } from '../../src/orchestrator/graph/graph.js';
import { EVERYTHING } from '../../src/protocol/filter.js';
import { scriptedCarrier } from '../../src/testing/scripted-carrier.js';
import { createSeededRandom } from '../../src/testing/seeded-random.js';
import { createSimulatedClock } from '../../src/testing/simulated-clock.js';
import { inProcess } from '../../src/transport/in-process.js';
import { createRemoteTransport } from '../../src/transport/remote-transport.js';
import type { Transport } from '../../src/transport/transport.js';
import { createHarness, createProvider, flatPrices, settle } from '../orchestrator/harness.js';
import { FAULTS, watchProcess } from './faults.js';

type Fault = () => never;
const faults = Object.entries(FAULTS) as [string, Fault][];
/** Where no promise is asked for, nobody can wait for one. */
const faultsAtOnce = faults.filter(([name]) => name !== 'rejects');

/** Runs a priced call and a tool, and tells how the run ended. */
async function runJob(
  options: OrchestratorOptions,
  provider: ModelProvider = createProvider(),
  tool: () => unknown = () => 1,
) {
  const harness = createHarness({
    budget: { usd: 1, period: 'day', onLimit: 'stop' },
    prices: flatPrices(),
    ...options,
  });
  const graph = new StateGraph<{ text: string }, { text?: string }, string>({ name: 'job' })
    .addNode(
      'one',
      async (_, ctx) => {
        const { text } = await ctx.model({ provider, model: 'm', prompt: 'hello', maxOutputTokens: 100 });
        await ctx.tool('count', tool as () => number);
        return { text };
      },
      { timeoutMs: 200 },
    )
    .addEdge(START, 'one')
    .addEdge('one', END);
  const run = harness.orchestrator.start(graph, { text: '' });
  const outcome = await run.result.then(
    () => 'completed',
    () => 'failed',
  );
  return { ...harness, run, outcome };
}

describe('[SEC-22] what an orchestrator takes from its host', () => {
  describe.each(['now', 'monotonic', 'setTimeout', 'clearTimeout'] as const)('a clock whose %s', (method) => {
    it.each(faultsAtOnce)('%s does not disturb a run', async (_, fault) => {
      const ended = watchProcess();
      const clock: Clock = { ...systemClock, [method]: fault };
      // A timer that is lied about cannot be waited for; nothing here needs one.
      const { outcome, events } = await runJob({ clock });
      expect(outcome).toBe('completed');
      for (const { time } of await events())
        expect(Number.isInteger(time) && Math.abs(time) < 8.64e15).toBe(true);
      expect(ended).toEqual([]);
    });
  });

  it.each(faultsAtOnce)('randomness that %s does not disturb a run', async (_, fault) => {
    const ended = watchProcess();
    const { outcome } = await runJob({ random: fault });
    expect(outcome).toBe('completed');
    expect(ended).toEqual([]);
  });

  describe.each(['cost', 'limits'] as const)('a price table whose %s', (method) => {
    it.each(faultsAtOnce)('%s makes prices unknown, told once, and no budget wrong', async (_, fault) => {
      const ended = watchProcess();
      const prices = { ...flatPrices(), [method]: fault };
      const { outcome, of, orchestrator } = await runJob({ prices, budget: [] });
      await orchestrator.emitter.flush();
      expect(outcome).toBe('completed');
      const [span] = (await of('span.ended')).filter(({ data }) => data.usage);
      expect(span?.data.cost?.basis).toBe(method === 'cost' ? 'unknown' : 'list');
      const told = (await of('log.written')).filter(({ data }) => data.level === 'error');
      expect(told.length).toBeLessThanOrEqual(1);
      if (method === 'cost') expect(told).toHaveLength(1);
      expect(ended).toEqual([]);
    });

    it.each(faultsAtOnce)('%s never lets a call past a hard limit', async (_, fault) => {
      const provider = createProvider();
      const { outcome } = await runJob(
        {
          prices: { ...flatPrices(), [method]: fault },
          budget: { usd: 0.000001, period: 'day', onLimit: 'stop' },
        },
        provider,
      );
      expect([outcome, provider.calls.length]).toEqual(['failed', 0]);
    });
  });

  it('a price table that breaks after the call was made leaves no amount reserved', async () => {
    let calls = 0;
    const provider = createProvider(() => {
      calls += 1;
      return {};
    });
    const prices = {
      ...flatPrices(),
      cost(query: Parameters<ReturnType<typeof flatPrices>['cost']>[0]) {
        if (calls > 0) throw new Error('broken on purpose');
        return flatPrices().cost(query);
      },
    };
    const { outcome, store } = await runJob({ prices }, provider);
    expect(outcome).toBe('completed');
    expect((await store.ledger()).map(({ kind }) => kind)).toEqual(['reserved', 'settled']);
  });

  describe.each(['call', 'countTokens', 'limits'] as const)('a model provider whose %s', (method) => {
    it.each(method === 'call' ? faults : faultsAtOnce)('%s ends at most its task', async (_, fault) => {
      const ended = watchProcess();
      const { outcome, store, of } = await runJob({}, { ...createProvider(), [method]: fault });
      expect(outcome).toBe(method === 'call' || outcome === 'failed' ? 'failed' : 'completed');
      const open = new Set((await of('span.started')).map(({ spanId }) => spanId));
      for (const { spanId } of await of('span.ended')) open.delete(spanId);
      expect([...open]).toEqual([]);
      const kinds = (await store.ledger()).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'reserved').length).toBe(
        kinds.filter((kind) => kind !== 'reserved').length,
      );
      expect(ended).toEqual([]);
    });
  });

  it.each([
    ['usage that is none', { text: 'x', usage: undefined }],
    ['usage of NaN', { text: 'x', usage: { inputTokens: NaN, outputTokens: 1 } }],
    ['usage below nothing', { text: 'x', usage: { inputTokens: -1, outputTokens: 1 } }],
    ['usage beyond all numbers', { text: 'x', usage: { inputTokens: 1e308, outputTokens: 1 } }],
    [
      'a cost of NaN',
      { text: 'x', usage: { inputTokens: 1, outputTokens: 1 }, cost: { basis: 'billed', nanoUsd: NaN } },
    ],
    [
      'a cost below nothing',
      { text: 'x', usage: { inputTokens: 1, outputTokens: 1 }, cost: { basis: 'billed', nanoUsd: -5 } },
    ],
    ['a text that is none', { text: 5, usage: { inputTokens: 1, outputTokens: 1 } }],
  ])(
    'a model provider that answers with %s fails its task, and settles what it reserved',
    async (_, answer) => {
      const ended = watchProcess();
      const provider = { ...createProvider(), call: () => Promise.resolve(answer as never) };
      const { outcome, store } = await runJob({}, provider);
      expect(outcome).toBe('failed');
      expect((await store.ledger()).map(({ kind }) => kind)).toEqual(['reserved', 'released']);
      expect(ended).toEqual([]);
    },
  );

  it.each([undefined, NaN, 'text', 5, {}, { inputTokens: NaN }])(
    'a model provider that reports %j while it runs changes nothing by it',
    async (lie) => {
      const provider = createProvider((_, { onUsage, onDelta }) => {
        onUsage(lie as never);
        onDelta(lie as never);
        return {};
      });
      expect((await runJob({}, provider)).outcome).toBe('completed');
    },
  );

  it.each(faults)('a tool that %s ends at most its task', async (_, fault) => {
    const ended = watchProcess();
    const { outcome, run } = await runJob({}, createProvider(), fault);
    expect(['completed', 'failed']).toContain(outcome);
    expect(run.status).toBe(outcome);
    expect(ended).toEqual([]);
  });

  it.each(faultsAtOnce)('whoever is told of events and %s disturbs nobody', async (_, fault) => {
    const ended = watchProcess();
    const store = createMemoryStore();
    const seen: string[] = [];
    store.subscribe(fault);
    store.subscribe(({ events }) => seen.push(...events.map(({ type }) => type)));
    const { outcome, orchestrator } = await runJob({ store });
    orchestrator.emitter.on('*', fault);
    orchestrator.emitter.on('log.written', () => seen.push('heard'));
    orchestrator.emitter.emit({ type: 'log.written', data: { level: 'info', message: '' } });
    await orchestrator.emitter.flush();
    expect(outcome).toBe('completed');
    expect(seen.slice(-2)).toEqual(['log.written', 'heard']);
    expect(ended).toEqual([]);
  });

  it.each(faultsAtOnce)('a finder of secrets that %s lets no event through unlooked at', async (_, fault) => {
    const ended = watchProcess();
    const { orchestrator, store } = createHarness({ redact: { find: fault, redact: fault } as never });
    orchestrator.emitter.emit({ type: 'log.written', data: { level: 'info', message: 'secret' } });
    await orchestrator.emitter.flush();
    const { events } = await store.read({ from: 1 });
    expect(JSON.stringify(events.filter(({ type }) => type === 'log.written'))).not.toContain('secret');
    expect(ended).toEqual([]);
  });
});

describe('[SEC-22] what a viewer takes from its host', () => {
  const setUp = () => {
    const { orchestrator } = createHarness();
    const clock = createSimulatedClock();
    return { orchestrator, clock, transport: inProcess(orchestrator.host, { clock }) };
  };

  it.each(faultsAtOnce)(
    'a listener of a monitor that %s is told of once for each time, and stops no other',
    async (name, fault) => {
      const ended = watchProcess();
      const { orchestrator, clock, transport } = setUp();
      const told: string[] = [];
      const monitor = createMonitor({ transport, clock, onError: ({ message }) => told.push(message) });
      let calls = 0;
      let others = 0;
      monitor.subscribe(() => {
        calls += 1;
        fault();
      });
      monitor.subscribe(() => (others += 1));
      await settle();
      await clock.advance(1_000);
      await orchestrator.run('x', async () => 1).result;
      await settle();
      await clock.advance(1_000);
      expect(others).toBe(calls);
      expect(others).toBeGreaterThan(0);
      expect(told).toHaveLength(name === 'throws' ? calls : 0);
      monitor.dispose();
      expect(ended).toEqual([]);
    },
  );

  describe.each(['subscribe', 'command', 'readRange', 'stateAt', 'blob', 'onStatus'] as const)(
    'a transport whose %s',
    (method) => {
      it.each(faults)('%s costs only what was asked of it', async (name, fault) => {
        // `subscribe` and `onStatus` are not waited for.
        if (name === 'rejects' && (method === 'subscribe' || method === 'onStatus')) return;
        const ended = watchProcess();
        const { transport, clock } = setUp();
        let isBroken = method !== 'onStatus';
        const broken: Transport = {
          ...transport,
          [method]: (...args: never[]) =>
            isBroken ? fault() : (transport[method] as (...given: never[]) => unknown)(...args),
        };
        const monitor = createMonitor({ transport: broken, clock });
        const attempt = async (act: () => unknown): Promise<void> => {
          try {
            Promise.resolve(act()).catch(() => undefined);
          } catch {
            // Told at once.
          }
        };
        // A page that subscribes never breaks.
        monitor.subscribe(() => undefined);
        if (method === 'subscribe' && name === 'throws') {
          await clock.advance(100);
          expect(monitor.getSnapshot().connection.error?.message).toBe('broken on purpose');
        }
        await attempt(() => monitor.command({ type: 'cancel', runId: 'x' }));
        await attempt(() => monitor.readRange({ from: 1 }));
        await attempt(() => monitor.blob('sha256-x'));
        monitor.seek(3);
        await settle();
        await clock.advance(60_000);
        isBroken = false;
        monitor.goLive();
        await clock.advance(60_000);
        monitor.dispose();
        expect(ended).toEqual([]);
      });
    },
  );

  describe.each(['open', 'send', 'close'] as const)('a carrier whose %s', (method) => {
    it.each(faultsAtOnce)('%s neither reaches the host nor keeps a timer busy', async (_, fault) => {
      const ended = watchProcess();
      const clock = createSimulatedClock();
      const scripted = scriptedCarrier();
      const opened: number[] = [];
      const transport = createRemoteTransport(
        {
          open(token, handler) {
            opened.push(clock.now());
            if (method === 'open') return fault();
            return { ...scripted.open(token, handler), [method]: fault };
          },
        },
        { url: '', clock, random: createSeededRandom(1) },
      );
      transport.onStatus(() => {
        throw new Error('broken on purpose');
      });
      const attempt = (act: () => void): void => {
        try {
          act();
        } catch {
          // Told at once.
        }
      };
      attempt(() =>
        transport.subscribe(
          { filter: EVERYTHING, position: () => undefined },
          { snapshot: () => undefined, events: () => undefined, error: () => undefined },
        ),
      );
      await settle();
      attempt(() => scripted.wire().hello());
      await clock.advance(120_000);
      expect(opened.length).toBeLessThan(60);
      transport.close();
      await settle();
      expect(ended).toEqual([]);
    });
  });

  it.each([
    ...faults,
    ['gives a token that ends at no time', () => ({ token: 'x', expiresAt: NaN })] as const,
  ])('a source of tokens that %s is asked again, and not without pause', async (_, fault) => {
    const ended = watchProcess();
    const clock = createSimulatedClock();
    const scripted = scriptedCarrier();
    let asked = 0;
    const transport = createRemoteTransport(scripted, {
      url: '',
      clock,
      random: createSeededRandom(1),
      token: () => {
        asked += 1;
        return fault();
      },
    });
    transport.subscribe(
      { filter: EVERYTHING, position: () => undefined },
      { snapshot: () => undefined, events: () => undefined, error: () => undefined },
    );
    await settle();
    if (scripted.wires.length > 0) scripted.wire().hello();
    await clock.advance(600_000);
    expect(asked).toBeLessThan(120);
    transport.close();
    await settle();
    expect(clock.pending).toBe(0);
    expect(ended).toEqual([]);
  });
});
