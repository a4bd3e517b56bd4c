import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layerGraph } from './layer-graph.js';
import type { LayeredGraph, LayerEdge, LayerNode } from './layer-graph.js';

const SPACES = { rank: 50, frame: 10, node: 20, edge: 10, group: [24, 12] } as const;

const node = (id: string, more: Partial<LayerNode> = {}): LayerNode => ({
  id,
  length: 100,
  breadth: 40,
  ...more,
});
const edge = (text: string): LayerEdge => {
  const [from = '', to = ''] = text.split('>');
  return { from, to };
};
const layer = (nodes: readonly LayerNode[], edges: string): LayeredGraph =>
  layerGraph(nodes, edges === '' ? [] : edges.split(' ').map(edge), SPACES);

/** Sides of a node's box along and across the graph. */
const sides = (one: LayerNode, { nodes }: LayeredGraph): readonly [number, number, number, number] => {
  const { along, across } = nodes.get(one.id) ?? { along: Number.NaN, across: Number.NaN };
  return [along - one.length / 2, along + one.length / 2, across - one.breadth / 2, across + one.breadth / 2];
};

function overlap(nodes: readonly LayerNode[], placed: LayeredGraph): boolean {
  const boxes = nodes.map((one) => sides(one, placed)).sort((a, b) => a[0] - b[0]);
  return boxes.some((a, at) => {
    for (let next = at + 1; next < boxes.length; next += 1) {
      const b = boxes[next];
      if (!b || b[0] >= a[1] - 1e-6) return false;
      if (a[2] < b[3] - 1e-6 && b[2] < a[3] - 1e-6) return true;
    }
    return false;
  });
}

const letters = 'a b c d e f g h i j'.split(' ');
const graphs = fc.record({
  nodes: fc.array(
    fc.record({
      length: fc.integer({ min: 1, max: 200 }),
      breadth: fc.integer({ min: 1, max: 90 }),
      group: fc.constantFrom(undefined, undefined, 'g', 'h', '__proto__'),
    }),
    { maxLength: letters.length },
  ),
  edges: fc.array(
    fc.record({ from: fc.constantFrom(...letters, 'nobody'), to: fc.constantFrom(...letters, '') }),
    { maxLength: 30 },
  ),
});

describe('a graph in ranks', () => {
  it('overlaps nothing, leads onwards but for loops, and is the same each time', () => {
    fc.assert(
      fc.property(graphs, ({ nodes: sizes, edges }) => {
        const nodes = sizes.map((size, at) => node(letters[at] ?? '', size));
        const placed = layerGraph(nodes, edges, SPACES);
        expect(layerGraph(nodes, edges, SPACES)).toEqual(placed);
        expect(overlap(nodes, placed)).toBe(false);
        expect([...placed.nodes.values()].every(({ along, across }) => Number.isFinite(along + across))).toBe(
          true,
        );
        edges.forEach(({ from, to }, at) => {
          const [start, end] = [placed.nodes.get(from), placed.nodes.get(to)];
          if (!start || !end || from === to) expect(placed.routes[at]).toBeUndefined();
          else if (placed.routes[at]) expect(start.along).toBeLessThan(end.along);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('takes as few edges for loops as close cycles, none where there are none', () => {
    fc.assert(
      fc.property(graphs, ({ edges }) => {
        const onwards = edges.filter(
          ({ from, to }) => from < to && letters.includes(from) && letters.includes(to),
        );
        const placed = layerGraph(
          letters.map((id) => node(id)),
          onwards,
          SPACES,
        );
        expect(placed.routes).not.toContain(undefined);
      }),
    );
    const { routes } = layer(
      ['a', 'b', 'c'].map((id) => node(id)),
      'a>b b>c c>a b>b',
    );
    expect(routes.map((route) => route === undefined)).toEqual([false, false, true, true]);
  });

  it('lets a frame hold none but its own nodes', () => {
    fc.assert(
      fc.property(graphs, ({ nodes: sizes, edges }) => {
        const nodes = sizes.map((size, at) =>
          node(letters[at] ?? '', { ...size, group: at % 3 === 0 ? 'g' : undefined }),
        );
        const placed = layerGraph(nodes, edges, SPACES);
        const inner = nodes.filter(({ group }) => group === 'g').map((one) => sides(one, placed));
        if (inner.length === 0) return;
        const frame = [0, 1, 2, 3].map((side) =>
          inner.reduce(
            (found, box) => (side % 2 === 0 ? Math.min : Math.max)(found, box[side] ?? 0),
            inner[0]?.[side] ?? 0,
          ),
        );
        const [left = 0, right = 0, top = 0, bottom = 0] = frame;
        for (const outer of nodes.filter(({ group }) => group !== 'g')) {
          const [a, b, c, d] = sides(outer, placed);
          expect(a < right && left < b && c < bottom && top < d).toBe(false);
        }
      }),
    );
  });

  it('keeps chains straight, fans even, and a way that passes by beside the chain', () => {
    const nodes = letters.slice(0, 7).map((id) => node(id));
    const across = (placed: LayeredGraph): readonly number[] =>
      nodes.map(({ id }) => placed.nodes.get(id)?.across ?? -1);
    const chain = layer(nodes, 'a>b b>c c>d d>e e>f f>g a>g');
    expect(new Set(across(chain)).size).toBe(1);
    expect(
      chain.routes
        .at(-1)
        ?.every((place) => Math.abs(place.across - (chain.nodes.get('a')?.across ?? 0)) > 20),
    ).toBe(true);
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = across(
      layer(nodes, 'a>b a>c a>d b>e c>e d>e e>f f>g'),
    );
    expect(a).toBeCloseTo((b + c + d) / 3);
    expect([e, f]).toEqual([a, a].map((place) => expect.closeTo(place) as number));
  });

  it('crosses no edges where it need not', () => {
    const nodes = ['a', 'b', 'x1', 'x2', 'y1', 'y2'].map((id) => node(id));
    const { nodes: placed } = layer(nodes, 'a>x2 a>y2 b>x1 b>y1');
    const place = (id: string): number => placed.get(id)?.across ?? 0;
    const isAbove = place('a') < place('b');
    for (const one of ['x2', 'y2'])
      for (const other of ['x1', 'y1']) expect(place(one) < place(other)).toBe(isAbove);
  });

  it.each([
    ['a chain', (at: number): number[] => [at - 1]],
    ['a fan', (): number[] => [0]],
    ['a tree with ways from its root to everything', (at: number): number[] => [at >> 1, 0]],
    ['a tangle', (at: number): number[] => [(at * 7919) % 2_000, (at * 104_729) % 2_000]],
  ])('places 2,000 nodes of %s', (_, leads) => {
    const nodes = Array.from({ length: 2_000 }, (__, at) => node(`n${at}`));
    const edges = nodes.flatMap(({ id }, at) => leads(at).map((from) => ({ from: `n${from}`, to: id })));
    const placed = layerGraph(nodes, edges, SPACES);
    expect(overlap(nodes, placed)).toBe(false);
  });

  it('places nothing', () => {
    expect(layer([], '').nodes.size).toBe(0);
  });
});
