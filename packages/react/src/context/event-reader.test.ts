import { createSimulatedClock } from '@fleetglass/core/testing';
import { expect, it } from 'vitest';
import { createFakeMonitor } from '../../test/fake-monitor.js';
import { createRecorder } from '../../test/fixtures/recording.js';
import { createEventReader } from './event-reader.js';

const RUN = { runId: 'run-1' };

function recorded(files: number) {
  const recorder = createRecorder(1);
  recorder.add(0, 'run.created', RUN, { name: 'Files' });
  for (let at = 1; at <= files; at += 1) recorder.add(at, 'file.read', RUN, { path: `file-${at}` });
  return recorder.finish(files).events;
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

it('reads what the log holds, then what is added', async () => {
  const clock = createSimulatedClock(0);
  const events = recorded(2_500);
  const monitor = createFakeMonitor(events.slice(0, 2_001), { clock });
  const reader = createEventReader(monitor, clock, { ...RUN, types: ['file'] });
  const leave = reader.subscribe(() => {});
  await settle();
  expect(reader.getList()).toMatchObject({ loading: false, omitted: 0 });
  expect(reader.getList().events).toHaveLength(2_000);
  monitor.append(events.slice(2_001));
  await clock.advance(500);
  await settle();
  expect(reader.getList().events.map(({ seq }) => seq)).toEqual(events.slice(1).map(({ seq }) => seq));
  leave();
  expect(monitor.subscriptions.active).toBe(0);
});

it('shows nothing later than the moment that is looked at', async () => {
  const clock = createSimulatedClock(0);
  const monitor = createFakeMonitor(recorded(20), { clock });
  const reader = createEventReader(monitor, clock, { ...RUN, types: ['file'] });
  reader.subscribe(() => {});
  await settle();
  monitor.seek(6);
  expect(reader.getList().events.map(({ seq }) => seq)).toEqual([2, 3, 4, 5, 6]);
  monitor.goLive();
  expect(reader.getList().events).toHaveLength(20);
});

it('keeps the newest and says how many it left out', async () => {
  const clock = createSimulatedClock(0);
  const monitor = createFakeMonitor(recorded(21_000), { clock });
  const reader = createEventReader(monitor, clock, { ...RUN, types: ['file'] });
  reader.subscribe(() => {});
  for (let turn = 0; turn < 30; turn += 1) await settle();
  expect(reader.getList()).toMatchObject({ omitted: 1_000, loading: false });
  expect(reader.getList().events).toHaveLength(20_000);
});

it('says why it cannot read, and tries again with the next event', async () => {
  const clock = createSimulatedClock(0);
  const monitor = createFakeMonitor(recorded(5), { clock });
  let broken = true;
  const reader = createEventReader(
    {
      ...monitor,
      readRange: (query) => (broken ? Promise.reject(new Error('gone')) : monitor.readRange(query)),
    },
    clock,
    { ...RUN, types: ['file'] },
  );
  reader.subscribe(() => {});
  await settle();
  expect(reader.getList().error?.message).toContain('gone');
  broken = false;
  monitor.set({});
  await clock.advance(500);
  await settle();
  expect(reader.getList().error).toBeUndefined();
  expect(reader.getList().events).toHaveLength(5);
});
