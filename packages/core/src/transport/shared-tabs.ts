import { toFleetglassError } from '../errors/fleetglass-error.js';
import type { Clock, TimerHandle } from '../lib/clock.js';
import { dependableClock, dependableRandom } from '../lib/dependable.js';
import { createDeferred } from '../lib/deferred.js';
import { createId } from '../lib/ids.js';
import type { Random } from '../lib/ids.js';
import { PROTOCOL_VERSION } from '../protocol/version.js';
import { ENDING, watchPage } from './page.js';
import { createSwitchingTransport } from './switching-transport.js';
import { createTabElection } from './tab-election.js';
import type { TabLocks } from './tab-election.js';
import { createTabFollower } from './tab-follower.js';
import type { TabFollower } from './tab-follower.js';
import { createTabLeader } from './tab-leader.js';
import type { TabLeader } from './tab-leader.js';
import { readPosted } from './tab-messages.js';
import type { CommonMessage, FollowerMessage, LeaderMessage, Posted, TabMessage } from './tab-messages.js';
import type { Transport } from './transport.js';

/** The part of a `BroadcastChannel` that is used. */
export interface TabChannel {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  close(): void;
}

/** What tabs share, and how they find each other. */
export interface SharedTabsOptions {
  /**
   * Tabs of one origin with the same name share a connection, and so the rights of whichever tab has it. Put into it
   * whatever rights depend on: the gateway's address and who is signed in (a user's id, or a hash of the token; never the
   * token). Tabs of different users must have different names.
   */
  readonly name: string;
  /** Makes the connection; called in the tab that leads, each time it begins to. */
  readonly transport: () => Transport;
  /** @default `navigator.locks` */
  readonly locks?: TabLocks | undefined;
  /** @default a `BroadcastChannel` */
  readonly openChannel?: ((name: string) => TabChannel) | undefined;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** Ids of tabs. @default the machine's randomness */
  readonly random?: Random;
}

/** How often the tab that leads is asked for a sign of life. */
const PING_MS = 800;
/** Signs of life that it may miss until another takes over. */
const MAX_MISSED = 2;
/** Tabs that find no leader for so long connect for themselves: locks or channels do not work here. */
const ALONE_AFTER = 12;

interface MaybeBrowser {
  readonly navigator?: { readonly locks?: TabLocks };
  readonly BroadcastChannel?: new (name: string) => TabChannel;
}

const browserLocks = (): TabLocks | undefined => {
  const locks = (globalThis as MaybeBrowser).navigator?.locks;
  return locks && { request: (name, options, granted) => locks.request(name, options, granted) };
};

const browserChannels = (): ((name: string) => TabChannel) | undefined => {
  const { BroadcastChannel: Channel } = globalThis as MaybeBrowser;
  return Channel && ((name) => new Channel(name));
};

/**
 * One connection for all tabs of a browser: one of them leads and connects, the others follow through it. When the tab that
 * leads is closed, crashes, is frozen or does not answer, another takes over within three seconds and goes on from the
 * position of each subscriber, without a gap or a repeat; requests that were not answered are asked again, commands under
 * their old id.
 *
 * A tab that takes nothing for long is forgotten by the one that leads, and goes on from its position when it wakes. Where
 * Web Locks or `BroadcastChannel` are missing (pages that are neither HTTPS nor localhost have no locks) or do not work, each
 * tab has a connection of its own. Messages between tabs are visible to every page of the same origin.
 */
export function sharedTabs(options: SharedTabsOptions): Transport {
  const clock = dependableClock(options.clock);
  const random = dependableRandom(options.random);
  const locks = 'locks' in options ? options.locks : browserLocks();
  const openChannel = 'openChannel' in options ? options.openChannel : browserChannels();
  if (!locks || !openChannel) return options.transport();

  const id = createId('tab', clock, random);
  // Pages of an older version may still be open beside this one.
  const name = `fleetglass/${PROTOCOL_VERSION}/${options.name}`;
  const inboxOf = (tab: string): string => `${name}/${tab}`;

  const outboxes = new Map<string, TabChannel>();
  const watched = new Set<string>();
  let common: TabChannel | undefined;
  let inbox: TabChannel | undefined;
  let unwatch: (() => void)[] = [];
  let timer: TimerHandle;
  /** Held as long as this tab lives, so that others learn of its end. */
  const alive = createDeferred<undefined>();
  /** What this tab is: it follows, or leads, or neither. */
  let following: { readonly leader: string; readonly turn: number; readonly link: TabFollower } | undefined;
  let turns = 0;
  let leading: TabLeader | undefined;
  /** Since anything was last heard from a tab that leads; also while tabs take the lead from each other unheard. */
  let missed = 0;
  let isJoined = false;
  /** Also until it holds its lock: others would take it for gone. */
  let isAsleep = true;
  let isAlone = false;

  const post = (channel: TabChannel | undefined, message: TabMessage, turn = 0): void =>
    channel?.postMessage({ from: id, turn, message } satisfies Posted);
  /** What cannot be said is as if it was not heard: nobody answers, and in the end each connects for itself. */
  const attempt = (act: () => void): void => {
    try {
      act();
    } catch {
      // Told by silence.
    }
  };
  const announce = (message: CommonMessage): void => attempt(() => post(common, message));
  const outbox = (tab: string): TabChannel => {
    const channel = outboxes.get(tab) ?? openChannel(inboxOf(tab));
    outboxes.set(tab, channel);
    return channel;
  };

  const follow = (leader: string): void => {
    missed = 0;
    if (following?.leader === leader) return;
    // It leaves before it joins.
    following?.link.close();
    turns += 1;
    const turn = turns;
    const link = createTabFollower(clock, (message) => attempt(() => post(outbox(leader), message, turn)));
    following = { leader, turn, link };
    tabs.use(link);
  };

  /** Neither follows nor leads any more. */
  const leave = (): void => {
    following = undefined;
    leading?.close();
    leading = undefined;
    tabs.use(undefined);
  };

  /** Has nothing to do with other tabs any more. */
  const part = (): void => {
    isAlone = true;
    clock.clearTimeout(timer);
    election.resign();
  };

  const connectAlone = (): void => {
    if (isAlone) return;
    part();
    leave();
    connect();
  };

  const connect = (): Transport | undefined => {
    try {
      const transport = options.transport();
      tabs.use(transport);
      return transport;
    } catch (error) {
      part();
      tabs.fail(toFleetglassError(error));
      return undefined;
    }
  };

  const serve = (tab: string, turn: number, message: LeaderMessage): void => post(outbox(tab), message, turn);

  const lead = (): void => {
    following = undefined;
    const transport = connect();
    if (!transport) return;
    const leader = createTabLeader(transport, serve);
    leading = leader;
    transport.onStatus(({ phase }) => {
      if (phase !== 'failed' || leading !== leader) return;
      // Refused for good; the next one asks with a token of its own, and this tab keeps the refusal.
      leader.close();
      leading = undefined;
      part();
    });
    announce({ kind: 'leading' });
  };

  const election = createTabElection(
    { name, locks, clock, graceMs: PING_MS },
    {
      elected: () => (isAsleep || isAlone ? election.resign() : lead()),
      deposed() {
        leave();
        seek();
      },
      failed: connectAlone,
    },
  );

  /** Asks who leads, and stands for it. */
  const seek = (): void => {
    election.stand();
    announce({ kind: 'who' });
    look();
  };

  /** The tab that leads is asked, and never watches itself: timers of hidden tabs may be slow, answers are not. */
  const look = (): void => {
    clock.clearTimeout(timer);
    timer = clock.setTimeout(
      () => {
        if (leading || isAlone || isAsleep) return;
        missed += 1;
        if (missed > ALONE_AFTER) {
          connectAlone();
          return;
        }
        following?.link.ping();
        if (missed > 1) announce({ kind: 'who' });
        if (missed > MAX_MISSED) election.takeOver();

        look();
      },
      PING_MS,
      { background: true },
    );
  };

  const hear = (posted: Posted): void => {
    if (isAlone || isAsleep) return;
    const { from, turn, message } = posted;
    if (message.kind === 'who') {
      if (leading) post(outbox(from), { kind: 'leading' });
    } else if (message.kind === 'leading') {
      if (!leading) follow(from);
    } else if (leading) {
      if (message.kind === 'join') watchTab(from);
      leading.receive(from, turn, message as FollowerMessage);
    } else if (following?.leader === from && following.turn === turn) {
      missed = 0;
      following.link.receive(message as LeaderMessage);
      if (message.kind === 'lapsed') {
        following = undefined;
        follow(from);
      }
    }
  };

  /** The lock of a tab is free when it is gone. */
  const watchTab = (tab: string): void => {
    if (watched.has(tab)) return;
    watched.add(tab);
    const forget = (): void => {
      watched.delete(tab);
      leading?.forget(tab);
      outboxes.get(tab)?.close();
      outboxes.delete(tab);
    };
    Promise.resolve()
      .then(() => locks.request(inboxOf(tab), {}, forget))
      .catch(() => undefined);
  };

  const sleep = (): void => {
    if (isAsleep || isAlone) return;
    isAsleep = true;
    clock.clearTimeout(timer);
    leave();
    election.resign();
  };

  const wake = (): void => {
    if (!isAsleep) return;
    isAsleep = false;
    missed = 0;
    seek();
  };

  const listen = (channel: string): TabChannel => {
    const opened = openChannel(channel);
    opened.addEventListener('message', ({ data }) => {
      const posted = readPosted(data);
      if (posted) attempt(() => hear(posted));
    });
    return opened;
  };

  const join = (): void => {
    if (isJoined) return;
    isJoined = true;
    try {
      common = listen(name);
      inbox = listen(inboxOf(id));
    } catch {
      connectAlone();
      return;
    }
    timer = clock.setTimeout(connectAlone, ALONE_AFTER * PING_MS, { background: true });
    const granted = (): Promise<undefined> => {
      if (!isAlone) {
        unwatch = [watchPage(sleep, ENDING), watchPage(wake)];
        wake();
      }
      return alive.promise;
    };
    Promise.resolve()
      .then(() => locks.request(inboxOf(id), {}, granted))
      .catch(connectAlone);
  };

  const end = (): void => {
    for (const stop of unwatch) stop();
    following?.link.close();
    leading?.close();
    part();
    alive.resolve(undefined);
    for (const channel of [common, inbox, ...outboxes.values()]) channel?.close();
    outboxes.clear();
  };

  const tabs = createSwitchingTransport(clock, { demanded: join, closed: end });
  return tabs;
}
