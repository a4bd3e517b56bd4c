import { emptyState } from '@fleetglass/core/client';
import type { MonitorSnapshot } from '@fleetglass/core/client';
import { createSimulatedClock } from '@fleetglass/core/testing';
import { expect, it } from 'vitest';
import { createLogTime } from './log-time.js';

const HOUR = 3_600_000;

const snapshot = (seq: number, time: number, skewMs?: number): MonitorSnapshot => {
  const state = { ...emptyState(), seq, time };
  const connection = {
    phase: 'open',
    since: 0,
    attempt: 0,
    ...(skewMs === undefined ? {} : { skewMs }),
  } as const;
  return {
    state,
    live: state,
    mode: 'live',
    seq,
    head: seq,
    first: 0,
    seeking: false,
    connection,
    ready: true,
  };
};

it('follows what the server says of its clock', () => {
  const clock = createSimulatedClock(5 * HOUR);
  const log = createLogTime(clock);
  log.observe(snapshot(1, HOUR, -2 * HOUR));
  expect(log.at(clock.now())).toBe(3 * HOUR);
});

it('learns from events that arrive, and takes none of them for newer than the present', () => {
  const clock = createSimulatedClock(5 * HOUR);
  const log = createLogTime(clock);
  log.observe(snapshot(1, HOUR));
  expect(log.at(clock.now())).toBe(5 * HOUR);
  log.observe(snapshot(2, 3 * HOUR));
  expect(log.at(clock.now())).toBe(3 * HOUR);
  // A late one does not set the time back.
  log.observe(snapshot(3, 3 * HOUR - 500));
  expect(log.at(clock.now())).toBe(3 * HOUR);
});
