import { createEventLog, createMemoryStore } from '@fleetglass/core';
import { createSimulatedClock } from '@fleetglass/core/testing';
import { expect, it } from 'vitest';
import type { EncodedFrame } from './encoded-frame.js';
import type { Follower } from './fan-out.js';
import { createFanOut } from './fan-out.js';

/** Writes down what it is given, as a reader of the plain event stream sees it. */
function createFollower(cursor: number): Follower & { readonly heard: readonly number[] } {
  const heard: number[] = [];
  let at = cursor;
  return {
    heard,
    get cursor() {
      return at;
    },
    deliver(frame: EncodedFrame, to: number) {
      const text = String(frame.eventStream('e')?.body ?? '');
      for (const [, seq] of text.matchAll(/"seq":(\d+)/g)) heard.push(Number(seq));
      at = to;
    },
  };
}

it('gives no event twice to one who read the newest events while they were waiting to be sent', async () => {
  const store = createMemoryStore();
  const log = createEventLog(store);
  const clock = createSimulatedClock();
  const fanOut = createFanOut(log, clock, () => undefined);
  const append = (count: number) =>
    store.append(
      Array.from({ length: count }, () => ({
        v: 1,
        time: 1,
        type: 'log.written',
        runId: 'a',
        data: { level: 'info', message: 'm' },
      })),
    );
  const channel = fanOut.channel({ runId: 'a' }, 0);
  const first = createFollower(0);
  expect(channel.join(first)).toBe(true);
  await append(3);
  // One after the other read the log to its end, or not quite, before the three were sent.
  const [level, behind, ahead] = [createFollower(3), createFollower(2), createFollower(0)];
  for (const follower of [level, behind, ahead]) expect(channel.join(follower)).toBe(true);
  fanOut.flush();
  await append(2);
  fanOut.flush();
  expect(first.heard).toEqual([1, 2, 3, 4, 5]);
  expect(ahead.heard).toEqual([1, 2, 3, 4, 5]);
  expect(behind.heard).toEqual([3, 4, 5]);
  expect(level.heard).toEqual([4, 5]);
  fanOut.close();
});
