import { describe, expect, it } from 'vitest';
import { systemClock } from '../lib/clock.js';
import { createEventLog } from '../log/event-log.js';
import { createMemoryStore } from '../log/memory-store.js';
import type { EventDraft } from '../protocol/event.js';
import { PROTOCOL_VERSION } from '../protocol/version.js';
import { inProcess } from '../transport/in-process.js';
import { createMonitor } from './create-monitor.js';
import type { Monitor, MonitorSnapshot } from './monitor.js';

const draft = (type: string, data: EventDraft['data']): EventDraft => ({
  v: PROTOCOL_VERSION,
  time: systemClock.now(),
  runId: 'run_1',
  type,
  data,
});

const until = (monitor: Monitor, fits: (snapshot: MonitorSnapshot) => boolean): Promise<MonitorSnapshot> =>
  new Promise((resolve) => {
    const look = (): void => {
      const snapshot = monitor.getSnapshot();
      if (!fits(snapshot)) return;
      stop();
      resolve(snapshot);
    };
    const stop = monitor.subscribe(look);
  });

describe('a moment that is asked for before the first snapshot', () => {
  const open = async (): Promise<Monitor> => {
    const store = createMemoryStore();
    await store.append([
      draft('run.created', { name: 'review' }),
      draft('run.started', {}),
      draft('run.completed', {}),
    ]);
    const commands = { execute: async () => undefined };
    return createMonitor({ transport: inProcess({ log: createEventLog(store), blobs: store, commands }) });
  };

  it('is shown as soon as the log is known', async () => {
    const monitor = await open();
    monitor.seek(2);
    const { state, seq, head } = await until(monitor, ({ ready, seeking }) => ready && !seeking);
    expect({ seq, head, status: state.runs.get('run_1')?.status }).toEqual({
      seq: 2,
      head: 3,
      status: 'running',
    });
    monitor.dispose();
  });

  it('is shown although it lies behind the first snapshot', async () => {
    const store = createMemoryStore();
    await store.append([draft('run.created', { name: 'review' })]);
    const log = createEventLog(store);
    const old = await log.stateAt(1, {});
    await store.append([draft('run.started', {}), draft('run.completed', {})]);
    const inner = inProcess({ log, blobs: store, commands: { execute: async () => undefined } });
    // As a gateway does that serves one snapshot to many: the events since then follow later.
    const monitor = createMonitor({
      transport: {
        ...inner,
        status: inner.status,
        subscribe(_request, observer) {
          observer.snapshot({ ...old, epoch: log.epoch, reason: 'start' });
          return { restart: () => undefined, close: () => undefined };
        },
      },
    });
    monitor.seek(2);
    const { state, seq } = await until(monitor, ({ ready, seeking }) => ready && !seeking);
    expect({ seq, status: state.runs.get('run_1')?.status }).toEqual({ seq: 2, status: 'running' });
    monitor.dispose();
  });

  it('is the last one when the log is shorter', async () => {
    const monitor = await open();
    monitor.seek(99);
    const { mode, seq } = await until(monitor, ({ ready, seeking }) => ready && !seeking);
    expect({ mode, seq }).toEqual({ mode: 'replay', seq: 3 });
    monitor.dispose();
  });

  it('is forgotten by going live', async () => {
    const monitor = await open();
    monitor.seek(2);
    monitor.goLive();
    const { mode, seq } = await until(monitor, ({ ready }) => ready);
    expect({ mode, seq }).toEqual({ mode: 'live', seq: 3 });
    monitor.dispose();
  });
});
