import { createSimulatedClock } from '@fleetglass/core/testing';
import { expect, it, vi } from 'vitest';
import { createTicker } from './ticker.js';
import type { Visibility } from './ticker.js';

function createPage() {
  const listeners = new Set<() => void>();
  const page: Visibility & { hidden: boolean } = {
    hidden: false,
    addEventListener: (_type: 'visibilitychange', listener: () => void) => void listeners.add(listener),
    removeEventListener: (_type: 'visibilitychange', listener: () => void) => void listeners.delete(listener),
  };
  const setHidden = (hidden: boolean): void => {
    page.hidden = hidden;
    for (const listener of listeners) listener();
  };
  return { page, setHidden, listeners };
}

it('ticks on whole seconds while someone listens', async () => {
  const clock = createSimulatedClock(1_000_000_300);
  const ticker = createTicker(clock, 1000);
  const listener = vi.fn();
  const leave = ticker.subscribe(listener);
  listener.mockClear();
  await clock.advance(700);
  expect(listener).toHaveBeenCalledTimes(1);
  expect(ticker.getTime() % 1000).toBe(0);
  leave();
  expect(clock.pending).toBe(0);
});

it('rests while the page is hidden and is right again at once afterwards', async () => {
  const clock = createSimulatedClock(0);
  const { page, setHidden, listeners } = createPage();
  const ticker = createTicker(clock, 1000, page);
  const leave = ticker.subscribe(() => {});
  setHidden(true);
  expect(clock.pending).toBe(0);
  await clock.advance(60_000);
  expect(ticker.getTime()).toBe(0);
  setHidden(false);
  expect(ticker.getTime()).toBe(60_000);
  leave();
  expect(listeners.size).toBe(0);
});
