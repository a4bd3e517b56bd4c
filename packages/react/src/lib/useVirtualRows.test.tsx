import { renderHook } from '@testing-library/react';
import { act } from 'react';
import { expect, it } from 'vitest';
import { offsetsOf, useVirtualRows } from './useVirtualRows.js';

const HEIGHTS = Array.from({ length: 1_000 }, (_, index) => 20 + (index % 3) * 18);
const offsets = offsetsOf(HEIGHTS, (height) => height);

function viewportAt(top: number): HTMLElement {
  const element = document.createElement('div');
  Object.defineProperties(element, {
    clientHeight: { value: 500 },
    scrollTop: { value: top, writable: true },
  });
  return element;
}

it.each([0, 1, 159, 161, 5_000, 37_000])(
  'draws all that can be seen from %i pixels on, and little more',
  (top) => {
    const viewport = viewportAt(top);
    const { from, to } = renderHook(() => useVirtualRows(viewport, offsets)).result.current;
    expect(offsets[from]).toBeLessThanOrEqual(top);
    expect(offsets[to]).toBeGreaterThanOrEqual(Math.min(top + 500, offsets.at(-1) ?? 0));
    expect((offsets[to] ?? 0) - (offsets[from] ?? 0)).toBeLessThan(500 + 2 * 700);
  },
);

it('draws the last rows while the end is shown, without having been scrolled', () => {
  const viewport = viewportAt(0);
  const { result, rerender } = renderHook(({ rows }) => useVirtualRows(viewport, rows, true), {
    initialProps: { rows: offsets },
  });
  expect(result.current.to).toBe(1_000);
  rerender({ rows: [...offsets, (offsets.at(-1) ?? 0) + 20] });
  expect(result.current.to).toBe(1_001);
});

it('follows the reader', () => {
  const viewport = viewportAt(0);
  const { result } = renderHook(() => useVirtualRows(viewport, offsets));
  expect(result.current.from).toBe(0);
  act(() => {
    viewport.scrollTop = 10_000;
    viewport.dispatchEvent(new Event('scroll'));
  });
  expect(offsets[result.current.from]).toBeGreaterThan(8_000);
});
