import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createEventLog, follow, reduce, webSocket } from '@fleetglass/core';
import type { FleetHost, FleetState, Store } from '@fleetglass/core';
import { encodeState } from '@fleetglass/core';
import type { EventDraft, FleetEvent } from '@fleetglass/core/protocol';
import { createGateway, createSqliteStore } from '@fleetglass/server';
import type { Gateway } from '@fleetglass/server';
import { WebSocket } from 'ws';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const hostOf = (store: Store): FleetHost => ({
  log: createEventLog(store),
  commands: { execute: async () => undefined },
  blobs: store,
});

const drafts = (round: number): EventDraft[] => [
  { v: 1, time: round, type: 'run.created', runId: `run_${round}`, data: { name: `Run ${round}` } },
  { v: 1, time: round, type: 'run.started', runId: `run_${round}`, data: {} },
  { v: 1, time: round, type: 'log.written', runId: `run_${round}`, data: { level: 'info', message: 'line' } },
];

describe('a gateway that is restarted over the same file', () => {
  it('leaves every viewer with exactly the events of the log, whether it was there or not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fleetglass-restart-'));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'log.sqlite');
    let store = createSqliteStore({ file });
    let gateway: Gateway = createGateway({ host: hostOf(store), port: 0 });
    await gateway.listen();
    const port = Number(new URL(gateway.url).port);
    const transport = webSocket({ url: `${gateway.url}/api/v1/live`, WebSocket, random: () => 0 });
    cleanups.push(() => transport.close());

    const events: FleetEvent[] = [];
    const snapshots: string[] = [];
    let state: FleetState | undefined;
    let last = 0;
    let note = (): void => undefined;
    const following = follow(
      transport,
      { filter: {} },
      {
        snapshot(delivery) {
          snapshots.push(delivery.reason);
          state = delivery.state;
          last = delivery.seq;
          note();
        },
        events(delivery) {
          events.push(...delivery.events);
          if (state) state = reduce(state, delivery.events);
          last = delivery.to;
          note();
        },
        error: (error) => {
          throw error;
        },
      },
      { random: () => 0 },
    );
    const until = async (isDone: () => boolean): Promise<void> => {
      while (!isDone()) await new Promise<void>((resolve) => (note = resolve));
    };
    await until(() => snapshots.length > 0);
    const { epoch } = store;

    for (let round = 1; round <= 3; round += 1) {
      await store.append(drafts(round));
      await until(() => last >= store.head());
      // Accepted in the last moment: nobody may have seen it when the gateway goes.
      const pending = store.append(drafts(round + 100));
      await Promise.all([pending, gateway.close()]);
      await store.close();
      store = createSqliteStore({ file });
      gateway = createGateway({ host: hostOf(store), port });
      await gateway.listen();
    }
    cleanups.push(
      () => store.close(),
      () => gateway.close(),
    );
    await store.append(drafts(4));
    await until(() => last >= store.head());

    const all = (await store.read({ from: 1, limit: 1_000 })).events;
    expect(store.epoch).toBe(epoch);
    expect(snapshots).toEqual(['start']);
    expect(events).toEqual(all);
    const wanted = await createEventLog(store).stateAt(store.head(), {});
    expect(state && encodeState(state)).toEqual(encodeState(wanted.state));
    following.close();
  });
});
