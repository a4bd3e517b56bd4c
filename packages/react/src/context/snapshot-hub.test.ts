import { createSimulatedClock } from '@fleetglass/core/testing';
import { describe, expect, it, vi } from 'vitest';
import { createFakeMonitor } from '../../test/fake-monitor.js';
import { createSnapshotHub } from './snapshot-hub.js';

function setUp() {
  const clock = createSimulatedClock();
  const monitor = createFakeMonitor([], { clock });
  return { clock, monitor, hub: createSnapshotHub(monitor, clock) };
}

describe('a slow channel', () => {
  it('shows the first change at once and the last one after its period', async () => {
    const { clock, monitor, hub } = setUp();
    const channel = hub.channel(250);
    const seen: number[] = [];
    channel.subscribe(() => seen.push(channel.getSnapshot().head));
    for (const head of [1, 2, 3]) monitor.set({ head });
    expect(seen).toEqual([1]);
    await clock.advance(250);
    expect(seen).toEqual([1, 3]);
    await clock.advance(10_000);
    expect(seen).toEqual([1, 3]);
  });

  it('shows a moment of a replay without delay', () => {
    const { monitor, hub } = setUp();
    const channel = hub.channel(250);
    const listener = vi.fn();
    channel.subscribe(listener);
    monitor.set({ head: 5 });
    monitor.set({ mode: 'replay', seq: 3 });
    monitor.set({ mode: 'replay', seq: 2 });
    expect(listener).toHaveBeenCalledTimes(3);
    expect(channel.getSnapshot().seq).toBe(2);
  });

  it('leaves no timer and no subscription behind', async () => {
    const { clock, monitor, hub } = setUp();
    const leave = hub.channel(250).subscribe(() => {});
    monitor.set({ head: 1 });
    monitor.set({ head: 2 });
    leave();
    await clock.advance(0);
    expect(clock.pending).toBe(0);
    expect(monitor.subscriptions.active).toBe(0);
  });
});

it('keeps its subscription when someone leaves and another comes in the same task', async () => {
  const { clock, monitor, hub } = setUp();
  const leave = hub.channel(0).subscribe(() => {});
  leave();
  hub.channel(0).subscribe(() => {});
  await clock.advance(0);
  expect(monitor.subscriptions).toEqual({ active: 1, made: 1 });
});
