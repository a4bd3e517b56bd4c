import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../testing/seeded-random.js';
import type { Ancestry } from './ancestry.js';
import { createAncestry } from './ancestry.js';
import { choose } from '../graph/choices.js';
import type { CompiledGraph } from '../graph/compiled-graph.js';
import { END, send, START } from '../graph/graph-definition.js';
import { StateGraph } from '../graph/graph.js';
import { append } from '../graph/reducer.js';
import type { Slot } from './token-scope.js';
import { createTokens } from './tokens.js';

interface Log {
  /** Names of the nodes that ran, in the order in which they ended. */
  readonly ran: string[];
  readonly skipped: string[];
  /** What each task saw of `trail` when it began. */
  readonly saw: { readonly node: string; readonly trail: readonly string[] }[];
  readonly result: Readonly<Record<string, unknown>>;
  readonly conflict: string | undefined;
}

interface State {
  trail: string[];
}

/** Runs a graph on the token rules alone, ending ready tasks in an arbitrary order. */
async function play(
  graph: CompiledGraph,
  seed: number,
  input: Record<string, unknown> = {},
  writesOf: (name: string) => Record<string, unknown> = () => ({}),
): Promise<Log> {
  const random = createSeededRandom(seed);
  const ancestry: Ancestry = createAncestry(graph.reducers);
  const ready: Slot[] = [];
  const log: Log = { ran: [], skipped: [], saw: [], result: {}, conflict: undefined };
  const tokens = createTokens(graph, ancestry, {
    taken: () => undefined,
    ready: (slot) => ready.push(slot),
    skipped: (slot) => log.skipped.push(slot.node.name),
  });
  tokens.begin(input, await choose(graph, graph.start, input));
  for (let rounds = 0; ready.length > 0; rounds += 1) {
    if (rounds > 5_000) throw new Error('It does not end.');
    const [slot] = ready.splice(Math.floor(random() * ready.length), 1) as [Slot];
    const { name } = slot.node;
    const view = tokens.view(slot);
    log.saw.push({ node: name, trail: [...((view.values['trail'] ?? []) as string[])] });
    const writes = { trail: [name], ...writesOf(name) };
    const conflict = ancestry.conflict(view, writes);
    if (conflict) return { ...log, conflict };
    const chosen = await choose(graph, slot.node, ancestry.preview(view, writes));
    log.ran.push(name);
    tokens.finish(slot, view, writes, chosen);
  }
  expect(tokens.active()).toBe(0);
  return { ...log, result: tokens.result() };
}

const readyOnly = (ready: Slot[]) => ({
  taken: () => undefined,
  skipped: () => undefined,
  ready: (slot: Slot) => ready.push(slot),
});

const graphOf = (options = {}): StateGraph<State, Partial<State>, string> =>
  new StateGraph<State, Partial<State>, string>({ reducers: { trail: append }, ...options });
const nodes = (graph: StateGraph<State, Partial<State>, string>, ...names: string[]) => {
  for (const name of names) graph.addNode(name, () => undefined);
  return graph;
};

/** A graph without loops and groups: who chooses whom, by index; node 0 is START. */
interface Plan {
  readonly size: number;
  readonly edges: readonly {
    readonly from: number;
    readonly to: number;
    readonly kind: 'static' | 'taken' | 'dead';
  }[];
  readonly fields: readonly (number | undefined)[];
}

const planArbitrary: fc.Arbitrary<Plan> = fc.integer({ min: 1, max: 9 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    fields: fc.array(fc.option(fc.integer({ min: 0, max: 1 }), { nil: undefined }), {
      minLength: size + 1,
      maxLength: size + 1,
    }),
    edges: fc
      .tuple(
        ...Array.from({ length: size }, (_, at) =>
          fc.uniqueArray(
            fc.record({
              from: fc.integer({ min: 0, max: at }),
              to: fc.constant(at + 1),
              kind: fc.constantFrom('static', 'taken', 'dead' as const),
            }),
            { minLength: 1, maxLength: 3, selector: ({ from }) => from },
          ),
        ),
      )
      .map((lists) => lists.flat()),
  }),
);

const nameOf = (index: number): string => (index === 0 ? START : `n${index}`);

function build(plan: Plan): CompiledGraph {
  const graph = graphOf();
  for (let i = 1; i <= plan.size; i += 1) nodes(graph, nameOf(i));
  for (let i = 0; i <= plan.size; i += 1) {
    const out = plan.edges.filter(({ from }) => from === i);
    for (const { to } of out.filter(({ kind }) => kind === 'static')) graph.addEdge(nameOf(i), nameOf(to));
    const conditional = out.filter(({ kind }) => kind !== 'static');
    if (conditional.length === 0) continue;
    const taken = conditional.filter(({ kind }) => kind === 'taken').map(({ to }) => nameOf(to));
    graph.addConditionalEdges(
      nameOf(i),
      () => taken,
      conditional.map(({ to }) => nameOf(to)),
    );
  }
  return graph.compile();
}

/** The token rules read off the graph, without tokens: edges only lead to higher numbers. */
function reference(plan: Plan): { runs: Set<number>; ancestors: Map<number, Set<number>> } {
  const runs = new Set([0]);
  const ancestors = new Map<number, Set<number>>([[0, new Set()]]);
  for (let node = 1; node <= plan.size; node += 1) {
    const incoming = plan.edges.filter(({ to }) => to === node);
    if (incoming.some(({ from, kind }) => runs.has(from) && kind !== 'dead')) runs.add(node);
    const known = new Set<number>();
    for (const { from } of incoming)
      for (const other of [from, ...(ancestors.get(from) ?? [])]) known.add(other);
    ancestors.set(node, known);
  }
  return { runs, ancestors };
}

describe('token rules', () => {
  it('run and skip the same nodes as a plain reading of the graph, in any order of ends', async () => {
    await fc.assert(
      fc.asyncProperty(planArbitrary, fc.nat(), async (plan, seed) => {
        const { runs } = reference(plan);
        const log = await play(build(plan), seed);
        const expected = Array.from({ length: plan.size }, (_, i) => i + 1);
        expect([...log.ran].sort()).toEqual(
          expected
            .filter((i) => runs.has(i))
            .map(nameOf)
            .sort(),
        );
        expect([...log.skipped].sort()).toEqual(
          expected
            .filter((i) => !runs.has(i))
            .map(nameOf)
            .sort(),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('show each task what its causal ancestors wrote, in the order of their ends', async () => {
    await fc.assert(
      fc.asyncProperty(planArbitrary, fc.nat(), async (plan, seed) => {
        const { ancestors } = reference(plan);
        const log = await play(build(plan), seed);
        for (const { node, trail } of log.saw) {
          const known = ancestors.get(Number(node.slice(1))) ?? new Set();
          expect(trail).toEqual(log.ran.filter((name) => known.has(Number(name.slice(1)))));
        }
        expect(log.result['trail'] ?? []).toEqual(log.ran);
      }),
      { numRuns: 150 },
    );
  });

  it('report a conflict exactly when two tasks that overlap write one field', async () => {
    await fc.assert(
      fc.asyncProperty(planArbitrary, fc.nat(), async (plan, seed) => {
        const { runs, ancestors } = reference(plan);
        const writers = [...runs].filter((node) => node > 0 && plan.fields[node] !== undefined);
        const overlap = writers.some((a) =>
          writers.some((b) => a < b && plan.fields[a] === plan.fields[b] && !ancestors.get(b)?.has(a)),
        );
        const log = await play(build(plan), seed, {}, (name) => {
          const field = plan.fields[Number(name.slice(1))];
          return field === undefined ? {} : { [`field${field}`]: name };
        });
        expect(log.conflict !== undefined).toBe(overlap);
      }),
      { numRuns: 150 },
    );
  });
});

/** A program of blocks, each with one way in and one way out. */
type Block =
  | { readonly kind: 'node' }
  | { readonly kind: 'seq' | 'par'; readonly parts: readonly Block[] }
  | { readonly kind: 'if'; readonly parts: readonly Block[]; readonly chosen: number }
  | { readonly kind: 'fan'; readonly width: number; readonly body: Block }
  | { readonly kind: 'loop'; readonly again: number; readonly body: Block };

const { program } = fc.letrec<{ program: Block }>((tie) => ({
  program: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant<Block>({ kind: 'node' }),
    fc.record({
      kind: fc.constantFrom('seq' as const, 'par' as const),
      parts: fc.array(tie('program'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constant('if' as const),
      parts: fc.array(tie('program'), { minLength: 1, maxLength: 3 }),
      chosen: fc.nat(5),
    }),
    fc.record({
      kind: fc.constant('fan' as const),
      width: fc.integer({ min: 0, max: 3 }),
      body: tie('program'),
    }),
    fc.record({
      kind: fc.constant('loop' as const),
      again: fc.integer({ min: 0, max: 2 }),
      body: tie('program'),
    }),
  ),
}));

interface Ways {
  readonly entry: string;
  readonly exit: string;
}

/** Adds a block to a graph; `runs` counts how often each node has to run. */
function addBlock(
  graph: StateGraph<State, Partial<State>, string>,
  block: Block,
  times: number,
  runs: Map<string, number>,
): Ways {
  const node = (hint: string, count = times): string => {
    const name = `${hint}${runs.size}`;
    runs.set(name, count);
    nodes(graph, name);
    return name;
  };
  switch (block.kind) {
    case 'node': {
      const name = node('n');
      return { entry: name, exit: name };
    }
    case 'seq': {
      const ways = block.parts.map((part) => addBlock(graph, part, times, runs));
      ways.slice(1).forEach((way, at) => graph.addEdge(ways[at]!.exit, way.entry));
      return { entry: ways[0]!.entry, exit: ways.at(-1)!.exit };
    }
    case 'par': {
      const [entry, exit] = [node('fork'), node('join')];
      for (const part of block.parts) {
        const way = addBlock(graph, part, times, runs);
        graph.addEdge(entry, way.entry).addEdge(way.exit, exit);
      }
      return { entry, exit };
    }
    case 'if': {
      const [entry, exit] = [node('if'), node('fi')];
      const chosen = block.chosen % block.parts.length;
      const ways = block.parts.map((part, at) => addBlock(graph, part, at === chosen ? times : 0, runs));
      for (const way of ways) graph.addEdge(way.exit, exit);
      graph.addConditionalEdges(
        entry,
        () => ways[chosen]!.entry,
        ways.map((way) => way.entry),
      );
      return { entry, exit };
    }
    case 'fan': {
      const [entry, exit] = [node('fan'), node('join')];
      const way = addBlock(graph, block.body, times * block.width, runs);
      graph.addConditionalEdges(
        entry,
        () => Array.from({ length: block.width }, (_, index) => send(way.entry, { index })),
        [send(way.entry)],
      );
      graph.addJoin(way.exit, exit);
      return { entry, exit };
    }
    case 'loop': {
      const rounds = block.again + 1;
      const head = node('head', times * rounds);
      const way = addBlock(graph, block.body, times * rounds, runs);
      const tail = node('tail', times * rounds);
      const exit = node('out');
      graph.addEdge(head, way.entry).addEdge(way.exit, tail);
      // Every finished loop has left a multiple of `rounds` behind, whoever ran it.
      graph.addConditionalEdges(
        tail,
        ({ trail }) => (trail.filter((name) => name === head).length % rounds === 0 ? exit : head),
        [head, exit],
      );
      return { entry: head, exit };
    }
  }
}

describe('groups and loops', () => {
  it('run every node as often as the program says, in any order of ends', async () => {
    await fc.assert(
      fc.asyncProperty(program, fc.nat(), async (block, seed) => {
        const graph = graphOf();
        const runs = new Map<string, number>();
        const way = addBlock(graph, block, 1, runs);
        graph.addEdge(START, way.entry).addEdge(way.exit, END);
        const log = await play(graph.compile(), seed);
        const counts = new Map([...runs.keys()].map((name) => [name, 0]));
        for (const name of log.ran) counts.set(name, (counts.get(name) ?? 0) + 1);
        expect(Object.fromEntries(counts)).toEqual(Object.fromEntries(runs));
        expect([...(log.result['trail'] as string[])].sort()).toEqual([...log.ran].sort());
      }),
      { numRuns: 200 },
    );
  });

  it('hand the values of a group to the join in send order, whatever ended first', async () => {
    const graph = nodes(graphOf(), 'plan', 'read', 'note', 'report');
    graph
      .addEdge(START, 'plan')
      .addConditionalEdges('plan', () => [0, 1, 2, 3, 4].map((index) => send('read', { index })), [
        send('read'),
      ])
      .addEdge('read', 'note')
      .addJoin('note', 'report');
    const compiled = graph.compile();
    for (let seed = 0; seed < 20; seed += 1) {
      const random = createSeededRandom(seed);
      const ancestry = createAncestry(compiled.reducers);
      const ready: Slot[] = [];
      const tokens = createTokens(compiled, ancestry, readyOnly(ready));
      tokens.begin({}, []);
      let seen: unknown;
      while (ready.length > 0) {
        const [slot] = ready.splice(Math.floor(random() * ready.length), 1) as [Slot];
        const view = tokens.view(slot);
        if (slot.node.name === 'report') seen = view.values['trail'];
        const writes = { trail: [`${slot.node.name}${(view.values['index'] as number | undefined) ?? ''}`] };
        tokens.finish(slot, view, writes, await choose(compiled, slot.node, view.values));
      }
      expect(seen).toEqual(['plan', ...[0, 1, 2, 3, 4].flatMap((index) => [`read${index}`, `note${index}`])]);
    }
  });

  it('keep what was sent to a branch inside the branch', async () => {
    const graph = nodes(graphOf(), 'work', 'after')
      .addConditionalEdges(START, () => send('work', { secret: 1 }), [send('work')])
      .addJoin('work', 'after')
      .addEdge('after', END);
    const log = await play(graph.compile(), 1);
    expect(log.result).not.toHaveProperty('secret');
  });

  it('run a node after a loop once although another branch reached it before', async () => {
    const graph = nodes(graphOf(), 'fork', 'draft', 'check', 'aside', 'publish')
      .addEdge(START, 'fork')
      .addEdge('fork', 'draft')
      .addEdge('fork', 'aside')
      .addEdge('draft', 'check')
      .addConditionalEdges(
        'check',
        ({ trail }) => (trail.filter((name) => name === 'check').length < 3 ? 'draft' : 'publish'),
        ['draft', 'publish'],
      )
      .addEdge('aside', 'publish')
      .addEdge('publish', END);
    for (let seed = 0; seed < 20; seed += 1) {
      const { ran, skipped } = await play(graph.compile(), seed);
      expect(ran.filter((name) => name === 'publish')).toEqual(['publish']);
      expect(ran.at(-1)).toBe('publish');
      expect(ran.filter((name) => name === 'draft')).toHaveLength(3);
      expect(skipped).toEqual([]);
    }
  });

  it('join a branch once its last node goes back no more', async () => {
    const graph = nodes(graphOf(), 'work', 'check', 'report')
      .addConditionalEdges(START, () => [send('work'), send('work')], [send('work')])
      .addEdge('work', 'check')
      .addConditionalEdges(
        'check',
        ({ trail }) => (trail.filter((name) => name === 'check').length < 3 ? 'work' : []),
        ['work'],
      )
      .addJoin('check', 'report');
    for (let seed = 0; seed < 10; seed += 1) {
      const { ran } = await play(graph.compile(), seed);
      expect(ran.filter((name) => name === 'work')).toHaveLength(6);
      expect(ran.filter((name) => name === 'report')).toHaveLength(1);
      expect(ran.at(-1)).toBe('report');
    }
  });

  it('stop a loop that goes on for too long', async () => {
    const graph = nodes(graphOf({ maxIterations: 5 }), 'spin')
      .addEdge(START, 'spin')
      .addEdge('spin', 'spin');
    await expect(play(graph.compile(), 1)).rejects.toMatchObject({ code: 'STEP_LIMIT' });
  });

  it('forget what lies behind a loop', async () => {
    const graph = nodes(graphOf({ maxIterations: 2_000 }), 'spin')
      .addEdge(START, 'spin')
      .addConditionalEdges('spin', ({ trail }) => (trail.length < 1_000 ? 'spin' : END));
    const compiled = graph.compile();
    const ancestry = createAncestry(compiled.reducers);
    const ready: Slot[] = [];
    const tokens = createTokens(compiled, ancestry, readyOnly(ready));
    tokens.begin({}, []);
    let slot = ready.pop() as Slot;
    for (let i = 0; i < 500; i += 1) {
      tokens.finish(slot, tokens.view(slot), { trail: ['x'] }, [{ targets: [slot.node.index] }]);
      slot = ready.pop() as Slot;
    }
    let depth = 0;
    for (let at = slot.parents[0]; at; at = at.parents[0]) depth += 1;
    let scopes = 0;
    for (let at = slot.scope.outer; at; at = at.outer) scopes += 1;
    expect(depth).toBe(1);
    expect(scopes).toBeLessThanOrEqual(1);
  });
});
