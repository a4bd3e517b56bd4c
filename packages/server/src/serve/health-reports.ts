import { isFleetglassError } from '@fleetglass/core';
import type { Clock, Store, TimerHandle } from '@fleetglass/core';
import type { SystemHealthData } from '@fleetglass/core/protocol';

/** How a component of the gateway is. */
export type Health = Omit<SystemHealthData, 'component'>;

/** Tells viewers how the gateway's own components are, as `system.health` events. */
export interface HealthReports {
  /**
   * Stores how a component is. While the store takes nothing it is tried again each second.
   *
   * @param read asked at each attempt, so that what is stored is true then
   * @returns whether it was stored; not, when something newer was to be told of the component, or at the end
   */
  report(component: string, read: () => Health): Promise<boolean>;
  /** Tries no more. */
  close(): void;
}

const RETRY_MS = 1_000;

interface Waiting {
  readonly read: () => Health;
  readonly settle: (isStored: boolean) => void;
}

export function createHealthReports({
  store,
  clock,
}: {
  readonly store: Pick<Store, 'append'>;
  readonly clock: Clock;
}): HealthReports {
  const waiting = new Map<string, Waiting>();
  let timer: TimerHandle;
  let isWriting = false;
  let isClosed = false;

  const write = async (): Promise<void> => {
    const now = [...waiting];
    try {
      await store.append(
        now.map(([component, { read }]) => ({
          v: 1,
          time: clock.now(),
          type: 'system.health',
          data: { component, ...read() },
        })),
      );
    } catch (error) {
      if (isFleetglassError(error, 'STORE_CLOSED')) close();
      return;
    }
    for (const [component, { settle }] of now) {
      // Something newer may have come meanwhile.
      if (waiting.get(component)?.settle === settle) waiting.delete(component);
      settle(true);
    }
  };

  const flush = (): void => {
    if (isWriting || isClosed || waiting.size === 0) return;
    isWriting = true;
    clock.clearTimeout(timer);
    void write().finally(() => {
      isWriting = false;
      if (waiting.size > 0) timer = clock.setTimeout(flush, RETRY_MS, { background: true });
    });
  };

  function close(): void {
    isClosed = true;
    clock.clearTimeout(timer);
    for (const { settle } of waiting.values()) settle(false);
    waiting.clear();
  }

  return {
    report(component, read) {
      if (isClosed) return Promise.resolve(false);
      return new Promise((settle) => {
        waiting.get(component)?.settle(false);
        waiting.set(component, { read, settle });
        flush();
      });
    },
    close,
  };
}
