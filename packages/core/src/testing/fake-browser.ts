import type { TabChannel } from '../transport/shared-tabs.js';
import type { TabLocks } from '../transport/tab-election.js';

/** One tab of a {@link FakeBrowser}. */
export interface FakeTab {
  readonly locks: TabLocks;
  readonly openChannel: (name: string) => TabChannel;
  /** The tab crashes: its locks are free, and it neither hears nor says anything again. */
  kill(): void;
  /** The tab stops: it keeps its locks, what it says is not sent, and what it is told waits. */
  freeze(): void;
  thaw(): void;
  /** Messages that wait while it is frozen. */
  readonly waiting: number;
}

/** Locks and channels that tabs share, without a browser. */
export interface FakeBrowser {
  openTab(): FakeTab;
}

interface LockRequest {
  readonly tab: TabLife;
  readonly grant: () => void;
  readonly refuse: (error: Error) => void;
}

interface TabLife {
  isDead: boolean;
  isFrozen: boolean;
  inbox: (() => void)[];
}

const aborted = (): Error => Object.assign(new Error('The lock is another’s.'), { name: 'AbortError' });

export function createFakeBrowser(): FakeBrowser {
  const holders = new Map<string, LockRequest>();
  const queues = new Map<string, LockRequest[]>();
  const channels = new Map<string, Set<(data: unknown) => void>>();

  const run = (life: TabLife, task: () => void): void => {
    if (life.isDead) return;
    if (life.isFrozen) life.inbox.push(task);
    else task();
  };

  const free = (name: string, holder: LockRequest): void => {
    if (holders.get(name) !== holder) return;
    holders.delete(name);
    const queue = queues.get(name) ?? [];
    const next = queue.shift();
    if (!next) return;
    holders.set(name, next);
    next.grant();
  };

  const locksOf = (tab: TabLife): TabLocks => ({
    request: (name, { ifAvailable, steal, signal }, granted) =>
      new Promise((resolve, reject) => {
        const request: LockRequest = {
          tab,
          grant: () =>
            run(tab, () => {
              Promise.resolve({})
                .then(granted)
                .then(resolve, reject)
                .finally(() => free(name, request));
            }),
          refuse: (error) => run(tab, () => reject(error)),
        };
        const holder = holders.get(name);
        if (steal || !holder) {
          holders.set(name, request);
          holder?.refuse(aborted());
          request.grant();
        } else if (ifAvailable) {
          Promise.resolve(null).then(granted).then(resolve, reject);
        } else {
          const queue = queues.get(name) ?? [];
          queues.set(name, queue);
          queue.push(request);
          signal?.addEventListener('abort', () => {
            const place = queue.indexOf(request);
            if (place < 0) return;
            queue.splice(place, 1);
            reject(aborted());
          });
        }
      }),
  });

  const channelsOf =
    (tab: TabLife) =>
    (name: string): TabChannel => {
      const members = channels.get(name) ?? new Set();
      channels.set(name, members);
      const listeners: ((event: { readonly data: unknown }) => void)[] = [];
      const hear = (data: unknown): void =>
        run(tab, () => {
          for (const listener of listeners) listener({ data });
        });
      members.add(hear);
      return {
        postMessage(message) {
          if (tab.isDead || tab.isFrozen) return;
          const data: unknown = structuredClone(message);
          for (const member of members)
            if (member !== hear) queueMicrotask(() => members.has(member) && member(data));
        },
        addEventListener: (_type, listener) => listeners.push(listener),
        close: () => members.delete(hear),
      };
    };

  return {
    openTab() {
      const life: TabLife = { isDead: false, isFrozen: false, inbox: [] };
      return {
        locks: locksOf(life),
        openChannel: channelsOf(life),
        kill() {
          life.isDead = true;
          life.inbox = [];
          for (const queue of queues.values()) {
            for (const request of [...queue]) {
              if (request.tab === life) queue.splice(queue.indexOf(request), 1);
            }
          }
          for (const [name, holder] of [...holders]) if (holder.tab === life) free(name, holder);
        },
        freeze() {
          life.isFrozen = true;
        },
        thaw() {
          life.isFrozen = false;
          for (const task of life.inbox.splice(0)) task();
        },
        get waiting() {
          return life.inbox.length;
        },
      };
    },
  };
}
