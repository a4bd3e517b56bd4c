import { FleetglassError } from '../errors/fleetglass-error.js';
import { usdToNano } from '../model/cost.js';
import type { WorkStatus } from '../model/status.js';
import type { Run } from './run-options.js';
import type { RunControl } from './run.js';

/**
 * What whoever started a run holds. It keeps nothing of the run once that is over.
 *
 * @param begun the run as soon as it has begun; rejects when it could not
 */
export function createRunHandle(id: string, begun: Promise<RunControl>): Run<unknown> {
  let control: Promise<RunControl> | undefined = begun;
  let running: RunControl | undefined;
  let status: WorkStatus = 'queued';
  begun.then(
    (run) => {
      running = run;
      void run.outcome.then((outcome) => {
        status = outcome.status;
        running = undefined;
        control = undefined;
      });
    },
    () => (status = 'failed'),
  );
  const result = begun.then((run) => run.result);
  // Who only watches the run need not handle its error.
  result.catch(() => undefined);

  const whileItRuns = async (): Promise<RunControl> => {
    if (!control) throw new FleetglassError('RUN_ENDED', `Run '${id}' is over.`);
    return control;
  };
  return {
    id,
    result,
    get status() {
      return running?.status ?? status;
    },
    cancel: async (message) => (await control)?.cancel(message, undefined),
    pause: async () => (await control)?.pause('command'),
    resume: async () => (await control)?.resume(undefined),
    decide: async (approvalId, decision) =>
      (await whileItRuns()).decide(
        approvalId,
        typeof decision === 'string' ? { decision } : decision,
        undefined,
      ),
    setBudget: async (budgetId, limitUsd) =>
      (await whileItRuns()).setBudget(budgetId, usdToNano(limitUsd), undefined),
  };
}
