import { describe, expect, it } from 'vitest';
import { encodeCursor } from '../../src/protocol/cursor.js';
import { createMemoryStore } from '../../src/log/memory-store.js';
import type { Store } from '../../src/log/store.js';
import { createMonitor } from '../../src/monitor/create-monitor.js';
import { createOrchestrator } from '../../src/orchestrator/create-orchestrator.js';
import { END, START } from '../../src/orchestrator/graph/graph-definition.js';
import { StateGraph } from '../../src/orchestrator/graph/graph.js';
import { createSeededRandom } from '../../src/testing/seeded-random.js';
import { createSimulatedClock } from '../../src/testing/simulated-clock.js';
import { inProcess } from '../../src/transport/in-process.js';
import { createProvider, settle } from '../orchestrator/harness.js';
import { FAULTS, watchProcess } from './faults.js';

/** A store one of whose methods does something else while it is told so. */
function brokenStore(store: Store, method: string, fault: () => unknown) {
  const state = { isBroken: false, calls: 0 };
  const broken = new Proxy(store, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (key !== method || typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        if (!state.isBroken) return (value as (...given: unknown[]) => unknown).apply(target, args);
        state.calls += 1;
        return fault();
      };
    },
  });
  return { store: broken, state };
}

const makeGraph = () => {
  const provider = createProvider();
  return new StateGraph<{ text: string }, { text?: string }, string>({ name: 'job' })
    .addNode('one', async (state, ctx) => {
      ctx.log('info', 'x'.repeat(100));
      const { text } = await ctx.model({ provider, model: 'm', prompt: state.text });
      return { text };
    })
    .addNode('two', (_, ctx) => {
      ctx.log('info', 'two');
    })
    .addEdge(START, 'one')
    .addEdge('one', 'two')
    .addEdge('two', END);
};

const METHODS = [
  'append',
  'commit',
  'read',
  'load',
  'listRuns',
  'ledger',
  'acquireLease',
  'renewLease',
  'releaseLease',
  'putBlob',
  'getBlob',
  'deleteRun',
  'head',
  'first',
  'deletions',
  'bytes',
];

/** Answers that are not waited for: a promise in their place is something untrue, and its rejection nobody's. */
const AT_ONCE = ['head', 'first', 'deletions'];

const faultsOf = (method: string): string[] =>
  Object.keys(FAULTS).filter((fault) => fault !== 'rejects' || !AT_ONCE.includes(method));

describe('[SEC-22] a store of the host', () => {
  describe.each(METHODS)('whose %s', (method) => {
    it.each(faultsOf(method))('%s costs what needs it, and nothing else', async (name) => {
      const ended = watchProcess();
      const clock = createSimulatedClock();
      const { store, state } = brokenStore(
        createMemoryStore({ clock }),
        method,
        FAULTS[name] as () => unknown,
      );
      const orchestrator = createOrchestrator({ store, clock, random: createSeededRandom(1) });
      const monitor = createMonitor({ transport: inProcess(orchestrator.host, { clock }), clock });
      const unsubscribe = monitor.subscribe(() => undefined);
      const graph = makeGraph();
      const turn = async (): Promise<void> => {
        await settle(3);
        await clock.advance(20_000);
      };
      await turn();

      state.isBroken = true;
      const ignore = (promise: () => Promise<unknown>): void => {
        // Whoever calls is told by the promise; whether it is ever kept is the store's doing.
        try {
          promise().catch(() => undefined);
        } catch {
          // At once.
        }
      };
      // Nobody looks at its result.
      ignore(async () => void orchestrator.start(graph, { text: 'a' }));
      const transport = inProcess(orchestrator.host, { clock });
      ignore(() => transport.readRange({ from: 1 }));
      ignore(() => transport.stateAt(encodeCursor({ epoch: store.epoch, seq: 0 }), {}));
      ignore(() => transport.blob('sha256-x'));
      ignore(() => transport.command({ type: 'cancel', runId: 'x' }, 'c'));
      ignore(() => orchestrator.recover());
      for (let i = 0; i < 100; i += 1) {
        orchestrator.emitter.emit({ type: 'log.written', data: { level: 'info', message: String(i) } });
      }
      monitor.seek(0);
      await turn();
      await turn();

      state.isBroken = false;
      await turn();
      await turn();
      const fine = orchestrator.start(graph, { text: 'b' }, { id: 'later' });
      let outcome = 'pending';
      fine.result.then(
        () => (outcome = 'completed'),
        (error: unknown) => (outcome = String(error)),
      );
      for (let i = 0; i < 5 && outcome === 'pending'; i += 1) await turn();
      expect(outcome).toBe('completed');
      await turn();
      expect(monitor.getSnapshot().live.runs.get('later')?.status).toBe('completed');
      unsubscribe();
      monitor.dispose();
      await settle(3);
      expect(ended).toEqual([]);
    });
  });

  it.each(['throws', 'rejects'])(
    'whose commit %s while a run goes on holds that run until it works',
    async (name) => {
      const ended = watchProcess();
      const clock = createSimulatedClock();
      const { store, state } = brokenStore(
        createMemoryStore({ clock }),
        'commit',
        FAULTS[name] as () => unknown,
      );
      const told: string[] = [];
      const orchestrator = createOrchestrator({
        store,
        clock,
        random: createSeededRandom(1),
        onStoreTrouble({ error }) {
          told.push(error?.code ?? 'works');
          throw new Error('broken too');
        },
      });
      const graph = new StateGraph<{ n: number }, { n?: number }, string>({ name: 'job' })
        .addNode('one', () => {
          state.isBroken = true;
          return { n: 1 };
        })
        .addEdge(START, 'one')
        .addEdge('one', END);
      const run = orchestrator.start(graph, { n: 0 });
      let outcome: unknown = 'pending';
      void run.result.then((result) => (outcome = result));
      for (let i = 0; i < 3; i += 1) {
        await settle(3);
        await clock.advance(10_000);
      }
      expect([outcome, run.status, told]).toEqual(['pending', 'paused', ['STORE_FAILED']]);
      expect(state.calls).toBeGreaterThan(2);
      state.isBroken = false;
      for (let i = 0; i < 3; i += 1) {
        await settle(3);
        await clock.advance(10_000);
      }
      expect([outcome, told]).toEqual([{ n: 1 }, ['STORE_FAILED', 'works']]);
      expect(ended).toEqual([]);
    },
  );
});
