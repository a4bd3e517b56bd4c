import { graphOfShape } from '@fleetglass/core/client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REVIEW_GRAPH } from '../../test/fixtures/graph-run.js';
import { layoutGraph, MOST_DRAWN } from './graph-layout.js';
import { canvasHeight, firstViewport, layoutFor } from './graph-viewport.js';
import type { GraphLayout } from './graph-layout.js';

const overlaps = ({ nodes }: GraphLayout): boolean =>
  nodes.some((a, i) =>
    nodes
      .slice(i + 1)
      .some(
        (b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height,
      ),
  );

describe('the layout of a graph', () => {
  it('is the same each time, leads onwards, and keeps loops beside the nodes', () => {
    const graph = graphOfShape(REVIEW_GRAPH);
    const layout = layoutGraph(graph, 'right');
    expect(layoutGraph(graph, 'right')).toEqual(layout);
    const at = new Map(layout.nodes.map(({ node, x }) => [node.id, x]));
    for (const { edge } of layout.edges) {
      if (!edge.back) expect(at.get(edge.from)).toBeLessThan(at.get(edge.to) ?? 0);
    }
    const loop = layout.edges.find(({ edge }) => edge.back);
    const bottom = Math.max(...layout.nodes.filter(({ x }) => x < 900).map(({ y, height }) => y + height));
    expect(loop?.label.y).toBeGreaterThan(bottom);
    expect(layout.groups.map(({ name }) => name)).toEqual(['report']);
  });

  it('is mirrored for a script that reads from the right, and turned where it is narrow', () => {
    const graph = graphOfShape(REVIEW_GRAPH);
    const [right, left] = [layoutGraph(graph, 'right'), layoutGraph(graph, 'left')];
    for (const [index, { x, width }] of right.nodes.entries()) {
      expect((left.nodes[index]?.x ?? 0) + x + width).toBeCloseTo(right.width);
    }
    expect(layoutFor(graph, 1400, false).direction).toBe('right');
    expect(layoutFor(graph, 360, false).direction).toBe('down');
    const narrow = layoutFor(graph, 360, false);
    const { x, zoom } = firstViewport(narrow, 360);
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + narrow.width * zoom).toBeLessThanOrEqual(360);
    expect(canvasHeight(narrow, 360)).toBeLessThanOrEqual(900);
  });

  it('places any graph without overlaps and without numbers that are none', () => {
    const name = fc.constantFrom(
      'a',
      'b',
      'c',
      'd',
      'e',
      'f/x',
      'f/y',
      '__start__',
      '__end__',
      '__proto__',
      '',
    );
    const edges = fc.array(fc.record({ from: name, to: name, join: fc.boolean() }), { maxLength: 20 });
    fc.assert(
      fc.property(
        edges,
        fc.constantFrom('right' as const, 'left' as const, 'down' as const),
        (all, direction) => {
          const layout = layoutGraph(graphOfShape({ nodes: [{ name: 'a' }], edges: all }), direction);
          expect(overlaps(layout)).toBe(false);
          expect(JSON.stringify(layout)).not.toMatch(/null|NaN|Infinity/);
          for (const { x, y, width, height } of layout.nodes) {
            expect(x).toBeGreaterThanOrEqual(0);
            expect(y).toBeGreaterThanOrEqual(0);
            expect(x + width).toBeLessThanOrEqual(layout.width);
            expect(y + height).toBeLessThanOrEqual(layout.height);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('draws the first nodes that one comes to, and counts the rest', () => {
    const names = Array.from({ length: MOST_DRAWN + 40 }, (_, index) => `n${index}`);
    const edges = names.slice(1).map((to, index) => ({ from: names[index] ?? '', to }));
    const layout = layoutGraph(graphOfShape({ nodes: names.map((each) => ({ name: each })), edges }), 'down');
    expect(layout.nodes.length).toBe(MOST_DRAWN);
    expect(layout.omitted).toBe(40);
    expect(layout.edges.length).toBe(MOST_DRAWN - 1);
  });
});
