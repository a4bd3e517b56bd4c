import { createRollupRows, planRollup } from '../log/rollup-rows.js';
import type { RollupDimension, RollupQuery, RollupRow } from '../log/rollups.js';
import type { Store } from '../log/store.js';
import { DAY_MS, HOUR_MS, ROLLUP_DIMENSIONS } from '../projection/rollup-cells.js';
import { createRollupFold } from '../projection/rollup-fold.js';
import type { EventDraft, FleetEvent } from '../protocol/event.js';
import type { ContractApi } from './contract-api.js';
import type { Step } from './legal-log.js';
import { legalLogOf } from './legal-log.js';
import { createSeededRandom } from './seeded-random.js';
import type { StoreContractOptions } from './store-contract-case.js';
import { casesOf, commitOf, draftOf, refusal } from './store-contract-case.js';

/** A log of some days that nobody wrote by hand. */
function madeUpLog(seed: number, steps: number): readonly FleetEvent[] {
  const random = createSeededRandom(seed);
  const below = (end: number): number => Math.floor(random() * end);
  const made = Array.from({ length: steps }, (): Step => {
    const pauseMs = below(8) === 0 ? below(3 * HOUR_MS) : below(500);
    const repeat = below(4) === 0 ? 3 : 1;
    return {
      run: below(6),
      choice: below(1_000),
      which: below(8),
      amount: below(5_000),
      pauseMs,
      repeat,
      text: 'x',
    };
  });
  return legalLogOf(made);
}

const draftsOf = (events: readonly FleetEvent[]): EventDraft[] =>
  events.map(({ seq: _seq, ...event }) => structuredClone(event));

function expected(events: readonly FleetEvent[], query: RollupQuery): RollupRow[] {
  const rows = createRollupRows(planRollup(query));
  for (const cell of createRollupFold().fold(events).values()) rows.addCell(cell);
  return rows.rows();
}

/** Every kind of question about the days of a log. */
function queriesOf(events: readonly FleetEvent[]): RollupQuery[] {
  const [first, last] = [events[0]?.time ?? 0, events.at(-1)?.time ?? 0];
  const middle = Math.floor((first + last) / 2);
  const times = [{}, { from: middle }, { to: middle }, { from: first + HOUR_MS, to: last - HOUR_MS }].filter(
    ({ from = 0, to = Infinity }) => from <= to,
  );
  const breakdowns = [
    {},
    ...ROLLUP_DIMENSIONS.map((by: RollupDimension) => ({ by })),
    { by: 'run', key: 'run-1' },
    { by: 'run', limit: 2 },
    { by: 'agent', limit: 1 },
  ] as const;
  return (['hour', 'day', 'total'] as const).flatMap((period) =>
    times.flatMap((time) => breakdowns.map((breakdown) => ({ period, ...time, ...breakdown }))),
  );
}

/** Cases about sums by hour and day. */
export function defineRollupCases(api: ContractApi, options: StoreContractOptions): void {
  const { expect } = api;
  const scenario = casesOf(api, options);
  const { reopen } = options;
  const read = (store: Store, query: RollupQuery): Promise<readonly RollupRow[]> =>
    store.rollups?.read(query) ?? Promise.reject(new Error('The store keeps no rollups.'));

  const spending = (runId: string, nanoUsd: number, time = HOUR_MS): EventDraft =>
    draftOf(runId, 'usage.recorded', {
      time,
      data: { usage: { inputTokens: 1, outputTokens: 1 }, cost: { basis: 'list', nanoUsd }, calls: 1 },
    });
  const spent = async (store: Store): Promise<number> =>
    (await read(store, { period: 'total' }))[0]?.cost.nanoUsd ?? 0;

  scenario('answers every question as its events do, however they came in', async (store) => {
    const log = madeUpLog(11, 400);
    const drafts = draftsOf(log);
    for (let i = 0; i < drafts.length; i += 37) {
      const some = drafts.slice(i, i + 37);
      if (i % 2 === 0) await store.append(some);
      else await store.commit(commitOf(`writer-${i}`, 0, { events: some }));
    }
    const days = Math.floor((log.at(-1)?.time ?? 0) / DAY_MS) - Math.floor((log[0]?.time ?? 0) / DAY_MS);
    expect(days > 1).toBe(true);
    for (const query of queriesOf(log)) expect(await read(store, query)).toEqual(expected(log, query));
  });

  scenario('counts what was refused or known already not at all', async (store) => {
    await store.append([{ ...spending('a', 5), id: 'one' }], { dedupe: true });
    await store.append(
      [
        { ...spending('a', 5), id: 'one' },
        { ...spending('a', 7), id: 'two' },
      ],
      { dedupe: true },
    );
    const lost = store.commit(commitOf('a', 9, { events: [spending('a', 100)] }));
    expect(await refusal(lost)).toBe('VERSION_CONFLICT');
    expect(await spent(store)).toBe(12);
  });

  scenario('keeps what a deleted run has spent, and takes its id for another', async (store) => {
    const span = { spanId: 's', data: { kind: 'model', name: 'm' } };
    await store.append([spending('a', 5), draftOf('a', 'span.started', span), spending('b', 1)]);
    await store.deleteRun('a');
    expect(await spent(store)).toBe(6);
    const end = { spanId: 's', data: { status: 'ok', model: 'm', cost: { basis: 'list', nanoUsd: 3 } } };
    await store.append([draftOf('a', 'span.ended', end)]);
    expect(await spent(store)).toBe(9);
    expect((await read(store, { period: 'total' }))[0]?.modelCalls).toBe(4);
  });

  scenario('refuses a senseless question', async (store) => {
    expect(await refusal(read(store, { period: 'hour', from: 2, to: 1 }))).toBe('BAD_INPUT');
    expect(await refusal(read(store, { period: 'hour', key: 'a' }))).toBe('BAD_INPUT');
    await store.close();
    expect(await refusal(read(store, { period: 'hour' }))).toBe('STORE_CLOSED');
  });

  scenario('refuses a sum that no number holds exactly', async (store) => {
    await store.append([
      spending('a', Number.MAX_SAFE_INTEGER),
      spending('b', Number.MAX_SAFE_INTEGER, 3 * DAY_MS),
    ]);
    expect(await read(store, { period: 'day' })).toHaveLength(2);
    expect(await refusal(read(store, { period: 'total' }))).toBe('COST_OVERFLOW');
    await store.append([spending('a', 1)]);
    expect(await refusal(read(store, { period: 'hour' }))).toBe('COST_OVERFLOW');
    expect((await read(store, { period: 'total', from: 2 * DAY_MS }))[0]?.cost.nanoUsd).toBe(
      Number.MAX_SAFE_INTEGER,
    );
  });

  if (!reopen) return;
  scenario('goes on with what was open before a restart', async (store, clock) => {
    const log = madeUpLog(12, 200);
    const drafts = draftsOf(log);
    const half = Math.floor(drafts.length / 2);
    await store.append(drafts.slice(0, half));
    const opened = await reopen(store, clock);
    try {
      await opened.append(drafts.slice(half));
      for (const query of queriesOf(log)) expect(await read(opened, query)).toEqual(expected(log, query));
    } finally {
      await opened.close();
    }
  });
}
