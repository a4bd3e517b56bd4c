import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { childrenOf, DEEPEST, findNodes, GROUP, jsonText, rootNode, visibleNodes } from './json-nodes.js';
import { createMatcher } from '../text/find-matches.js';

const all = () => true;
const none = () => false;

describe('a tree of values', () => {
  it('names places as a program does', () => {
    const paths = visibleNodes(rootNode({ a: [{ 'b c': 1 }], $ok: null }), all).map((node) => node.path);
    expect(paths).toEqual(['$', '$.a', '$.a[0]', '$.a[0]["b c"]', '$.$ok']);
  });

  it('shows a million items in groups, and only what is open', () => {
    const root = rootNode(Array.from({ length: 1_000_000 }, (_, index) => index));
    expect(visibleNodes(root, (node) => node.depth === 0)).toHaveLength(101);
    const inner = childrenOf(childrenOf(root)[99] ?? root);
    expect(inner).toHaveLength(GROUP);
    const last = childrenOf(inner.at(-1) ?? root).at(-1);
    expect([last?.path, last?.value]).toEqual(['$[999999]', 999_999]);
  });

  it('ends where a value holds itself, and where it is too deep', () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(visibleNodes(rootNode(circle), all).map((node) => node.kind)).toEqual(['object', 'circle']);
    let deep: unknown = 'end';
    for (let level = 0; level < 5_000; level += 1) deep = [deep];
    const nodes = visibleNodes(rootNode(deep), all);
    expect(nodes).toHaveLength(DEEPEST + 1);
    expect(nodes.at(-1)?.kind).toBe('deep');
  });

  it('survives what is no JSON', () => {
    const odd = {
      f() {},
      s: Symbol('x'),
      n: 10n,
      d: new Date(Number.NaN),
      u: undefined,
      m: new Map([[1, 2]]),
      nan: Number.NaN,
    };
    const thrower = Object.defineProperty({}, 'bad', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    const proxy = Object.create(null, { toString: { value: 1 } }) as object;
    for (const value of [odd, thrower, proxy, undefined, () => 1]) {
      expect(visibleNodes(rootNode(value), all).length).toBeGreaterThan(0);
      expect(typeof jsonText(value)).toBe('string');
    }
  });

  it('is found by name and by value, with what has to be opened', () => {
    const root = rootNode({
      a: { needle: 1 },
      b: Array.from({ length: 250 }, (_, index) => (index === 249 ? 'a NEEDLE' : '')),
    });
    const { found, partly } = findNodes(root, createMatcher('needle') as RegExp);
    expect(partly).toBe(false);
    expect(found.map(({ id }) => id)).toEqual(['$.a.needle', '$.b[249]']);
    for (const { id, inside } of found) {
      const opened = new Set(inside);
      expect(visibleNodes(root, (node) => opened.has(node.id)).map((node) => node.id)).toContain(id);
    }
  });

  it('shows every value of any JSON exactly once', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const nodes = visibleNodes(rootNode(value), all);
        expect(new Set(nodes.map((node) => node.id)).size).toBe(nodes.length);
        expect(visibleNodes(rootNode(value), none)).toHaveLength(1);
        expect(JSON.parse(jsonText(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
