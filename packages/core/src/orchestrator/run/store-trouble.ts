import type { FleetglassError } from '../../errors/fleetglass-error.js';
import type { RunControl } from './run-control.js';
import type { StoreTrouble } from './services.js';

/**
 * What a run does when its journal holds commits, and when they are stored.
 *
 * @param isHeld whether it is the store that the run is paused for
 */
export function storeTroubleOf(runOf: () => RunControl, isHeld: () => boolean) {
  const tell = (trouble: StoreTrouble): void => runOf().services.onStoreTrouble?.(trouble);
  return {
    onTrouble(error: FleetglassError): void {
      const run = runOf();
      // Waiting for the store is not the tasks' own doing, and no time of theirs.
      for (const task of run.tasks) if (!task.waiting) task.current?.stopTimer();
      run.pause('store', error.message);
      tell({ runId: run.id, error });
    },
    onRecovered(): void {
      const run = runOf();
      for (const task of run.tasks) if (!task.waiting) task.current?.startTimer();
      // What makes this fail ends the run by itself.
      if (isHeld()) run.resume().catch(() => undefined);
      tell({ runId: run.id });
    },
  };
}
