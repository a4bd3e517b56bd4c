import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Clock, Store } from '@fleetglass/core';
import { FleetglassError } from '@fleetglass/core';
import { createSimulatedClock } from '@fleetglass/core/testing';
import { FleetglassSaver } from '@fleetglass/sources/langgraph';
import type {
  CheckpointMetadata,
  CheckpointTuple,
  SerializerProtocol,
} from '@langchain/langgraph-checkpoint';
import { emptyCheckpoint, MemorySaver, uuid6 } from '@langchain/langgraph-checkpoint';
import { deltaChannelHistoryTests, validate } from '@langchain/langgraph-checkpoint-validation';

/** What a saver keeps its threads in. */
export interface SaverHarness {
  readonly name: string;
  open(clock?: Clock): Promise<OpenedStore>;
}

export interface OpenedStore {
  readonly store: Store;
  /** What another process would open. */
  another(): Store;
  /** Bytes that were stored; asked for last. */
  bytes(): Promise<number>;
  close(): Promise<void>;
}

interface Put {
  readonly thread?: string;
  readonly ns?: string;
  readonly id?: string;
  readonly parent?: string;
  readonly values?: Record<string, unknown>;
  readonly versions?: Record<string, number>;
  readonly newVersions?: Record<string, number>;
  readonly metadata?: Record<string, unknown>;
}

const configOf = (thread = 't', id?: string, ns = '') => ({
  configurable: { thread_id: thread, checkpoint_ns: ns, ...(id === undefined ? {} : { checkpoint_id: id }) },
});

/** Stores a checkpoint whose channels are all new unless something else is said. */
async function put(saver: FleetglassSaver, given: Put = {}): Promise<string> {
  const { thread, ns, id = uuid6(0), parent, values = {}, metadata = {} } = given;
  const versions = given.versions ?? Object.fromEntries(Object.keys(values).map((name) => [name, 1]));
  await saver.put(
    configOf(thread, parent, ns),
    { ...emptyCheckpoint(), id, channel_values: values, channel_versions: versions },
    { source: 'loop', step: 0, parents: {}, ...metadata },
    given.newVersions ?? versions,
  );
  return id;
}

async function listed(
  saver: FleetglassSaver,
  ...args: Parameters<FleetglassSaver['list']>
): Promise<CheckpointTuple[]> {
  const found: CheckpointTuple[] = [];
  for await (const tuple of saver.list(...args)) found.push(tuple);
  return found;
}

const idsOf = (tuples: readonly CheckpointTuple[]) => tuples.map(({ checkpoint }) => checkpoint.id);

/** A list that is long and large enough to be stored in several parts. */
const longList = (length: number, from = 0) =>
  Array.from({ length }, (_, index) => ({ role: 'user', content: `${from + index} `.repeat(100) }));

export function langgraphSaverContract(harness: SaverHarness): void {
  conformance(harness);

  describe(`FleetglassSaver over ${harness.name}`, () => {
    const clock = createSimulatedClock();
    let opened: OpenedStore;
    beforeEach(async () => {
      opened = await harness.open(clock);
    });
    afterEach(() => opened.close());

    describe('several writers of a thread', () => {
      it('loses nothing of two processes that write at once, and each reads all of it', async () => {
        const savers = [opened.store, opened.another()].map((store) => new FleetglassSaver({ store }));
        const written = await Promise.all(
          savers.map(async (saver, writer) => {
            const ids: string[] = [];
            for (let step = 0; step < 15; step += 1) {
              const values = { log: longList(step + 20), writer, step };
              const id = uuid6(step);
              const config = configOf('t', id);
              await Promise.all([
                put(saver, { id, values, ...(ids.length > 0 ? { parent: ids.at(-1)! } : {}) }),
                saver.putWrites(config, [['log', [`a${writer}.${step}`]]], 'task-a'),
                saver.putWrites(config, [['log', [`b${writer}.${step}`]]], 'task-b'),
              ]);
              ids.push(id);
            }
            return ids;
          }),
        );
        for (const reader of [...savers, new FleetglassSaver({ store: opened.another() })]) {
          const tuples = await listed(reader, configOf());
          expect(idsOf(tuples)).toEqual(written.flat().sort().reverse());
          for (const { checkpoint, pendingWrites } of tuples) {
            const { writer, step, log } = checkpoint.channel_values as Record<string, number>;
            expect(log).toEqual(longList(step! + 20));
            expect(pendingWrites).toEqual([
              ['task-a', 'log', [`a${writer}.${step}`]],
              ['task-b', 'log', [`b${writer}.${step}`]],
            ]);
          }
          expect((await reader.getTuple(configOf()))?.checkpoint.id).toBe(written.flat().sort().at(-1));
        }
      });

      it('refuses with VERSION_CONFLICT, and stores nothing of, a write that others always overtake', async () => {
        const id = await put(new FleetglassSaver({ store: opened.store }), { values: { a: 1 } });
        const overtaken: Store = {
          ...opened.store,
          commit: async () => {
            throw new FleetglassError('VERSION_CONFLICT', 'Somebody was faster.');
          },
        };
        const saver = new FleetglassSaver({ store: overtaken });
        await expect(put(saver, { values: { a: 2 } })).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
        await expect(saver.putWrites(configOf('t', id), [['a', 3]], 'task')).rejects.toMatchObject({
          code: 'VERSION_CONFLICT',
        });
        const tuples = await listed(new FleetglassSaver({ store: opened.store }), configOf());
        expect(tuples.map(({ checkpoint, pendingWrites }) => [checkpoint.id, pendingWrites])).toEqual([
          [id, []],
        ]);
      });

      it('keeps what siblings wrote under the same version number apart', async () => {
        const saver = new FleetglassSaver({ store: opened.store });
        const root = await put(saver, { values: { x: 'root', same: 'same' } });
        const child = async (x: string) => {
          const id = await put(saver, {
            parent: root,
            values: { x, same: 'same' },
            versions: { x: 2, same: 1 },
            newVersions: { x: 2 },
          });
          return put(saver, {
            parent: id,
            values: { x, same: 'same' },
            versions: { x: 2, same: 1 },
            newVersions: {},
          });
        };
        const [left, right] = [await child('left'), await child('right')];
        for (const [id, x] of [
          [left, 'left'],
          [right, 'right'],
          [root, 'root'],
        ] as const) {
          const tuple = await saver.getTuple(configOf('t', id));
          expect(tuple?.checkpoint.channel_values).toEqual({ x, same: 'same' });
        }
      });
    });

    describe('a lease', () => {
      const owned = (owner: string, store: Store) =>
        new FleetglassSaver({ store, lease: { owner, ttlMs: 30_000, clock } });

      it('shuts a saver out whose thread another one took over, until it asks anew', async () => {
        const first = owned('first', opened.store);
        const second = owned('second', opened.another());
        const before = await put(first, { values: { by: 'first' } });
        await expect(put(second)).rejects.toMatchObject({ code: 'LEASE_HELD' });

        await clock.advance(30_001);
        const after = await put(second, { values: { by: 'second' }, parent: before });
        await expect(put(first)).rejects.toMatchObject({ code: 'LEASE_LOST' });
        await expect(first.putWrites(configOf('t', before), [['by', 'x']], 'task')).rejects.toMatchObject({
          code: 'LEASE_LOST',
        });
        await expect(first.deleteThread('t')).rejects.toMatchObject({ code: 'LEASE_LOST' });
        const tuples = await listed(first, configOf());
        expect(idsOf(tuples)).toEqual([after, before]);
        expect(tuples.map(({ pendingWrites }) => pendingWrites)).toEqual([[], []]);

        await first.release('t');
        await expect(put(first)).rejects.toMatchObject({ code: 'LEASE_HELD' });
        await second.release('t');
        await put(first, { values: { by: 'first again' } });
        expect((await second.getTuple(configOf()))?.checkpoint.channel_values).toEqual({ by: 'first again' });
      });

      it('stays with a saver that goes on writing, and with one that nobody succeeded', async () => {
        const first = owned('first', opened.store);
        for (let step = 0; step < 5; step += 1) {
          await put(first);
          await clock.advance(20_000);
        }
        await expect(put(owned('second', opened.another()))).rejects.toMatchObject({ code: 'LEASE_HELD' });
        await clock.advance(90_000);
        await put(first);
        expect(await listed(first, configOf())).toHaveLength(6);
      });

      it('is for a thread, not for all', async () => {
        await put(owned('first', opened.store), { thread: 'one' });
        await put(owned('second', opened.another()), { thread: 'two' });
        expect(await listed(owned('third', opened.store), {})).toHaveLength(2);
      });
    });

    describe('a crash', () => {
      const failing = (fails: () => boolean): Store => ({
        ...opened.store,
        commit: async (commit) => {
          if (fails()) throw new FleetglassError('STORE_FAILED', 'The disk is full.');
          return opened.store.commit(commit);
        },
      });

      it('between a task and the next checkpoint keeps what the task wrote, and nothing of the checkpoint', async () => {
        let isBroken = false;
        const saver = new FleetglassSaver({ store: failing(() => isBroken) });
        const id = await put(saver, { values: { log: longList(30) } });
        await saver.putWrites(configOf('t', id), [['log', longList(1, 30)]], 'task');
        isBroken = true;
        await expect(put(saver, { parent: id, values: { log: longList(31) } })).rejects.toMatchObject({
          code: 'STORE_FAILED',
        });
        const after = new FleetglassSaver({ store: opened.another() });
        expect(await listed(after, configOf())).toHaveLength(1);
        expect(await after.getTuple(configOf())).toMatchObject({
          checkpoint: { id, channel_values: { log: longList(30) } },
          pendingWrites: [['task', 'log', longList(1, 30)]],
        });
      });

      it('of a write leaves nothing that later checkpoints would refer to', async () => {
        let isBroken = false;
        const saver = new FleetglassSaver({ store: failing(() => isBroken) });
        const first = await put(saver, { values: { log: longList(20) } });
        isBroken = true;
        await expect(put(saver, { parent: first, values: { log: longList(60) } })).rejects.toThrow();
        isBroken = false;
        await put(saver, { parent: first, values: { log: longList(60) } });
        const after = new FleetglassSaver({ store: opened.another() });
        expect((await after.get(configOf()))?.channel_values).toEqual({ log: longList(60) });
      });

      it('of a builder takes only its own writes away', async () => {
        const saver = new FleetglassSaver({ store: opened.store });
        const id = await put(saver);
        const results = await Promise.allSettled([
          saver.putWrites(configOf('t', id), [['a', 1]], 'one'),
          saver.putWrites(configOf('t', id), [['a', 1]], '\ud800'),
          saver.putWrites(configOf('t', id), [['a', 2]], 'two'),
        ]);
        expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        expect((await saver.getTuple(configOf()))?.pendingWrites).toEqual([
          ['one', 'a', 1],
          ['two', 'a', 2],
        ]);
      });
    });

    describe('values', () => {
      it('are read as they were at each checkpoint, wherever they changed', async () => {
        const saver = new FleetglassSaver({ store: opened.store });
        const list = longList(60);
        const text = longList(60)
          .map(({ content }) => content)
          .join();
        const states = [
          { list, text },
          { list: [...list, 'end'], text: `${text}end` },
          { list: ['start', ...list], text: `start${text}` },
          { list: list.with(20, { role: 'user', content: 'other' }), text: text.replace('30 30', '30 31') },
          { list: list.slice(0, 33), text: text.slice(0, 2048) },
          { list: list.map(({ role, content }) => ({ content, role })), text: text.toUpperCase() },
          { list: [], text: '' },
          { list: text, text: list },
        ];
        for (const [index, values] of states.entries()) await put(saver, { id: String(index), values });
        for (const reader of [saver, new FleetglassSaver({ store: opened.another() })]) {
          for (const [index, values] of states.entries()) {
            const checkpoint = await reader.get(configOf('t', String(index)));
            expect(JSON.stringify(checkpoint?.channel_values)).toBe(JSON.stringify(values));
          }
        }
      });

      it('that did not change are not even serialized', async () => {
        const { serde } = new MemorySaver();
        const dumped: unknown[] = [];
        const saver = new FleetglassSaver({
          store: opened.store,
          serde: {
            loadsTyped: serde.loadsTyped.bind(serde),
            dumpsTyped(value) {
              dumped.push(value);
              return serde.dumpsTyped(value);
            },
          },
        });
        const parent = await put(saver, { values: { a: 'a', b: 'b' } });
        dumped.length = 0;
        const values = { a: 'a', b: 'c' };
        await put(saver, { parent, values, versions: { a: 1, b: 2 }, newVersions: { b: 2 } });
        expect(dumped.filter((value) => typeof value === 'string')).toEqual(['c']);
        expect((await saver.get(configOf()))?.channel_values).toEqual(values);
      });

      it('that cannot be serialized are refused alone', async () => {
        const saver = new FleetglassSaver({ store: opened.store });
        const broken = {
          get boom(): never {
            throw new Error('No value.');
          },
        };
        const id = uuid6(0);
        const results = await Promise.allSettled([
          put(saver, { id, values: { fine: 1 } }),
          put(saver, { values: { broken } }),
          saver.putWrites(configOf('t', id), [['broken', broken]], 'task'),
          saver.putWrites(configOf('t', id), [['fine', 2]], 'task'),
        ]);
        expect(results.map(({ status }) => status)).toEqual([
          'fulfilled',
          'rejected',
          'rejected',
          'fulfilled',
        ]);
        expect(await listed(saver, configOf())).toMatchObject([
          { checkpoint: { channel_values: { fine: 1 } }, pendingWrites: [['task', 'fine', 2]] },
        ]);
      });
    });

    describe('writes of a task', () => {
      it('stay as they were first stored, but for errors, interrupts and answers', async () => {
        const saver = new FleetglassSaver({ store: opened.store });
        const id = await put(saver);
        const write = (...writes: [string, unknown][]) => saver.putWrites(configOf('t', id), writes, 'task');
        await write(['a', 1], ['__interrupt__', 'first']);
        await write(['a', 2], ['__interrupt__', 'second'], ['b', 3], ['toString', 4]);
        await write(['a', 5]);
        expect((await saver.getTuple(configOf()))?.pendingWrites).toEqual([
          ['task', 'a', 1],
          ['task', '__interrupt__', 'second'],
          ['task', 'b', 3],
          ['task', 'toString', 4],
        ]);
      });
    });

    describe('list', () => {
      it('goes from the newest to the oldest, over namespaces and threads', async () => {
        const saver = new FleetglassSaver({ store: opened.store });
        const ids = ['5', '1', '4', '2', '3', '6'];
        for (const [index, id] of ids.entries()) {
          await put(saver, {
            thread: `t${index % 2}`,
            ns: index % 3 ? '' : 'child',
            id,
            metadata: { step: index },
          });
        }
        expect(idsOf(await listed(saver, {}))).toEqual(['6', '5', '4', '3', '2', '1']);
        expect(idsOf(await listed(saver, { configurable: { thread_id: 't0' } }))).toEqual(['5', '4', '3']);
        expect(idsOf(await listed(saver, { configurable: { checkpoint_ns: 'child' } }))).toEqual(['5', '2']);
        expect(idsOf(await listed(saver, {}, { limit: 2 }))).toEqual(['6', '5']);
        expect(idsOf(await listed(saver, {}, { limit: 0 }))).toEqual([]);
        const before = { configurable: { checkpoint_id: '4' } };
        expect(idsOf(await listed(saver, {}, { before }))).toEqual(['3', '2', '1']);
        expect(idsOf(await listed(saver, {}, { before, limit: 1 }))).toEqual(['3']);
        expect(idsOf(await listed(saver, configOf('t0', '4')))).toEqual(['4']);
        expect(idsOf(await listed(saver, configOf('nobody')))).toEqual([]);
        expect((await saver.getTuple(configOf('t0')))?.checkpoint.id).toBe('4');
      });

      it('filters before it counts, also by values that are not simple', async () => {
        const saver = new FleetglassSaver({ store: opened.store });
        for (const [id, step] of [
          ['1', 0],
          ['2', 1],
          ['3', 0],
          ['4', 1],
        ] as const) {
          await put(saver, { id, metadata: { step, tags: { team: step === 0 ? 'red' : 'blue' } } });
        }
        expect(idsOf(await listed(saver, {}, { filter: { step: 0 }, limit: 1 }))).toEqual(['3']);
        expect(idsOf(await listed(saver, {}, { filter: { tags: { team: 'blue' } } }))).toEqual(['4', '2']);
        expect(idsOf(await listed(saver, {}, { filter: { step: 0, nothing: 1 } }))).toEqual([]);
        expect(idsOf(await listed(saver, {}, { filter: { toString: 1 } }))).toEqual([]);
      });

      it('shows the thread as it was when the list began', async () => {
        const saver = new FleetglassSaver({ store: opened.store });
        for (const [index, id] of ['1', '2'].entries()) {
          await put(saver, { id, values: { log: longList(20, index * 100) } });
          await saver.putWrites(configOf('t', id), [['log', id]], 'task');
        }
        const listing = saver.list(configOf());
        expect((await listing.next()).value).toMatchObject({ checkpoint: { id: '2' } });
        await saver.putWrites(configOf('t', '1'), [['log', 'later']], 'other task');
        await put(saver, { id: '0' });
        expect((await listing.next()).value).toMatchObject({
          checkpoint: { id: '1', channel_values: { log: longList(20) } },
          pendingWrites: [['task', 'log', '1']],
        });
        expect((await listing.next()).done).toBe(true);
      });

      it('ends where a thread was deleted, and goes on with the others', async () => {
        const saver = new FleetglassSaver({ store: opened.store });
        const other = new FleetglassSaver({ store: opened.another() });
        for (const id of ['3', '2']) await put(saver, { id, values: { log: longList(20) } });
        await put(saver, { id: '1', thread: 'kept' });
        const listing = saver.list({});
        expect((await listing.next()).value).toMatchObject({ checkpoint: { id: '3' } });
        await other.deleteThread('t');
        for (const id of ['3', '2']) await put(other, { id, values: { log: [] } });
        expect((await listing.next()).value).toMatchObject({ checkpoint: { id: '1' } });
        expect((await listing.next()).done).toBe(true);
      });
    });

    describe('deleting a thread', () => {
      it('does not mistake the one that follows for it, however alike they are', async () => {
        const saver = new FleetglassSaver({ store: opened.store });
        const other = new FleetglassSaver({ store: opened.another() });
        await put(saver, { id: '1', values: { log: longList(20) } });
        await put(saver, { id: '2', values: { log: longList(40) } });
        await other.deleteThread('t');
        await put(other, { id: '1', values: { log: ['other'] } });
        await put(other, { id: '2', values: { log: ['others'] } });
        await put(saver, { id: '3', parent: '2', values: { log: longList(41) } });
        const reader = new FleetglassSaver({ store: opened.another() });
        expect((await reader.get(configOf()))?.channel_values).toEqual({ log: longList(41) });
      });

      it('is refused while a saver owns it, and done by that saver', async () => {
        const owner = new FleetglassSaver({ store: opened.store, lease: { owner: 'one' } });
        await put(owner, { id: '1' });
        const other = new FleetglassSaver({ store: opened.another() });
        await expect(other.deleteThread('t')).rejects.toMatchObject({ code: 'LEASE_HELD' });
        expect(await listed(other, configOf())).toHaveLength(1);
        await owner.deleteThread('t');
        expect(await listed(other, configOf())).toHaveLength(0);
        await put(owner, { id: '2' });
        expect(idsOf(await listed(other, configOf()))).toEqual(['2']);
      });

      it('frees its bytes', async () => {
        const saver = new FleetglassSaver({ store: opened.store });
        await put(saver, { thread: 'kept', values: { log: longList(10) } });
        const before = await opened.store.bytes();
        const text = longList(9_000)
          .map(({ content }, index) => content + String(index * 7919))
          .join();
        for (let step = 0; step < 8; step += 1) {
          await put(saver, { values: { log: text.slice(step * 40_000, (step + 1) * 40_000) } });
        }
        const grown = (await opened.store.bytes()) - before;
        await saver.deleteThread('t');
        expect((await opened.store.bytes()) - before).toBeLessThan(grown / 5);
        expect((await saver.get(configOf('kept')))?.channel_values).toEqual({ log: longList(10) });
      });

      it('leaves the others, and nothing that a new thread of this name could refer to', async () => {
        const saver = new FleetglassSaver({ store: opened.store });
        const other = new FleetglassSaver({ store: opened.another() });
        const values = { log: longList(40) };
        await put(saver, { values });
        await put(saver, { thread: 'kept', values });
        expect((await other.get(configOf()))?.channel_values).toEqual(values);

        await Promise.all([
          put(saver, { values }),
          saver.deleteThread('t'),
          put(saver, { id: 'after', values }),
        ]);
        await saver.deleteThread('nobody');
        expect(idsOf(await listed(saver, configOf()))).toEqual(['after']);
        await saver.deleteThread('t');
        expect(await saver.getTuple(configOf())).toBeUndefined();
        // Knows the values from before, which are gone, whether it has looked since or not.
        const reader = new FleetglassSaver({ store: opened.another() });
        await put(other, { values });
        expect((await reader.get(configOf()))?.channel_values).toEqual(values);
        await saver.deleteThread('t');
        await put(saver, { id: '0', values: { log: longList(1, 40) } });
        expect((await other.get(configOf()))?.channel_values).toEqual({ log: longList(1, 40) });
        await put(other, { values });
        expect((await reader.get(configOf()))?.channel_values).toEqual(values);
        expect((await reader.get(configOf('kept')))?.channel_values).toEqual(values);
      });
    });

    describe('hostile and unusual input', () => {
      it('keeps ids, namespaces, tasks and channels with any characters apart', async () => {
        const saver = new FleetglassSaver({ store: opened.store });
        const names = ['', 'a', 'a/', 'a/b', '%2F', '/', '..', '__proto__', 'constructor', 'é\0', 'a|b:c'];
        for (const ns of names) {
          const id = `id${ns}`;
          await put(saver, { thread: `t${ns}`, ns, id, values: Object.fromEntries([[ns, `value ${ns}`]]) });
          await saver.putWrites(configOf(`t${ns}`, id, ns), [[ns, `write ${ns}`]], `task${ns}`);
          await saver.putWrites(configOf(`t${ns}`, id, ns), [[ns, `other ${ns}`]], `task${ns}/`);
        }
        for (const ns of names) {
          const tuple = await saver.getTuple(configOf(`t${ns}`, undefined, ns));
          expect(Object.entries(tuple!.checkpoint.channel_values)).toEqual([[ns, `value ${ns}`]]);
          expect(tuple!.config).toEqual(configOf(`t${ns}`, `id${ns}`, ns));
          expect(tuple!.pendingWrites).toEqual([
            [`task${ns}`, ns, `write ${ns}`],
            [`task${ns}/`, ns, `other ${ns}`],
          ]);
        }
        expect(await listed(saver, {})).toHaveLength(names.length);
        expect(({} as Record<string, unknown>)['value']).toBeUndefined();
      });

      it('refuses ids that name nothing', async () => {
        const saver = new FleetglassSaver({ store: opened.store });
        for (const thread of ['', 1, null, {}, '\ud800']) {
          await expect(put(saver, { thread: thread as string })).rejects.toMatchObject({ code: 'BAD_INPUT' });
        }
        await expect(saver.getTuple({ configurable: { thread_id: 7 } })).rejects.toMatchObject({
          code: 'BAD_INPUT',
        });
        await expect(saver.putWrites(configOf(), [['a', 1]], 'task')).rejects.toMatchObject({
          code: 'BAD_INPUT',
        });
        expect(await opened.store.listRuns()).toEqual([]);
      });

      it('gives values back as LangGraph made them, and ignores what is changed later', async () => {
        const saver = new FleetglassSaver({ store: opened.store });
        const reference = new MemorySaver();
        const values = {
          text: 'half \ud83d and whole 😀 '.repeat(300),
          bytes: new Uint8Array([0, 255, 7]),
          map: new Map([['a', new Set([1, 2])]]),
          deep: JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`) as unknown,
          nothing: undefined,
          zero: -0,
          tagged: [
            [0, 'list'],
            [1, 2],
            [2, 1, 0],
          ],
          keys: JSON.parse('{"__proto__": {"x": 1}, "2": "b", "1": "a"}') as unknown,
          fields: Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`field ${index}`, index])),
          empty: [[], {}, ''],
        };
        const versions = Object.fromEntries(Object.keys(values).map((name) => [name, 1]));
        const checkpoint = {
          ...emptyCheckpoint(),
          id: '1',
          channel_values: values,
          channel_versions: versions,
        };
        const metadata: CheckpointMetadata = { source: 'input', step: -1, parents: {} };
        const expected = await reference.put(configOf(), checkpoint, metadata);
        const stored = saver.put(configOf(), checkpoint, metadata, versions);
        values.fields['field 1'] = 100;
        await stored;
        const tuple = await new FleetglassSaver({ store: opened.another() }).getTuple(configOf());
        expect(tuple).toEqual(await reference.getTuple(expected));
        expect(tuple?.checkpoint.channel_values['text']).toBe(values.text);
      });

      it('works with a serializer whose values are not JSON', async () => {
        const { serde: json } = new MemorySaver();
        const serde: SerializerProtocol = {
          async dumpsTyped(value) {
            const [type, bytes] = await json.dumpsTyped(value);
            return [`gzip+${type}`, gzipSync(bytes)];
          },
          loadsTyped: (type, data) =>
            json.loadsTyped(type.replace('gzip+', ''), new Uint8Array(gunzipSync(data))),
        };
        const saver = new FleetglassSaver({ store: opened.store, serde });
        const id = await put(saver, { values: { log: longList(50) } });
        await saver.putWrites(configOf('t', id), [['log', longList(1, 50)]], 'task');
        expect(
          await new FleetglassSaver({ store: opened.another(), serde }).getTuple(configOf()),
        ).toMatchObject({
          checkpoint: { channel_values: { log: longList(50) } },
          pendingWrites: [['task', 'log', longList(1, 50)]],
        });
      });

      it('says that a thread is damaged instead of giving half of it', async () => {
        const { store } = opened;
        const saver = new FleetglassSaver({ store });
        await put(saver, { id: '1', values: { log: longList(40) } });
        const commit = async (key: string, value: null | object) => {
          const run = await store.load('langgraph:t');
          await store.commit({
            runId: 'langgraph:t',
            leaseEpoch: run!.leaseEpoch,
            expectedVersion: run!.version,
            writes: [{ key, value: value as never }],
            events: [],
          });
        };
        await commit('chunks/1/', null);
        await expect(saver.getTuple(configOf())).rejects.toMatchObject({ code: 'STORE_FAILED' });
        await commit('checkpoint//1/', { parent: 1 });
        await expect(saver.getTuple(configOf())).rejects.toMatchObject({ code: 'STORE_FAILED' });
      });
    });
  });
}

/** The suite that LangGraph publishes. */
function conformance(harness: SaverHarness): void {
  // It takes its runner from the globals.
  const runner = { describe, it, expect, vi, beforeAll, beforeEach, afterAll, afterEach };
  for (const [name, value] of Object.entries(runner)) vi.stubGlobal(name, value);
  const opened = new Map<FleetglassSaver, OpenedStore>();
  const initializer = {
    checkpointerName: `FleetglassSaver over ${harness.name}`,
    async createCheckpointer() {
      const own = await harness.open();
      const saver = new FleetglassSaver({ store: own.store });
      opened.set(saver, own);
      return saver;
    },
    destroyCheckpointer: (saver: FleetglassSaver) => opened.get(saver)?.close(),
  };
  validate(initializer);
  deltaChannelHistoryTests(initializer);
}
