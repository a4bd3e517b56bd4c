import { describe, expect, it } from 'vitest';
import { END, send, START } from './graph-definition.js';
import { StateGraph } from './graph.js';

type Loose = StateGraph<{ n?: number }, { n?: number }, string>;

/** A graph of nodes that do nothing, with names that the compiler does not check. */
function graph(...names: string[]): Loose {
  const made = new StateGraph<{ n?: number }, { n?: number }, string>();
  for (const name of names) made.addNode(name, () => undefined);
  return made;
}

describe('a graph is refused', () => {
  const wrong: [what: string, make: () => unknown, naming: string][] = [
    ['for two nodes of one name', () => graph('a', 'a'), "two nodes called 'a'"],
    ['for a reserved name', () => graph(END), "'__end__'"],
    ['without a first node', () => graph('a').compile(), "'a'"],
    ['without any edge', () => graph().compile(), 'No edge leaves START'],
    ['for an edge to nowhere', () => graph('a').addEdge(START, 'a').addEdge('a', 'b').compile(), "'b'"],
    ['for an edge from nowhere', () => graph('a').addEdge(START, 'a').addEdge('b', 'a').compile(), "'b'"],
    [
      'for an edge back to START',
      () => graph('a').addEdge(START, 'a').addEdge('a', START).compile(),
      "'a' leads to START",
    ],
    [
      'for an edge out of END',
      () => graph('a').addEdge(START, 'a').addEdge(END, 'a').compile(),
      'leaves END',
    ],
    [
      'for a node that nothing leads to',
      () => graph('a', 'b', 'c').addEdge(START, 'a').addEdge('b', 'c').compile(),
      "'b', 'c'",
    ],
    [
      'for a declared target to nowhere',
      () =>
        graph('a')
          .addEdge(START, 'a')
          .addConditionalEdges('a', () => 'b', ['b'])
          .compile(),
      "'b'",
    ],
    [
      'for declaring no target',
      () =>
        graph('a')
          .addEdge(START, 'a')
          .addConditionalEdges('a', () => END, [])
          .compile(),
      "'a' declares no target",
    ],
    [
      'for a loop that no condition ends',
      () => graph('a', 'b').addEdge(START, 'a').addEdge('a', 'b').addEdge('b', 'a').compile(),
      "'b' back to 'a' closes a loop without a condition",
    ],
    [
      'for a join outside of a group',
      () => graph('a', 'b').addEdge(START, 'a').addJoin('a', 'b').compile(),
      "addJoin('a', 'b') closes no send group",
    ],
    [
      'for an edge that leaves a group to END',
      () =>
        graph('a')
          .addConditionalEdges(START, () => [send('a')], [send('a')])
          .addEdge('a', END)
          .compile(),
      "addJoin('a', END)",
    ],
    [
      'for an edge that leaves a group to a node outside',
      () =>
        graph('a', 'b', 'c')
          .addEdge(START, 'c')
          .addConditionalEdges(START, () => [send('a')], [send('a')])
          .addEdge('c', 'b')
          .addEdge('a', 'b')
          .compile(),
      "Only addJoin('a', 'b') leaves a group",
    ],
    [
      'for an edge that enters a group',
      () =>
        graph('a', 'b', 'c', 'd')
          .addConditionalEdges(START, () => [send('a')], [send('a')])
          .addEdge(START, 'c')
          .addEdge('a', 'b')
          .addEdge('c', 'b')
          .addJoin('b', 'd')
          .compile(),
      "'b' is reached inside a send group, from 'a', and outside of it, from 'c'",
    ],
  ];
  it.each(wrong)('%s', (_, make, naming) => {
    let error: unknown;
    try {
      make();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({
      code: 'GRAPH_INVALID',
      message: expect.stringContaining(naming) as string,
    });
  });
});

describe('a graph', () => {
  it('describes its nodes and every edge that it may take', () => {
    const made = new StateGraph<{ n?: number }>({ name: 'review' })
      .addNode('plan', () => undefined, { agent: 'PLANNER' })
      .addNode('read', () => undefined)
      .addNode('report', () => undefined)
      .addEdge(START, 'plan')
      .addConditionalEdges('plan', () => [send('read')])
      .addJoin('read', 'report')
      .addConditionalEdges('report', () => END, ['plan', END]);
    expect(made.describe()).toEqual({
      nodes: [{ name: 'plan', agent: 'PLANNER' }, { name: 'read' }, { name: 'report' }],
      edges: [
        { from: START, to: 'plan' },
        { from: 'plan', to: 'read', conditional: true },
        { from: 'read', to: 'report', join: true },
        { from: 'report', to: 'plan', conditional: true },
        { from: 'report', to: END, conditional: true },
      ],
    });
  });

  it('guesses undeclared targets: what nothing else leads to, and sends where a join follows', () => {
    const compiled = graph('triage', 'answer', 'plan', 'read', 'report')
      .addEdge(START, 'triage')
      .addConditionalEdges('triage', () => 'answer', ['answer', 'plan'])
      .addConditionalEdges('plan', () => [send('read')])
      .addJoin('read', 'report')
      .addEdge('report', END)
      .addEdge('answer', END)
      .compile();
    expect(compiled.nodes.map(({ name, depth }) => `${name} ${depth}`)).toEqual([
      '__start__ 0',
      'triage 0',
      'answer 0',
      'plan 0',
      'read 1',
      'report 0',
      '__end__ 0',
    ]);
  });

  it('is checked again after it was changed', () => {
    const made = graph('a').addEdge(START, 'a');
    const first = made.compile();
    expect(made.compile()).toBe(first);
    made.addNode('b', () => undefined);
    expect(() => made.compile()).toThrow("'b'");
  });

  it('finds the edges that lead back', () => {
    const compiled = graph('a', 'b', 'c')
      .addEdge(START, 'a')
      .addEdge('a', 'b')
      .addConditionalEdges('b', () => 'c', ['a', 'c'])
      .addEdge('c', 'b')
      .compile();
    const [, a, b, c] = compiled.nodes;
    expect([...b!.routers[0]!.loops]).toEqual([a!.index]);
    expect([...b!.routers[0]!.choices.keys()]).toEqual([c!.index]);
    expect(c!.loops).toEqual([b!.index]);
  });
});
