import {
  Annotation,
  Command,
  END,
  interrupt,
  MemorySaver,
  Send,
  START,
  StateGraph,
} from '@langchain/langgraph';
import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '@fleetglass/core';
import { FleetglassError } from '@fleetglass/core';
import { createSeededRandom } from '@fleetglass/core/testing';
import { FleetglassSaver } from '@fleetglass/sources/langgraph';
import type { OpenedStore, SaverHarness } from './langgraph-saver-contract.js';

const THREAD = { configurable: { thread_id: 'thread' }, recursionLimit: 1000 };

const listOf = <T>() =>
  Annotation<T[]>({ reducer: (before, more) => before.concat(more), default: () => [] });

/** Text that no two calls share. */
function createText(): (length: number) => string {
  const random = createSeededRandom(7);
  return (length) =>
    Array.from({ length: Math.ceil(length / 6) }, () => random().toString(36).slice(2, 8).padEnd(6, '0'))
      .join('')
      .slice(0, length);
}

/** A plan, branches of both kinds, a loop, a subgraph. `called` hears of every call of a node. */
function reviewGraph(saver: BaseCheckpointSaver, called: (node: string) => void) {
  const State = Annotation.Root({
    log: listOf<string>(),
    round: Annotation<number>,
    notes: Annotation<string>,
  });
  const note = (node: string) => async (state: typeof State.State) => {
    called(`${node} ${state.round ?? 0}`);
    return { log: [`${node} ${state.round ?? 0}`] };
  };
  const inner = new StateGraph(State)
    .addNode('draft', note('draft'))
    .addNode('polish', note('polish'))
    .addEdge(START, 'draft')
    .addEdge('draft', 'polish')
    .addEdge('polish', END);
  return new StateGraph(State)
    .addNode('plan', async (state) => {
      called(`plan ${state.round ?? 0}`);
      return { round: (state.round ?? 0) + 1, notes: 'unchanged '.repeat(200), log: ['plan'] };
    })
    .addNode('left', note('left'))
    .addNode('right', note('right'))
    .addNode('file', async ({ path }: { path: string }) => {
      called(`file ${path}`);
      return { log: [path] };
    })
    .addNode('join', note('join'))
    .addNode('write', inner.compile())
    .addEdge(START, 'plan')
    .addEdge('plan', 'left')
    .addEdge('plan', 'right')
    .addConditionalEdges('plan', ({ round }) =>
      ['x', 'y'].map((name) => new Send('file', { path: `${name}${round}` })),
    )
    .addEdge(['left', 'right'], 'join')
    .addConditionalEdges('join', ({ round }) => (round < 2 ? 'plan' : 'write'))
    .addEdge('write', END)
    .compile({ checkpointer: saver });
}

/** A store that refuses everything after its first commits, like a process that is gone. */
function dyingAfter(
  store: Store,
  commits: number,
  isLastStored: boolean,
): { store: Store; commits: () => number } {
  let made = 0;
  const gone = () => new FleetglassError('STORE_FAILED', 'The process was killed.');
  return {
    commits: () => made,
    store: {
      ...store,
      async commit(commit) {
        if (made > commits || (made === commits && !isLastStored)) throw gone();
        made += 1;
        const result = await store.commit(commit);
        if (made > commits) throw gone();
        return result;
      },
    },
  };
}

export function langgraphGraphContract(harness: SaverHarness): void {
  describe(`graphs of LangGraph over ${harness.name}`, () => {
    let opened: OpenedStore;
    beforeEach(async () => {
      opened = await harness.open();
    });
    afterEach(() => opened.close());

    const crashes = async (isLastStored: boolean) => {
      const whole = await harness.open();
      const counting = dyingAfter(whole.store, Infinity, false);
      const expected = await reviewGraph(
        new FleetglassSaver({ store: counting.store }),
        () => undefined,
      ).invoke({ log: ['start'] }, THREAD);
      await whole.close();
      expect(counting.commits()).toBeGreaterThan(8);
      let spared = 0;
      for (let commits = 0; commits < counting.commits(); commits += 1) {
        const own = await harness.open();
        const calls: string[] = [];
        const dying = dyingAfter(own.store, commits, isLastStored);
        const broken = reviewGraph(new FleetglassSaver({ store: dying.store }), (node) => calls.push(node));
        await expect(broken.invoke({ log: ['start'] }, { ...THREAD, durability: 'sync' })).rejects.toThrow();

        const saver = new FleetglassSaver({ store: own.another() });
        const saved = await saver.getTuple(THREAD);
        const finished = (saved?.pendingWrites ?? []).flatMap(([, channel, value]) =>
          channel === 'log' ? (value as string[]) : [],
        );
        const before = calls.splice(0);
        const graph = reviewGraph(saver, (node) => calls.push(node));
        const result = await graph.invoke(saved ? null : { log: ['start'] }, THREAD);
        expect({ ...result, log: result.log.toSorted() }).toEqual({
          ...expected,
          log: expected.log.toSorted(),
        });
        for (const node of finished) {
          if (!before.includes(node)) continue;
          spared += 1;
          expect(calls, `after ${commits} commits`).not.toContain(node);
        }
        await own.close();
      }
      expect(spared).toBeGreaterThan(0);
    };

    it('survive a crash before each commit: the same end, and no task whose writes were stored runs again', () =>
      crashes(false));

    it('survive a crash after each commit of which the process did not learn', () => crashes(true));

    it('show what they show with LangGraph’s own saver: interrupts, updates, forks and copies, for every durability', async () => {
      const State = Annotation.Root({ log: listOf<string>(), answer: Annotation<string> });
      const tell = async (saver: BaseCheckpointSaver, durability: 'sync' | 'async' | 'exit') => {
        const seen: unknown[] = [];
        const graph = new StateGraph(State)
          .addNode('ask', () => ({ answer: String(interrupt({ question: 'go on?' })), log: ['ask'] }))
          .addNode('beside', () => ({ log: ['beside'] }))
          .addNode('act', ({ answer }) => ({ log: [`act on ${answer}`] }))
          .addEdge(START, 'ask')
          .addEdge(START, 'beside')
          .addEdge(['ask', 'beside'], 'act')
          .addEdge('act', END)
          .compile({ checkpointer: saver });
        const config = { configurable: { thread_id: durability }, durability };
        const invoke = async (input: Parameters<typeof graph.invoke>[0], from: object = config) => {
          const { log, answer } = await graph.invoke(input, from);
          seen.push({ log, answer });
        };
        const look = async (label: string) => {
          const states: unknown[] = [];
          for await (const { values, next, metadata, tasks, parentConfig } of graph.getStateHistory(config)) {
            const waits = tasks.map(({ name, interrupts }) => [
              name,
              interrupts.map(({ value }) => value as unknown),
            ]);
            states.push({
              values,
              next,
              step: metadata?.step,
              source: metadata?.source,
              waits,
              root: !parentConfig,
            });
          }
          seen.push([label, states]);
        };
        await invoke({ log: ['start'] });
        await look('interrupted');
        await invoke(new Command({ resume: 'yes' }));
        await look('resumed');
        await graph.updateState(config, { log: ['corrected'] }, 'beside');
        await look('updated');
        await invoke(null);
        const history: { config: object; next: readonly string[] }[] = [];
        for await (const state of graph.getStateHistory(config)) history.push(state);
        const past = history.findLast(({ next }) => next.some((node) => node !== START));
        expect(past).toBeDefined();
        if (past) {
          await invoke(null, past.config);
          await look('forked');
          const copied = await graph.updateState(past.config, null, '__copy__');
          await invoke(null, copied);
        }
        await look('end');
        return seen;
      };
      for (const durability of ['sync', 'async', 'exit'] as const) {
        const ours = await tell(new FleetglassSaver({ store: opened.store }), durability);
        expect(ours).toEqual(await tell(new MemorySaver(), durability));
      }
    });

    describe('store what changed', () => {
      const grow = async <T>(reducer: (before: T, more: T) => T, start: T, more: (length: number) => T) => {
        const State = Annotation.Root({
          all: Annotation<T>({ reducer, default: () => start }),
          count: Annotation<number>,
        });
        const graph = new StateGraph(State)
          .addNode('step', ({ count }) => ({ all: more(4096), count: count + 1 }))
          .addEdge(START, 'step')
          .addConditionalEdges('step', ({ count }) => (count < 200 ? 'step' : END));
        const result = await graph
          .compile({ checkpointer: new FleetglassSaver({ store: opened.store }) })
          .invoke({ count: 0 }, THREAD);
        const read = await new FleetglassSaver({ store: opened.another() }).get(THREAD);
        expect(read?.channel_values['all']).toEqual(result.all);
        return opened.bytes();
      };

      it('of a list that grows by 4 kB in each of 200 steps: at most 2 MB', async () => {
        const text = createText();
        const bytes = await grow<string[]>(
          (before, more) => before.concat(more),
          [],
          (length) => [text(length)],
        );
        expect(bytes).toBeLessThanOrEqual(2_000_000);
      });

      it('of a text that grows by 4 kB in each of 200 steps: at most 2 MB', async () => {
        const text = createText();
        const bytes = await grow((before, more) => before + more, '', text);
        expect(bytes).toBeLessThanOrEqual(2_000_000);
      });

      it('of 1 MB that stays the same over 20 steps: at most 1.2 MB', async () => {
        const State = Annotation.Root({ large: Annotation<string>, count: Annotation<number> });
        const large = createText()(2 ** 20);
        const graph = new StateGraph(State)
          .addNode('step', ({ count }) => ({ count: count + 1 }))
          .addEdge(START, 'step')
          .addConditionalEdges('step', ({ count }) => (count < 20 ? 'step' : END));
        await graph
          .compile({ checkpointer: new FleetglassSaver({ store: opened.store }) })
          .invoke({ count: 0, large }, THREAD);
        const read = await new FleetglassSaver({ store: opened.another() }).get(THREAD);
        expect(read?.channel_values).toMatchObject({ large, count: 20 });
        expect(await opened.bytes()).toBeLessThanOrEqual(1_200_000);
      });
    });
  });
}
