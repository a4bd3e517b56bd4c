import type { Clock, Store } from '@fleetglass/core';

/** How late viewers may see what another process writes to the file. */
const EVERY_MS = 250;

/**
 * Looks again and again for what other processes wrote to the store's file, such as an application with an orchestrator:
 * a store sees it with its next transaction, and an empty one costs next to nothing.
 *
 * @returns ends it
 */
export function watchForeignWrites(store: Pick<Store, 'append'>, clock: Clock): () => void {
  let timer: unknown;
  let isEnded = false;
  const look = (): void => {
    void store
      .append([])
      // A file that is locked or full for a moment is looked at again.
      .catch(() => undefined)
      .then(() => {
        if (!isEnded) timer = clock.setTimeout(look, EVERY_MS, { background: true });
      });
  };
  look();
  return () => {
    isEnded = true;
    clock.clearTimeout(timer);
  };
}
