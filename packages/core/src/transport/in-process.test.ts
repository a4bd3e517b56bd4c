import { describe, expect, it } from 'vitest';
import { createDeferred } from '../lib/deferred.js';
import type { FleetglassError } from '../errors/fleetglass-error.js';
import type { EventInput, FleetEvent } from '../protocol/event.js';
import { EVERYTHING } from '../protocol/filter.js';
import { createFakeHost } from '../testing/fake-host.js';
import type { FakeHost } from '../testing/fake-host.js';
import { transportContract } from '../testing/transport.contract.js';
import { inProcess } from './in-process.js';
import type { Delivery } from './transport.js';

transportContract(
  { describe, it, expect },
  {
    name: 'inProcess',
    create: async (host) => {
      const transport = inProcess(host);
      return { transport, close: () => transport.close() };
    },
  },
);

describe('inProcess', () => {
  /** Subscribes and resolves when it is live: the first event has arrived. */
  const subscribe = async (
    host: FakeHost,
    observer: { events: (delivery: Delivery) => void; error?: (error: FleetglassError) => void },
  ): Promise<void> => {
    const live = createDeferred<undefined>();
    inProcess(host).subscribe(
      { filter: EVERYTHING, position: () => undefined },
      {
        snapshot: () => {},
        events(delivery) {
          live.resolve(undefined);
          observer.events(delivery);
        },
        error: (error) => observer.error?.(error),
      },
    );
    await host.append(event);
    await live.promise;
  };
  const event: EventInput = { type: 'run.started', runId: 'a', data: {} };

  it('hands over the very objects of the log', async () => {
    const host = createFakeHost();
    const seen: FleetEvent[] = [];
    await subscribe(host, { events: ({ events }) => seen.push(...events) });
    const accepted: FleetEvent[] = [];
    host.log.subscribe(({ events }) => accepted.push(...events));
    await host.append(event);
    expect(accepted).toHaveLength(1);
    expect(seen.at(-1)).toBe(accepted[0]);
  });

  it('ends the subscription of an observer that throws, and only that', async () => {
    const host = createFakeHost();
    const errors: string[] = [];
    let calls = 0;
    let others = 0;
    await subscribe(host, { events: ({ events }) => (others += events.length) });
    await subscribe(host, {
      events() {
        calls += 1;
        if (calls > 1) throw new Error('broken view');
      },
      error: ({ message }) => errors.push(message),
    });
    await host.append(event);
    await host.append(event);
    expect(errors).toEqual(['broken view']);
    expect(calls).toBe(2);
    expect(others).toBe(4);
  });
});
