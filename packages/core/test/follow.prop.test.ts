import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCursor } from '../src/protocol/cursor.js';
import type { Cursor } from '../src/protocol/cursor.js';
import type { EventInput, FleetEvent } from '../src/protocol/event.js';
import { compileFilter } from '../src/protocol/filter.js';
import type { Filter } from '../src/protocol/filter.js';
import { createFakeHost } from '../src/testing/fake-host.js';
import { faultTransport } from '../src/testing/fault-transport.js';
import type { Faults } from '../src/testing/fault-transport.js';
import { createSeededRandom } from '../src/testing/seeded-random.js';
import { createSimulatedClock } from '../src/testing/simulated-clock.js';
import { follow } from '../src/transport/follow.js';
import type { Following } from '../src/transport/follow.js';
import { inProcess } from '../src/transport/in-process.js';

const RUNS = ['a', 'b', 'c'];
const EVENTS: readonly EventInput[] = RUNS.flatMap((runId): EventInput[] => [
  { type: 'log.written', runId, data: { level: 'info', message: 'line' } },
  { type: 'run.started', runId, data: {} },
  { type: 'task.started', runId, taskId: 't', data: { attempt: 1 } },
]);

type Step =
  | { readonly kind: 'append'; readonly events: readonly EventInput[] }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'cut' }
  | { readonly kind: 'resubscribe' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      events: fc.array(fc.constantFrom(...EVENTS), { minLength: 1, maxLength: 6 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(1_500) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'cut' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'resubscribe' as const }) },
);

const filters: fc.Arbitrary<Filter> = fc.record(
  {
    runId: fc.constantFrom(...RUNS),
    types: fc.subarray(['log' as const, 'run.started' as const, 'task' as const]),
  },
  { requiredKeys: [] },
);

const rate = fc.constantFrom(0, 0.05, 0.3);
const faults: fc.Arbitrary<Faults> = fc.record({
  drop: rate,
  duplicate: rate,
  reorder: rate,
  delay: rate,
  cut: rate,
});

/** Carries out the steps under faults, then lets everything heal. */
async function watch(steps: readonly Step[], filter: Filter, rates: Faults, seed: number) {
  const clock = createSimulatedClock();
  const random = createSeededRandom(seed);
  const host = createFakeHost({ clock });
  const transport = faultTransport(inProcess(host, { clock }), { ...rates, clock, random });
  const events: FleetEvent[] = [];
  const ranges: (readonly [number, number])[] = [];
  const others: string[] = [];
  const open = (cursor: Cursor | undefined): Following =>
    follow(
      transport,
      { filter, cursor: cursor ?? encodeCursor({ epoch: host.log.epoch, seq: 0 }) },
      {
        snapshot: () => others.push('snapshot'),
        events(delivery) {
          ranges.push([delivery.from, delivery.to]);
          events.push(...delivery.events);
        },
        error: ({ code }) => others.push(code),
      },
      { clock, random },
    );
  let following = open(undefined);
  for (const each of steps) {
    if (each.kind === 'append') await host.append(...each.events);
    else if (each.kind === 'wait') await clock.advance(each.ms);
    else if (each.kind === 'cut') transport.cutAll();
    else {
      following.close();
      following = open(following.position());
    }
  }
  transport.heal();
  // Whatever was lost last shows with the next event.
  await host.append({ type: 'run.labelled', runId: 'a', data: { labels: {} } });
  await clock.advance(120_000);
  following.close();
  const all = (await host.log.read({ from: 1, limit: 10_000 })).events;
  await clock.advance(60_000);
  return { events, ranges, others, all, head: host.log.head(), pending: clock.pending };
}

describe('follow', () => {
  it('gives every selected event once, in order, and covers every seq once, under any faults', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40 }),
        filters,
        faults,
        fc.nat(),
        async (steps, filter, rates, seed) => {
          const { events, ranges, others, all, head, pending } = await watch(steps, filter, rates, seed);
          expect(others).toEqual([]);
          expect(events).toEqual(all.filter(compileFilter(filter)));
          let next = 1;
          for (const [from, to] of ranges) {
            expect(from).toBe(next);
            expect(to).toBeGreaterThanOrEqual(from);
            next = to + 1;
          }
          expect(next).toBe(head + 1);
          expect(pending).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});
