import type { EventBatch } from '../log/store.js';
import type { ContractApi } from './contract-api.js';
import type { StoreContractOptions } from './store-contract-case.js';
import { casesOf, commitOf, draftOf, refusal, watch } from './store-contract-case.js';

const seqs = (events: readonly { readonly seq: number }[]): number[] => events.map(({ seq }) => seq);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** Cases about appending, reading and being told. */
export function defineLogCases(api: ContractApi, options: StoreContractOptions): void {
  const { describe, expect } = api;
  const scenario = casesOf(api, options);

  describe('append', () => {
    scenario('starts an empty log at 1', async (store) => {
      expect([store.head(), store.first()]).toEqual([0, 1]);
      expect(await store.append([draftOf('a'), draftOf('a')])).toEqual({ from: 1, to: 2 });
      expect([store.head(), store.first()]).toEqual([2, 1]);
    });

    scenario('accepts nothing for nothing', async (store) => {
      await store.append([draftOf('a')]);
      const batches = watch(store);
      expect(await store.append([])).toEqual({ from: 2, to: 1 });
      expect(batches).toHaveLength(0);
    });

    scenario('sets `seq` on the given objects', async (store) => {
      const drafts = [draftOf('a'), draftOf('a')];
      await store.append(drafts);
      expect(drafts.map((draft) => (draft as { seq?: number }).seq)).toEqual([1, 2]);
    });

    scenario('accepts concurrent calls in the order of their making, without holes', async (store) => {
      const batches = watch(store);
      const calls = Array.from({ length: 60 }, (_, index) =>
        index % 3 === 2
          ? store.commit(commitOf(`run-${index}`, 0, { events: [draftOf(`run-${index}`, 'run.started')] }))
          : store.append([draftOf('a'), draftOf('b')].slice(0, 1 + (index % 2))),
      );
      const ranges = await Promise.all(calls);
      let next = 1;
      for (const { from, to } of ranges) {
        expect(from).toBe(next);
        next = to + 1;
      }
      const { events } = await store.read({ from: 1 });
      expect(seqs(events)).toEqual(upTo(next - 1));
      expect(batches.flatMap((batch) => seqs(batch.events))).toEqual(upTo(next - 1));
    });

    scenario('skips known ids when asked to, and only then', async (store) => {
      const again = (id: string) => draftOf('a', 'log.written', { id });
      await store.append([again('x')]);
      expect(await store.append([again('x'), again('y'), again('y')], { dedupe: true })).toEqual({
        from: 2,
        to: 2,
      });
      expect(await store.append([again('x'), again('y')], { dedupe: true })).toEqual({ from: 3, to: 2 });
      expect(await store.append([draftOf('a'), draftOf('a')], { dedupe: true })).toEqual({ from: 3, to: 4 });
      expect(await store.append([again('x')])).toEqual({ from: 5, to: 5 });
    });

    scenario('takes any text for an id', async (store) => {
      const ids = ['a', 'a\0b', 'a\0c', '', '"a"', '\ud800', '\udfff', 'é', '😀', 'a\u2028b', "'a'", 'A'];
      const drafts = () => ids.map((id) => draftOf('a', 'log.written', { id }));
      expect(await store.append(drafts(), { dedupe: true })).toEqual({ from: 1, to: ids.length });
      expect(await store.append(drafts(), { dedupe: true })).toEqual({
        from: ids.length + 1,
        to: ids.length,
      });
      expect((await store.read({ from: 1 })).events.map(({ id }) => id)).toEqual(ids);
    });

    scenario(
      'takes nothing about a run that somebody owns when asked to, and changes nothing',
      async (store, clock) => {
        const draft = (runId: string, id: string) => draftOf(runId, 'log.written', { id });
        const options = { dedupe: true, unowned: true };
        await store.append([draft('a', '1')], options);
        const lease = await store.acquireLease({ runId: 'a', owner: 'one', ttlMs: 1_000 });
        const batches = watch(store);
        expect(await refusal(store.append([draft('b', '2'), draft('a', '3')], options))).toBe('LEASE_HELD');
        expect([store.head(), batches.length]).toEqual([1, 0]);
        // What is stored already asks for nothing.
        expect(await store.append([draft('a', '1')], options)).toEqual({ from: 2, to: 1 });
        expect(await store.append([draft('b', '2')], options)).toEqual({ from: 2, to: 2 });
        expect(await store.append([draft('a', '4')])).toEqual({ from: 3, to: 3 });
        await store.releaseLease(lease);
        expect(await store.append([draft('a', '3')], options)).toEqual({ from: 4, to: 4 });
        await store.acquireLease({ runId: 'a', owner: 'two', ttlMs: 1_000 });
        clock.skip(1_001);
        expect(await store.append([draft('a', '5')], options)).toEqual({ from: 5, to: 5 });
      },
    );

    scenario(
      'leaves out what was observed of a run that somebody else has taken over since',
      async (store) => {
        const first = await store.acquireLease({ runId: 'a', owner: 'one', ttlMs: 1_000 });
        const other = await store.acquireLease({ runId: 'b', owner: 'one', ttlMs: 1_000 });
        const leases = new Map([
          ['a', first.epoch],
          ['b', other.epoch],
        ]);
        expect(await store.append([draftOf('a'), draftOf('b')], { leases })).toEqual({ from: 1, to: 2 });
        await store.acquireLease({ runId: 'a', owner: 'two', ttlMs: 1_000, isGone: () => true });
        const batches = watch(store);
        const drafts = [draftOf('a'), draftOf('b'), draftOf('a'), draftOf('c')];
        expect(await store.append(drafts, { leases })).toEqual({ from: 3, to: 4 });
        expect(drafts.map((draft) => (draft as { seq?: number }).seq)).toEqual([undefined, 3, undefined, 4]);
        expect(await store.append([draftOf('a')], { leases })).toEqual({ from: 5, to: 4 });
        expect(batches.flatMap((batch) => seqs(batch.events))).toEqual([3, 4]);
        expect(await store.append([draftOf('a')])).toEqual({ from: 5, to: 5 });
      },
    );

    scenario('keeps every field of an event', async (store) => {
      const given = draftOf('a', 'future.invented', {
        id: 'e1',
        threadId: 't',
        agentId: 'g',
        taskId: 'k',
        spanId: 's',
        parentSpanId: 'p',
        data: {
          text: 'quote " line\u2028 nul \u0000 emoji 🦉 half \ud83e',
          list: [1, null, { deep: [true] }],
          n: 1.5,
        },
      });
      const copy = structuredClone(given);
      await store.append([given]);
      const { events } = await store.read({ from: 1 });
      expect(structuredClone(events)).toEqual([{ ...copy, seq: 1 }]);
    });
  });

  describe('read', () => {
    const fill = (count: number) =>
      Array.from({ length: count }, (_, index) => draftOf(index % 2 === 0 ? 'even' : 'odd'));

    scenario('pages through the log', async (store) => {
      await store.append(fill(25));
      const seen: number[] = [];
      for (let from = 1; ;) {
        const page = await store.read({ from, limit: 10 });
        expect(page.from).toBe(from);
        if (page.to < from) break;
        seen.push(...seqs(page.events));
        from = page.to + 1;
      }
      expect(seen).toEqual(upTo(25));
    });

    scenario('covers a range whose events are not selected', async (store) => {
      await store.append(fill(10));
      const page = await store.read({ from: 1, to: 9, filter: { runId: 'odd' } });
      expect([page.from, page.to, seqs(page.events)]).toEqual([1, 9, [2, 4, 6, 8]]);
      const none = await store.read({ from: 3, to: 7, filter: { runId: 'other' } });
      expect(none).toEqual({ from: 3, to: 7, events: [] });
    });

    scenario('ends a full page at its last event', async (store) => {
      await store.append(fill(10));
      const page = await store.read({ from: 1, filter: { runId: 'odd' }, limit: 2 });
      expect([page.from, page.to, seqs(page.events)]).toEqual([1, 4, [2, 4]]);
    });

    scenario('selects by every field of a filter', async (store) => {
      await store.append([
        draftOf('a', 'task.started', { threadId: 'T', agentId: 'A', taskId: 'K' }),
        draftOf('a', 'span.started', { agentId: 'A', spanId: 'S' }),
        draftOf('b', 'span.ended', { agentId: 'A', spanId: 'S' }),
        draftOf('b', 'spanner.used'),
      ]);
      const select = async (filter: Parameters<typeof store.read>[0]['filter']) =>
        seqs((await store.read({ from: 1, ...(filter ? { filter } : {}) })).events);
      expect(await select({})).toEqual([1, 2, 3, 4]);
      expect(await select({ runId: 'b' })).toEqual([3, 4]);
      expect(await select({ threadId: 'T' })).toEqual([1]);
      expect(await select({ agentId: 'A', runId: 'a' })).toEqual([1, 2]);
      expect(await select({ taskId: 'K' })).toEqual([1]);
      expect(await select({ types: ['span'] })).toEqual([2, 3]);
      expect(await select({ types: ['span.ended', 'task'] })).toEqual([1, 3]);
    });

    scenario('answers beyond the head with nothing', async (store) => {
      await store.append(fill(3));
      expect(await store.read({ from: 4 })).toEqual({ from: 4, to: 3, events: [] });
      expect((await store.read({ from: 3, to: 99 })).to).toBe(3);
    });

    scenario('refuses a query that makes no sense', async (store) => {
      await store.append(fill(3));
      expect(await refusal(store.read({ from: Number.NaN }))).toBe('BAD_INPUT');
      expect(await refusal(store.read({ from: 1, limit: 0 }))).toBe('BAD_INPUT');
      expect(await refusal(store.read({ from: 1, to: 1.5 }))).toBe('BAD_INPUT');
    });
  });

  describe('subscribe', () => {
    scenario('tells of whole batches that are in the log already', async (store) => {
      const heads: number[] = [];
      const ranges: number[][] = [];
      store.subscribe(({ from, to, events }) => {
        heads.push(store.head());
        ranges.push([from, to, ...seqs(events)]);
      });
      await store.append([draftOf('a'), draftOf('a')]);
      await store.append([draftOf('a')]);
      expect(ranges.flatMap(([from = 0, to = 0]) => upTo(to).slice(from - 1))).toEqual([1, 2, 3]);
      expect(ranges.flatMap(([, , ...events]) => events)).toEqual([1, 2, 3]);
      expect(ranges.every(([, to = 0], index) => (heads[index] ?? 0) >= to)).toBe(true);
    });

    scenario('goes on when a listener throws', async (store) => {
      store.subscribe(() => {
        throw new Error('from a listener');
      });
      const batches = watch(store);
      expect(await store.append([draftOf('a')])).toEqual({ from: 1, to: 1 });
      expect(batches).toHaveLength(1);
    });

    scenario('keeps the order when a listener appends', async (store) => {
      let answers: Promise<unknown> | undefined;
      store.subscribe(({ from }) => {
        if (from === 1) answers = store.append([draftOf('b')]);
      });
      const batches = watch(store);
      await store.append([draftOf('a')]);
      await answers;
      expect(batches.flatMap(({ events }) => seqs(events))).toEqual([1, 2]);
    });

    scenario('tells no more after the end of a subscription', async (store) => {
      const batches: EventBatch[] = [];
      const listener = (batch: EventBatch): void => {
        batches.push(batch);
      };
      const first = store.subscribe(listener);
      const second = store.subscribe(listener);
      first();
      first();
      await store.append([draftOf('a')]);
      expect(batches).toHaveLength(1);
      second();
      await store.append([draftOf('a')]);
      expect(batches).toHaveLength(1);
    });
  });
}
