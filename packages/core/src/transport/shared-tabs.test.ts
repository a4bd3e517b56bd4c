import { describe, expect, it } from 'vitest';
import { FleetglassError } from '../errors/fleetglass-error.js';
import type { EventInput } from '../protocol/event.js';
import { PROTOCOL_VERSION } from '../protocol/version.js';
import { collect } from '../testing/collect.js';
import { createFakeBrowser } from '../testing/fake-browser.js';
import type { FakeTab } from '../testing/fake-browser.js';
import { createFakeHost } from '../testing/fake-host.js';
import type { FakeHost } from '../testing/fake-host.js';
import { createSimulatedClock } from '../testing/simulated-clock.js';
import { transportContract } from '../testing/transport.contract.js';
import { inProcess } from './in-process.js';
import { sharedTabs } from './shared-tabs.js';
import type { SharedTabsOptions, TabChannel } from './shared-tabs.js';
import type { Subscription, Transport } from './transport.js';

interface Page {
  readonly tab: FakeTab;
  readonly transport: Transport;
  /** The tab crashes, and with it what it was connected by. */
  kill(): void;
}

/** Tabs of one browser in front of one host; `open` counts the connections that are open now. */
function setUp(host: FakeHost = createFakeHost()) {
  const clock = createSimulatedClock();
  const browser = createFakeBrowser();
  const connections = new Set<Transport>();
  const subscriptions = new Set<Subscription>();
  let ids = 0;
  const openTab = (options: Partial<SharedTabsOptions> = {}): Page => {
    const tab = browser.openTab();
    const own: Transport[] = [];
    const connect = (): Transport => {
      const bare = inProcess(host, { clock });
      const inner: Transport = {
        ...bare,
        get status() {
          return bare.status;
        },
        subscribe(request, observer) {
          const subscription = bare.subscribe(request, observer);
          subscriptions.add(subscription);
          return {
            ...subscription,
            close() {
              subscriptions.delete(subscription);
              subscription.close();
            },
          };
        },
      };
      connections.add(inner);
      own.push(inner);
      inner.onStatus(() => connections.delete(inner));
      return inner;
    };
    const transport = sharedTabs({
      name: 'fleet',
      transport: connect,
      locks: tab.locks,
      openChannel: tab.openChannel,
      clock,
      random: () => (ids += 1) / 2 ** 20,
      ...options,
    });
    return {
      tab,
      transport,
      kill() {
        tab.kill();
        for (const inner of own) inner.close();
      },
    };
  };
  const settle = async (): Promise<void> => {
    await clock.advance(100);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { host, clock, openTab, settle, connections, subscriptions };
}

const line = (message: string, runId = 'a'): EventInput => ({
  type: 'log.written',
  runId,
  data: { level: 'info', message },
});
const seqs = (events: readonly { readonly seq: number }[]): number[] => events.map(({ seq }) => seq);

for (const place of ['leads', 'follows'] as const) {
  transportContract(
    { describe, it, expect },
    {
      name: `sharedTabs, of a tab that ${place}`,
      async create(host) {
        const { openTab, settle } = setUp(host);
        const pages: Page[] = [];
        const lead = async (): Promise<void> => {
          const page = openTab();
          pages.push(page);
          collect(page, { runId: 'nobody' });
          await settle();
        };
        if (place === 'follows') {
          await lead();
          await lead();
        }
        const page = openTab();
        pages.push(page);
        const { transport } = page;
        if (place === 'leads') {
          transport.subscribe(
            { filter: { runId: 'nobody' }, position: () => undefined },
            { snapshot: () => undefined, events: () => undefined, error: () => undefined },
          );
          await settle();
        }
        return {
          transport,
          settle,
          cut: () => (place === 'follows' ? pages[0]?.kill() : undefined),
          restart: async () => (place === 'follows' ? pages[1]?.kill() : undefined),
          close: () => pages.forEach((each) => each.transport.close()),
        };
      },
    },
  );
}

describe('tabs that share a connection', () => {
  it('have one for twenty of them, and the next tab goes on where the dead one ended', async () => {
    const { host, openTab, settle, connections } = setUp();
    const pages = Array.from({ length: 20 }, () => openTab());
    const seen = pages.map((page) => collect({ transport: page.transport, settle }));
    await settle();
    for (let dead = 0; dead < 19; dead += 1) {
      await host.append(line(`${dead}`));
      expect(connections.size).toBe(1);
      pages[dead]?.kill();
      await host.append(line(`${dead} again`));
      await settle();
    }
    await seen[19]?.reached(38);
    expect(seqs(seen[19]?.events ?? [])).toEqual(Array.from({ length: 38 }, (_, index) => index + 1));
    expect(seen[19]?.snapshots).toHaveLength(1);
    expect(connections.size).toBe(1);
  });

  it('take over from one that is frozen, once, and that one follows when it thaws', async () => {
    const { host, clock, openTab, settle, connections } = setUp();
    const frozen = openTab();
    const late = collect({ transport: frozen.transport, settle });
    await settle();
    const others = [openTab(), openTab(), openTab()];
    const seen = others.map((page) => collect({ transport: page.transport, settle }));
    await settle();
    frozen.tab.freeze();
    await host.append(line('one'));
    await clock.advance(5_000);
    for (const each of seen) {
      await each.reached(1);
      expect(seqs(each.events)).toEqual([1]);
    }
    // The frozen tab cannot let go of its own; nobody else has a second one.
    expect(connections.size).toBe(2);
    frozen.tab.thaw();
    await settle();
    await host.append(line('two'));
    await late.reached(2);
    expect(seqs(late.events)).toEqual([1, 2]);
    expect(connections.size).toBe(1);
  });

  it('let little wait for one that takes nothing, which loses nothing all the same', async () => {
    const { host, openTab, settle } = setUp();
    const leader = openTab();
    const ahead = collect({ transport: leader.transport, settle });
    await settle();
    const sleeper = openTab();
    const seen = collect({ transport: sleeper.transport, settle });
    await settle();
    await settle();
    sleeper.tab.freeze();
    for (let i = 0; i < 1_000; i += 1) await host.append(line(`${i}`));
    await ahead.reached(1_000);
    expect(sleeper.tab.waiting).toBeLessThan(300);
    sleeper.tab.thaw();
    await seen.reached(1_000);
    expect(seqs(seen.events)).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
  });

  it('end what a tab was following when it crashes', async () => {
    const { openTab, settle, subscriptions } = setUp();
    collect({ transport: openTab().transport, settle });
    await settle();
    const gone = openTab();
    collect({ transport: gone.transport, settle });
    await settle();
    expect(subscriptions.size).toBe(2);
    gone.kill();
    await settle();
    expect(subscriptions.size).toBe(1);
  });

  it('ask again what the dead one did not answer, a command under its old id', async () => {
    const { host, openTab, settle } = setUp();
    const leader = openTab();
    collect({ transport: leader.transport, settle });
    await settle();
    const asking = openTab();
    collect({ transport: asking.transport, settle });
    await settle();
    leader.tab.freeze();
    const answer = asking.transport.command({ type: 'pause', runId: 'a' }, 'c1');
    await settle();
    leader.kill();
    expect(await answer).toEqual({ ok: true });
    expect(host.received.map(({ context }) => context.commandId)).toEqual(['c1']);
  });

  it('do not share what has another name', async () => {
    const { openTab, settle, connections } = setUp();
    for (const name of ['ann', 'bob', 'ann']) collect({ transport: openTab({ name }).transport, settle });
    await settle();
    expect(connections.size).toBe(2);
  });

  it.each<[string, Partial<SharedTabsOptions>]>([
    ['there are no locks', { locks: undefined }],
    ['there are no channels', { openChannel: undefined }],
    ['channels cannot be opened', { openChannel: () => { throw new Error('broken') } }], // prettier-ignore
    ['locks are refused', { locks: { request: () => Promise.reject(new Error('no origin')) } }],
    ['locks throw', { locks: { request: () => { throw new Error('broken') } } }], // prettier-ignore
    ['locks are never given', { locks: { request: () => new Promise(() => undefined) } }],
  ])('connect each for itself where %s', async (_, missing) => {
    const { host, clock, openTab, settle, connections } = setUp();
    const seen = [openTab(missing), openTab(missing)].map(({ transport }) => collect({ transport, settle }));
    await clock.advance(20_000);
    await host.append(line('one'));
    await Promise.all(seen.map((each) => each.reached(1)));
    expect(connections.size).toBe(2);
  });

  it('connect for themselves when channels carry nothing', async () => {
    const { host, clock, openTab, settle, connections } = setUp();
    const openChannel = (): TabChannel => ({
      postMessage() {
        throw new Error('broken');
      },
      addEventListener: () => undefined,
      close: () => undefined,
    });
    const pages = [openTab({ openChannel }), openTab({ openChannel })];
    const seen = pages.map(({ transport }) => collect({ transport, settle }));
    await clock.advance(20_000);
    await host.append(line('one'));
    await Promise.all(seen.map((each) => each.reached(1)));
    expect(connections.size).toBe(2);
  });

  it('ask with a token of their own when the one that leads is refused', async () => {
    const host = createFakeHost();
    const { openTab, settle } = setUp(host);
    const refusal = new FleetglassError('UNAUTHENTICATED', 'The token has ended.');
    const refusedTransport = (): Transport => {
      const listeners: Parameters<Transport['onStatus']>[0][] = [];
      let status: Transport['status'] = { phase: 'connecting', since: 0, attempt: 0 };
      return {
        ...inProcess(host),
        subscribe(_, observer) {
          queueMicrotask(() => {
            status = { phase: 'failed', since: 0, attempt: 0, error: refusal };
            for (const listener of listeners) listener(status);
            observer.error(refusal);
          });
          return { restart: () => undefined, close: () => undefined };
        },
        get status() {
          return status;
        },
        onStatus: (listener) => {
          listeners.push(listener);
          return () => undefined;
        },
      };
    };
    const refused = openTab({ transport: refusedTransport });
    const errors = collect({ transport: refused.transport, settle }).errors;
    const seen = collect({ transport: openTab().transport, settle });
    await settle();
    await host.append(line('one'));
    await seen.reached(1);
    expect(errors.map(({ code }) => code)).toEqual(['UNAUTHENTICATED']);
    expect(refused.transport.status.phase).toBe('failed');
    expect(seen.errors).toEqual([]);
  });

  it('tell why when no connection can be made at all', async () => {
    const { openTab, settle } = setUp();
    const broken = openTab({
      transport: () => {
        throw new FleetglassError('BAD_INPUT', 'No WebSocket here.');
      },
    });
    const { errors } = collect({ transport: broken.transport, settle });
    await settle();
    expect(errors.map(({ code }) => code)).toEqual(['BAD_INPUT']);
    expect(broken.transport.status.phase).toBe('failed');
  });

  it('survive messages that are none', async () => {
    const { host, openTab, settle } = setUp();
    const [leader, follower] = [openTab(), openTab()];
    const seen = [leader, follower].map(({ transport }) => collect({ transport, settle }));
    await settle();
    const channel = openTab().tab.openChannel(`fleetglass/${PROTOCOL_VERSION}/fleet`);
    for (const data of [null, 'text', { from: 1 }, { from: 'x', message: { kind: 'events', id: 1 } }]) {
      channel.postMessage(data);
    }
    await host.append(line('one'));
    await Promise.all(seen.map((each) => each.reached(1)));
    expect(seen.flatMap(({ errors }) => errors)).toEqual([]);
  });
});
