import fc from 'fast-check';
import { expect, it } from 'vitest';
import { movePanel, orderPanels, OWN_LAYOUT, showPanel } from './layout.js';

const IDS = ['a', 'b', 'c', 'd'];

it('keeps the order that a person gave, and puts a new panel behind the one it follows', () => {
  expect(orderPanels(IDS, { order: ['c', 'a'], hidden: [] })).toEqual(['c', 'd', 'a', 'b']);
});

it('moves a panel one place, and not past the end', () => {
  expect(movePanel(IDS, OWN_LAYOUT, 'b', -1).order).toEqual(['b', 'a', 'c', 'd']);
  expect(movePanel(IDS, OWN_LAYOUT, 'd', 1)).toBe(OWN_LAYOUT);
  expect(movePanel(IDS, OWN_LAYOUT, 'none', 1)).toBe(OWN_LAYOUT);
});

it('hides and shows', () => {
  const hidden = showPanel(OWN_LAYOUT, 'b', false);
  expect(hidden.hidden).toEqual(['b']);
  expect(showPanel(hidden, 'b', true).hidden).toEqual([]);
});

it('shows every panel once, whatever was stored', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...IDS, 'gone')), (order) => {
      expect([...orderPanels(IDS, { order, hidden: [] })].sort()).toEqual(IDS);
    }),
  );
});
