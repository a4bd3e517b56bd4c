import { describe, expect, it } from 'vitest';
import { encodeCursor } from '../protocol/cursor.js';
import { EVERYTHING } from '../protocol/filter.js';
import { createFakeHost } from '../testing/fake-host.js';
import { inProcess } from './in-process.js';
import { createTabLeader } from './tab-leader.js';
import type { SubscribeRequest, SubscriptionObserver } from './transport.js';

describe('the tab that leads', () => {
  it('asks anew, after a loss of its connection, from what it has sent to each tab', () => {
    const asked: [SubscribeRequest, SubscriptionObserver][] = [];
    const transport = inProcess(createFakeHost());
    const leader = createTabLeader(
      {
        ...transport,
        subscribe(request, observer) {
          asked.push([request, observer]);
          return { restart: () => undefined, close: () => undefined };
        },
      },
      () => undefined,
    );
    leader.receive('tab', 1, { kind: 'join' });
    const cursor = encodeCursor({ epoch: 'e', seq: 4 });
    leader.receive('tab', 1, { kind: 'subscribe', id: 1, filter: EVERYTHING, cursor });
    const [request, observer] = asked[0] as [SubscribeRequest, SubscriptionObserver];
    expect(request.position()).toBe(cursor);
    observer.events({ epoch: 'e', from: 5, to: 9, events: [] });
    // Beyond a gap, late, and of another life: none of them is where the tab goes on.
    observer.events({ epoch: 'e', from: 12, to: 14, events: [] });
    observer.events({ epoch: 'e', from: 2, to: 3, events: [] });
    observer.events({ epoch: 'f', from: 10, to: 11, events: [] });
    expect(request.position()).toBe(encodeCursor({ epoch: 'e', seq: 9 }));
  });
});
